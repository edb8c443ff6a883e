"""The dry run: who would get what, why, when, at what cost, and who would not, for which reason. Writes
nothing.

Asks the same candidates the same questions as the real run. The first call has totals of all of them (and how far down
the queue today's room reaches); further pages carry that in their cursor and read only themselves. Where the totals of
a large shop come from: kept_plan.py, totals.py.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np

from saleor_relacional.db import sql, tables
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.campaigns import (
    campaigns,
    candidates,
    capacity,
    costs,
    kept_plan,
    totals,
)
from saleor_relacional.flows.campaigns.campaign import budget, limits
from saleor_relacional.flows.campaigns.candidates import Considered
from saleor_relacional.flows.campaigns.costs import CENT
from saleor_relacional.flows.campaigns.deciding import first_offers, ladder
from saleor_relacional.flows.campaigns.hindrance import Hindrance, hindrance
from saleor_relacional.flows.campaigns.kinds import selling
from saleor_relacional.flows.campaigns.planning import holds
from saleor_relacional.flows.campaigns.suppression import Suppression
from saleor_relacional.flows.campaigns.totals import Summary
from saleor_relacional.flows.incentives import month_money
from saleor_relacional.flows.incentives.month_money import Held
from saleor_relacional.insight.timing import rhythm
from saleor_relacional.models import Arm, Campaign, CampaignVersion

MOST_PEOPLE = 10**12
FARTHEST = 36_525
"""Days."""
MONEY = ("left", "left_today", "shop_left", "shop_left_today")
"""Fields of a QueuePosition."""

_DETAILS = f"""
SELECT p.id, p.public_id, s.last_at, s.rhythm_log_mean, s.rhythm_log_sd, COALESCE(b.order_value, 0),
       COALESCE(b.order_90, 0)
FROM {tables.PROFILE} p JOIN {tables.CUSTOMER_SUMMARY} s ON s.profile_id = p.id
LEFT JOIN {tables.PREDICTION} b ON b.profile_id = p.id WHERE p.id = ANY(%s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the campaign would do about one person, and why."""

    profile_id: int
    public_id: UUID
    arm: str
    """Somebody in the control group would be started and get nothing."""
    stage: str
    last_day: date | None
    """None of a prospect."""
    overdue: float | None
    """Probability that somebody with this rhythm would have been back by now; None without a rhythm."""
    order_90: float
    """Probability of an order within 90 days, believed without us."""
    order_value: Decimal
    """Expected value of an order, in `currency`."""
    year_value: float
    currency: str
    channel: str
    basis: str
    reason: str
    """One code of suppression.Suppression when nothing would leave now: `capacity` waits its turn, `budget` for the
    next month's money; `shop_control` where their turn comes today, and they are held out of everything commercial.
    Empty: starts today."""
    on: date | None
    """The day of the shop on which their turn would come, as things stand; None while suppressed or
    without capacity."""
    cost: Decimal
    """What the discount costs if they redeem it on an order of the expected value. 0 in either control group."""
    cost_currency: str
    rung: int | None = None
    """Number of the rung that they would get with the first message, as the rules hold now; None in either control
    group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePosition:
    """Where the next page begins."""

    place: float
    """See ranking.place."""
    profile_id: int
    room: int
    """Of the day on which the first page was made."""
    treated_above: int
    """Treated people further up the queue whose turn comes before."""
    left: Decimal | None = None
    """What those further up leave of the campaign's month, in the budget's currency; None: there is no limit."""
    left_today: Decimal | None = None
    """What today leaves of it."""
    shop_left: Decimal | None = None
    shop_left_today: Decimal | None = None
    """The same two of the shop's month."""

    def __post_init__(self) -> None:
        """It travels through strangers' hands. Raises BadInput."""
        counts = (self.profile_id, self.room, self.treated_above)
        if None in (self.place, *counts) or self.place != self.place or not min(counts) >= 0:
            raise BadInput("This is no place in the queue.")
        if max(self.room, self.treated_above) > MOST_PEOPLE or self.profile_id >= 2**63:
            raise BadInput("This is no place in the queue.")
        money = [getattr(self, name) for name in MONEY]
        if any(each is not None and not abs(each) <= MOST_PEOPLE for each in money):
            raise BadInput("This is no place in the queue.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """A page of proposals down the queue, most promising first."""

    hindrance: Hindrance | None
    """What keeps the campaign as a whole from sending at the moment (a draft is `paused`); the rest is
    what would be."""
    summary: Summary | None
    """On the first page only."""
    proposals: Sequence[Proposal]
    next: QueuePosition | None


def dry_run(
    campaign: Campaign, now: datetime, *, first: int = 50, after: QueuePosition | None = None
) -> DryRun:
    """What `consider` would do at `now`. Runs in a read-only transaction."""
    version = campaigns.current(campaign)
    kept = _kept(campaign, version, now)
    summary = None
    if after is None:
        room = _room(version, now)
        summary = kept.summary(room) if kept else totals.summary(campaign, version, room, now)
        month = month_money.month_money(version, now)
        after = QueuePosition(
            place=float("-inf"), profile_id=0, room=room, treated_above=0, left=month.own.left,
            left_today=summary.left, shop_left=month.shop.left, shop_left_today=summary.shop_left,
        )  # fmt: skip
    place = (after.place, after.profile_id)
    page = (
        kept.queue(after=place, limit=first) if kept
        else candidates.most_promising(campaign, version, now, after=place, limit=first)
    )  # fmt: skip
    found = {
        each.profile_id: each for each in candidates.these(campaign, version, [one for _, one in page], now)
    }
    judged = candidates.consider([found[one] for _, one in page if one in found], version, now)
    down = _Down(version, after, now)
    proposals = _proposals(judged, version, down, now)
    return DryRun(
        hindrance=hindrance(campaign, now), summary=summary, proposals=proposals,
        next=down.position(page[-1]) if len(page) == first else None,
    )  # fmt: skip


def in_counts(campaign: Campaign, now: datetime, *, roughly: bool = False) -> Summary:
    """The summary of a dry run alone, for whoever wants to know of nobody in particular: nobody is put in order to find
    out whose turn comes first, which in a large shop takes most of the time. `roughly`: see totals.summary."""
    version = campaigns.current(campaign)
    kept, room = _kept(campaign, version, now), _room(version, now)
    return kept.summary(room) if kept else totals.summary(campaign, version, room, now, roughly=roughly)


def _kept(campaign: Campaign, version: CampaignVersion, now: datetime) -> kept_plan.KeptPlan | None:
    return kept_plan.KeptPlan(campaign, version, now) if kept_plan.usable(campaign, version, now) else None


def _room(version: CampaignVersion, now: datetime) -> int:
    """How many may start today."""
    return capacity.room(version, now) if limits.starts(version, capacity.day_began(now).date()) else 0


class _Down:
    """Down the queue: whose turn comes when, within the mails of the days and the money of this month."""

    def __init__(self, version: CampaignVersion, after: QueuePosition, now: datetime) -> None:
        self._version, self._after, self._above = version, after, after.treated_above
        self._month = month_money.with_left(version, after.left, after.shop_left, now)
        self._tomorrow = month_money.with_left(version, after.left_today, after.shop_left_today, now)
        self._a_day, self._today = capacity.a_day(version, now), capacity.day_began(now).date()
        self._next_month = budget.month_ends(now).date()
        self.drawn_out = candidates.drawn_out(version, now)
        """Who will be held out of everything commercial when their turn comes."""

    def turn(self, each: Considered, held: Held) -> tuple[str, date | None]:
        """Why nothing would leave to them today, if so, and on which day their turn comes. `held`: what their first
        offer would hold of the month's money if they were treated."""
        if each.judgement.reason:
            return each.reason, None
        out = self.drawn_out(each.candidate)
        treated = each.candidate.arm == Arm.TREATED and not out
        if self._above < self._after.room:
            if not self._month.takes(*held, treated=treated):
                return budget.REASON, None
            self._above += treated
            return (Suppression.SHOP_CONTROL, None) if out else ("", self._today)
        if not self._tomorrow.fits(*held):
            return budget.REASON, None
        on = _on(self._above, self._after.room, self._a_day, self._today, self._version)
        this_month = on is not None and on < self._next_month
        if this_month and not self._month.takes(*held, treated=treated):
            return each.reason, None  # it will be gone by then
        self._above += treated
        return each.reason, on

    def position(self, last: tuple[float, int]) -> QueuePosition:
        """Where the next page begins, after this place and person."""
        return replace(
            self._after,
            place=last[0],
            profile_id=last[1],
            treated_above=self._above,
            left=self._month.own.left,
            shop_left=self._month.shop.left,
        )


def _proposals(
    judged: Sequence[Considered], version: CampaignVersion, down: _Down, now: datetime
) -> list[Proposal]:
    people = [each.candidate.profile_id for each in judged]
    details = {row[0]: row[1:] for row in sql.rows(_DETAILS, [people])}
    overdue = _overdue([details[person] for person in people], now)
    offers, first, found = costs.offers(version, now), holds.first(version, now), list[Proposal]()
    step = selling.first_step(version)
    rungs, given = ladder.of_people(step, people, now), first_offers.offered(version, people, now)
    for each, late in zip(judged, overdue, strict=True):
        public_id, _, _, _, order_value, order_90 = details[each.candidate.profile_id]
        reason, on = down.turn(
            each, first.held(given.get(each.candidate.profile_id), order_value, each.currency)
        )
        arm = Arm.CONTROL if down.drawn_out(each.candidate) else each.candidate.arm
        paid = offers.cost(arm, order_value, each.currency)
        made = _proposal(each, paid, late, public_id, order_value, order_90, reason, on)
        rung = rungs[each.candidate.profile_id].number if arm == Arm.TREATED else None
        found.append(replace(made, rung=rung))
    return found


def _proposal(
    each: Considered, paid: tuple[str, Decimal], overdue: float | None, public_id: UUID, order_value: float,
    order_90: float, reason: str, on: date | None,
) -> Proposal:  # fmt: skip
    who, ground = each.candidate, each.judgement
    currency, cost = paid
    return Proposal(
        profile_id=who.profile_id, public_id=public_id, arm=who.arm, stage=who.stage, last_day=who.last_day,
        overdue=overdue, order_90=order_90, order_value=Decimal(order_value).quantize(CENT),
        year_value=who.year_value,
        currency=each.currency, channel=ground.channel, basis=(ground.basis or "") and str(ground.basis),
        reason=reason, on=on,
        cost=Decimal(0) if ground.reason else cost, cost_currency=currency,
    )  # fmt: skip


def _on(treated_above: int, room: int, a_day: int, today: date, version: CampaignVersion) -> date | None:
    """Today while there is room, then so many treated people per day, all within the campaign's days. None beyond
    them, and beyond a century: not worth a date."""
    if treated_above < room:
        return today
    before = limits.days_until(version, today)
    days = (treated_above - room) // a_day + (0 if before else 1) if a_day else FARTHEST
    on = today + before + timedelta(days=days) if days < FARTHEST else None
    return on if on is not None and limits.starts(version, on) else None


def _overdue(details: Iterable[tuple[Any, ...]], now: datetime) -> list[float | None]:
    found: list[float | None] = []
    for _, last_at, log_mean, log_sd, *_rest in details:
        known = log_mean is not None and log_sd is not None and last_at is not None
        idle = max(0.0, (now - last_at).total_seconds() / 86400) if known else 0.0
        own = rhythm.Rhythm(log_mean=np.array([log_mean]), log_sd=np.array([log_sd])) if known else None
        found.append(float(rhythm.overdue(own, np.array([idle]))[0]) if own else None)
    return found
