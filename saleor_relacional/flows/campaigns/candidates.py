"""Whom a campaign would consider now, and what would come of it: the same code for the dry run and for the
real one.

A candidate is somebody in the state that the campaign's kind is for, scored since the last fact arrived. Only what
the kind says opens a cycle; an enrolment that belongs to the present cycle is the same one, whatever its key, and one
that has started or expired is over.

The arm is drawn here, from the campaign's salt, the person's arm key and the version's control share, before anything
is asked about them; whoever has been enrolled for this cycle, or has started in an earlier one, keeps theirs: later
cycles are part of what their arm does to them, and somebody in the control group stays there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.flows.campaigns import cycles, ranking, suppression
from saleor_relacional.flows.campaigns.kinds import selling
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind
from saleor_relacional.flows.shop_control import draw as shop_draw
from saleor_relacional.insight.inference import experiment
from saleor_relacional.models import Campaign, CampaignVersion, Enrolment, EnrolmentState
from saleor_relacional.once import once

BATCH = 5_000
MANY, OF = 10_000, 16
"""From so many on an estimate may stand for the number, by one of so many keys."""


_PLACE = ranking.place("p.id", "s.currency", "COALESCE(b.year_value, 0)")


_BEYOND = f"""
JOIN {tables.PROFILE} p ON p.id = s.profile_id AND s.profile_id > %(beyond)s AND p.id > %(beyond)s
LEFT JOIN {tables.PREDICTION} b ON b.profile_id = s.profile_id AND b.profile_id > %(beyond)s
"""
"""Everybody after a key. Each table is asked for its own key: a merge join would read them from their beginning for
every batch."""
_THESE = f"""
JOIN LATERAL (SELECT * FROM {tables.PROFILE} WHERE id = s.profile_id LIMIT 1) p ON s.profile_id = ANY(%(ids)s)
LEFT JOIN LATERAL (SELECT * FROM {tables.PREDICTION} WHERE profile_id = s.profile_id LIMIT 1) b ON true
"""
"""A few thousand people, each looked up by their key. Where the other tables too are asked for all these keys, a nested
loop goes through the whole list for every person (measured: 0.08 ms each)."""


def _statement(
    kind: CampaignKind, which: str = "", order: str = "", more: str = "", *, whose: str = _BEYOND
) -> str:
    """Candidates of a kind. `whose` and `which` narrow them, `order` sorts them and ends with a limit, `more` are
    further columns; the last three may be empty.

    campaign_id + 0: by person, never by campaign. Statistics are behind while a campaign fills, and an index that
    begins with the campaign would be read whole for every candidate (measured: 20 s a batch instead of 0.1).
    Of a campaign without any enrolment (%(enrolled)s) none is looked for.
    """
    return f"""
SELECT p.id, p.arm_key, {kind.cycle} AS cycle, s.last_day, s.stage, s.currency, COALESCE(b.year_value, 0) AS worth,
       COALESCE(b.order_value, 0) AS order_value, e.id AS enrolment, COALESCE(e.arm, first.arm) AS arm,
       e.state, e.reason, e.year_value, e.channel,
       e.currency AS enrolled_in, e.cost, e.cost_currency, e.reserve, e.reserve_currency, e.next_try_at,
       e.over_at AS told_over_at, {kind.over_at} AS over_at, first.drawn_share,
       {suppression.grounds(kind)}{more}
FROM {tables.CUSTOMER_SUMMARY} s
{whose}
LEFT JOIN LATERAL (
    SELECT * FROM {tables.ENROLMENT} e
    WHERE %(enrolled)s AND e.campaign_id + 0 = %(campaign)s AND e.profile_id = s.profile_id AND {cycles.own(kind)}
    ORDER BY e.considered_at DESC LIMIT 1
) e ON true
LEFT JOIN LATERAL (
    SELECT f.arm, f.drawn_share FROM {tables.ENROLMENT} f
    WHERE %(enrolled)s AND e.id IS NULL AND f.campaign_id + 0 = %(campaign)s AND f.profile_id = s.profile_id
      AND f.state = 'started'
    ORDER BY f.started_at, f.id LIMIT 1
) first ON true
WHERE ({kind.open}) AND NOT {cycles.UNSEEN_FACTS}
  AND p.merged_into_id IS NULL
  AND (e.state IN ('waiting', 'suppressed') OR (e.id IS NULL AND ({kind.opens})))
  {which} {order}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody that a campaign considers, and where their enrolment for this cycle stands."""

    profile_id: int
    arm_key: UUID
    """Arms are drawn from it."""
    arm: str
    cycle: str
    """Key of the cycle that they are in."""
    last_day: date | None
    """Of their last purchase; None of a prospect."""
    stage: str
    currency: str
    year_value: float
    order_value: float
    enrolment: int | None
    """None while there is none for this cycle."""
    next_try_at: datetime | None
    """As it was written."""
    told_over_at: datetime | None
    """As it was written: see over_at."""
    over_at: datetime | None
    """When time alone ends their cycle; None: it does not."""
    drawn_share: Decimal | None
    """The share under which their arm was drawn, where that was in an earlier cycle; None: it is drawn now."""
    written: tuple[Any, ...]
    """What the last judgement wrote to the enrolment: state, reason, year value, channel, currency, cost and its
    currency, reserve and its currency."""
    grounds: suppression.Grounds
    """What they are judged by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """A candidate and what was found about them."""

    candidate: Candidate
    judgement: suppression.Judgement
    currency: str
    """In which they pay; of somebody who has not bought yet that of the channel in whose name they are written to."""

    @property
    def state(self) -> EnrolmentState:
        """Before capacity is given out: who may be written to is waiting."""
        return EnrolmentState.SUPPRESSED if self.judgement.reason else EnrolmentState.WAITING

    @property
    def reason(self) -> str:
        return self.judgement.reason or suppression.Suppression.CAPACITY


def after(campaign: Campaign, version: CampaignVersion, now: datetime, profile_id: int) -> list[Candidate]:
    """The next candidates by key."""
    statement = _statement(cycles.kind(version), order="ORDER BY s.profile_id LIMIT %(limit)s")
    return _read(statement, campaign, version, now, beyond=profile_id, limit=BATCH)


@once
def count(version: CampaignVersion, now: datetime, *, roughly: bool = False) -> int:
    """How many people are in the state that the campaign is for, whether or not it has started them. `roughly`: of MANY
    about how many, by those of a part of all keys; of fewer exactly."""
    if roughly and (estimate := OF * _counted(version, now, OF)) >= MANY:
        return estimate
    return _counted(version, now, 1)


def _counted(version: CampaignVersion, now: datetime, of: int) -> int:
    statement = f"""
SELECT count(*) FROM {tables.CUSTOMER_SUMMARY} s WHERE ({cycles.kind(version).open}) {sampled(of)}"""
    return int(sql.rows(statement, {**cycles.parameters(version, now), "of": of})[0][0])


def these(
    campaign: Campaign, version: CampaignVersion, profile_ids: Sequence[int], now: datetime
) -> list[Candidate]:
    """Those of these people who are candidates."""
    statement = _statement(cycles.kind(version), whose=_THESE)
    return _read(statement, campaign, version, now, ids=sql.keys(profile_ids))


def most_promising(
    campaign: Campaign, version: CampaignVersion, now: datetime, *, after: tuple[float, int], limit: int
) -> list[tuple[float, int]]:
    """The next candidates down the queue, after a place and a profile's id: place (see ranking.place) and profile id of
    each."""
    statement = f"""
SELECT place, id FROM ({_statement(cycles.kind(version), more=f", {_PLACE} AS place")}) AS queue
WHERE (place, id) > (%(place)s::float8, %(after)s) ORDER BY place, id LIMIT %(limit)s
"""
    asked = _asked(
        campaign, version, now, **ranking.parameters(now), place=after[0], after=after[1], limit=limit
    )
    return [(place, person) for place, person in sql.rows(statement, asked)]


def queue(campaign: Campaign, version: CampaignVersion, now: datetime, *, of: int = 1) -> list[int]:
    """The profile ids of all candidates, or of a sample, down the queue."""
    statement = _statement(cycles.kind(version), sampled(of), more=f", {_PLACE} AS place")
    asked = _asked(campaign, version, now, **ranking.parameters(now), of=of)
    return [row[0] for row in sql.rows(f"SELECT id FROM ({statement}) AS queue ORDER BY place, id", asked)]


def consider(found: Sequence[Candidate], version: CampaignVersion, now: datetime) -> list[Considered]:
    """Judge them all, both arms the same way."""
    known = {each.profile_id: each.grounds for each in found}
    judged = suppression.weigh([*known], version, now, known=known)
    moneys: dict[str, str] = {}
    if not all(each.currency for each in found):
        moneys = {channel.slug: channel.currency for channel in conf.channels()}
    return [
        Considered(candidate=each, judgement=one, currency=each.currency or moneys.get(one.channel, ""))
        for each, one in ((each, judged[each.profile_id]) for each in found)
    ]


def sampled(of: int) -> str:
    """Condition: the person belongs to a sample of one of so many (%(of)s)."""
    return "AND abs(hashint8(s.profile_id)::bigint) %% %(of)s = 0" if of > 1 else ""


def _read(
    statement: str, campaign: Campaign, version: CampaignVersion, now: datetime, **more: Any
) -> list[Candidate]:
    drawn = _drawing(version)
    return [_candidate(row, drawn) for row in sql.rows(statement, _asked(campaign, version, now, **more))]


def _asked(campaign: Campaign, version: CampaignVersion, now: datetime, **more: Any) -> dict[str, Any]:
    enrolled = Enrolment.objects.filter(campaign=campaign).exists()
    return {
        **suppression.asked(version, now),
        "campaign": campaign.pk,
        "beyond": 0,
        "enrolled": enrolled,
        **more,
    }


def _candidate(row: tuple[Any, ...], drawn: Callable[[UUID], experiment.Arm]) -> Candidate:
    profile_id, arm_key, cycle, last_day, stage, currency, year_value, order_value, enrolment, arm = row[:10]
    next_try_at, told_over_at, over_at = row[19:22]
    return Candidate(
        profile_id=profile_id, arm_key=arm_key, arm=arm or drawn(arm_key).value, cycle=cycle, last_day=last_day,
        stage=stage, currency=currency, year_value=year_value, order_value=order_value, enrolment=enrolment,
        next_try_at=next_try_at, told_over_at=told_over_at, over_at=over_at, written=row[10:19],
        drawn_share=row[22],
        grounds=suppression.Grounds(*row[23:31]),
    )  # fmt: skip


def drawn_out(version: CampaignVersion, now: datetime) -> Callable[[Candidate], bool]:
    """Who will be held out when their turn comes, of those who are not yet: in the shop-wide control group."""
    if not selling.sells(cycles.kind(version), selling.first_step(version)):
        return lambda one: False
    drawn = shop_draw.drawing(now)
    return lambda one: not one.grounds.shop_arm and drawn(one.arm_key)


def draw(version: CampaignVersion, arm_key: UUID) -> str:
    """The arm of a person who is enrolled under this version; knows nothing else about either."""
    return _drawing(version)(arm_key).value


def _drawing(version: CampaignVersion) -> Callable[[UUID], experiment.Arm]:
    return experiment.drawing(bytes(version.campaign.salt), version.control_share)
