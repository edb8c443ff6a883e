"""Sums of outcomes over the people who started, by currency, control share, arm and how far their windows have come:
computed in SQL, so that nobody's row leaves the database.

A person counts once, with the first time they started. Everybody who started is in it, in the arm drawn.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from saleor_relacional.db import sql, tables
from saleor_relacional.flows import money, policy
from saleor_relacional.flows.evidence import margin, outcomes
from saleor_relacional.flows.evidence.arm_results import ArmResult
from saleor_relacional.flows.evidence.beliefs_before import COLUMNS
from saleor_relacional.flows.evidence.outcome import Outcome
from saleor_relacional.insight.inference.moments import ArmMoments
from saleor_relacional.models import Campaign


class Windows(StrEnum):
    """Whose outcomes: those whose window still runs, has closed, closed so long ago that its refunds are in, or was
    followed by a whole one."""

    RUNNING = "running"
    CLOSED = "closed"
    SETTLED = "settled"
    FOLLOWED = "followed"


class Group(NamedTuple):
    """Whose sums they are."""

    currency: str
    windows: Windows
    arm: str
    share: Decimal


PERSON = f"""
    SELECT DISTINCT ON (coalesce(profile_id, -id))
           profile_id, arm, drawn_share, currency, started_at, window_ends_at, settled_orders, settled_kept,
           settled_listed, settled_margin, settled_after, settled_refunded, settled_objected, settled_complained,
           settled_early, {", ".join(COLUMNS)}
    FROM {tables.ENROLMENT} WHERE campaign_id = %(campaign)s AND state = 'started' AND started_at <= %(now)s
    ORDER BY coalesce(profile_id, -id), started_at, id
"""

_Y: Mapping[Outcome, str] = {
    Outcome.CAME_BACK: "came_back::int",
    Outcome.ORDERS: "orders",
    Outcome.KEPT: "kept * part",
    Outcome.UNCAPPED: "kept",
    Outcome.MARGIN: "coalesce(margin, 0) * part",
    Outcome.AFTER: "after",
    Outcome.OBJECTED: "objected::int",
    Outcome.COMPLAINED: "complained::int",
    Outcome.REFUNDED: "refunded::int",
}
"""What is added up of each outcome."""
_X = tuple(f"coalesce({column}, 0)" for column in COLUMNS)
_PAIRS = tuple((i, j) for i in range(len(_X)) for j in range(i, len(_X)))


def _added() -> Iterator[tuple[str, str]]:
    """(name, SQL) of each sum of an arm."""
    for i, x in enumerate(_X):
        yield f"x{i}", f"sum({x})"
    for i, j in _PAIRS:
        yield f"x{i}x{j}", f"sum({_X[i]} * {_X[j]})"
    for outcome, y in _Y.items():
        yield f"{outcome}_buyers", f"count(*) FILTER (WHERE {y} <> 0)"
        yield f"{outcome}_total", f"sum({y}::float8)"
        yield f"{outcome}_squares", f"sum({y}::float8 * {y}::float8)"
        for i, x in enumerate(_X):
            yield f"{outcome}_x{i}", f"sum({y}::float8 * {x})"


_WHOLE = {
    "people": "count(*)", "kept": "sum(kept)", "first_at": "min(started_at)",
    "window_ends_at": "max(window_ends_at)",
    "erased": "count(*) FILTER (WHERE profile_id IS NULL)", "unseen": "count(*) FILTER (WHERE unseen)",
    "unpriced": "count(*) FILTER (WHERE margin IS NULL AND settled_kept IS NULL)",
    "never_priced": "count(*) FILTER (WHERE margin IS NULL AND settled_kept IS NOT NULL)",
    "net": "coalesce(sum(net), 0)", "known": "coalesce(sum(known), 0)", "estimated": "coalesce(sum(estimated), 0)",
    "not_back": "count(*) FILTER (WHERE unseen AND NOT came_back)",
}  # fmt: skip
_SUMS = {**_WHOLE, **dict(_added())}
_KEYS = ("currency", "share", "arm", "closed", "settled", "followed")


def _statement(person: str) -> str:
    """The sums over the people of a query, whose columns are those of PERSON.

    By whether the window has closed, whether its refund period is over, and whether the one after it has closed: of
    each row one of the three is told, the other two are null. `part`: which part of a person's money counts, as
    insight/inference/cap.py says; all of it where there is no cap.
    """
    return f"""
WITH person AS ({person}), outcome AS (
    SELECT person.*, person.drawn_share AS share, {outcomes.currency("person")} AS told_in,
           person.window_ends_at <= %(now)s AS closed, person.window_ends_at <= %(settled)s AS settled,
           {outcomes.after_ends("person")} <= %(now)s AS followed, terms.currency AS reporting,
           (terms.rates ->> %(cap_currency)s)::numeric AS rate, {outcomes.told("person", now="%(now)s")},
           CASE WHEN person.settled_kept IS NULL THEN earned.margin
                ELSE person.settled_margin * {outcomes.worth("person.currency", "person")} END AS margin,
           earned.net, earned.known, earned.estimated
    FROM person CROSS JOIN {outcomes.TERMS}
    LEFT JOIN LATERAL ({outcomes.outcome("person", now="%(now)s")}) bought ON true
    LEFT JOIN LATERAL ({margin.margin("person", now="%(now)s")}) earned ON true
), counted AS (
    SELECT outcome.*, coalesce(most / greatest(listed, most), 1) AS part
    FROM outcome CROSS JOIN LATERAL (SELECT %(cap)s::numeric * CASE WHEN told_in = %(cap_currency)s THEN 1
           WHEN told_in = reporting THEN rate END AS most) capped
)
SELECT told_in, share, arm, closed, settled, followed, {", ".join(_SUMS.values())}
FROM counted GROUP BY GROUPING SETS (
    (told_in, share, arm, closed), (told_in, share, arm, settled), (told_in, share, arm, followed))
"""


class Capped(Protocol):
    """What holds a cap: a campaign, or a period of the shop-wide comparison."""

    cap: Any
    """Decimal, or None where nothing is capped."""
    cap_currency: Any
    """Text."""


def caps(capped: Capped, now: datetime) -> dict[str, Decimal]:
    """Currency → what a person's money counts up to, as `over` counts it: in the cap's own, and in the reporting
    currency where the cap's has a rate."""
    if capped.cap is None:
        return {}
    decided = policy.current(now)
    found = {capped.cap_currency: capped.cap}
    if (rate := money.rates_of(decided).get(capped.cap_currency)) is not None:
        found[decided.reporting_currency] = capped.cap * rate
    return found


def sums(campaign: Campaign, now: datetime, period: timedelta, using: str | None) -> dict[Group, ArmResult]:
    """The people of each group. `period`: how long after a window refunds are waited for."""
    return over(PERSON, {"campaign": campaign.pk}, campaign, now, period, using)


def over(
    people: str, asked: Mapping[str, Any], capped: Capped, now: datetime, period: timedelta, using: str | None
) -> dict[Group, ArmResult]:  # fmt: skip
    """As `sums`, over the people of a query of ours (columns as PERSON's) with its parameters, beside %(now)s."""
    asked = {
        **asked, "now": now, "settled": now - period, "cap": capped.cap, "cap_currency": capped.cap_currency,
    }  # fmt: skip
    found = {}
    for row in sql.rows(_statement(people), asked, using=using):
        told = dict(zip((*_KEYS, *_SUMS), row, strict=True))
        if (windows := _windows(told)) is not None:
            found[Group(told["currency"], windows, told["arm"], told["share"])] = _arm(told)
    return found


def _windows(told: Mapping[str, Any]) -> Windows | None:
    """None of people who are told by whether their window has closed."""
    if told["closed"] is not None:
        return Windows.CLOSED if told["closed"] else Windows.RUNNING
    if told["settled"]:
        return Windows.SETTLED
    return Windows.FOLLOWED if told["followed"] else None


def _arm(told: Mapping[str, Any]) -> ArmResult:
    return ArmResult(
        **{name: told[name] for name in _WHOLE}, moments={outcome: _moments(told, outcome) for outcome in _Y}
    )


def _moments(told: Mapping[str, Any], outcome: Outcome) -> ArmMoments:
    k = range(len(_X))
    return ArmMoments(
        people=told["people"], buyers=told[f"{outcome}_buyers"], total=told[f"{outcome}_total"],
        squares=told[f"{outcome}_squares"], x=tuple(told[f"x{i}"] for i in k),
        xx=tuple(tuple(told[f"x{min(i, j)}x{max(i, j)}"] for j in k) for i in k),
        xy=tuple(told[f"{outcome}_x{i}"] for i in k),
    )  # fmt: skip
