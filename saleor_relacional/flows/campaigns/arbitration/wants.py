"""What a campaign wants to say today, and to whom: its first message to those who wait for their turn, and later steps
that are due. Both arms alike: nothing here is asked of what was sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.campaigns import cycles, ranking
from saleor_relacional.flows.campaigns.campaign import limits
from saleor_relacional.flows.campaigns.kinds.days import today
from saleor_relacional.flows.campaigns.kinds.fragments import WAIT
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind, Goal
from saleor_relacional.flows.campaigns.kinds.selling import first_step, sells, trust
from saleor_relacional.models import Arm, CampaignStep, CampaignVersion
from saleor_relacional.rules.contact.trust import TrustLevel

AHEAD = timedelta(days=7)
"""So long before its day somebody's turn comes at the earliest: what is booked keeps other campaigns away."""
FEW, MOST_READ = 100, 5_000
"""People who are read down a queue at once, beside twice as many as there is room for, and at most."""
STEP_LASTS = timedelta(days=30)
"""A later step whose turn has not come for so long is not said any more."""


class Compared(Enum):
    """How people who pay in several currencies are compared."""

    BY_WORTH = "by_worth"
    """All their money in one currency."""
    BY_SHARE = "by_share"
    """Nobody has a rate for any of it: each among those who pay alike."""
    MIXED = "mixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """One message to one person."""

    campaign: int
    enrolment: int
    profile: int
    step: int
    first: bool
    """With it the enrolment starts."""
    treated: bool
    due: datetime
    currency: str
    worth: float
    """Year value, in the reporting currency where there is a rate."""
    share: float
    """Of the campaign's people who come before, from 0 to 1: what compares where money cannot be compared."""
    goal: int
    """Place among the goals, the first to come first."""
    lift: float
    """What the kind is believed to add, as a share of the year value."""
    sells: bool
    level: TrustLevel
    after_all: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wants:
    """What one campaign wants."""

    wants: Sequence[Want]
    more: bool
    """Whether people stand further down the queue who were not read."""


_WORTH = "e.year_value * coalesce((%(rates)s::jsonb ->> e.currency)::float8, 1)"


def _due(kind: CampaignKind) -> str:
    """When somebody's first message is due (the alias `step` is its step)."""
    return f"greatest(%(now)s, {kind.waits_from} + {WAIT})"


def _next(kind: CampaignKind, compared: Compared) -> str:
    """The next ones down the queue of one currency, and whether their turn may come now: in the order of an index, so
    that nobody further down is read. By share whoever is open is read, because all of them make the places."""
    due = _due(kind)
    whose = "" if compared is Compared.BY_SHARE else f"AND {_waits('q')}"
    return f"""
SELECT e.id, e.profile_id, %(step)s, e.arm, {due}, e.currency, {_WORTH}, 0.5, e.year_value,
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
    SELECT e.id, e.profile_id, e.arm, e.due_at, e.currency, e.worth, count(*) OVER () AS waiting,
           (row_number() OVER turn - 0.5) / count(*) OVER () AS share,
           count(*) FILTER (WHERE e.arm = 'treated') OVER turn - (e.arm = 'treated')::int AS treated_above
    FROM (
        SELECT e.*, {ranking.place("e.profile_id", "e.currency", "e.year_value")} AS place,
               {_WORTH} AS worth, {_due(kind)} AS due_at
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


_LAST = f"""JOIN LATERAL (
    SELECT said.number, c.at FROM {tables.CONTACT} c JOIN {tables.CAMPAIGN_STEP} said ON said.id = c.step_id
    WHERE c.enrolment_id = e.id ORDER BY said.number DESC LIMIT 1
) last ON true"""
"""What was booked last for somebody."""


def _later(kind: CampaignKind) -> str:
    """Started people whose next step is due, counted from when the one before was booked, and whose cycle is open."""
    return f"""
SELECT e.id, e.profile_id, step.id, e.arm, e.next_step_at, e.currency, {_WORTH}, 0.5, 0
FROM {tables.ENROLMENT} e
JOIN {tables.CUSTOMER_SUMMARY} s ON s.profile_id = e.profile_id
{_LAST}
JOIN {tables.CAMPAIGN_STEP} step ON step.version_id = e.version_id AND step.number = last.number + 1
WHERE e.campaign_id = %(campaign)s AND e.next_step_at <= %(now)s AND e.next_step_at > %(now)s - %(lasts)s
  AND e.state = 'started' AND {cycles.current(kind)} AND NOT ({kind.ended}) AND NOT {cycles.UNSEEN_FACTS}
"""


_FOLLOWS = f"""
UPDATE {tables.ENROLMENT} e SET next_step_at = follows.at FROM (
    SELECT e.id, (
        SELECT last.at + {WAIT} FROM {tables.CAMPAIGN_STEP} step
        WHERE step.version_id = e.version_id AND step.number = last.number + 1) AS at
    FROM {tables.ENROLMENT} e
    JOIN {tables.CUSTOMER_SUMMARY} s ON s.profile_id = e.profile_id
    {_LAST}
    WHERE e.id = ANY(%s)
) follows WHERE follows.id = e.id AND e.state = 'started'
"""
_TOO_LATE = f"""
UPDATE {tables.ENROLMENT} SET next_step_at = NULL WHERE id IN (
    SELECT id FROM {tables.ENROLMENT} WHERE campaign_id = %s AND next_step_at <= %s ORDER BY id FOR UPDATE SKIP LOCKED)
"""


def booked(enrolments: Sequence[int]) -> None:
    """Say of these, for whom a step was just booked, when the next one is due."""
    if enrolments:
        sql.run(_FOLLOWS, [sorted(enrolments)])


def too_late(campaign: int, now: datetime) -> None:
    """Whose next step was not said in time hears no more of this cycle."""
    sql.run(_TOO_LATE, [campaign, now - STEP_LASTS])


def compared(versions: Iterable[CampaignVersion], now: datetime) -> Compared:
    """How people are compared who wait for their turn in these campaigns: see ranking.place."""
    asked = ({"campaign": one.campaign_id} for one in versions)
    moneys = {row[0] for campaign in asked for row in sql.rows(_CURRENCIES, campaign)}
    rates = ranking.rates(now).keys()
    if len(moneys) <= 1 or moneys <= rates:
        return Compared.BY_WORTH
    return Compared.BY_SHARE if moneys.isdisjoint(rates) else Compared.MIXED


def of(version: CampaignVersion, now: datetime, room: int, *, compared: Compared) -> Wants:
    """What the campaign of this version wants. `room`: how many treated people it reads at most who wait for their
    turn; those of the control group who stand among them are read too."""
    kind, step = cycles.kind(version), first_step(version)
    asked = {
        **cycles.parameters(version, now), **ranking.parameters(now), "campaign": version.campaign_id,
        "step": step.pk, "room": room, "lasts": STEP_LASTS, "ahead": AHEAD,
    }  # fmt: skip
    starts = room > 0 and limits.starts(version, today(now))
    waiting, more = _waiting(kind, asked, room, compared) if starts else ([], False)
    later = sql.rows(_later(kind), asked)
    steps = {one.pk: one for one in CampaignStep.objects.filter(pk__in={row[2] for row in later})}
    return Wants(
        wants=[
            *(_want(row, version, kind, step, first=True) for row in waiting),
            *(_want(row, version, kind, steps[row[2]], first=False) for row in later),
        ],
        more=more,
    )


def _waiting(
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


def _want(
    row: tuple[Any, ...], version: CampaignVersion, kind: CampaignKind, step: CampaignStep, *, first: bool
) -> Want:
    enrolment, profile, _, arm, due, currency, worth, share, _ = row
    return Want(
        campaign=version.campaign_id, enrolment=enrolment, profile=profile, step=step.pk, first=first,
        treated=arm == Arm.TREATED, due=due, currency=currency, worth=worth, share=float(share),
        goal=list(Goal).index(cycles.goal(version)), lift=kind.prior_lift, sells=sells(kind, step), level=trust(step),
        after_all=kind.leaves_in_peace,
    )  # fmt: skip
