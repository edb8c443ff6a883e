"""The benchmarks that need a server, at a size that only shows that they still run and answer what they promise."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks import crowd_copy, delta

TOP = Path(__file__).parents[2]


def ran(name: str, **environment: str) -> tuple[str, dict[str, Any]]:
    """(all it printed, its last line)."""
    process = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}"],
        cwd=TOP, capture_output=True, text=True, check=False, env={**os.environ, **environment},
    )  # fmt: skip
    assert process.returncode == 0, process.stderr
    return process.stdout, json.loads(process.stdout.splitlines()[-1])


def test_everybody_from_nothing():
    """A shop of three hundred, by one worker and by two: both came to the same beliefs, or it would not have ended."""
    printed, told = ran("rebuild", PEOPLE="300", WORKERS="1 2", ROUNDS="1")
    assert "written to saleor_relacional_standing: 300 rows" in printed
    assert ", 300 stages told, 0 left stale" in printed
    assert {"seconds", "floor_seconds", "ratio_to_floor", "peak_mb", "speedup_2", "seconds_2"} <= set(told)
    assert told["people"] == 300 and told["ratio_to_floor"] > 0 and told["peak_mb"] > 20


def test_what_changed():
    """Ten orders at a shop of two hundred and at one of twenty: each is scored, and nobody else."""
    _, told = ran("delta", PEOPLE="200", CHANGED="10", ORDERS="3")
    assert {"one_order_ms", "delta_5000_seconds", "hour_seconds", "hour_changes", "growth"} <= set(told)
    assert told["one_order_ms"] > 0 and told["delta_5000_seconds"] > 0 and told["hour_changes"] >= 0


def test_types():
    """Ten rules at two hundred people: ours and plain SQL count alike, or it would not have ended."""
    printed, told = ran("types", PEOPLE="200", REPEATS="2")
    assert set(told) == {"p95_ms", "worst_rule"} and told["worst_rule"] in printed


def test_the_changed_are_spread():
    """Whoever changes is another one each turn, somebody of the crowd, and nobody twice."""
    for turn in range(3):
        people = delta.spread(5_000, turn)
        assert len(set(people)) == 5_000 and min(people) >= 1 and max(people) <= delta.PEOPLE
    assert not set(delta.spread(5_000, 1)) & set(delta.spread(5_000, 2))


def test_names_of_crowds():
    """A kept crowd is found by its size."""
    assert [crowd_copy.kept(people) for people in (1_000_000, 100_000, 2_500)] == [
        "crowd_1m", "crowd_100k", "crowd_2500",
    ]  # fmt: skip
