"""The benchmarks that need a server, at a size that only shows that they still run and answer what they promise."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import apart_process, crowd_copy, delta, plan

TOP = Path(__file__).parents[2]


def ran(name: str, *arguments: str, **environment: str) -> tuple[str, dict[str, Any]]:
    """(all it printed, its last line)."""
    process = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", *arguments],
        cwd=TOP, capture_output=True, text=True, check=False, env={**os.environ, **environment},
    )  # fmt: skip
    assert process.returncode == 0, process.stderr
    return process.stdout, json.loads(process.stdout.splitlines()[-1])


@pytest.mark.thorough
def test_everybody_from_nothing():
    """A shop of three hundred, scored by two processes, beside its floor."""
    printed, told = ran("rebuild", PEOPLE="300", WORKERS="2", ROUNDS="1")
    assert "written to saleor_relacional_customersummary: 300 rows" in printed
    assert ", 300 stages told, 0 left stale" in printed
    assert {"seconds", "floor_seconds", "ratio_to_floor", "peak_mb", "shift_seconds"} <= set(told)
    assert told["people"] == 300 and told["ratio_to_floor"] > 0 and told["peak_mb"] > 20


@pytest.mark.thorough
def test_what_changed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Ten orders at a shop of two hundred: each is scored, and nobody else. A shop as quick as a tenth of it grew by
    nothing."""
    _, told = ran("delta", "--one-size", PEOPLE="200", CHANGED="10", ORDERS="3")
    assert told["one_order_ms"] > 0 and told["delta_seconds"] > 0 and told["hour_changes"] >= 0
    monkeypatch.setattr(delta, "at", lambda people: told)
    delta.main()
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert {"one_order_ms", "delta_5000_seconds", "hour_seconds", "hour_changes", "growth"} <= set(found)
    assert found["growth"] == 1


@pytest.mark.thorough
def test_planning(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """A shop of a hundred and fifty, some of whom become late three times: all of them are enrolled, or it would not
    have ended. Then all kinds in such a shop, with a day ahead."""
    _, told = ran("plan", "--one-size", PEOPLE="150")
    assert min(told.values()) > 0
    _, kinds = ran("plan_kinds", "--one-size", PEOPLE="150", CHANGED_DAY="20", CALENDAR_DAYS="1")
    assert kinds["enrolled"] > 0 and kinds["calendar_seconds"] > 0
    monkeypatch.setattr(plan, "at", lambda people: told)
    monkeypatch.setattr(apart_process, "measured", lambda module, people: kinds)
    plan.main()
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    figures = {"first_seconds", "nothing_new_seconds", "changed_5000_seconds", "page_ms", "floor_seconds"}
    assert figures <= set(found) and found["growth"] == 1


@pytest.mark.thorough
def test_importing_beside_orders():
    """Six hundred lines are imported whole while orders arrive, or it would not have ended; the orders are told."""
    printed, told = ran("importing", LINES="600", ALONE="4", EVERY="0.05")
    assert "settling" in printed and told["lines"] == 600 and told["orders"] > 0
    assert told["longest_ms"] >= told["p99_ms"] > 0 and told["alone_longest_ms"] > 0


def test_segments():
    """Ten rules at sixty people: ours and plain SQL count alike, or it would not have ended."""
    printed, told = ran("segments", PEOPLE="60", REPEATS="2")
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
