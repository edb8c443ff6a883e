"""What a shop's own past says about how to predict: cut it, predict what came next, learn from the errors.

Nothing here is about one shop. The spreads below are assumptions about shops in general: how far weights lie from
the defaults, and how far those of one period lie from the shop's; periods count as draws (random effects: DerSimonian,
Laird 1986, with the spread given), so that one odd season cannot take over. A correction is adopted only when,
learnt on the other periods, it would have lowered the log-loss of each held out in turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from scipy import special, stats

from saleor_relacional.insight.history import BoolArray, FloatArray, evenly
from saleor_relacional.insight.summary_columns import Period
from saleor_relacional.insight.timing import forecast, next_order
from saleor_relacional.insight.timing.forecast import Ranking, Signals, TimingModel, Weights
from saleor_relacional.insight.timing.next_order import ShopGaps
from saleor_relacional.insight.timing.season import FLAT, Season

_SHOP_SD = np.array([0.2, 0.7, 0.2])
"""How far (level, lean, worth) of a shop lie from 0."""
_PERIOD_SD = np.array([0.3, 0.5, 0.1])
"""How far those of one period lie from the shop's."""
_ORDERS_SD, _ORDERS_PERIOD_SD = 0.3, 0.3
"""The same for the logarithm of happened over expected orders."""
_SHARES = (1.0, 0.5, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """The result of a back-test."""

    weights: Weights
    """To predict with."""
    periods: tuple[Judged, ...]
    """How each period would have been predicted with `weights`, newest first (level and all)."""
    shops: tuple[TimingModel, ...]
    """The shop as it was learnt at the beginning of each."""
    leave_one_out: tuple[Weights, ...]
    """Per period, the weights learnt on the other periods: with these it can be judged honestly. The defaults where
    there is no other."""
    level: Correction
    """Whether everybody's chance is shifted."""
    orders_level: Correction
    """Whether everybody's expected orders are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A shift of everybody's predictions, tried on each period after being learnt on the others."""

    applied: bool
    """Only where it lowered the error of the periods held out."""
    value: float
    """In log-odds of a chance, in logarithms of a number; 0 where it is not applied."""
    error_without: float
    """Mean error of the periods held out: log-loss of a chance, distance of the logarithm of all orders. nan when there
    were not two periods to try it on."""
    error_with: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One period of the past: predicted beside happened."""

    days: float
    customers: int
    predicted_share: float
    """Mean probability of an order."""
    happened_share: float
    predicted_orders: float
    happened_orders: float
    auc: float
    """Chance that of two customers, one who came and one who did not, the first was ranked higher; nan when
    all or nobody came."""
    brier: float


def study(periods: Sequence[Period], gaps: Sequence[ShopGaps] | None = None, season: Season = FLAT) -> Study:
    """Learn the weights from periods of the shop's own past (`summary_columns.cuts` says where to cut), newest first.

    `gaps` are the closed gaps known at each cut; without them the window of the next order keeps to the own
    rhythm. Periods in which nobody or everybody came teach nothing about weights and are passed over. Without
    any period the defaults come back. `season` is the one to predict with: each past period is judged with it too,
    though its years have taught it, because half of a history seldom shows a season.
    """
    season = replace(
        season, days_lacking=0
    )  # whose gaps make the better window is not asked of a season not seen
    shops = [forecast.learn(period.past, season=season) for period in periods]
    told = [_Told(period, shop) for period, shop in zip(periods, shops, strict=True)]
    useful = [one for one in told if 0 < one.came.sum() < len(one.came)]
    found = (
        _weights(useful)
        if useful
        else _Found(weights=Weights(), leave_one_out=(), level=_UNTRIED, orders=_UNTRIED)
    )
    weights = found.weights if gaps is None else _with_share(found.weights, told, gaps)
    apart = iter(found.leave_one_out)
    return Study(
        weights=weights, periods=tuple(_judge(weights, one) for one in told), shops=tuple(shops),
        leave_one_out=tuple(next(apart) if one in useful else found.weights for one in told),
        level=found.level, orders_level=found.orders,
    )  # fmt: skip


class _Told:
    """A period with the signals of the models as they stood before it."""

    def __init__(self, period: Period, shop: TimingModel) -> None:
        self.period, self.shop = period, shop
        self.said: Signals = forecast.signals(shop, period.past, period.days)
        self.came: BoolArray = period.came
        self.design = np.column_stack([np.ones(len(self.came)), self.said.apart, self.said.worth])

    def log_loss(self, parameters: FloatArray) -> float:
        odds = self.said.together + self.design @ parameters
        return float(np.mean(np.logaddexp(0.0, odds) - self.came * odds))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    weights: Weights
    leave_one_out: tuple[Weights, ...]
    level: Correction
    orders: Correction


_UNTRIED = Correction(applied=False, value=0.0, error_without=float("nan"), error_with=float("nan"))
_LEVEL, _REST = np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 1.0])


def _weights(told: Sequence[_Told]) -> _Found:
    estimates = [_estimate(one) for one in told]
    if len(told) == 1:
        mask, level = _REST, _UNTRIED
    else:
        candidates = (np.zeros(3), _LEVEL, _REST, _LEVEL + _REST)
        losses = [_held_out_loss(told, estimates, use) for use in candidates]
        best = int(np.argmin(losses))
        mask = candidates[best]
        level = Correction(
            applied=best in (1, 3), value=float(_pool(estimates, mask)[0]),
            error_without=min(losses[0], losses[2]) / len(told), error_with=min(losses[1], losses[3]) / len(told),
        )  # fmt: skip
    weights = _of(_pool(estimates, mask), len(told), estimates)
    apart = [
        _of(_pool(_without(estimates, out), mask), len(told) - 1, _without(estimates, out)) if len(told) > 1
        else Weights() for out in range(len(told))
    ]  # fmt: skip
    orders, shifts = _orders_level(told, weights)
    ranking = _ranking(told, weights)
    return _Found(
        weights=replace(weights, orders_level=orders.value, ranking=ranking),
        leave_one_out=tuple(
            replace(one, orders_level=shift, ranking=ranking) for one, shift in zip(apart, shifts, strict=True)
        ),
        level=level, orders=orders,
    )  # fmt: skip


def _of(pooled: FloatArray, periods: int, estimates: Sequence[tuple[FloatArray, FloatArray]]) -> Weights:
    level, lean, worth = (float(value) for value in pooled)
    return Weights(level=level, lean=lean, worth=worth, periods=periods, level_sd=_level_sd(estimates))


_Any = TypeVar("_Any")


def _without(rows: Sequence[_Any], out: int) -> list[_Any]:
    return [row for i, row in enumerate(rows) if i != out]


def _estimate(told: _Told) -> tuple[FloatArray, FloatArray]:
    """Most likely parameters of one period (nearly flat prior, for when customers are few) and their
    covariance."""
    parameters, flat = np.zeros(3), np.eye(3) / 25.0
    for _ in range(50):
        chance = special.expit(told.said.together + told.design @ parameters)
        slope = told.design.T @ (told.came - chance) - flat @ parameters
        curve = (told.design * (chance * (1 - chance))[:, None]).T @ told.design + flat
        step = np.clip(np.linalg.solve(curve, slope), -1.0, 1.0)
        parameters = parameters + step
        if np.abs(step).max() < 1e-9:
            break
    return parameters, np.linalg.inv(curve)


def _pool(estimates: Sequence[tuple[FloatArray, FloatArray]], use: FloatArray) -> FloatArray:
    """The shop's parameters: each period weighs by its own doubt and by how much periods differ. Those not
    in `use` are held at 0."""
    precision = np.diag(1.0 / np.maximum(_SHOP_SD * use, 1e-6) ** 2)
    pull = np.zeros(3)
    for parameters, doubt in estimates:
        weight = np.linalg.inv(doubt + np.diag(_PERIOD_SD**2))
        precision, pull = precision + weight, pull + weight @ parameters
    return np.asarray(np.linalg.solve(precision, pull)) * use


def _held_out_loss(
    told: Sequence[_Told], estimates: Sequence[tuple[FloatArray, FloatArray]], use: FloatArray
) -> float:
    """Log-loss of each period with parameters learnt on the others, added up."""
    losses = [told[out].log_loss(_pool(_without(estimates, out), use)) for out in range(len(told))]
    return sum(losses)


def _level_sd(estimates: Sequence[tuple[FloatArray, FloatArray]]) -> float:
    """How far a coming period's level may lie: what is believed of periods, with what these showed."""
    levels = np.array([parameters[0] for parameters, _ in estimates])
    squares = float(((levels - levels.mean()) ** 2).sum())
    prior = 4.0  # periods that the belief counts for
    return float(np.sqrt((prior * _PERIOD_SD[0] ** 2 + squares) / (prior + max(len(levels) - 1, 0))))


def _orders_level(told: Sequence[_Told], weights: Weights) -> tuple[Correction, list[float]]:
    """Shrunk logarithm of happened over expected orders, and what the others say of each period; 0 unless it would
    have brought the held-out periods closer."""
    ratios, doubts = [], []
    for one in told:
        expected = float(forecast.expected_orders(weights, one.said).sum())
        happened = float(one.period.orders.sum())
        ratios.append(float(np.log((happened + 0.5) / (expected + 0.5))))
        doubts.append(2.0 / (happened + 0.5))

    def pooled(rows: Sequence[int]) -> float:
        weight = [1.0 / (doubts[i] + _ORDERS_PERIOD_SD**2) for i in rows]
        total = sum(w * ratios[i] for w, i in zip(weight, rows, strict=True))
        return total / (sum(weight) + 1.0 / _ORDERS_SD**2)

    if len(told) < 2:
        return _UNTRIED, [0.0]
    shifts = [pooled(_without(range(len(told)), out)) for out in range(len(told))]
    errors = float(np.mean(np.abs(ratios))), float(np.mean(np.abs(np.array(ratios) - shifts)))
    helps = errors[1] < errors[0]
    correction = Correction(
        applied=helps, value=pooled(range(len(told))) if helps else 0.0, error_without=errors[0],
        error_with=errors[1],
    )  # fmt: skip
    return correction, shifts if helps else [0.0] * len(told)


def _ranking(told: Sequence[_Told], weights: Weights) -> Ranking:
    """The score that ranked better on average over the periods."""
    gain = [
        auc(forecast.expected_orders(weights, one.said), one.came)
        - auc(forecast.probability_of_order(weights, one.said), one.came)
        for one in told
    ]
    return Ranking.ORDERS if float(np.mean(gain)) > 0 else Ranking.PROBABILITY


def _with_share(weights: Weights, told: Sequence[_Told], gaps: Sequence[ShopGaps]) -> Weights:
    """The own rhythm alone, unless mixing in the shop's gaps gave better windows beyond chance (two standard
    errors over the customers who returned)."""
    own = _window_scores(told, gaps, 1.0)
    if len(own) < 2:
        return weights
    scores = {share: own if share == 1.0 else _window_scores(told, gaps, share) for share in _SHARES}
    best = min(_SHARES, key=lambda share: float(scores[share].mean()))
    saved = own - scores[best]
    sure = float(saved.mean()) > 2.0 * float(saved.std(ddof=1)) / np.sqrt(len(saved))
    return replace(weights, own_share=best if sure else 1.0)


_WINDOWS_OF = 4_000
"""Customers who returned that windows are tried on, in each period."""


def _window_scores(told: Sequence[_Told], gaps: Sequence[ShopGaps], share: float) -> FloatArray:
    scores = []
    for one, known in zip(told, gaps, strict=True):
        came = np.flatnonzero(one.came)
        if not len(came):
            continue
        back = one.period.past.of(came)
        came = came[evenly(_WINDOWS_OF, back.gaps, back.log_sum, back.log_square_sum, back.idle)]
        past = one.period.past.of(came)
        within = forecast.next_order(one.shop, past, one.period.days, known, share)
        low, high = within.quantile(0.1), within.quantile(0.9)
        scores.append(next_order.interval_score(low, high, one.period.gap[came]))
    return np.concatenate(scores) if scores else np.zeros(0)


def judge(weights: Weights, period: Period, shop: TimingModel) -> Judged:
    """How a period would have been predicted with these weights and the shop as it was learnt before it."""
    return _judge(weights, _Told(period, shop))


def _judge(weights: Weights, told: _Told) -> Judged:
    chance = forecast.probability_of_order(weights, told.said)
    score = forecast.ranking_score(weights, told.said)
    some = len(chance) > 0
    return Judged(
        days=told.period.days, customers=len(chance),
        predicted_share=float(chance.mean()) if some else np.nan,
        happened_share=float(told.came.mean()) if some else np.nan,
        predicted_orders=float(forecast.expected_orders(weights, told.said).sum()),
        happened_orders=float(told.period.orders.sum()),
        auc=auc(score, told.came),
        brier=float(np.mean((chance - told.came) ** 2)) if some else np.nan,
    )  # fmt: skip


def auc(score: FloatArray, came: BoolArray) -> float:
    """Chance that somebody who came had a higher score than somebody who did not, ties counting half; nan when
    there is nobody to compare (Mann, Whitney 1947)."""
    yes = int(came.sum())
    no = len(came) - yes
    if yes == 0 or no == 0:
        return float("nan")
    ranks = stats.rankdata(score)
    return float((ranks[came].sum() - yes * (yes + 1) / 2) / (yes * no))
