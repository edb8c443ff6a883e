"""Will they order in the next days, and how often: two models pooled, their weights learnt by back-test.

`mbg_nbd` (orders at random while a customer) and `rhythm` (orders at own gaps) err in different shops. Their
log-odds are averaged; the shop's own past says toward which to lean, whether people who spend more return more,
and whether the level was off (`backtest`). Formulas: docs/maths.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import special

from saleor_relacional.insight.history import FloatArray
from saleor_relacional.insight.summary_columns import SummaryColumns
from saleor_relacional.insight.timing import intervals, mbg_nbd, rhythm
from saleor_relacional.insight.timing.mbg_nbd import MbgNbd
from saleor_relacional.insight.timing.next_order import ShopGaps, Within
from saleor_relacional.insight.timing.season import FLAT, Season


class Ranking(StrEnum):
    """By which number customers are put in order."""

    PROBABILITY = "probability"
    """Probability of at least one order."""
    ORDERS = "orders"
    """Expected orders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Weights of the pooled models, as the shop's past teaches them. The defaults serve without a past."""

    level: float = 0.0
    """Added to everybody's log-odds; 0 unless the back-test says that it helps."""
    level_sd: float = 0.3
    """Standard deviation of a coming period's level around it: what no model can know beforehand."""
    lean: float = 0.0
    """0 weighs both models alike, .5 is the rhythm alone, -.5 MBG/NBD alone."""
    worth: float = 0.0
    """Log-odds for each standard deviation of order value."""
    orders_level: float = 0.0
    """Logarithm of the factor on expected orders; 0 unless the back-test says that it helps."""
    own_share: float = 1.0
    """Share of the own rhythm in the window of the next order; the rest is the whole shop's gaps."""
    ranking: Ranking = Ranking.PROBABILITY
    """What ranked best."""
    periods: int = 0
    """Back-tested periods that this rests on; 0: nothing but the defaults."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimingModel:
    """What is learnt of a shop from its customers' summaries; no back-test in it."""

    mbg_nbd: MbgNbd
    rhythm: rhythm.ShopRhythm
    worth: FloatArray
    """Order values at evenly spaced quantiles, rising; empty where none is known."""
    season: Season = FLAT
    """What days weigh; both models count in the shop's own time that follows from it."""

    @property
    def converged(self) -> bool:
        """Whether both fits may be used; if not, keep the last good ones and say so. A shop that has shown nothing has
        nothing to converge: its fit is the shipped prior."""
        return (
            self.mbg_nbd.converged or self.mbg_nbd.basis is mbg_nbd.FitBasis.PRIOR
        ) and self.rhythm.converged


def learn(past: SummaryColumns, start: TimingModel | None = None, season: Season = FLAT) -> TimingModel:
    """Fit both models, in the own time of a shop with this season. `start` is an earlier shop, from which the search
    begins."""
    past = season.own_time(past)
    known = past.value[np.isfinite(past.value)]
    return TimingModel(
        mbg_nbd=mbg_nbd.fit(
            past.frequency,
            past.recency,
            past.tenure,
            start=start.mbg_nbd if start else None,
            prior=mbg_nbd.PRIOR,
        ),
        rhythm=rhythm.fit(past.gaps, past.log_sum, past.log_square_sum, past.idle),
        worth=np.quantile(known, np.linspace(0, 1, _QUANTILES)) if len(known) else np.zeros(0),
        season=season,
    )


_QUANTILES = 201


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """The log-odds and numbers of each source, before they are weighed. One value per customer."""

    random: FloatArray
    """Log-odds of an order by MBG/NBD."""
    rhythmic: FloatArray
    """Log-odds of an order by the own rhythm and the chance of having left."""
    worth: FloatArray
    """Place among the shop's order values as a normal score; 0 where unknown."""
    orders: FloatArray
    """Expected orders by MBG/NBD."""

    @property
    def together(self) -> FloatArray:
        """Mean of the two log-odds."""
        return 0.5 * (self.random + self.rhythmic)

    @property
    def apart(self) -> FloatArray:
        """Log-odds by the rhythm less those by MBG/NBD."""
        return self.rhythmic - self.random


def signals(shop: TimingModel, past: SummaryColumns, horizon: float) -> Signals:
    """The signals about an order in the next `horizon` days."""
    return signals_at(shop, past, [horizon])[horizon]


def signals_at(shop: TimingModel, past: SummaryColumns, horizons: Sequence[float]) -> dict[float, Signals]:
    """`signals` for several horizons: what they share is computed once."""
    ends = [shop.season.horizon(past, horizon) for horizon in horizons]
    past = shop.season.own_time(past)
    told = mbg_nbd.outlook(shop.mbg_nbd, past.frequency, past.recency, past.tenure, ends)
    rhythmic = _by_rhythm(shop.rhythm, past, ends)
    worth = _normal_score(shop.worth, past.value)
    return {
        horizon: Signals(
            random=_log_odds(told.ordering[end]), rhythmic=_log_odds(by_rhythm), worth=worth,
            orders=told.expected[end],
        )
        for horizon, end, by_rhythm in zip(horizons, ends, rhythmic, strict=True)
    }  # fmt: skip


def next_order(
    shop: TimingModel,
    past: SummaryColumns,
    reach: float,
    gaps: ShopGaps | None = None,
    own_share: float = 1.0,
) -> Within:
    """When these customers order next, if within `reach` days of what their statistics stand for; half a day because
    idle is counted in whole days."""
    known = shop.season.own_time(past)
    return Within(
        rhythm=rhythm.rhythms(shop.rhythm, known.gaps, known.log_sum, known.log_square_sum), idle=past.idle + 0.5,
        reach=reach, shop=gaps, own_share=own_share, season=FLAT if past.as_of is None else shop.season,
        last=None if past.as_of is None else past.as_of - past.idle,
    )  # fmt: skip


def probability_of_order(weights: Weights, said: Signals) -> FloatArray:
    """Probability of at least one order in the horizon of the signals, one value per customer."""
    return np.asarray(special.expit(_pooled(weights, said)))


def expected_orders(weights: Weights, said: Signals) -> FloatArray:
    """Expected orders: those of MBG/NBD per returning customer, times our probability of returning."""
    ratio = probability_of_order(weights, said) / special.expit(said.random)
    return np.asarray(np.exp(weights.orders_level) * said.orders * ratio)


def ranking_score(weights: Weights, said: Signals) -> FloatArray:
    """The number by which to put customers in order, most promising highest."""
    if weights.ranking is Ranking.ORDERS:
        return expected_orders(weights, said)
    return probability_of_order(weights, said)


def orders_interval(
    probability: FloatArray, expected: FloatArray, coverage: float = 0.8
) -> tuple[FloatArray, FloatArray]:
    """Low and high ends of the number of orders: whole numbers, central `coverage` at least.

    None with 1 - probability; else one and a geometric number more, so that the mean is `expected`.
    """
    low, high = (
        intervals.orders_quantile(probability, expected, np.asarray(q))
        for q in (0.5 - coverage / 2, 0.5 + coverage / 2)
    )
    return low, high


def _pooled(weights: Weights, said: Signals) -> FloatArray:
    return weights.level + said.together + weights.lean * said.apart + weights.worth * said.worth


def _by_rhythm(shop: rhythm.ShopRhythm, past: SummaryColumns, horizons: Sequence[float]) -> list[FloatArray]:
    """(1 - left) P(gap <= idle + horizon | gap > idle); half a day because idle is counted in whole days.

    A change of habit makes the old gaps no part of the rhythm, but whoever stayed through them stayed.
    """
    own = rhythm.rhythms(shop, past.gaps, past.log_sum, past.log_square_sum)
    idle = past.idle + 0.5
    left = rhythm.probability_left(shop, own, past.frequency, idle)
    start = special.log_ndtr((own.log_mean - np.log(idle)) / own.log_sd)
    ends = [special.log_ndtr((own.log_mean - np.log(idle + horizon)) / own.log_sd) for horizon in horizons]
    return [np.asarray((1.0 - left) * -np.expm1(end - start)) for end in ends]


def _log_odds(probability: FloatArray) -> FloatArray:
    return np.asarray(special.logit(np.clip(probability, 1e-9, 1.0 - 1e-9)))


def _normal_score(worth: FloatArray, value: FloatArray) -> FloatArray:
    if len(worth) == 0:
        return np.zeros(len(value))
    known = np.where(np.isfinite(value), value, worth[0])
    below, not_above = np.searchsorted(worth, known, "left"), np.searchsorted(worth, known, "right")
    place = np.clip(0.5 * (below + not_above) / len(worth), 0.5 / len(worth), 1.0 - 0.5 / len(worth))
    return np.where(np.isfinite(value), special.ndtri(place), 0.0)
