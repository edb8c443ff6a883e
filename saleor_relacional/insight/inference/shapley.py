"""Which facts made a belief, and with what weight.

A weight is the fact's Shapley value (Shapley 1953; Lundberg, Lee 2017): what the belief changes when the customer's
fact replaces that of the shop's typical customer, averaged over all orders of replacing. Weights add up to the
belief minus the typical customer's. In a shop with a season both are asked about from the day `as_of` on. All
combinations are computed: five facts are 32 histories.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from saleor_relacional.insight.history import FloatArray
from saleor_relacional.insight.summary_columns import SummaryColumns
from saleor_relacional.insight.timing import forecast, mbg_nbd, rhythm
from saleor_relacional.insight.timing.forecast import TimingModel, Weights
from saleor_relacional.insight.timing.rhythm import Rhythm, ShopRhythm
from saleor_relacional.insight.value import spend
from saleor_relacional.insight.value.spend import ShopSpend


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact that made a belief."""

    name: str
    """purchases, gap_days, regularity, idle_days, order_value, own_gaps, shop_rhythm, own_orders, shop_average,
    declared, not_before, season, season_unknown, expected_orders, days_watched, kept."""
    value: float
    """The fact itself, in days, numbers or the shop's currency."""
    weight: float
    """What it adds to the belief, in the belief's own unit; shares of 1 for rhythm and order value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A history as numbers, of which any may be exchanged for another customer's."""

    purchases: float
    """Purchase days."""
    gap_days: float
    """Mean days between them; the shop's typical gap where there is only one."""
    regularity: float
    """Standard deviation of the log gaps (population's): 0 like clockwork."""
    idle_days: float
    order_value: float
    """nan where unknown."""
    habit_gaps: float | None = None
    """Gaps that `gap_days` and `regularity` are of, where habits changed; None: all. Belongs to `gap_days`."""
    history_gap_days: float | None = None
    """Mean days between all purchase days, where habits changed; None: `gap_days`. Belongs to `gap_days`."""


NAMES = ("purchases", "gap_days", "regularity", "idle_days", "order_value")


def facts(past: SummaryColumns, typical_gap: float = 60.0) -> list[Facts]:
    """Each customer's history as exchangeable facts. After a change of habit the gap is that of the new one."""
    n, own = past.frequency, past.gaps
    mean_log = past.log_sum / np.maximum(own, 1)
    spread = np.where(
        own > 1, np.sqrt(np.maximum(past.log_square_sum / np.maximum(own, 1) - mean_log**2, 0.0)), 0.0
    )
    history = np.where(n > 0, past.recency / np.maximum(n, 1), typical_gap)
    gap = np.where(own < n, np.where(own > 0, np.exp(mean_log + 0.5 * spread**2), typical_gap), history)
    table = np.column_stack([n + 1, gap, spread, past.idle, past.value])
    return [
        Facts(
            **dict(zip(NAMES, map(float, row), strict=True)),
            habit_gaps=float(own[i]) if own[i] < n[i] else None,
            history_gap_days=float(history[i]) if own[i] < n[i] else None,
        )
        for i, row in enumerate(table)
    ]


def typical(everybody: Sequence[Facts]) -> Facts:
    """The median of each fact; purchases and days whole."""
    if not everybody:
        return Facts(purchases=1, gap_days=60.0, regularity=0.0, idle_days=60.0, order_value=math.nan)
    table = np.array([[getattr(one, name) for name in NAMES] for one in everybody])
    known = table[np.isfinite(table[:, 4]), 4]
    middle = [float(np.median(table[:, column])) for column in range(4)]
    return Facts(
        purchases=round(middle[0]), gap_days=middle[1], regularity=middle[2], idle_days=middle[3],
        order_value=float(np.median(known)) if len(known) else math.nan,
    )  # fmt: skip


def of_probability(
    shop: TimingModel, weights: Weights, owns: Sequence[Facts], usual: Facts, horizon: float,
    as_of: float | None = None,
) -> list[list[Fact]]:  # fmt: skip
    """Why this probability of an order in the horizon, per customer, strongest first. Weights are in probability."""

    def believe(past: SummaryColumns) -> FloatArray:
        return forecast.probability_of_order(weights, forecast.signals(shop, past, horizon))

    return _explained(believe, owns, usual, as_of)


def of_orders(
    shop: TimingModel, weights: Weights, owns: Sequence[Facts], usual: Facts, horizon: float,
    as_of: float | None = None,
) -> list[list[Fact]]:  # fmt: skip
    """Why so many expected orders in the horizon, per customer, strongest first. Weights are in orders."""

    def believe(past: SummaryColumns) -> FloatArray:
        return forecast.expected_orders(weights, forecast.signals(shop, past, horizon))

    return _explained(believe, owns, usual, as_of)


def of_alive(
    shop: TimingModel, owns: Sequence[Facts], usual: Facts, as_of: float | None = None
) -> list[list[Fact]]:
    """Why this probability of being alive, per customer, strongest first. Weights are in probability."""

    def believe(past: SummaryColumns) -> FloatArray:
        own = shop.season.own_time(past)
        return mbg_nbd.probability_alive(shop.mbg_nbd, own.frequency, own.recency, own.tenure)

    return _explained(believe, owns, usual, as_of)


def of_rhythm(shop: ShopRhythm, gaps: int, log_sum: float, declared_days: float | None = None) -> list[Fact]:
    """Why this rhythm: the share of the own gaps, and of the shop's. What was declared is alone."""
    if declared_days is not None:
        return [Fact(name="declared", value=declared_days, weight=1.0)]
    own = float(rhythm.own_weight(shop, [gaps])[0])
    shops = Fact(name="shop_rhythm", value=math.exp(shop.log_mean), weight=1.0 - own)
    if gaps == 0:
        return [shops]
    mine = Fact(name="own_gaps", value=math.exp(log_sum / gaps), weight=own)
    return sorted([mine, shops], key=lambda fact: -fact.weight)


def of_order_value(shop: ShopSpend, orders: int, total: float) -> list[Fact]:
    """Why this order value: the share of the own average, and of the shop's."""
    own = float(spend.average_order(shop, [orders], [total]).own[0])
    return shares(total / orders if orders else math.nan, shop.mean, own)


def shares(own_average: float, shop_average: float, own: float) -> list[Fact]:
    """A value between the own average (nan: there is none) and the shop's, `own` being the share of the former."""
    mine = Fact(name="own_orders", value=own_average, weight=own)
    shops = Fact(name="shop_average", value=shop_average, weight=1.0 - own)
    known = [fact for fact in (mine, shops) if math.isfinite(fact.value)]
    return sorted(known, key=lambda fact: -fact.weight)


def of_overdue(shop: ShopRhythm, own: Rhythm, idle_days: float, usual_idle: float) -> list[Fact]:
    """Why so overdue: the own rhythm against that of somebody the shop does not know, the own silence against the
    usual."""
    unknown = rhythm.rhythms(shop, [0], [0.0], [0.0])
    told = [
        float(rhythm.overdue(whose, [days])[0])
        for whose in (own, unknown)
        for days in (idle_days, usual_idle)
    ]
    return of_two(("gap_days", float(np.exp(own.log_mean[0]))), ("idle_days", idle_days), told)


def of_product(one: tuple[str, float, float], other: tuple[str, float, float]) -> list[Fact]:
    """Why a product of two numbers: (name, own, the typical customer's) of each."""
    told = [mine * theirs for mine in one[1:] for theirs in other[1:]]
    return of_two(one[:2], other[:2], told)


def of_two(one: tuple[str, float], other: tuple[str, float], told: Sequence[float]) -> list[Fact]:
    """Two facts (name, value): what each adds. `told` is the belief with both own, with the first own alone, with the
    second own alone, and the typical customer's."""
    both, first, second, none = told
    weights = (0.5 * (both - second + first - none), 0.5 * (both - first + second - none))
    found = [
        Fact(name=one[0], value=one[1], weight=weights[0]),
        Fact(name=other[0], value=other[1], weight=weights[1]),
    ]
    return sorted(found, key=lambda fact: -abs(fact.weight))


def turned(facts: Sequence[Fact]) -> list[Fact]:
    """The reasons of the opposite belief: every weight negated."""
    return [Fact(name=fact.name, value=fact.value, weight=-fact.weight) for fact in facts]


def orders_of(
    shop: TimingModel, weights: Weights, whose: Facts, horizon: float, as_of: float | None = None
) -> float:
    """Expected orders of somebody with these facts."""
    return float(forecast.expected_orders(weights, forecast.signals(shop, _past([whose], as_of), horizon))[0])


def _explained(
    believe: Callable[[SummaryColumns], FloatArray], owns: Sequence[Facts], usual: Facts, as_of: float | None
) -> list[list[Fact]]:
    """Facts of each of `owns` with their Shapley values, strongest first. All combinations of all customers are
    evaluated in one call, because most of the cost is per call."""
    choices = list(itertools.product((False, True), repeat=len(NAMES)))
    rows = [_mixed(own, usual, choice) for own in owns for choice in choices]
    told = believe(_past(rows, as_of)).tolist() if rows else []
    found = []
    for i, own in enumerate(owns):
        value = dict(zip(choices, told[i * len(choices) : (i + 1) * len(choices)], strict=True))
        facts = [
            Fact(name=name, value=getattr(own, name), weight=_shapley(value, place))
            for place, name in enumerate(NAMES)
        ]
        found.append(sorted(facts, key=lambda fact: -abs(fact.weight)))
    return found


def _mixed(own: Facts, usual: Facts, choice: Sequence[bool]) -> Facts:
    """Those facts of the customer's that are chosen, the typical customer's else."""
    of = {name: own if mine else usual for name, mine in zip(NAMES, choice, strict=True)}
    return Facts(
        **{name: getattr(whose, name) for name, whose in of.items()},
        habit_gaps=of["gap_days"].habit_gaps, history_gap_days=of["gap_days"].history_gap_days,
    )  # fmt: skip


def _shapley(value: Mapping[tuple[bool, ...], float], place: int) -> float:
    """Shapley value of the fact at `place`: sum over sets S without it of |S|! (k - |S| - 1)! / k! (v(S + it) - v(S)).

    `value` is v, by which facts are the customer's own.
    """
    total, k = 0.0, len(NAMES)
    for choice, without in value.items():
        if choice[place]:
            continue
        joined = (*choice[:place], True, *choice[place + 1 :])
        others = sum(choice)
        share = math.factorial(others) * math.factorial(k - others - 1) / math.factorial(k)
        total += share * (value[joined] - without)
    return total


def _past(rows: Sequence[Facts], as_of: float | None = None) -> SummaryColumns:
    """Histories from facts, as they stand on the day `as_of`: gaps scatter around a log mean such that their mean is
    `gap_days` (log-normal)."""
    n = np.array([row.purchases - 1 for row in rows])
    own = np.array([row.purchases - 1 if row.habit_gaps is None else row.habit_gaps for row in rows])
    own = np.minimum(own, n)
    gap = np.array([max(row.gap_days, 1.0) for row in rows])
    spread = np.where(own > 1, np.array([row.regularity for row in rows]), 0.0)
    history = np.array(
        [row.gap_days if row.history_gap_days is None else row.history_gap_days for row in rows]
    )
    recency = np.round(n * np.maximum(history, 1.0))
    mean_log = np.maximum(np.log(gap) - 0.5 * spread**2, 0.0)
    return SummaryColumns(
        frequency=n, recency=recency, tenure=recency + np.array([row.idle_days for row in rows]),
        log_sum=own * mean_log, log_square_sum=own * (mean_log**2 + spread**2), rhythm_gaps=own,
        value=np.array([row.order_value for row in rows]), value_square_sum=np.full(len(rows), np.nan),
        as_of=None if as_of is None else np.full(len(rows), as_of),
    )  # fmt: skip
