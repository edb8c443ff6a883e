"""What is known of a campaign's ladder, made anew every night from the windows that have closed.

Decisions refer to the row that was known when they were taken, so that each can be computed again. A row is made once
per day of the shop and ladder: the database decides who makes it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.flows import failures, policy
from saleor_relacional.flows.campaigns import campaigns, costs
from saleor_relacional.flows.campaigns.deciding import ladder, stops
from saleor_relacional.flows.campaigns.kinds.days import today
from saleor_relacional.flows.campaigns.planning import holds
from saleor_relacional.flows.evidence import margin, outcomes, rung_sums
from saleor_relacional.flows.evidence.rung_sums import RungSums
from saleor_relacional.flows.incentives import accounts, month_money, rungs
from saleor_relacional.flows.incentives import arms as ladders
from saleor_relacional.flows.incentives.arms import Arms
from saleor_relacional.insight.ladder import price, state
from saleor_relacional.insight.ladder.state import LadderState, Money
from saleor_relacional.models import Campaign, CampaignState, CampaignStep, CampaignVersion, Rung, RungModel

ALONE, OF_PEOPLE = 4, 20
"""Until a ladder has shown it: four of twenty come by themselves, which are added to what was seen."""
LATEST = 2_000
"""Orders of the shop that say what one is worth, and people of the campaign who say how many come by themselves."""

_BELIEVED = f"""
SELECT e.profile_id, CASE WHEN e.started_at < %(now)s - interval '1 day' THEN e.believed_return ELSE b.order_90 END
FROM {tables.ENROLMENT} e JOIN {tables.PREDICTION} b ON b.profile_id = e.profile_id
WHERE e.campaign_id = %(campaign)s AND e.state IN ('waiting', 'suppressed', 'started')
ORDER BY e.id DESC LIMIT {LATEST}
"""
"""Chance of an order within 90 days: of whoever has started as it was believed then."""

_ORDERS = f"""
SELECT count(*), avg(sold * told), avg(coalesce(margin, sold) * told), bool_and(margin IS NOT NULL) FROM (
    SELECT u.sold, m.margin, CASE WHEN u.currency = %(currency)s THEN 1
               WHEN terms.rates ? %(currency)s THEN (terms.rates ->> u.currency)::numeric
                   / (terms.rates ->> %(currency)s)::numeric END AS told
    FROM (SELECT * FROM {tables.PURCHASE} WHERE state = 'counts' AND sold > 0 AND placed_at <= %(now)s
          ORDER BY placed_at DESC LIMIT {LATEST}) u
    CROSS JOIN {outcomes.TERMS} CROSS JOIN LATERAL ({margin.of_purchase("%(now)s")}) m
) latest WHERE told IS NOT NULL
"""


def learn_rungs(now: datetime) -> int:
    """Make tonight's row of every campaign that is switched on and whose first step leaves a choice, and stop what is
    to be stopped; how many rows. A campaign that fails is counted as an error."""
    active = list(Campaign.objects.filter(state=CampaignState.ACTIVE).order_by("pk"))

    def one(some: Sequence[Campaign]) -> bool:
        with sql.atomic():
            return _learnt(some[0], now)

    return sum(
        made for campaign in active for made in failures.isolated("learn_rungs", [campaign], one, now=now)
    )


def _learnt(campaign: Campaign, now: datetime) -> bool:
    version = campaigns.current(campaign)
    step = first_step(version)
    arms = ladders.arms(step)
    if len(arms.names) < 3 or RungModel.objects.filter(**_day(campaign, arms, now)).exists():
        return False
    return _made(version, step, arms, now) is not None


def first_step(version: CampaignVersion) -> CampaignStep:
    """Whose ladder is decided about when somebody starts, with its rungs."""
    steps = CampaignStep.objects.select_related("version").prefetch_related("rungs")
    return steps.get(version=version, number=1)


def past_ladders(campaign: Campaign) -> dict[str, tuple[str, ...]]:
    """Digest → names of its rungs, of every ladder that its first step has had."""
    steps = CampaignStep.objects.filter(version__campaign=campaign, number=1).prefetch_related("rungs")
    return {found.ladder: found.names for found in map(ladders.arms, steps)}


def known(version: CampaignVersion, step: CampaignStep, arms: Arms, now: datetime) -> RungModel:
    """What was known last of this ladder; made now where nothing was."""
    latest = RungModel.objects.filter(campaign=version.campaign_id, ladder=arms.ladder).order_by("-day")
    return latest.first() or _made(version, step, arms, now) or latest.get()


def _day(campaign: Campaign, arms: Arms, now: datetime) -> dict[str, object]:
    return {"campaign": campaign, "ladder": arms.ladder, "day": today(now)}


def _made(version: CampaignVersion, step: CampaignStep, arms: Arms, now: datetime) -> RungModel | None:
    """The row of this day; None where another worker has made it meanwhile."""
    campaign = version.campaign
    told = rung_sums.sums(campaign, arms.names, past_ladders(campaign), now, source=conf.host().source)
    if told.currency:
        stops.stop(campaign, arms, told, now, learning=version.learning)
    written = _state(version, step, arms, told, now).written()
    row = RungModel(**_day(campaign, arms, now), as_of=now, state=written, digest=state.digest(written))
    RungModel.objects.bulk_create([row], ignore_conflicts=True)
    return RungModel.objects.filter(digest=row.digest, **_day(campaign, arms, now)).first()


def _state(
    version: CampaignVersion, step: CampaignStep, arms: Arms, told: RungSums, now: datetime
) -> LadderState:
    segments = {"", *(segment for segment, _ in step.rules), *told.gathered.segments()}
    found = LadderState(
        gathered=told.gathered, segments=tuple(sorted(segments)), currency=told.currency or _currency(version, now),
        outcome=told.outcome, priced=told.priced, price=_price(version, now),
        money=Money(
            unit=1.0, takes=(0.0,) * len(arms.names), holds=(0.0,) * len(arms.names),
            alone=(ALONE + told.came) / (OF_PEOPLE + told.untouched),
        ),
    )  # fmt: skip
    return replace(found, money=_money(version, arms, found, now))


def _money(version: CampaignVersion, arms: Arms, found: LadderState, now: datetime) -> Money:
    """What the shop's latest orders say of it. Without any an order is worth 1: nothing is known of its money then, and
    amounts count as the owner says what they cost."""
    [(orders, sold, left, known_of_all)] = sql.rows(_ORDERS, {"currency": found.currency, "now": now})
    order = Decimal(sold or 1)
    unit = max(
        float(left if known_of_all and found.outcome == rung_sums.MARGIN else order) if orders else 1.0, 0.01
    )
    offers = costs.offers(version, now)

    def takes(rung: Rung | None) -> float:
        if rung is None:
            return 0.0
        terms = costs.reckoned(rungs.of(rung), version.channels, now)
        paid, cost = offers.cost_of(terms, order, found.currency)
        return float(
            cost if paid == found.currency else order
        )  # without a rate nobody can tell that it is less

    return Money(
        unit=unit, takes=(0.0, *(takes(rung) for rung in arms.rungs[1:])),
        holds=holds.usual([None, *arms.rungs[1:]], version, (order, found.currency), now), alone=found.money.alone,
        alone_in=_alone(version, now),
    )  # fmt: skip


def _alone(version: CampaignVersion, now: datetime) -> dict[str, float]:
    """Segment → share of its people who are expected to come within their window by themselves, as it is believed of
    each of them; without segments of which nobody is there."""
    rows = sql.rows(_BELIEVED, {"campaign": version.campaign_id, "now": now})
    believed = {person: float(chance) for person, chance in rows if chance is not None}
    inside = ladder.segment_of(first_step(version), list(believed), now)
    said: dict[str, list[float]] = {}
    for person, segment in inside.items():
        said.setdefault(segment, []).append(believed[person])
    windows = version.campaign.window_days / 90
    return {segment: 1 - (1 - sum(one) / len(one)) ** windows for segment, one in sorted(said.items())}


def _currency(version: CampaignVersion, now: datetime) -> str:
    """In which money is told before anybody has come to the end of their window."""
    wanted = set(version.channels)
    return next(
        (one.currency for one in conf.host().channels() if not wanted or one.slug in wanted),
        version.budget_currency,
    )


def _price(version: CampaignVersion, now: datetime) -> float:
    """That of the night before, whichever ladder it was about, moved by what is reserved of the part of the month's
    money that its days have had: of the campaign's budget, or the shop's, whichever is used more."""
    earlier = RungModel.objects.filter(campaign=version.campaign_id, day__lt=today(now))
    before = earlier.order_by("-day", "-pk").first()
    left = month_money.month_money(version, now)
    budgets = (
        (version.month_budget, left.own.left),
        (policy.current(now).month_budget, left.shop.left),
    )
    month = accounts.month_of(now)
    began, ends = accounts.began(month), accounts.began(accounts.following(month))
    return price.updated(
        before.state["price"] if before else 0.0,
        [
            (max(float(budget - unused), 0.0), float(budget))
            for budget, unused in budgets
            if budget is not None and unused is not None
        ],
        (now - began) / (ends - began),
    )
