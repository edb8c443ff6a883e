"""`make bench-plan`: what planning one win-back campaign costs at 1,000,000 profiles and at a tenth of that, of whom 15
in a hundred are slipping or lapsed.

PEOPLE=… for another size, CHANGED=5000. Measured are the first plan, which considers everybody; a plan with nothing
new; a plan after CHANGED people have become late; and what the dashboard's page asks for. Beside them the floor: bare
SQL that lists the same changed candidates and writes as many rows, in the same run. docs/benchmarks.md tells what each
line means.

Last line: {"first_seconds", "nothing_new_seconds", "changed_5000_seconds", "page_ms", "floor_seconds", …}.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from benchmarks import apart_process
from benchmarks.crowd import STATEMENTS
from benchmarks.crowd_copy import connect
from benchmarks.crowd_database import SECONDARY, apart, scratch, tidy
from benchmarks.segments import NOW

PEOPLE = int(os.environ.get("PEOPLE", "1000000"))
CHANGED = int(os.environ.get("CHANGED", "5000"))
LATE = 0.15
"""Share of all who are slipping or lapsed."""
ROUNDS = 3
"""Of CHANGED people, others each time; the median is told."""
MAKING = (
    "profiles", "merged profiles", "accounts", "purchases", "customer summaries", "fit", "predictions", "consents",
)  # fmt: skip

_SHARE = """
WITH ranked AS (
    SELECT profile_id, row_number() OVER (ORDER BY hashint8(profile_id), profile_id) AS place
    FROM saleor_relacional_customersummary WHERE purchases > 0
)
UPDATE saleor_relacional_customersummary s
SET stage = CASE WHEN ranked.place > %(late)s THEN 'active'
                 WHEN ranked.place %% 2 = 0 THEN 'slipping' ELSE 'lapsed' END,
    slips_at = CASE WHEN ranked.place > %(late)s THEN s.last_at + interval '3000 days' ELSE s.slips_at END
FROM ranked WHERE s.profile_id = ranked.profile_id
"""
"""Exactly so many are late, spread over all keys."""

DUE = """
UPDATE saleor_relacional_customersummary
SET slips_at = %(at)s, lapses_at = %(later)s, lost_at = %(later)s, next_change_at = %(at)s
WHERE profile_id IN (
    SELECT profile_id FROM saleor_relacional_customersummary WHERE stage = 'active'
    ORDER BY hashint8(profile_id + %(turn)s), profile_id LIMIT %(count)s)
"""

FLOOR = """
INSERT INTO saleor_relacional_enrolment
    (public_id, campaign_id, version_id, profile_id, cycle, arm, state, reason, stage, year_value, channel, currency,
     cost, cost_currency, considered_at, next_try_at)
SELECT gen_random_uuid(), %(campaign)s, %(version)s, s.profile_id, 'floor', 'treated', 'waiting', 'capacity', s.stage,
       b.year_value, p.channel, s.currency, 0, '', %(now)s, %(now)s
FROM saleor_relacional_customersummary s
JOIN saleor_relacional_profile p ON p.id = s.profile_id AND p.merged_into_id IS NULL
JOIN saleor_relacional_prediction b ON b.profile_id = s.profile_id
WHERE s.profile_id = ANY(%(people)s)
"""
"""Into the same table, with its keys and indexes; rolled back."""


def fill() -> None:
    """Everybody, with a share of them late."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    start = time.perf_counter()
    with connect() as server:
        server.execute("SELECT setseed(0.5)")
        server.execute("SET session_replication_role = replica")
        later = apart(server.cursor(), SECONDARY)
        for name in MAKING:
            server.execute(STATEMENTS[name], {"now": NOW, "people": PEOPLE})
        server.execute(_SHARE, {"late": round(LATE * PEOPLE)})
        for making in later:
            server.execute(making)
        tidy(server)
    print(f"  {PEOPLE:,} customers made in {time.perf_counter() - start:.0f} s", flush=True)


def shop_opened() -> None:
    """The owner's decisions, in a shop that has learnt nothing yet but what comes with us."""
    from dataclasses import fields

    from saleor_relacional.db import sql
    from saleor_relacional.flows import policy
    from saleor_relacional.flows.learning import fit, fit_serialization
    from saleor_relacional.hosts.standalone.models import Channel
    from saleor_relacional.models import Cursor, Fit

    known = fit.prior(NOW)
    kept = {field.name for field in fields(known)} - {"id", "as_of", "customers", "converged"}
    Fit.objects.update(parameters={name: fit_serialization.plain(getattr(known, name)) for name in kept})
    Cursor.objects.create(name="sweep:order", finished_at=sql.real_now())
    policy.decide(now=NOW, daily_capacity=500)
    for slug in ("web", "app", "eu"):
        Channel.objects.get_or_create(slug=slug, defaults={"name": slug, "currency": "EUR"})
        policy.name_sender(
            channel=slug, name="Bench", address="hello@shop.example", postal_address="A street 1", now=NOW
        )


def opened() -> Any:
    """A campaign that is switched on."""
    from saleor_relacional.flows.campaigns import campaigns
    from saleor_relacional.flows.campaigns.terms import Terms

    shop_opened()
    made = campaigns.create(name="Win back", now=NOW, terms=Terms(daily_capacity=500))
    return campaigns.activate(made, now=NOW)


def timed(what: Callable[[], Any]) -> tuple[float, Any]:
    """(seconds, answer)."""
    start = time.perf_counter()
    answer = what()
    return time.perf_counter() - start, answer


def changed(campaign: Any, turn: int) -> tuple[float, float]:
    """Seconds of a plan after so many people have become late, and of the floor for them."""
    from saleor_relacional.flows.campaigns import plan
    from saleor_relacional.flows.scoring import score
    from saleor_relacional.models import Enrolment, Unplanned

    at = NOW + timedelta(minutes=turn)
    count = min(CHANGED, PEOPLE // 20)
    with connect() as server:
        asked = {"at": at, "later": at + timedelta(days=90), "turn": turn * 7919, "count": count}
        server.execute(DUE, asked)
    score.pass_time(at)
    people = list(Unplanned.objects.values_list("profile_id", flat=True))
    before = Enrolment.objects.count()
    seconds, _ = timed(lambda: plan.consider_all(at))
    if Enrolment.objects.count() - before != count or len(people) != count:
        raise SystemExit(f"{Enrolment.objects.count() - before} were enrolled of {len(people)} who changed.")
    return seconds, least(campaign, people, at)


def least(campaign: Any, people: Sequence[int], at: Any) -> float:
    """Seconds of the floor for these people."""
    asked = {
        "campaign": campaign.pk,
        "version": campaign.versions.get().pk,
        "now": at,
        "people": list(people),
    }
    with connect() as server, server.transaction(force_rollback=True):
        return timed(lambda: server.execute(FLOOR, asked))[0]


def page() -> float:
    """ms of what the dashboard's page asks for, median."""
    from saleor_relacional.dashboard.slipping import view
    from saleor_relacional.models import Campaign

    campaign = Campaign.objects.get()
    at = NOW + timedelta(hours=1)
    return statistics.median(timed(lambda: view.campaign_values(campaign, at))[0] for _ in range(10)) * 1000


def measured() -> dict[str, float]:
    """One size, in the database of DATABASE_URL."""
    import django

    django.setup()
    fill()
    from saleor_relacional.flows.campaigns import plan

    campaign = opened()
    first, _ = timed(lambda: plan.consider_all(NOW))
    with connect() as server:
        tidy(server)
    plan.consider_all(NOW)
    nothing = statistics.median(timed(lambda: plan.consider_all(NOW))[0] for _ in range(5))
    rounds = [changed(campaign, turn) for turn in range(1, ROUNDS + 1)]
    return {
        "first_seconds": first, "nothing_new_seconds": nothing, "page_ms": page(),
        "changed_seconds": statistics.median(each[0] for each in rounds),
        "floor_seconds": statistics.median(each[1] for each in rounds),
    }  # fmt: skip


def at(people: int) -> dict[str, float]:
    """One size, in a process and a database of its own."""
    return apart_process.measured("benchmarks.plan", people)


def main() -> None:
    """Table, then JSON."""
    small, large = at(PEOPLE // 10), at(PEOPLE)
    print(f"\n{'':44} {PEOPLE // 10:>12,} {PEOPLE:>12,} customers")
    for name, meaning in (
        ("first_seconds", "the first plan, s"), ("nothing_new_seconds", "a plan with nothing new, s"),
        ("changed_seconds", f"a plan after {CHANGED:,} changes, s"), ("floor_seconds", "their floor, s"),
        ("page_ms", "the dashboard's page, ms"),
    ):  # fmt: skip
        print(f"{meaning:44} {small[name]:>12.3f} {large[name]:>12.3f}")
    from benchmarks import plan_kinds

    kinds = plan_kinds.table()
    print(json.dumps({
        "people": PEOPLE, "first_seconds": round(large["first_seconds"], 3),
        "nothing_new_seconds": round(large["nothing_new_seconds"], 4),
        "changed_5000_seconds": round(large["changed_seconds"], 3), "page_ms": round(large["page_ms"], 1),
        "floor_seconds": round(large["floor_seconds"], 3),
        "kinds8_day_seconds": round(kinds["day_seconds"], 2), "kinds8_floor_seconds": round(kinds["floor_seconds"], 2),
        "kinds8_first_seconds": round(kinds["first_seconds"], 1),
        "calendar_seconds": round(kinds["calendar_seconds"], 1),
        "peak_mb": round(kinds["peak_mb"]),
        "growth": round(large["changed_seconds"] / small["changed_seconds"], 3),
    }))  # fmt: skip


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saleor_relacional.hosts.standalone.settings")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("PUBLIC_URL", "https://shop.example")
    if "--one-size" in sys.argv:
        with scratch(f"relacional_bench_plan_{os.getpid()}"):
            print(json.dumps(measured()))
    else:
        main()
