"""Intervals of beliefs, where the belief itself is a mean over what is not known of a customer.

Central intervals throughout: with `coverage` 0.8 the truth lies below and above in one case of ten each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from saleor_relacional.insight.history import FloatArray, columns, history_columns
from saleor_relacional.insight.timing.mbg_nbd import MbgNbd
from saleor_relacional.insight.timing.rhythm import Rhythm

Ends = tuple[FloatArray, FloatArray]
"""Low and high, one value per customer."""


def probability(middle: npt.ArrayLike, level_sd: float, coverage: float = 0.8) -> Ends:
    """Interval of a probability of an order: the level of a coming period is not known beforehand, with standard
    deviation `level_sd` in log-odds (`forecast.Weights`)."""
    (chance,) = columns(middle=middle)
    log_odds = special.logit(np.clip(chance, 1e-12, 1.0 - 1e-12))
    reach = special.ndtri(0.5 + coverage / 2) * level_sd
    return np.asarray(special.expit(log_odds - reach)), np.asarray(special.expit(log_odds + reach))


def alive(
    fit: MbgNbd,
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    tenure: npt.ArrayLike,
    coverage: float = 0.8,
) -> Ends:
    """Interval of MBG/NBD's probability of being alive: what it would be if the own rate of ordering were known.

    Given the own rate it is 1 / (1 + a / (b + x) e^(rate (T - t_x))). The rate's posterior is a mixture: Gamma(r + x,
    alpha + T) if alive, Gamma(r + x, alpha + t_x) if not. A quick customer's silence says more than a slow one's.
    """
    x, t_x, big_t = history_columns(frequency, recency, tenure)
    shape = fit.r + x
    left = np.log(fit.a / (fit.b + x))
    here = special.expit(-(left + shape * np.log1p((big_t - t_x) / (fit.alpha + t_x))))

    def below(rate: FloatArray) -> FloatArray:
        with_them = special.gammainc(shape, (fit.alpha + big_t) * rate)
        without = special.gammainc(shape, (fit.alpha + t_x) * rate)
        return np.asarray(here * with_them + (1.0 - here) * without)

    most = special.gammaincinv(shape, 0.999999) / (fit.alpha + t_x)
    slow, quick = (_solve(below, q, np.zeros(len(x)), most) for q in _tails(coverage))
    low, high = (special.expit(-(left + rate * (big_t - t_x))) for rate in (quick, slow))
    return np.asarray(low), np.asarray(high)


def own_scatter(own: Rhythm, between_variance: float, gaps: npt.ArrayLike) -> FloatArray:
    """Variance of a customer's log gaps around their own mean, got back from the predictive one, which is within +
    within between / (within + gaps between)."""
    spread = own.log_sd**2
    (n,) = columns(gaps=gaps)
    half = 0.5 * (between_variance * (n + 1.0) - spread)
    within = np.sqrt(half**2 + spread * n * between_variance) - half
    return np.asarray(np.clip(within, 1e-9, spread))


def overdue(own: Rhythm, scatter: FloatArray, idle: npt.ArrayLike, coverage: float = 0.8) -> Ends:
    """Interval of `rhythm.overdue`: what it would be if the own mean were known. `scatter` is the variance around that
    mean, so the rest of the predictive spread is what is not known."""
    _, waited = columns(log_mean=own.log_mean, idle=idle)
    doubt = np.sqrt(np.maximum(own.log_sd**2 - scatter, 0.0))
    with np.errstate(divide="ignore"):
        away = np.log(waited) - own.log_mean
    reach = special.ndtri(0.5 + coverage / 2) * doubt
    low, high = (special.ndtr((away + side * reach) / np.sqrt(scatter)) for side in (-1.0, 1.0))
    return np.asarray(low), np.asarray(high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What an order of each customer is worth. One value per customer, in one currency each."""

    mean: FloatArray
    doubt: FloatArray
    """Standard deviation of what we do not know about that mean."""
    scatter: FloatArray
    """Standard deviation of single orders around it."""


def year(ordering: npt.ArrayLike, orders: npt.ArrayLike, worth: Worth, coverage: float = 0.8) -> Ends:
    """Interval of the expected value of a period: from the probability of an order in it, the orders expected and what
    an order is worth. nan where the worth's deviations are.

    Orders: none, or one and a geometric number more. Given n of them the sum is taken as normal, with mean n m and
    variance n^2 doubt^2 + n scatter^2; a mixture over 200 evenly spaced quantiles of n. Nobody brings less than
    nothing.
    """
    chance, expected, mean = columns(ordering=ordering, orders=orders, mean=worth.mean)
    at = (np.arange(_GRID) + 0.5) / _GRID
    number = orders_quantile(chance[:, None], expected[:, None], at[None, :])
    spread = np.sqrt((number * worth.doubt[:, None]) ** 2 + number * worth.scatter[:, None] ** 2)
    centre = number * mean[:, None]

    def below(total: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore", invalid="ignore"):
            score = (total[:, None] - centre) / spread
        sure = (total[:, None] >= centre).astype(np.float64)
        return np.asarray(np.where(spread > 0, special.ndtr(score), sure).mean(axis=1))

    most = (centre + 6.0 * spread).max(axis=1) + 1e-9
    ends = [
        np.where(np.isnan(most), np.nan, _solve(below, q, np.zeros(len(mean)), most))
        for q in _tails(coverage)
    ]
    return ends[0], ends[1]


def orders_quantile(chance: FloatArray, expected: FloatArray, q: FloatArray) -> FloatArray:
    """Smallest n that at most n orders come with probability q; none with 1 - chance, else one and a geometric
    number more, so that `expected` come in the mean."""
    more = np.maximum(expected / np.maximum(chance, 1e-12) - 1.0, 0.0)
    again = np.clip(more / (1.0 + more), 1e-12, 1 - 1e-12)
    with np.errstate(divide="ignore"):
        steps = np.log((1.0 - q) / np.maximum(chance, 1e-300)) / np.log(again)
    return np.asarray(np.where(1.0 - chance >= q, 0.0, np.maximum(np.ceil(steps - 1e-12), 1.0)))


_GRID = 200


def _tails(coverage: float) -> tuple[float, float]:
    if not 0 < coverage < 1:
        raise ValueError(f"coverage is {coverage}: give a probability between 0 and 1")
    return 0.5 - coverage / 2, 0.5 + coverage / 2


def _solve(
    below: Callable[[FloatArray], FloatArray], q: float, low: FloatArray, high: FloatArray
) -> FloatArray:
    """Where a rising function reaches q, by halving."""
    for _ in range(60):
        middle = 0.5 * (low + high)
        short = below(middle) < q
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return high
