"""What a campaign wants to say today, and to whom: its first message to those who wait for their turn, and later steps
that are due. Both arms alike: nothing here is asked of what was sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.campaigns import cycles, ranking
from saleor_relacional.flows.campaigns.arbitration import queue
from saleor_relacional.flows.campaigns.arbitration.queue import Compared
from saleor_relacional.flows.campaigns.campaign import limits
from saleor_relacional.flows.campaigns.kinds.days import today
from saleor_relacional.flows.campaigns.kinds.fragments import WAIT
from saleor_relacional.flows.campaigns.kinds.kind import CampaignKind, Goal
from saleor_relacional.flows.campaigns.kinds.selling import first_step, sells, trust
from saleor_relacional.flows.contact import contact_policy
from saleor_relacional.flows.shop_control import draw, entries
from saleor_relacional.models import Arm, CampaignStep, CampaignVersion
from saleor_relacional.rules.contact.policy import CampaignContactPolicy
from saleor_relacional.rules.contact.trust import TrustLevel

STEP_LASTS = timedelta(days=30)
"""A later step whose turn has not come for so long is not said any more."""


Rank = tuple[bool, int]
"""Whether it sells, and the place of its goal: service first, then the goals in their order."""


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
    held: bool = False
    """Whether they are held out of everything commercial, by this or before: then they do not start."""
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
    contact_policy: CampaignContactPolicy
    """Of the version that says it: whoever has started keeps theirs."""
    level: TrustLevel
    after_all: bool
    topic: str
    """What it is about; empty: no topic of the shop's."""

    @property
    def rank(self) -> Rank:
        """Who is of a lesser rank comes first, whatever else is said of either."""
        return self.sells, self.goal


@dataclass(frozen=True, slots=True, kw_only=True)
class Wants:
    """What one campaign wants."""

    wants: Sequence[Want]
    more: bool
    """Whether people stand further down the queue who were not read."""


_LAST = f"""JOIN LATERAL (
    SELECT said.number, c.at FROM {tables.CONTACT} c JOIN {tables.CAMPAIGN_STEP} said ON said.id = c.step_id
    WHERE c.enrolment_id = e.id ORDER BY said.number DESC LIMIT 1
) last ON true"""
"""What was booked last for somebody."""


def _later(kind: CampaignKind) -> str:
    """Started people whose next step is due, counted from when the one before was booked, and whose cycle is open."""
    return f"""
SELECT e.id, e.profile_id, step.id, e.arm, e.next_step_at, e.currency, {queue.WORTH}, 0.5, 0
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


def first(version: CampaignVersion, now: datetime, room: int, *, compared: Compared) -> Wants:
    """The first messages that the campaign of this version wants to say. `room`: how many treated people it reads at
    most who wait for their turn; those of the control group who stand among them are read too."""
    kind, step = cycles.kind(version), first_step(version)
    if room <= 0 or not limits.starts(version, today(now)):
        return Wants(wants=[], more=False)
    asked = {
        **_asked(version, now), **ranking.parameters(now), **draw.parameters(now, sells=sells(kind, step)),
        "step": step.pk, "room": room, "ahead": queue.AHEAD,
    }  # fmt: skip
    waiting, more = queue.waiting(kind, asked, room, compared)
    return Wants(wants=[_want(row, version, kind, step, first=True) for row in waiting], more=more)


def later(version: CampaignVersion, now: datetime) -> Sequence[Want]:
    """The later steps that are due, but for those that would sell to whoever is held out of everything commercial."""
    kind = cycles.kind(version)
    asked = {**_asked(version, now), **ranking.parameters(now), "lasts": STEP_LASTS}
    found = sql.rows(_later(kind), asked)
    known = CampaignStep.objects.select_related("version").filter(pk__in={row[2] for row in found})
    steps = {one.pk: one for one in known}
    said = [_want(row, version, kind, steps[row[2]], first=False) for row in found]
    held = entries.held({one.profile for one in said if one.sells}, now)
    return [one for one in said if not (one.sells and one.profile in held)]


def rank(version: CampaignVersion) -> Rank:
    """Of its first messages."""
    return sells(cycles.kind(version), first_step(version)), _place(version)


def _place(version: CampaignVersion) -> int:
    return list(Goal).index(cycles.goal(version))


def _asked(version: CampaignVersion, now: datetime) -> dict[str, Any]:
    return {**cycles.parameters(version, now), "campaign": version.campaign_id}


def _want(
    row: tuple[Any, ...], version: CampaignVersion, kind: CampaignKind, step: CampaignStep, *, first: bool
) -> Want:
    enrolment, profile, _, arm, due, currency, worth, share, _ = row
    return Want(
        campaign=version.campaign_id, enrolment=enrolment, profile=profile, step=step.pk, first=first,
        treated=arm == Arm.TREATED, held=arm == queue.HELD, due=due, currency=currency, worth=worth, share=float(share),
        goal=_place(version), lift=kind.prior_lift, sells=sells(kind, step),
        contact_policy=contact_policy.own(version if first else step.version), level=trust(step),
        after_all=kind.leaves_in_peace, topic=(version if first else step.version).topic,
    )  # fmt: skip
