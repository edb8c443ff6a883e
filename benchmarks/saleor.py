"""`make bench-saleor`: a real Saleor with 100,000 orders of its own, read, predicted, and sold in.

On the Saleor at SALEOR_HOME: orders made through its ORM; their sync timed beside the floor (the same orders read with
lines and payments through Saleor's ORM, nothing written), and the first rebuild; predictions
compared with those of a standalone shop that imported the same history; the time from an order over HTTP to the new
prediction; and Saleor's own checkout with and without us, side by side. Peer and floor of a checkout are the same
Saleor without us. Prints a table, and as its last line one JSON object.

ORDERS (default 100000), PAIRS (default 100) and BUYERS (default 20) make it smaller.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.saleor import databases, home, run, servers

AGREE = ("alive", "order_30", "order_90", "order_365", "expected_365", "order_value", "year_value")
"""What the two shops must believe alike, beside the stage."""


def main() -> int:
    """Exit code."""
    home.check()
    home.WORK.mkdir(parents=True, exist_ok=True)
    with run.alone(), tempfile.TemporaryDirectory(prefix="relacional-bench-") as place:
        run.install_ourselves()
        with servers.postgres() as server:
            databases.build_templates(server)
            told = inside(server, Path(place))
        told["beliefs_differ"] = differing(Path(place))
    show(told)
    print(json.dumps(told))
    return 0


def inside(server: str, place: Path) -> dict[str, Any]:
    """Run benchmarks/saleor_inside.py by Saleor's Python; what it measured."""
    given = {name: os.environ[name] for name in ("ORDERS", "PAIRS", "BUYERS") if name in os.environ}
    env = home.environment(
        RELACIONAL_POSTGRES=server,
        RELACIONAL_BROKER=servers.broker_binary(),
        SALEOR_HOME=str(home.HOME),
        **given,
    )
    command = [str(home.PYTHON), "-m", "benchmarks.saleor_inside", str(place)]
    if subprocess.run(command, cwd=home.REPOSITORY, env=env, check=False).returncode:
        raise home.CannotRun("The benchmark inside Saleor failed; its message stands above.")
    told: dict[str, Any] = json.loads((place / "told.json").read_text())
    return told


def differing(place: Path) -> float:
    """Largest difference between what Saleor's shop and a standalone shop with the same history believe of anybody;
    infinite where somebody or a stage differs."""
    command = [sys.executable, "-m", "saleor_relacional.demo.servers", sys.executable, "-m"]
    alone = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    subprocess.run(
        [*command, "benchmarks.saleor_twin", str(place)], cwd=home.REPOSITORY, env=alone, check=True
    )
    theirs, ours = (_read(place / name) for name in ("saleor.csv", "twin.csv"))
    if theirs.keys() != ours.keys() or any(theirs[who]["stage"] != ours[who]["stage"] for who in theirs):
        return float("inf")
    pairs = ((float(theirs[who][name]), float(ours[who][name])) for who in theirs for name in AGREE)
    return max(abs(a - b) / max(1.0, abs(b)) for a, b in pairs)


def _read(path: Path) -> dict[str, dict[str, str]]:
    with path.open() as file:
        return {row["email"]: row for row in csv.DictReader(file)}


def show(told: dict[str, Any]) -> None:
    """The table for people."""
    pace, most = (told["orders"] / told[name] for name in ("sync_seconds", "sync_floor_seconds"))
    rows = [
        ("orders made through Saleor's ORM", f"{told['orders']:,} of {told['customers']:,} customers"),
        ("orders synced", f"{told['sync_seconds']:.0f} s, {pace:.0f} per second"),
        ("floor: read through Saleor's ORM, no writing", f"{told['sync_floor_seconds']:.0f} s, {most:.0f} per second"),
        ("sync against its floor", f"{told['sync_seconds'] / told['sync_floor_seconds']:.2f} x"),
        ("first fit and all predictions", f"{told['rebuild_seconds']:.1f} s"),
        ("predictions against the standalone shop", f"differ by {told['beliefs_differ']:.1e} at most"),
        ("order over HTTP to new prediction, median", f"{told['belief_seconds']:.2f} s"),
        ("the longest of them", f"{told['belief_longest']:.2f} s"),
        ("checkout without us, median", f"{told['without_ms']:.1f} ms"),
        ("checkout with us, median", f"{told['with_ms']:.1f} ms"),
        ("ratio", f"{told['ratio']:.4f} [{told['ratio_low']:.4f}, {told['ratio_high']:.4f}], {told['pairs']} pairs"),
    ]  # fmt: skip
    for name, value in rows:
        print(f"{name:<48}{value}")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except home.CannotRun as problem:
        sys.exit(str(problem))
