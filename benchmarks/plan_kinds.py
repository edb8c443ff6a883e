"""Part of `make bench-plan`: eight campaigns of different kinds in one shop: their first plan, a usual day by one
worker and by two, the calendar, and the floor.

A usual day: CHANGED people have become late and as many are scored anew, and the shop's day is another one, so that
anniversaries come and windows close. The floor is bare SQL that lists the people who were enrolled on it, campaign by
campaign, and writes as many rows, in the same run; what was only judged anew it leaves out.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta

from benchmarks import apart_process
from benchmarks.crowd_copy import connect
from benchmarks.crowd_database import scratch, tidy
from benchmarks.plan import DUE, FLOOR, PEOPLE, fill, shop_opened, timed
from benchmarks.segments import NOW

KINDS = (
    "anniversary", "recovered_care", "second_chance", "second_purchase", "sunset", "thanks_first_order", "welcome",
    "win_back",
)  # fmt: skip
CHANGED = int(os.environ.get("CHANGED_DAY", "20000"))
"""People of whom there is news on a day."""
CALENDAR = int(os.environ.get("CALENDAR_DAYS", "30"))
"""Days ahead that are rehearsed."""

_SCORED = """
INSERT INTO saleor_relacional_unplanned (profile_id, version)
SELECT profile_id, 1 FROM saleor_relacional_customersummary
ORDER BY hashint8(profile_id + %(turn)s), profile_id LIMIT %(count)s ON CONFLICT DO NOTHING
"""
_ENROLLED = """
SELECT campaign_id, version_id, array_agg(profile_id) FROM saleor_relacional_enrolment
WHERE id > %s GROUP BY 1, 2
"""


def opened() -> None:
    """All kinds, switched on as they ship."""
    from saleor_relacional.flows.campaigns import campaigns

    shop_opened()
    for kind in KINDS:
        campaigns.activate(campaigns.ensure(kind, NOW, daily_capacity=500), now=NOW)


def a_day_comes(turn: int) -> datetime:
    """The people of whom there is news on that day, and a moment of it."""
    from saleor_relacional.flows.scoring import score

    at = NOW + timedelta(days=turn)
    with connect() as server:
        asked = {"at": at, "later": at + timedelta(days=90), "turn": turn * 7919, "count": CHANGED // 2}
        server.execute(DUE, asked)
        server.execute(_SCORED, {"turn": turn * 104729, "count": CHANGED // 2})
    while score.pass_time(at).profiles:
        pass
    return at


def floor(after: int, at: datetime) -> float:
    """Seconds of bare SQL that enrols the same people."""
    with connect() as server, server.transaction(force_rollback=True):
        found = server.execute(_ENROLLED, [after]).fetchall()
        return sum(
            timed(
                lambda told={
                    "campaign": one[0],
                    "version": one[1],
                    "people": one[2],
                    "now": at,
                }: server.execute(FLOOR, told)
            )[0]
            for one in found
        )


def last_enrolment() -> int:
    """Its key."""
    from saleor_relacional.models import Enrolment

    return Enrolment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def two_workers(at: datetime) -> float:
    """Seconds until both of two processes that plan at once are done."""
    command = [sys.executable, "-m", "benchmarks.plan_kinds", "--worker", at.isoformat()]

    def both() -> None:
        workers = [subprocess.Popen(command) for _ in range(2)]
        if any(worker.wait() for worker in workers):
            raise SystemExit("A worker broke; its message stands above.")

    return timed(both)[0]


def measured() -> Mapping[str, float]:
    """One size, in the database of DATABASE_URL."""
    import django

    django.setup()
    fill()
    from saleor_relacional.flows.calendar import calendars
    from saleor_relacional.flows.campaigns import plan

    opened()
    first, _ = timed(lambda: plan.consider_all(NOW))
    with connect() as server:
        tidy(server)
    nothing, _ = timed(lambda: plan.consider_all(NOW))
    days, floors = [], []
    for turn in (1, 2):
        at, before = a_day_comes(turn), last_enrolment()
        days.append(timed(lambda at=at: plan.consider_all(at))[0])
        floors.append(floor(before, at))
    rows = last_enrolment() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    calendar, _ = timed(lambda: calendars.make(at, days=CALENDAR))
    third = a_day_comes(3)
    started, _ = timed(
        lambda: subprocess.run([sys.executable, "-m", "benchmarks.plan_kinds", "--idle"], check=True)
    )
    return {
        "first_seconds": first, "nothing_seconds": nothing, "day_seconds": sum(days) / 2,
        "floor_seconds": sum(floors) / 2, "two_workers_seconds": two_workers(third) - started, "peak_mb": peak,
        "calendar_seconds": calendar, "enrolled": float(rows),
    }  # fmt: skip


def table() -> Mapping[str, float]:
    """The figures of `measured`, in a process and a database of its own, printed as a table."""
    found = apart_process.measured("benchmarks.plan_kinds", PEOPLE)
    print(f"\n{f'{len(KINDS)} kinds, {PEOPLE:,} customers':52}")
    for name, meaning in (
        ("first_seconds", "the first plan, s"), ("nothing_seconds", "a plan with nothing new, s"),
        ("day_seconds", f"a usual day ({CHANGED:,} changes), one worker, s"), ("floor_seconds", "its floor, s"),
        ("two_workers_seconds", "a usual day, two workers at once, s"),
        ("calendar_seconds", f"{CALENDAR} days' calendar, s"),
        ("peak_mb", "memory of a worker at most, MB"),
    ):  # fmt: skip
        print(f"{meaning:52} {found[name]:>12.2f}")
    return found


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saleor_relacional.hosts.standalone.settings")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("PUBLIC_URL", "https://shop.example")
    if "--one-size" in sys.argv:
        with scratch(f"relacional_bench_kinds_{os.getpid()}"):
            print(json.dumps(measured()))
    elif "--worker" in sys.argv or "--idle" in sys.argv:
        import django

        django.setup()
        from saleor_relacional.flows.campaigns import plan as planning

        if "--worker" in sys.argv:
            planning.consider_all(datetime.fromisoformat(sys.argv[-1]))
    else:
        print(json.dumps(dict(table())))
