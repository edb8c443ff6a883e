"""`make bench-delta`: what a change costs once everybody is scored, at 1,000,000 customers and at a tenth of that.

PEOPLE=… for another size, CHANGED=5000. Measured are one order, recorded and scored as a nudge does it; CHANGED
customers with a new order each, scored at once; and an hour that passes without news. Beside them the floor: the facts
of just these customers aggregated where they lie, and as many rows as were written, copied in. Customers are spread
over all keys, so the larger shop also has the larger and colder tables. docs/benchmarks.md tells what each line means.

Last line: {"one_order_ms", "delta_5000_seconds", "hour_seconds", "hour_changes", "growth", …}.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from benchmarks import apart_process, floor, rebuild
from benchmarks.crowd_copy import connect, crowd
from benchmarks.crowd_database import tidy
from benchmarks.crowd_history import SOURCE
from benchmarks.crowd_load import NOW

PEOPLE = int(os.environ.get("PEOPLE", "1000000"))
CHANGED = int(os.environ.get("CHANGED", "5000"))
ORDERS = int(os.environ.get("ORDERS", "60"))
"""Single orders; the median is told."""
ROUNDS = 3
"""Of CHANGED customers, other ones each time; the median is told."""
SEVERAL = 50_000
"""Customers from which on several workers rebuild; fewer are scored here."""
BATCH = 500
"""Facts recorded in one transaction, as a sweep does it."""


def order(person: int, at: datetime, number: str) -> Any:
    """A purchase of three lines by somebody of the crowd, as the host would tell it."""
    from saleor_relacional.hosts.facts import LineFact, OrderFact, OrderState

    account = person % 5 < 3
    lines = tuple(
        LineFact(product_key=f"sku-{person * n % 5000}", name="A product", quantity=1, total=Decimal("15.00"))
        for n in (1, 2, 3)
    )
    return OrderFact(
        source=SOURCE, reference=number, number=number, state=OrderState.COUNTS,
        customer=str(person) if account else None, email=f"p{person}@shop.example", language="en",
        first_name="Ada", channel="web", currency="EUR", total=Decimal("45.00"), placed_at=at, changed_at=at,
        checkout=None, codes=(), lines=lines, refunds=(), vouched_then=True,
    )  # fmt: skip


def spread(count: int, turn: int) -> list[int]:
    """So many customers over all keys, others each turn."""
    step = max(PEOPLE // count, 1)
    return [1 + (n * step + turn * 7919) % PEOPLE for n in range(min(count, PEOPLE))]


def timed(what: Callable[[], Any]) -> tuple[float, Any]:
    """(seconds, answer)."""
    start = time.perf_counter()
    answer = what()
    return time.perf_counter() - start, answer


def one_order() -> dict[str, float]:
    """ms of recording and scoring one order, median of many; the first ones warm up."""
    from saleor_relacional.flows.ingest import record
    from saleor_relacional.flows.scoring import score

    took = []
    for n, person in enumerate(spread(min(ORDERS + 5, PEOPLE), turn=1)):
        facts = [order(person, NOW - timedelta(minutes=5), f"one-{n}")]
        recording, _ = timed(lambda facts=facts: record.record(facts, now=NOW))
        scoring, scored = timed(lambda: score.score_stale(NOW, limit=500))
        if scored.profiles != 1:
            raise SystemExit(f"One order changed {scored.profiles} customer summaries.")
        took.append((recording * 1000, scoring * 1000))
    told = took[5:]
    return {
        "one_order_ms": statistics.median(sum(each) for each in told),
        "record_ms": statistics.median(each[0] for each in told),
        "score_ms": statistics.median(each[1] for each in told),
    }


def changed(count: int) -> dict[str, float]:
    """Seconds of recording so many orders and of scoring their customers, medians; and of the floor for the same."""
    from saleor_relacional.flows.ingest import record
    from saleor_relacional.flows.scoring import score

    recorded, scored, floors = [], [], []
    for turn in range(ROUNDS):
        people = spread(count, turn + 2)
        facts = [order(person, NOW - timedelta(minutes=4), f"many-{turn}-{person}") for person in people]
        batches = [facts[at : at + BATCH] for at in range(0, count, BATCH)]
        recorded.append(
            timed(lambda batches=batches: [record.record(batch, now=NOW) for batch in batches])[0]
        )
        seconds, done = timed(lambda: score.score_stale(NOW, limit=count))
        if done.profiles != count:
            raise SystemExit(f"{count} orders changed {done.profiles} customer summaries.")
        scored.append(seconds)
        floors.append(least(people))
    return {
        "record_seconds": statistics.median(recorded),
        "delta_seconds": statistics.median(scored),
        "floor_seconds": min(floors),
    }


def least(people: Sequence[int]) -> float:
    """Seconds of the floor for these customers."""
    whose = "profile_id = ANY(%(people)s)"
    listed = ",".join(map(str, people))
    with connect() as server:
        written = [floor.rows(server, table, f"profile_id IN ({listed})") for table in floor.WRITTEN[:2]]
        return floor.aggregate(server, whose, {"people": list(people)}) + floor.copied(server, written)


def hour() -> dict[str, float]:
    """An hour passes without news: seconds, and how many stages changed."""
    from saleor_relacional.flows.scoring import score

    later, changes = NOW + timedelta(hours=1), 0
    start = time.perf_counter()
    while (done := score.pass_time(later)).profiles:
        changes += done.changes
    return {"hour_seconds": time.perf_counter() - start, "hour_changes": changes}


def measured() -> dict[str, float]:
    """One size, in the database of DATABASE_URL."""
    import django

    django.setup()
    if PEOPLE >= SEVERAL:
        rebuild.run(4)
    else:
        from saleor_relacional.flows.scoring import score

        score.refit(NOW)
    with connect() as server:
        tidy(server)
    return {**one_order(), **changed(min(CHANGED, PEOPLE // 2)), **hour()}


def at(people: int) -> dict[str, float]:
    """One size, in a process and a database of its own."""
    return apart_process.measured("benchmarks.delta", people)


def main() -> None:
    """Table, then JSON."""
    small, large = at(PEOPLE // 10), at(PEOPLE)
    print(f"\n{'':44} {PEOPLE // 10:>12,} {PEOPLE:>12,} customers")
    for name, meaning in (
        ("record_ms", "one order recorded, ms"), ("score_ms", "scored, ms"), ("one_order_ms", "both, ms"),
        ("record_seconds", f"{CHANGED:,} orders recorded, s"), ("delta_seconds", f"{CHANGED:,} customers scored, s"),
        ("floor_seconds", "their floor, s"), ("hour_seconds", "an hour passes, s"), ("hour_changes", "stages changed"),
    ):  # fmt: skip
        print(f"{meaning:44} {small[name]:>12.3f} {large[name]:>12.3f}")
    print(json.dumps({
        "people": PEOPLE, "one_order_ms": round(large["one_order_ms"], 2),
        "delta_5000_seconds": round(large["delta_seconds"], 3), "hour_seconds": round(large["hour_seconds"], 3),
        "hour_changes": int(large["hour_changes"]), "growth": round(large["delta_seconds"] / small["delta_seconds"], 3),
        "floor_seconds": round(large["floor_seconds"], 3), "record_seconds": round(large["record_seconds"], 3),
    }))  # fmt: skip


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saleor_relacional.hosts.standalone.settings")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if "--one-size" in sys.argv:
        with crowd(PEOPLE, f"relacional_bench_delta_{os.getpid()}"):
            print(json.dumps(measured()))
    else:
        main()
