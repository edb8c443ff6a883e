"""What the last plans of a campaign have kept, read for whoever looks: the queue and its totals, without judging all.

A small shop is asked itself, each time (totals.py): that is exact to the moment. In a large one an active campaign is
shown as its last plan left it, which is minutes ago at most; whom a page names is judged again when it is shown.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.campaigns import cycles, ranking
from saleor_relacional.flows.campaigns.campaign import budget
from saleor_relacional.flows.campaigns.costs import CENT
from saleor_relacional.flows.campaigns.hindrance import hindrance
from saleor_relacional.flows.campaigns.kinds import selling
from saleor_relacional.flows.campaigns.planning import planned_under
from saleor_relacional.flows.campaigns.totals import Summary
from saleor_relacional.flows.incentives import month_money
from saleor_relacional.flows.incentives.month_money import Held
from saleor_relacional.flows.scoring import rebuild
from saleor_relacional.flows.shop_control import draw, entries
from saleor_relacional.models import Arm, Campaign, CampaignVersion, EnrolmentState

MOST_READ = 1_000
"""People who are read down the queue at once, beside twice as many as there is room for."""

_OPEN = (
    f"FROM {tables.ENROLMENT} e WHERE e.campaign_id = %(campaign)s AND e.state IN ('waiting', 'suppressed')"
)
_PLACE = ranking.place("e.profile_id", "e.currency", "e.year_value")
_WORTH = ranking.worth("e.currency", "e.year_value")

_TOTALS = f"""
SELECT e.state, e.reason, e.currency, e.cost_currency, count(*),
       coalesce(sum(e.cost) FILTER (WHERE e.arm = 'treated'), 0),
       coalesce(sum(e.year_value::numeric) FILTER (WHERE e.arm = 'treated'), 0) {_OPEN} GROUP BY 1, 2, 3, 4
"""


def _starts(place: str) -> str:
    """Who would start today, down the queue, where no budget says how far. `place`: see ranking."""
    return f"""
SELECT arm, cost_currency, count(*), CASE WHEN arm = 'treated' THEN sum(cost) ELSE 0 END FROM (
    SELECT queue.*, count(*) FILTER (WHERE arm = 'treated') OVER (
        ORDER BY place, profile_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) - (arm = 'treated')::int AS treated_above
    FROM (SELECT e.profile_id, e.arm, e.state, e.reason, e.cost, e.cost_currency, {place} AS place {_OPEN}) AS queue
    WHERE state = 'waiting'
) AS waiting WHERE treated_above < %(room)s AND reason = 'capacity' GROUP BY 1, 2
"""


def _down(fits: str) -> str:
    """The next ones who wait, down the queue, as far as `fits` (a condition) lets them."""
    return f"""
SELECT place, profile_id, CASE WHEN {draw.held("e.profile_id")} THEN '{entries.REASON}' ELSE arm END, cost,
       cost_currency, reserve, reserve_currency
FROM (
    SELECT place, profile_id, arm, cost, cost_currency, reserve, reserve_currency
    FROM (SELECT e.*, {_PLACE} AS place {_OPEN}) AS e
    WHERE state = 'waiting' AND (place, profile_id) > (%(place)s::float8, %(after)s) AND {fits}
    ORDER BY place, profile_id LIMIT %(limit)s
) e ORDER BY place, profile_id
"""


_OVER = f"SELECT count(*) {_OPEN} AND e.state = 'waiting' AND NOT {budget.FITS}"

_BY_WORTH = f"""
SELECT -(e.year_value * %(rate)s::float8) AS place, e.profile_id
{_OPEN} AND e.currency = %(currency)s AND e.year_value <= %(most)s
  AND (-(e.year_value * %(rate)s::float8), e.profile_id) > (%(place)s::float8, %(after)s)
ORDER BY e.year_value DESC, e.profile_id LIMIT %(limit)s
"""
_BY_SHARE = f"""
SELECT e.profile_id {_OPEN} AND e.currency = %(currency)s
ORDER BY e.year_value DESC, e.profile_id OFFSET %(offset)s LIMIT %(limit)s
"""
_OF_ALL = f"""
SELECT place, profile_id FROM (SELECT e.profile_id, {_PLACE} AS place {_OPEN}) AS queue
WHERE (place, profile_id) > (%(place)s::float8, %(after)s) ORDER BY place, profile_id LIMIT %(limit)s
"""


class KeptPlan:
    """The open enrolments of a campaign, in totals and in order."""

    def __init__(self, campaign: Campaign, version: CampaignVersion, now: datetime) -> None:
        self._month = month_money.month_money(version, now)
        self._asked = {
            "campaign": campaign.pk, **ranking.parameters(now),
            **draw.parameters(now, sells=selling.sells(cycles.kind(version), selling.first_step(version))),
        }  # fmt: skip
        self._rates = ranking.rates(now)

    @cached_property
    def _totals(self) -> list[tuple[Any, ...]]:
        return sql.rows(_TOTALS, self._asked)

    @cached_property
    def _people(self) -> Counter[str]:
        """Currency → how many of the open enrolments are of its money."""
        people: Counter[str] = Counter()
        for _, _, currency, _, count, _, _ in self._totals:
            people[currency] += count
        return people

    @property
    def _comparable(self) -> bool:
        """Whether all their money can be compared (ranking.place): then nobody's place depends on the others."""
        return len(self._people) <= 1 or self._people.keys() <= self._rates.keys()

    def summary(self, room: int) -> Summary:
        """All candidates as the last plan judged them; `room` is what may start today."""
        suppressed: Counter[str] = Counter()
        waiting, cost_all, worth_all = 0, dict[str, Decimal](), dict[str, Decimal]()
        for state, reason, money, currency, count, cost, worth in self._totals:
            if state == EnrolmentState.SUPPRESSED:
                suppressed[reason] += count
            else:
                waiting += count
                cost_all[currency] = cost_all.get(currency, Decimal(0)) + cost
                if worth:
                    worth_all[money] = worth_all.get(money, Decimal(0)) + worth
        starts, cost_today, over = self._today(room) if waiting else (Counter[str](), {}, 0)
        if starts[entries.REASON]:
            suppressed[entries.REASON] += starts[entries.REASON]
            waiting -= starts.pop(entries.REASON)
        return Summary(
            considered=waiting + suppressed.total(), treated=starts[Arm.TREATED], control=starts[Arm.CONTROL],
            waiting=waiting - starts.total(), suppressed=dict(suppressed), cost=_money(cost_today),
            cost_all=_money(cost_all), worth_all=_money(worth_all), over_budget=over, left=self._month.own.left,
            shop_left=self._month.shop.left,
        )  # fmt: skip

    def _today(self, room: int) -> tuple[Counter[str], dict[str, Decimal], int]:
        """Who would start today, by arm, or be held out of everything commercial instead, what they would cost, by
        currency, and how many the month's money does not reach. Takes from it what they would cost."""
        starts: Counter[str] = Counter()
        taken: dict[str, Decimal] = {}
        if self._month.limited or self._asked["shop_control"]:
            begun = list(self._within(room))
            for arm, cost, currency, _ in begun:
                starts[arm] += 1
                taken[currency] = taken.get(currency, Decimal(0)) + (cost if arm == Arm.TREATED else 0)
            if not self._month.limited:
                return starts, taken, 0
            [(over,)] = sql.rows(_OVER, {**self._asked, **self._month.parameters})
            return (
                starts,
                taken,
                over - sum(not self._month.fits(*held) for *_, held in begun),
            )
        if room <= 0:
            return starts, taken, 0
        place = _WORTH if self._comparable else _PLACE
        for arm, currency, count, cost in sql.rows(_starts(place), {**self._asked, "room": room}):
            starts[arm] += count
            taken[currency] = taken.get(currency, Decimal(0)) + cost
        return starts, taken, 0

    def _within(self, room: int) -> Iterator[tuple[str, Decimal, str, Held]]:
        """Who would start today within the month's money: arm, or REASON, cost and its currency, what is held for
        them."""
        statement = _down(budget.FITS if self._month.limited else "e.reason = 'capacity'")
        above, place, limit = 0, (float("-inf"), 0), 2 * room + MOST_READ
        while above < room:
            asked = {
                **self._asked,
                **self._month.parameters,
                "place": place[0],
                "after": place[1],
                "limit": limit,
            }
            some = sql.rows(statement, asked)
            for *at, arm, cost, currency, held, held_in in some:
                if above < room and self._month.takes(held, held_in, treated=arm == Arm.TREATED):
                    above += arm == Arm.TREATED
                    yield arm, cost, currency, (held, held_in)
                place = at[0], at[1]
            if len(some) < limit:
                return

    def queue(self, *, after: tuple[float, int], limit: int) -> list[tuple[float, int]]:
        """As candidates.most_promising: place and profile id of the next ones down the queue. Each currency's people
        lie in order in an index; they are put together here, unless some money can be compared and some cannot."""
        people = self._people
        asked = {**self._asked, "place": after[0], "after": after[1], "limit": limit}
        if self._comparable:
            found = _by_worth(people, self._rates, asked)
        elif people.keys().isdisjoint(self._rates):
            found = _by_share(people, asked)
        else:
            found = sql.rows(_OF_ALL, asked)
        return sorted((place, person) for place, person in found if (place, person) > after)[:limit]


def usable(campaign: Campaign, version: CampaignVersion, now: datetime) -> bool:
    """Whether what is kept is to be shown: the shop is large, and everybody was looked at under what holds now."""
    planned = campaign.planned_beyond is None and campaign.planned_under == planned_under.digest(version, now)
    return planned and rebuild.wanted() and hindrance(campaign, now) is None


def _money(by_currency: dict[str, Decimal]) -> dict[str, Decimal]:
    return {name: by_currency[name].quantize(CENT) for name in sorted(by_currency) if name}


def _by_worth(
    people: Mapping[str, int], rates: Mapping[str, float], asked: dict[str, Any]
) -> list[tuple[Any, ...]]:
    """Where all money can be compared: see ranking.place."""
    found = []
    for currency in people:
        rate = rates.get(currency, 1.0)
        # The index knows the year value; what rounding changes must hide nobody.
        most = -asked["place"] / rate * (1 + 1e-9)
        found += sql.rows(_BY_WORTH, {**asked, "currency": currency, "rate": rate, "most": most})
    return found


def _by_share(people: Mapping[str, int], asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Where no money can be compared with another."""
    found = []
    for currency, number in people.items():
        before = max(0, int(max(asked["place"], 0.0) * number) - 1)
        page = {**asked, "currency": currency, "offset": before, "limit": asked["limit"] + 3}
        found += [((before + i - 0.5) / number, row[0]) for i, row in enumerate(sql.rows(_BY_SHARE, page), 1)]
    return found
