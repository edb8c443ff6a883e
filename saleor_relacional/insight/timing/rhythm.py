"""Each customer's own gap between purchase days, shrunk toward the shop.

On a log scale a customer's gaps scatter around an own mean with the shop's `within_variance`, and customers'
means around the shop's `log_mean` with its `between_variance` (empirical Bayes; Robbins 1956, Morris 1983).
The gap that is still open is data too, or short gaps would be over-represented: it is censored at `idle`, or
it never closes because the customer has left, with the beta-geometric chance of Fader, Hardie, Lee (2005).
Formulas: docs/maths.md.

Everything is computed from sufficient statistics of a customer: number of gaps n, sum of their natural
logarithms, sum of the squares of those. Gaps are of at least one day: two orders on one day are one purchase.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from saleor_relacional.insight.history import FloatArray, IntArray, columns, evenly, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopRhythm:
    """How the gaps of a shop's customers are distributed. Natural logarithms of days."""

    log_mean: float
    """Mean over customers of their mean log gap; exp of it is the typical customer's typical gap in days."""
    between_variance: float
    """Variance over customers of their mean log gap."""
    within_variance: float
    """Variance of one customer's log gaps around their own mean."""
    own_scatter_weight: float
    """Gaps that the shop's `within_variance` counts for against a customer's own scatter: high where
    customers are equally regular, low where some keep the day and others do not."""
    leave_a: float
    """After a purchase with n gaps behind it, a customer leaves for good with mean probability a / (a + b +
    n)."""
    leave_b: float
    """See `leave_a`."""
    gaps: int
    """Closed gaps this was learnt from; at 0 (and no customers) it is the prior."""
    customers: int
    """Customers this was learnt from, one-time buyers included."""
    converged: bool
    """False when the optimiser gave up: parameters are then the best met."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """Independent normals on (log_mean, log between sd, log within sd, log leave_a, log leave_b)."""

    centre: tuple[float, float, float, float, float]
    """Their means, with the last four as natural logarithms."""
    sd: tuple[float, float, float, float, float]
    """Their standard deviations."""
    scatter_weight: float
    """Median of `own_scatter_weight`, log-normal too."""
    scatter_weight_log_sd: float
    """Standard deviation of its logarithm."""


PRIOR = Prior(
    centre=(math.log(60.0), math.log(0.9), math.log(1.0), math.log(0.3), math.log(0.7)),
    sd=(0.8, 0.4, 0.35, 1.0, 0.8),
    scatter_weight=6.0,
    scatter_weight_log_sd=0.8,
)
"""Shipped prior: between the fits of the two public shops of docs/maths.md, rounded. It says that a typical
gap is between 12 and 300 days, and fades within some tens of gaps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """Predictive distribution of each customer's next gap, log-normal. One value per customer."""

    log_mean: FloatArray
    """Mean of the natural logarithm of the next gap in days."""
    log_sd: FloatArray
    """Its standard deviation: the customer's own scatter and what we do not know about their mean."""


def fit(
    gaps: npt.ArrayLike,
    log_sum: npt.ArrayLike,
    log_square_sum: npt.ArrayLike,
    idle: npt.ArrayLike,
    *,
    prior: Prior = PRIOR,
) -> ShopRhythm:
    """Learn a shop's rhythm from all its buyers, one-time buyers included (gaps 0).

    Vectors of one length: number of gaps, sum of log gaps, sum of squared log gaps, days since the last
    purchase. Maximum a posteriori under `prior`, so no data and one customer are legitimate. Above 20,000
    customers as many of them are used, evenly over all values. Raises ValueError naming the row for statistics
    that cannot be.
    """
    n, total, squares, waited = columns(gaps=gaps, log_sum=log_sum, log_square_sum=log_square_sum, idle=idle)
    _check(n, total, squares)
    refuse(waited < 0, "idle is negative", waited)
    if len(n) == 0:
        return _shop(np.array(prior.centre), prior.scatter_weight, 0, 0, converged=True)
    some = evenly(_MOST_ROWS, n, total, squares, waited)
    rows = _rows(n[some], total[some], squares[some], waited[some])
    found = optimize.minimize(
        _loss, np.array(prior.centre), args=(rows, prior), jac=True, method="L-BFGS-B",
        bounds=[(centre - 6 * sd, centre + 6 * sd) for centre, sd in zip(prior.centre, prior.sd,
        strict=True)], options={"maxiter": 300, "ftol": 1e-12, "gtol": 1e-6},
    )  # fmt: skip
    weight = _scatter_weight(rows, math.exp(2 * float(found.x[2])), prior)
    return _shop(found.x, weight, int(n.sum()), len(n), converged=bool(found.success))


def rhythms(
    shop: ShopRhythm, gaps: npt.ArrayLike, log_sum: npt.ArrayLike, log_square_sum: npt.ArrayLike
) -> Rhythm:
    """Each customer's own rhythm. With no gap of their own it is the shop's, with all its spread."""
    n, total, squares = columns(gaps=gaps, log_sum=log_sum, log_square_sum=log_square_sum)
    _check(n, total, squares)
    scatter = np.maximum(squares - total * total / np.maximum(n, 1), 0.0)
    freedom = np.maximum(n - 1, 0)
    weight = shop.own_scatter_weight
    within = (weight * shop.within_variance + scatter) / (weight + freedom)
    mean, sd = _predict(shop.log_mean, shop.between_variance, within, n, total)
    return Rhythm(log_mean=mean, log_sd=np.maximum(sd, _HALF_A_DAY * np.exp(-mean)))


_HALF_A_DAY = 0.5
"""Days are whole: nobody's rhythm is known better, or a daily customer would be lost on the second day."""


def quantile(rhythm: Rhythm, p: float) -> FloatArray:
    """Days after a purchase by which the next has come with probability `p`, if it comes at all."""
    if not 0 < p < 1:
        raise ValueError(f"p is {p}: give a probability between 0 and 1")
    return np.asarray(np.exp(rhythm.log_mean + rhythm.log_sd * special.ndtri(p)))


def overdue(rhythm: Rhythm, idle: npt.ArrayLike) -> FloatArray:
    """Probability that a customer with this rhythm would have been back by now, `idle` days after the last
    purchase."""
    return np.asarray(special.ndtr(_score(rhythm, _idle(rhythm, idle))))


def probability_left(
    shop: ShopRhythm, rhythm: Rhythm, gaps: npt.ArrayLike, idle: npt.ArrayLike
) -> FloatArray:
    """Probability that the next order never comes, by this model alone (`mbg_nbd` is the better judge of the
    future)."""
    waited = _idle(rhythm, idle)
    n = columns(log_mean=rhythm.log_mean, gaps=gaps)[1]
    log_odds = math.log(shop.leave_a) - np.log(shop.leave_b + n) - special.log_ndtr(-_score(rhythm, waited))
    return np.asarray(special.expit(log_odds))


def _idle(rhythm: Rhythm, idle: npt.ArrayLike) -> FloatArray:
    waited = columns(log_mean=rhythm.log_mean, idle=idle)[1]
    refuse(waited < 0, "idle is negative", waited)
    return waited


def _score(rhythm: Rhythm, waited: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore"):
        return (np.log(waited) - rhythm.log_mean) / rhythm.log_sd


def _predict(
    mean: float, between: float, within: FloatArray | float, n: FloatArray, total: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Mean and deviation of the next log gap: normal-normal posterior of the own mean, plus the own
    scatter."""
    spread = within + n * between
    return (within * mean + between * total) / spread, np.sqrt(between * within / spread + within)


def _check(n: FloatArray, total: FloatArray, squares: FloatArray) -> None:
    refuse((n < 0) | (n != np.floor(n)), "gaps is not a whole number of at least 0", n)
    refuse(total < 0, "log_sum is negative: gaps are of at least one day", total)
    refuse((n == 0) & ((total != 0) | (squares != 0)), "sums without a gap", total)
    too_small = squares * n < total * total * (1 - 1e-9) - 1e-9
    refuse(too_small, "log_square_sum is less than log_sum squared over gaps", squares)


# Fitting ----------------------------------------------------------------------------------------------------

_MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    n: FloatArray
    counts: FloatArray
    """Distinct n, where each row finds its own, and how many customers each has."""
    count_at: IntArray
    customers: FloatArray
    total: FloatArray
    log_idle: FloatArray
    some: FloatArray
    """Where n > 0: the number of gaps, their mean log, and the squares around it."""
    mean: FloatArray
    scatter: FloatArray


def _rows(n: FloatArray, total: FloatArray, squares: FloatArray, waited: FloatArray) -> _Rows:
    has = n > 0
    some, mean = n[has], total[has] / n[has]
    counts, count_at, customers = np.unique(n, return_inverse=True, return_counts=True)
    return _Rows(
        n=n, counts=counts, count_at=count_at, customers=customers.astype(np.float64), total=total,
        log_idle=np.log(np.maximum(waited, _SHORTEST)), some=some, mean=mean,
        scatter=np.maximum(squares[has] - some * mean * mean, 0.0),
    )  # fmt: skip


_SHORTEST = 1e-6
"""Days: the least wait whose logarithm is taken."""


def _loss(parameters: FloatArray, rows: _Rows, prior: Prior) -> tuple[float, FloatArray]:
    """Negative log-posterior per customer, and its slope."""
    mean, between, within, a, b = _unpack(parameters)
    off = (parameters - np.array(prior.centre)) / np.array(prior.sd)
    closed, closed_slope = _closed_gaps(rows, mean, between, within)
    open_, open_slope = _open_gaps(rows, mean, between, within, a, b)
    natural = np.concatenate((closed_slope, [0.0, 0.0])) + open_slope
    slope = natural * np.array([1.0, 2 * between, 2 * within, a, b])
    value = 0.5 * float(off @ off) - closed - open_
    return value / len(rows.n), (off / np.array(prior.sd) - slope) / len(rows.n)


def _closed_gaps(rows: _Rows, mean: float, between: float, within: float) -> tuple[float, FloatArray]:
    """Log-density of the gaps that closed, with each customer's own mean integrated out; its slope in (mean,
    between, within)."""
    spread = within + rows.some * between
    away = rows.mean - mean
    squares = rows.some * away**2 / spread
    freedom, scatter = float((rows.some - 1).sum()), float(rows.scatter.sum())
    value = -0.5 * (freedom * math.log(within) + scatter / within + float((np.log(spread) + squares).sum()))
    by_spread = 0.5 * (squares - 1.0) / spread
    slope = [
        float((rows.some * away / spread).sum()),
        float((by_spread * rows.some).sum()),
        float(by_spread.sum()) + 0.5 * (scatter / within - freedom) / within,
    ]
    return value, np.array(slope)


def _open_gaps(
    rows: _Rows, mean: float, between: float, within: float, a: float, b: float
) -> tuple[float, FloatArray]:
    """Log-probability of having stayed through n purchases and of the open gap: left, or not back yet; its
    slope in (mean, between, within, a, b)."""
    own_mean, own_sd = _predict(mean, between, within, rows.n, rows.total)
    away = (own_mean - rows.log_idle) / own_sd
    log_not_back = special.log_ndtr(away)
    all_n = a + b + rows.counts
    log_leave = (math.log(a) - np.log(all_n))[rows.count_at]
    log_stay = (np.log(b + rows.counts) - np.log(all_n))[rows.count_at] + log_not_back
    either = np.logaddexp(log_leave, log_stay)
    stayed = special.gammaln(b + rows.counts) - special.gammaln(b)
    stayed += special.gammaln(a + b) - special.gammaln(all_n)
    value = float(rows.customers @ stayed + either.sum())

    here = np.exp(log_stay - either)
    by_away = here * np.exp(-0.5 * away**2 - 0.5 * math.log(2 * math.pi) - log_not_back)
    spread = within + rows.n * between
    by_between = (rows.total - rows.n * own_mean) / spread / own_sd
    by_between -= 0.5 * away * (within / spread / own_sd) ** 2
    by_within = (mean - own_mean) / spread / own_sd
    by_within -= 0.5 * away * (1.0 + rows.n * (between / spread) ** 2) / own_sd**2
    here_by_n = np.bincount(rows.count_at, here, len(rows.counts))
    psi = special.digamma(a + b) - special.digamma(all_n)
    psi_b = special.digamma(b + rows.counts) - special.digamma(b)
    slope = [
        float((by_away * within / spread / own_sd).sum()),
        float((by_away * by_between).sum()),
        float((by_away * by_within).sum()),
        float((rows.customers * (psi - 1.0 / all_n) + (rows.customers - here_by_n) / a).sum()),
        float((rows.customers * (psi + psi_b - 1.0 / all_n) + here_by_n / (b + rows.counts)).sum()),
    ]
    return value, np.array(slope)


def _scatter_weight(rows: _Rows, within: float, prior: Prior) -> float:
    """Most probable weight of the shop's variance when customers' variances are scaled inverse chi-squared.

    Their mean is held at `within`; squares around the own mean over it are then F distributed (Smyth 2004,
    eq. 4).
    """
    freedom, scatter = (rows.some - 1)[rows.some > 1], rows.scatter[rows.some > 1]

    def loss(log_weight: float) -> float:
        weight = math.exp(log_weight)
        shape = 0.5 * (weight + 2.0)
        off = (log_weight - math.log(prior.scatter_weight)) / prior.scatter_weight_log_sd
        value = special.gammaln(shape + 0.5 * freedom) - special.gammaln(shape)
        value -= 0.5 * freedom * math.log(weight * within)
        value -= (shape + 0.5 * freedom) * np.log1p(scatter / (weight * within))
        return 0.5 * off * off - float(value.sum())

    found = optimize.minimize_scalar(loss, bounds=(math.log(0.2), math.log(500.0)), method="bounded")
    return math.exp(float(found.x))


def _unpack(parameters: FloatArray) -> tuple[float, float, float, float, float]:
    mean, log_between_sd, log_within_sd, log_a, log_b = (float(value) for value in parameters)
    return mean, math.exp(2 * log_between_sd), math.exp(2 * log_within_sd), math.exp(log_a), math.exp(log_b)


def _shop(parameters: FloatArray, weight: float, gaps: int, customers: int, *, converged: bool) -> ShopRhythm:
    mean, between, within, a, b = _unpack(parameters)
    return ShopRhythm(
        log_mean=mean, between_variance=between, within_variance=within, own_scatter_weight=weight,
        leave_a=a, leave_b=b,
        gaps=gaps, customers=customers, converged=converged,
    )  # fmt: skip


def own_weight(shop: ShopRhythm, gaps: npt.ArrayLike) -> FloatArray:
    """Share of the own gaps in the mean of a rhythm."""
    (n,) = columns(gaps=gaps)
    return n * shop.between_variance / (shop.within_variance + n * shop.between_variance)
