"""`make bench-segments`: ten rules at a million profiles (PEOPLE=… for another number): count and first page, as the
API asks for them. Beside each the floor (an exact count in plain SQL, written by hand) and a peer that asks each
profile in Python.

Last line: {"p95_ms", "worst_rule"} — of count and first page together, the slowest of the ten.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from benchmarks.crowd import STATEMENTS
from benchmarks.crowd_database import SECONDARY, apart, scratch

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PEOPLE = int(os.environ.get("PEOPLE", "1000000"))
REPEATS = int(os.environ.get("REPEATS", "20"))
SAMPLE = 20_000
"""Profiles that the peer is timed on."""
SCRATCH = f"relacional_bench_segments_{os.getpid()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One of the ten."""

    name: str
    rule: dict[str, Any]
    floor: str
    """An exact count, by hand."""


def _is(field: str, operator: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value, **more}


YEAR, HALF, MONTH = {"days_ago": 365}, {"days_ago": 180}, {"days_ago": 30}
S = "SELECT count(*) FROM saleor_relacional_customersummary s"
P = f"{S} JOIN saleor_relacional_profile p ON p.id = s.profile_id AND p.merged_into_id IS NULL"
B = f"{P} JOIN saleor_relacional_prediction b ON b.profile_id = s.profile_id"
AGREED = """(SELECT basis FROM saleor_relacional_consent c WHERE c.profile_id = s.profile_id
    AND c.purpose = 'offers' ORDER BY happened_at DESC, id DESC LIMIT 1) IN ('opt_in', 'stated')"""

TEN = (
    Asked(
        name="best and slipping",
        rule={"all": [_is("stage", "is", "slipping"), _is("purchase_days", "at_least", 4)]},
        floor=f"{P} WHERE s.stage = 'slipping' AND s.purchase_days >= 4",
    ),
    Asked(
        name="about to slip this week",
        rule={"all": [
            _is("stage", "one_of", ["new", "active", "loyal", "recovered"]),
            _is("slips_at", "between", [{"days_ago": 0}, {"days_ahead": 7}]),
        ]},
        floor=f"{P} WHERE s.stage IN ('new', 'active', 'loyal', 'recovered')"
        " AND s.slips_at BETWEEN %(now)s AND %(now)s::timestamptz + interval '7 days'",
    ),
    Asked(
        name="gone, kept 200 EUR or more",
        rule={"all": [_is("stage", "one_of", ["lapsed", "lost"]), _is("kept", "at_least", 200, currency="EUR")]},
        floor=f"{P} WHERE s.stage IN ('lapsed', 'lost') AND s.currency = 'EUR' AND s.sold - s.refunded >= 200",
    ),
    Asked(
        name="bought one of two products, may be written to",
        rule={"all": [
            _is("product", "any_of", ["sku-7", "sku-4000"]), _is("consent", "one_of", ["opt_in", "stated"]),
        ]},
        floor=f"""{P} WHERE s.profile_id IN (SELECT l.profile_id FROM saleor_relacional_purchaseline l
            JOIN saleor_relacional_purchase u ON u.id = l.purchase_id AND u.state = 'counts'
            WHERE l.product_key IN ('sku-7', 'sku-4000')) AND {AGREED}""",
    ),
    Asked(
        name="three purchases or more in half a year",
        rule=_is("purchases", "at_least", 3, since=HALF),
        floor="SELECT count(*) FROM (SELECT profile_id FROM saleor_relacional_purchase WHERE state = 'counts'"
        " AND placed_at >= %(now)s::timestamptz - interval '180 days' GROUP BY 1 HAVING count(*) >= 3) found",
    ),
    Asked(
        name="in rhythm, never bought that product",
        rule={"all": [
            _is("stage", "one_of", ["active", "loyal"]), {"not": _is("product", "any_of", ["sku-1"])},
        ]},
        floor=f"""{P} WHERE s.stage IN ('active', 'loyal') AND NOT EXISTS (
            SELECT 1 FROM saleor_relacional_purchaseline l JOIN saleor_relacional_purchase u ON u.id = l.purchase_id
            WHERE u.state = 'counts' AND l.profile_id = s.profile_id AND l.product_key = 'sku-1')""",
    ),
    Asked(
        name="likely to order, worth 60 EUR a year",
        rule={"all": [_is("order_90", "at_least", 0.3), _is("year_value", "at_least", 60, currency="EUR")]},
        floor=f"{B} WHERE b.order_90 >= .3 AND s.currency = 'EUR' AND b.year_value >= 60",
    ),
    Asked(
        name="Spanish in the app, or 150 EUR within a year",
        rule={"any": [
            {"all": [_is("language", "is", "es"), _is("channel", "is", "app")]},
            _is("sold", "at_least", 150, currency="EUR", since=YEAR),
        ]},
        floor=f"""{P} LEFT JOIN (SELECT profile_id, sum(sold) AS sold FROM saleor_relacional_purchase
            WHERE state = 'counts' AND currency = 'EUR' AND placed_at >= %(now)s::timestamptz - interval '365 days'
            GROUP BY 1) y ON y.profile_id = s.profile_id
            WHERE (p.language = 'es' AND p.channel = 'app') OR y.sold >= 150""",
    ),
    Asked(
        name="guests who returned, may be written to",
        rule={"all": [
            _is("account", "is", False), _is("purchase_days", "at_least", 2),
            _is("consent", "one_of", ["opt_in", "stated"]),
        ]},
        floor=f"""{P} WHERE s.purchase_days >= 2 AND NOT EXISTS (SELECT 1 FROM saleor_relacional_identity i
            WHERE i.profile_id = s.profile_id AND i.kind = 'account') AND {AGREED}""",
    ),
    Asked(
        name="a little overdue, no mail for a month, neither lapsed nor lost",
        rule={"all": [
            _is("overdue", "between", [0.7, 0.8]), _is("mails", "is", 0, since=MONTH),
            {"not": _is("stage", "one_of", ["lapsed", "lost"])},
        ]},
        floor=f"""{P} WHERE (ln(greatest(extract(epoch FROM %(now)s - s.last_at)::float8 / 86400, 1e-9))
              - s.rhythm_log_mean) / s.rhythm_log_sd BETWEEN .5244005127 AND .8416212336
            AND s.stage NOT IN ('lapsed', 'lost') AND NOT EXISTS (SELECT 1 FROM saleor_relacional_touch t
            WHERE t.profile_id = s.profile_id AND t.state = 'sent'
              AND t.ended_at >= %(now)s::timestamptz - interval '30 days')""",
    ),
)  # fmt: skip


def fill() -> None:
    """Our tables, with everybody in them, as PostgreSQL's autovacuum would leave them."""
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    start = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.5)")
        # what we make is whole: keys need no looking up
        cursor.execute("SET session_replication_role = replica")
        later = apart(cursor, SECONDARY)
        for name, statement in STATEMENTS.items():
            cursor.execute(statement, {"now": NOW, "people": PEOPLE})
            print(f"  {cursor.rowcount:>10,} {name}", flush=True)
        for making in later:
            cursor.execute(making)
        cursor.execute("VACUUM ANALYZE")
    print(f"  made in {time.perf_counter() - start:.0f} s\n", flush=True)


def timed(what: Callable[[], Any], repeats: int = REPEATS) -> tuple[Any, list[float]]:
    """Its answer, and how long it took each time, in ms."""
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        answer = what()
        taken.append((time.perf_counter() - start) * 1000)
    return answer, taken


def peer(asked: Asked) -> float:
    """ms for everybody, from a sample: one profile after the other is fetched with what the rule needs and judged."""
    from saleor_relacional.flows.segments import membership
    from saleor_relacional.flows.segments.segments import parsed
    from saleor_relacional.models import CustomerSummary

    node = parsed(asked.rule)
    ids = list(CustomerSummary.objects.order_by("pk").values_list("pk", flat=True)[: max(SAMPLE // 100, 1)])
    start = time.perf_counter()
    for each in ids:
        membership.why([each], node, now=NOW)
    return (time.perf_counter() - start) * 1000 / len(ids) * PEOPLE


def main() -> None:
    import django

    django.setup()
    from saleor_relacional.db import sql
    from saleor_relacional.flows.segments import membership
    from saleor_relacional.flows.segments.segments import parsed

    print(f"{PEOPLE:,} profiles", flush=True)
    fill()
    print(
        f"{'rule':68} {'members':>9}  {'count':>6} {'page':>6} {'p95 both':>8}  {'exact':>6} {'floor':>6}"
        f"  {'peer':>9}  ms"
    )
    worst = (0.0, "")
    for asked in TEN:
        node = parsed(asked.rule)
        number, counting = timed(lambda node=node: membership.count(node, now=NOW))
        _, paging = timed(lambda node=node: membership.page(node, first=20, after=None, now=NOW))
        exact, exactly = timed(lambda node=node: membership.count(node, now=NOW, exact=True), 3)
        plain, floor = timed(lambda asked=asked: sql.rows(asked.floor, {"now": NOW})[0][0], 3)
        if exact.number != plain:
            raise SystemExit(f"{asked.name}: we count {exact.number}, plain SQL {plain}")
        both = float(np.percentile(np.add(counting, paging), 95))
        worst = max(worst, (both, asked.name))
        shown = f"{'~' if number.estimated else ''}{number.number:,}"
        print(
            f"{asked.name:68} {exact.number:>9,}  {np.median(counting):>6.0f} {np.median(paging):>6.0f} {both:>8.0f}"
            f"  {np.median(exactly):>6.0f} {np.median(floor):>6.0f}  {peer(asked):>9,.0f}  said {shown}",
            flush=True,
        )
    print(json.dumps({"p95_ms": round(worst[0], 1), "worst_rule": worst[1]}))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saleor_relacional.hosts.standalone.settings")
    with scratch(SCRATCH):
        main()
