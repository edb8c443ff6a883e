"""Down a campaign's queue: who waits for their turn, the most promising first, as far as there is room. Read in the
order of an index wherever places allow it, so that a long queue costs no more than a short one."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.campaigns import cycles, ranking
from saleor_relacional.flows.campaigns.kinds.fragments import WAIT
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind
from saleor_relacional.flows.shop_control import draw
from saleor_relacional.models import Arm, CampaignVersion

AHEAD = timedelta(days=7)
"""So long before its day somebody's turn comes at the earliest: what is booked keeps other campaigns away."""
FEW, MOST_READ = 100, 5_000
"""People who are read down a queue at once, beside twice as many as there is room for, and at most."""


class Compared(Enum):
    """How people who pay in several currencies are compared."""

    BY_WORTH = "by_worth"
    """All their money in one currency."""
    BY_SHARE = "by_share"
    """Nobody has a rate for any of it: each among those who pay alike."""
    MIXED = "mixed"


WORTH = "e.year_value * coalesce((%(rates)s::jsonb ->> e.currency)::float8, 1)"
"""What an enrolment (the alias `e`) is worth; asks for ranking.parameters."""


def _due(kind: CampaignKind) -> str:
    """When somebody's first message is due (the alias `step` is its step)."""
    return f"greatest(%(now)s, {kind.waits_from} + {WAIT})"


HELD = "held"
_ARM = f"CASE WHEN {draw.held('e.profile_id')} THEN '{HELD}' ELSE e.arm END"
"""Of an enrolment (the alias `e`): its arm, or HELD of whoever is held out of everything commercial; asks for
draw.parameters. They take no room, as the control group does."""


def _next(kind: CampaignKind, compared: Compared) -> str:
    """The next ones down the queue of one currency, and whether their turn may come now: in the order of an index, so
    that nobody further down is read. By share whoever is open is read, because all of them make the places."""
    due = _due(kind)
    whose = "" if compared is Compared.BY_SHARE else f"AND {_waits('q')}"
    return f"""
SELECT e.id, e.profile_id, %(step)s, {_ARM}, {due}, e.currency, {WORTH}, 0.5, e.year_value,
       (s.profile_id IS NOT NULL AND {_waits("e")} AND {cycles.current(kind)} AND NOT {cycles.UNSEEN_FACTS}
        AND {due} <= %(now)s + %(ahead)s) IS TRUE
FROM (
    SELECT * FROM {tables.ENROLMENT} q
    WHERE q.campaign_id = %(campaign)s AND q.currency = %(currency)s AND q.state IN ('waiting', 'suppressed')
      {whose} AND q.year_value <= %(most)s AND (q.year_value < %(most)s OR q.profile_id > %(after)s)
    ORDER BY q.year_value DESC, q.profile_id LIMIT %(limit)s
) e
LEFT JOIN {tables.CUSTOMER_SUMMARY} s ON s.profile_id = e.profile_id
JOIN {tables.CAMPAIGN_STEP} step ON step.id = %(step)s
ORDER BY e.year_value DESC, e.profile_id
"""


def _waits(alias: str) -> str:
    """Condition: nothing but room is missing."""
    return f"{alias}.state = 'waiting' AND {alias}.reason = 'capacity'"


_OPEN = f"""
SELECT count(*) FROM {tables.ENROLMENT}
WHERE campaign_id = %(campaign)s AND currency = %(currency)s AND state IN ('waiting', 'suppressed')
"""
_CURRENCIES = f"""
WITH RECURSIVE found AS (
    (SELECT currency FROM {tables.ENROLMENT} WHERE campaign_id = %(campaign)s AND state IN ('waiting', 'suppressed')
     ORDER BY currency LIMIT 1)
    UNION ALL
    SELECT (SELECT e.currency FROM {tables.ENROLMENT} e WHERE e.campaign_id = %(campaign)s
            AND e.state IN ('waiting', 'suppressed') AND e.currency > found.currency ORDER BY e.currency LIMIT 1)
    FROM found WHERE found.currency IS NOT NULL
)
SELECT currency FROM found WHERE currency IS NOT NULL
"""


def _first(kind: CampaignKind) -> str:
    """As _next, of all currencies at once, where some moneys can be compared and others cannot: a person's place is
    their share of those who pay alike, for which all are counted. Somebody is read as long as fewer than %(room)s
    treated people stand above them."""
    return f"""
SELECT id, profile_id, %(step)s, arm, due_at, currency, worth, share, waiting FROM (
    SELECT e.id, e.profile_id, e.turn_arm AS arm, e.due_at, e.currency, e.worth, count(*) OVER () AS waiting,
           (row_number() OVER turn - 0.5) / count(*) OVER () AS share,
           count(*) FILTER (WHERE e.turn_arm = 'treated') OVER turn - (e.turn_arm = 'treated')::int AS treated_above
    FROM (
        SELECT e.*, {_ARM} AS turn_arm, {ranking.place("e.profile_id", "e.currency", "e.year_value")} AS place,
               {WORTH} AS worth, {_due(kind)} AS due_at
        FROM {tables.ENROLMENT} e
        JOIN {tables.CUSTOMER_SUMMARY} s ON s.profile_id = e.profile_id
        JOIN {tables.CAMPAIGN_STEP} step ON step.id = %(step)s
        WHERE e.campaign_id = %(campaign)s AND e.state IN ('waiting', 'suppressed')
          AND {cycles.current(kind)} AND NOT {cycles.UNSEEN_FACTS}
    ) e
    WHERE e.state = 'waiting' AND e.reason = 'capacity' AND e.due_at <= %(now)s + %(ahead)s
    WINDOW turn AS (ORDER BY e.place, e.profile_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
) queue WHERE treated_above < %(room)s
"""


def compared(versions: Iterable[CampaignVersion], now: datetime) -> Compared:
    """How people are compared who wait for their turn in these campaigns: see ranking.place."""
    asked = ({"campaign": one.campaign_id} for one in versions)
    moneys = {row[0] for campaign in asked for row in sql.rows(_CURRENCIES, campaign)}
    rates = ranking.rates(now).keys()
    if len(moneys) <= 1 or moneys <= rates:
        return Compared.BY_WORTH
    return Compared.BY_SHARE if moneys.isdisjoint(rates) else Compared.MIXED


def waiting(
    kind: CampaignKind, asked: Mapping[str, Any], room: int, compared: Compared
) -> tuple[list[tuple[Any, ...]], bool]:
    """Down the queue as long as fewer than `room` treated people stand above somebody, and whether more may come."""
    if compared is Compared.MIXED:
        found = sql.rows(_first(kind), asked)
        return found, bool(found) and found[0][-1] > len(found)
    read: list[tuple[Any, ...]] = []
    more = False
    for (currency,) in sql.rows(_CURRENCIES, asked):
        some, further = _of_one_currency(kind, {**asked, "currency": currency}, room, compared)
        read += some
        more = more or further
    by_share = compared is Compared.BY_SHARE
    read.sort(key=lambda row: (row[7] if by_share else -row[6], row[1]))
    above = 0
    taken: list[tuple[Any, ...]] = []
    for row in read:
        if above >= room:
            return taken, True
        taken.append(row)
        above += row[3] == Arm.TREATED
    return taken, more


def _of_one_currency(
    kind: CampaignKind, asked: Mapping[str, Any], room: int, compared: Compared
) -> tuple[list[tuple[Any, ...]], bool]:
    """Those whose turn may come, until `room` of them are treated, and whether more stand below them."""
    taken: list[tuple[Any, ...]] = []
    most, after, limit = float("inf"), 0, min(2 * room + FEW, MOST_READ)
    open_ = sql.rows(_OPEN, asked)[0][0] if compared is Compared.BY_SHARE else 0
    above = 0
    while True:
        some = sql.rows(_next(kind, compared), {**asked, "most": most, "after": after, "limit": limit})
        for place, row in enumerate(some, above):
            if row[9]:
                taken.append((*row[:7], (place + 0.5) / open_ if open_ else 0.5, row[8]))
        above += len(some)
        if len(some) < limit:
            return taken, False
        if sum(row[3] == Arm.TREATED for row in taken) >= room:
            return taken, True
        most, after = some[-1][8], some[-1][1]
