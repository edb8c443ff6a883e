"""What the last plans of a campaign have kept, read for whoever looks: the queue and its totals, without judging all.

A small shop is asked itself, each time (totals.py): that is exact to the moment. In a large one an active campaign is
shown as its last plan left it, which is minutes ago at most; whom a page names is judged again when it is shown.
"""

from collections import Counter
from datetime import datetime
from decimal import Decimal

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.campaigns import planned_under, ranking
from saleor_relacional.flows.campaigns.costs import CENT
from saleor_relacional.flows.campaigns.hindrance import hindrance
from saleor_relacional.flows.campaigns.totals import Summary
from saleor_relacional.flows.scoring import rebuild
from saleor_relacional.models import Arm, Campaign, CampaignVersion, EnrolmentState

_OPEN = (
    f"FROM {tables.ENROLMENT} e WHERE e.campaign_id = %(campaign)s AND e.state IN ('waiting', 'suppressed')"
)
_PLACE = ranking.place("e.profile_id", "e.currency", "e.year_value")

_TOTALS = f"""
SELECT e.state, e.reason, e.cost_currency, count(*), sum(e.cost) {_OPEN} GROUP BY 1, 2, 3
"""
_MONEYS = f"SELECT DISTINCT e.currency {_OPEN}"

_TODAY = f"""
SELECT arm, cost_currency, count(*), sum(cost) FROM (
    SELECT queue.*, count(*) FILTER (WHERE arm = 'treated') OVER (
        ORDER BY place, profile_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) - (arm = 'treated')::int AS treated_above
    FROM (SELECT e.*, {_PLACE} AS place {_OPEN}) AS queue WHERE state = 'waiting'
) AS waiting WHERE treated_above < %(room)s GROUP BY 1, 2
"""

_IN_ONE_MONEY = f"""
SELECT -(e.year_value * %(rate)s::float8) AS place, e.profile_id {_OPEN} AND e.year_value <= %(most)s
  AND (-(e.year_value * %(rate)s::float8), e.profile_id) > (%(place)s::float8, %(after)s)
ORDER BY e.year_value DESC, e.profile_id LIMIT %(limit)s
"""
_IN_SEVERAL = f"""
SELECT place, profile_id FROM (SELECT e.profile_id, {_PLACE} AS place {_OPEN}) AS queue
WHERE (place, profile_id) > (%(place)s::float8, %(after)s) ORDER BY place, profile_id LIMIT %(limit)s
"""


def usable(campaign: Campaign, version: CampaignVersion, now: datetime) -> bool:
    """Whether what is kept is to be shown: the shop is large, and everybody was looked at under what holds now."""
    planned = campaign.planned_beyond is None and campaign.planned_under == planned_under.digest(version, now)
    return planned and rebuild.wanted() and hindrance(campaign, now) is None


def summary(campaign: Campaign, _version: CampaignVersion, room: int, now: datetime) -> Summary:
    """All candidates as the last plan judged them."""
    suppressed: Counter[str] = Counter()
    waiting, cost_all = 0, dict[str, Decimal]()
    for state, reason, currency, count, cost in sql.rows(_TOTALS, {"campaign": campaign.pk}):
        if state == EnrolmentState.SUPPRESSED:
            suppressed[reason] += count
        else:
            waiting += count
            cost_all[currency] = cost_all.get(currency, Decimal(0)) + cost
    starts, cost_today = _today(campaign, room, now) if room and waiting else (Counter[str](), {})
    return Summary(
        considered=waiting + suppressed.total(), treated=starts[Arm.TREATED], control=starts[Arm.CONTROL],
        waiting=waiting - starts.total(), suppressed=dict(suppressed), cost=_money(cost_today),
        cost_all=_money(cost_all),
    )  # fmt: skip


def _today(campaign: Campaign, room: int, now: datetime) -> tuple[Counter[str], dict[str, Decimal]]:
    """Who would start today, by arm, and what they would cost, by currency."""
    starts: Counter[str] = Counter()
    taken: dict[str, Decimal] = {}
    asked = {**ranking.parameters(now), "campaign": campaign.pk, "room": room}
    for arm, currency, count, cost in sql.rows(_TODAY, asked):
        starts[arm] += count
        taken[currency] = taken.get(currency, Decimal(0)) + cost
    return starts, taken


def _money(by_currency: dict[str, Decimal]) -> dict[str, Decimal]:
    return {name: by_currency[name].quantize(CENT) for name in sorted(by_currency) if name}


def queue(
    campaign: Campaign, _version: CampaignVersion, now: datetime, *, after: tuple[float, int], limit: int
) -> list[tuple[float, int]]:
    """As candidates.most_promising: place and profile id of the next ones down the queue."""
    moneys = [row[0] for row in sql.rows(_MONEYS, {"campaign": campaign.pk})]
    asked = {"campaign": campaign.pk, "place": after[0], "after": after[1], "limit": limit}
    if len(moneys) > 1:
        found = sql.rows(_IN_SEVERAL, {**asked, **ranking.parameters(now)})
    else:
        rate = ranking.rate(moneys[0], now) if moneys else 1.0
        # The index knows the year value; what rounding changes must hide nobody.
        most = -after[0] / rate * (1 + 1e-9)
        found = sql.rows(_IN_ONE_MONEY, {**asked, "rate": rate, "most": most})
    return [(place, person) for place, person in found]
