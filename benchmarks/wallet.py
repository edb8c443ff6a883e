"""`make bench-wallet`: what the wallet shows is what the checkout grants, both ways: 10,000 random cases on the
standalone shop and 300 on the real Saleor at SALEOR_HOME.

In each case somebody is promised something, fills a basket, and things happen: the basket changes, days pass, the order
is cancelled, staff edit, deactivate or delete voucher, code or listing, another checkout holds it, a stranger tries it.
Then the wallet is asked what each offer takes off this checkout, and the checkout is completed. A disagreement
is any cent between the two. The peer is a wallet that lists live codes and reckons for itself (tests/wallet/peer.py);
the floor of the time is the shop's own price of the same checkout.

CASES=…, SALEOR_CASES=… (0: without a Saleor) and WORKERS=… make it smaller. The last line is one JSON object.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.saleor import databases, home, run, servers

CASES = int(os.environ.get("CASES", "10000"))
SALEOR_CASES = int(os.environ.get("SALEOR_CASES", "300"))
WORKERS = int(os.environ.get("WORKERS", "2"))


def main() -> int:
    """Exit code: 1 where the two disagree in any case."""
    told = {"standalone": summed(standalone())}
    if SALEOR_CASES:
        told["saleor"] = summed([saleor()])
    show(told)
    print(json.dumps(told))
    return 1 if any(each["disagreements"] for each in told.values()) else 0


def standalone() -> list[dict[str, Any]]:
    """Each worker's part, on a PostgreSQL of its own."""
    edges = [CASES * worker // WORKERS for worker in range(WORKERS + 1)]
    command = [sys.executable, "-m", "saleor_relacional.demo.servers", sys.executable, "-m"]
    alone = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    parts = [
        subprocess.Popen(
            [*command, "benchmarks.wallet_standalone", str(first), str(beyond)],
            cwd=home.REPOSITORY, env=alone, stdout=subprocess.PIPE, text=True,
        )
        for first, beyond in pairwise(edges)
    ]  # fmt: skip
    said = [part.communicate()[0] for part in parts]
    if any(part.returncode for part in parts):
        raise home.CannotRun("A part of the cases could not be played; its message stands above.")
    return [json.loads(each.splitlines()[-1]) for each in said]


def saleor() -> dict[str, Any]:
    """On the real one, by its own Python."""
    home.check()
    home.WORK.mkdir(parents=True, exist_ok=True)
    with run.alone(), tempfile.TemporaryDirectory(prefix="relacional-bench-") as place:
        run.install_ourselves()
        with servers.postgres() as server:
            databases.build_templates(server)
            env = home.environment(
                RELACIONAL_POSTGRES=server,
                RELACIONAL_BROKER=servers.broker_binary(),
                SALEOR_HOME=str(home.HOME),
            )
            told = Path(place) / "told.json"
            command = [str(home.PYTHON), "-m", "benchmarks.wallet_inside", str(told), str(SALEOR_CASES)]
            if subprocess.run(command, cwd=home.REPOSITORY, env=env, check=False).returncode:
                raise home.CannotRun("The benchmark inside Saleor failed; its message stands above.")
            found: dict[str, Any] = json.loads(told.read_text())
            return found


def summed(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One shop's figures."""
    wrong = [number for part in parts for number in part["wrong"]]
    ms, floor = ([each for part in parts for each in part[name]] for name in ("ms", "floor_ms"))
    return {
        "cases": sum(part["cases"] for part in parts),
        "granting": sum(part["granting"] for part in parts),
        "disagreements": len(wrong),
        "wrong": wrong[:20],
        "peer_disagreements": sum(part["peer_wrong"] for part in parts),
        "wallet_ms": round(statistics.median(ms), 1),
        "floor_ms": round(statistics.median(floor), 1),
    }


def show(told: dict[str, dict[str, Any]]) -> None:
    """The table for people."""
    print(f"{'':<44}" + "".join(f"{shop:>14}" for shop in told))
    for name, field in (
        ("cases", "cases"),
        ("of them the checkout grants something", "granting"),
        ("disagreements: ours", "disagreements"),
        ("peer: lists live codes, reckons for itself", "peer_disagreements"),
        ("wallet on a checkout, median ms", "wallet_ms"),
        ("floor: the shop's own price of it, median ms", "floor_ms"),
    ):
        print(f"{name:<44}" + "".join(f"{each[field]:>14,}" for each in told.values()))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except home.CannotRun as problem:
        sys.exit(str(problem))
