"""MBG/NBD: how often a customer orders while they are ours, and whether they still are.

Batislam, Denizel, Filiztekin (2007), "Empirical validation and comparison of models for customer base
analysis", IJRM 24; Hoppe, Wagner (2007) derive the same model. While alive a customer orders as a Poisson
process with rate lambda ~ Gamma(r, alpha); at the first order and after each repeat order they leave for good
with probability p ~ Beta(a, b). Symbols inside this module: x frequency, t_x recency, T tenure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from saleor_relacional.insight.history import FloatArray, IntArray, check_histories, columns, refuse


class FitBasis(StrEnum):
    """What a fit rests on."""

    DATA = "data"
    """Maximum likelihood, nothing else."""
    PRIOR_AND_DATA = "prior_and_data"
    """Penalised by a `Prior`: asked for, or needed because the likelihood has no maximum inside the
    bounds."""
    PRIOR = "prior"
    """There was nothing to learn from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """Independent normals on the logarithms of (r, alpha in days, a, b): what a shop is like before we
    know it."""

    centre: tuple[float, float, float, float]
    """Medians of r, alpha (days), a, b."""
    log_sd: tuple[float, float, float, float]
    """Standard deviations of their natural logarithms."""


PRIOR = Prior(centre=(0.7, 55.0, 0.5, 2.5), log_sd=(0.7, 0.8, 1.2, 1.0))
"""Shipped prior. Centre: between the fits of the two public shops in docs/maths.md (rounded); spreads: wide
enough that each shop is well inside one deviation. It weighs as much as some tens of customers and fades as
they come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MbgNbd:
    """Parameters of one shop's MBG/NBD."""

    r: float
    """Shape of the Gamma of ordering rates."""
    alpha: float
    """Rate of that Gamma, in units of time: r / alpha is the mean number of orders a unit while alive."""
    a: float
    """First parameter of the Beta of leaving probabilities; a / (a + b) is its mean."""
    b: float
    """Second parameter of that Beta."""
    log_likelihood: float
    """Of the data alone (no prior term), in the unit given; 0 when there were no data."""
    customers: float
    """Customers fitted on (the sum of weights)."""
    converged: bool
    """False when no optimum was found: the parameters are then the best met, or the prior's."""
    unit_days: float = 1.0
    """Days in the unit of time that recency and tenure came in."""
    basis: FitBasis = FitBasis.DATA
    """What the parameters rest on."""

    @property
    def parameters(self) -> tuple[float, float, float, float]:
        """(r, alpha, a, b)."""
        return self.r, self.alpha, self.a, self.b


def fit(
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    tenure: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    start: MbgNbd | None = None,
    *,
    unit_days: float = 1.0,
    prior: Prior | None = None,
) -> MbgNbd:
    """MbgNbd by maximum likelihood, or penalised by `prior` when one is given.

    `frequency`, `recency`, `tenure` (and `weights`, how many customers a row stands for) are vectors of one
    length in one unit of time of `unit_days` days. `start` is an earlier fit in the same unit. When the
    likelihood alone has no maximum with r, a, b between 1/150 and 150 (few customers, all equal, nobody ever
    returned), the shipped `PRIOR` joins it and `basis` says so; with no customers the result is the prior
    itself. Raises ValueError naming the row for input that cannot be.
    """
    if unit_days <= 0 or not math.isfinite(unit_days):
        raise ValueError(f"unit_days is {unit_days}: give the positive number of days in your unit of time")
    data = _group(frequency, recency, tenure, weights)
    if data is None:
        return _from_prior(prior or PRIOR, unit_days)
    begin = _start(start, data, prior or PRIOR, unit_days)
    if prior is None:
        best = _climb(data, begin, None, unit_days)
        if best.inside:
            return _result(data, best, FitBasis.DATA, unit_days)
    best = _climb(data, _prior_start(prior or PRIOR, data, unit_days), prior or PRIOR, unit_days)
    return _result(data, best, FitBasis.PRIOR_AND_DATA, unit_days)


def log_likelihood(
    fit: MbgNbd, frequency: npt.ArrayLike, recency: npt.ArrayLike, tenure: npt.ArrayLike
) -> FloatArray:
    """Natural log-likelihood of each row under `fit`, in the fit's unit of time."""
    x, t_x, big_t = _rows(frequency, recency, tenure)
    r, alpha, a, b = fit.parameters
    return np.asarray(
        special.gammaln(r + x) - special.gammaln(r) + r * math.log(alpha)
        + special.gammaln(b + x + 1) - special.gammaln(b)
        + special.gammaln(a + b) - special.gammaln(a + b + x + 1)
        - (r + x) * np.log(alpha + big_t)
        + np.logaddexp(0.0, _leaving_log_odds(fit, x, t_x, big_t))
    )  # fmt: skip


def probability_alive(
    fit: MbgNbd, frequency: npt.ArrayLike, recency: npt.ArrayLike, tenure: npt.ArrayLike
) -> FloatArray:
    """Probability that each customer has not left for good. Shape: one value a row."""
    x, t_x, big_t = _rows(frequency, recency, tenure)
    return _alive(fit, x, t_x, big_t)


def expected_orders(
    fit: MbgNbd,
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    tenure: npt.ArrayLike,
    horizon: float,
) -> FloatArray:
    """Expected purchase days in (T, T + horizon], one value a row. `horizon` is in the fit's unit of time.

    Batislam et al. (2007) after Euler's transformation of its Gauss hypergeometric function, which keeps
    every argument small however many orders a customer has made.
    """
    _check_horizon(horizon)
    x, t_x, big_t = _rows(frequency, recency, tenure)
    pairs, back = _pairs(x, big_t)
    return _alive(fit, x, t_x, big_t) * _orders_if_alive(fit, pairs[0], pairs[1], horizon)[back]


def probability_of_order(
    fit: MbgNbd,
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    tenure: npt.ArrayLike,
    horizon: float,
) -> FloatArray:
    """Probability of at least one purchase day in (T, T + horizon], one value a row.

    A living customer stays so until the next order, so this is P(alive) (1 -
    ((alpha+T)/(alpha+T+horizon))^(r+x)).
    """
    _check_horizon(horizon)
    x, t_x, big_t = _rows(frequency, recency, tenure)
    log_no_order = -(fit.r + x) * np.log1p(horizon / (fit.alpha + big_t))
    return _alive(fit, x, t_x, big_t) * -np.expm1(log_no_order)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a scoring stores of everybody, by horizon. One value a row."""

    alive: FloatArray
    """`probability_alive`."""
    ordering: Mapping[float, FloatArray]
    """`probability_of_order` in each horizon."""
    expected: Mapping[float, FloatArray]
    """`expected_orders` in each horizon."""


def outlook(
    fit: MbgNbd,
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    tenure: npt.ArrayLike,
    horizons: Sequence[float],
) -> Outlook:
    """All of the above at once: what they share is computed once."""
    for horizon in horizons:
        _check_horizon(horizon)
    x, t_x, big_t = _rows(frequency, recency, tenure)
    alive, pairs = _alive(fit, x, t_x, big_t), _pairs(x, big_t)
    (some_x, some_t), back = pairs
    ordering = {
        horizon: alive * -np.expm1(-(fit.r + some_x) * np.log1p(horizon / (fit.alpha + some_t)))[back]
        for horizon in horizons
    }
    expected = {horizon: alive * _orders_if_alive(fit, some_x, some_t, horizon)[back] for horizon in horizons}
    return Outlook(alive=alive, ordering=ordering, expected=expected)


def _alive(fit: MbgNbd, x: FloatArray, t_x: FloatArray, big_t: FloatArray) -> FloatArray:
    return np.asarray(special.expit(-_leaving_log_odds(fit, x, t_x, big_t)))


def _leaving_log_odds(fit: MbgNbd, x: FloatArray, t_x: FloatArray, big_t: FloatArray) -> FloatArray:
    stretch = np.log1p((big_t - t_x) / (fit.alpha + t_x))
    return math.log(fit.a) - np.log(fit.b + x) + (fit.r + x) * stretch


_NEAR_ONE = 1e-4


def _orders_if_alive(fit: MbgNbd, x: FloatArray, big_t: FloatArray, horizon: float) -> FloatArray:
    """Expected orders of a living customer. The formula is 0/0 at a = 1 and smooth around it: step to both
    sides."""
    if abs(fit.a - 1.0) >= _NEAR_ONE:
        return _orders_for_a(fit, fit.a, x, big_t, horizon)
    below = _orders_for_a(fit, fit.a - 2 * _NEAR_ONE, x, big_t, horizon)
    above = _orders_for_a(fit, fit.a + 2 * _NEAR_ONE, x, big_t, horizon)
    return 0.5 * (below + above)


def _orders_for_a(fit: MbgNbd, a: float, x: FloatArray, big_t: FloatArray, horizon: float) -> FloatArray:
    r, alpha, _, b = fit.parameters
    z = horizon / (alpha + big_t + horizon)
    curve = np.exp((a - 1.0) * np.log1p(-z)) * special.hyp2f1(a + b - r, a - 1.0, a + b + x, z)
    orders = np.asarray((a + b + x) / (a - 1.0) * (1.0 - curve))
    for row in np.flatnonzero(~np.isfinite(orders)):
        orders[row] = _orders_by_quadrature(fit, a, float(x[row]), float(big_t[row]), horizon)
    return orders


def _orders_by_quadrature(fit: MbgNbd, a: float, x: float, big_t: float, horizon: float) -> float:
    """The same by Gauss-Jacobi over the leaving chance, for the rare arguments where scipy's hyp2f1 answers
    nan.

    Mean of (1 - (1 + p horizon / (alpha + T))^-(r + x)) / p over p ~ Beta(a, b + x + 1).
    """
    nodes, weights = special.roots_jacobi(200, fit.b + x, a - 1.0)
    leave = 0.5 * (nodes + 1.0)
    orders = -np.expm1(-(fit.r + x) * np.log1p(leave * horizon / (fit.alpha + big_t))) / leave
    return float(np.average(orders, weights=weights))


def _pairs(x: FloatArray, big_t: FloatArray) -> tuple[FloatArray, IntArray]:
    """Distinct (x, T) as a 2 x k array, and where each row finds its own."""
    if len(x) == 0:
        return np.zeros((2, 0)), np.zeros(0, dtype=np.int64)
    (x_values, x_at), (t_values, t_at) = _codes(x), _codes(big_t)
    keys, back = _codes((x_at * len(t_values) + t_at).astype(np.float64))
    whole = keys.astype(np.int64)
    return np.stack([x_values[whole // len(t_values)], t_values[whole % len(t_values)]]), back


def _check_horizon(horizon: float) -> None:
    if not (math.isfinite(horizon) and horizon >= 0):
        raise ValueError(f"horizon is {horizon}: give a number of at least 0")


def _rows(
    frequency: npt.ArrayLike, recency: npt.ArrayLike, tenure: npt.ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    check_histories(frequency, recency, tenure)
    x, t_x, big_t = columns(frequency=frequency, recency=recency, tenure=tenure)
    return x, t_x, big_t


# Fitting ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Data:
    """Distinct rows with their weights; each column as its distinct values and where a row finds its own."""

    weight: FloatArray
    x: FloatArray
    x_at: IntArray
    t_x: FloatArray
    t_x_at: IntArray
    big_t: FloatArray
    big_t_at: IntArray
    scale: float
    """Mean tenure: fitting works in this unit of time so that all parameters are near 1."""
    total: float
    by_x: FloatArray = field(init=False)
    """Weight of each distinct x."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_x", np.bincount(self.x_at, self.weight, len(self.x)))
        for name in ("weight", "x", "t_x", "big_t"):
            getattr(self, name).setflags(write=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Climb:
    log_parameters: FloatArray
    success: bool
    inside: bool


def _group(
    frequency: npt.ArrayLike, recency: npt.ArrayLike, tenure: npt.ArrayLike, weights: npt.ArrayLike | None
) -> _Data | None:
    """Equal rows as one row with a weight; None when no row weighs anything or no time has passed."""
    x, t_x, big_t = _rows(frequency, recency, tenure)
    weight = np.ones(len(x)) if weights is None else columns(frequency=x, weights=weights)[1]
    refuse(weight < 0, "weight is negative", weight)
    total = float(weight.sum())
    if total == 0 or not big_t.any():
        return None
    (x_values, x_at), (r_values, r_at), (t_values, t_at) = map(_codes, (x, t_x, big_t))
    key = (x_at * len(r_values) + r_at) * len(t_values) + t_at
    order = np.argsort(key, kind="stable")
    sorted_key = key[order]
    begins = np.flatnonzero(np.concatenate(([True], sorted_key[1:] != sorted_key[:-1])))
    first = order[begins]
    scale = float(np.average(big_t, weights=weight)) or 1.0
    return _Data(
        weight=np.add.reduceat(weight[order], begins),
        x=x_values, x_at=x_at[first],
        t_x=r_values / scale, t_x_at=r_at[first],
        big_t=t_values / scale, big_t_at=t_at[first],
        scale=scale, total=total,
    )  # fmt: skip


_DENSE = 1 << 20


def _codes(column: FloatArray) -> tuple[FloatArray, IntArray]:
    """Distinct values and the place of each row's own among them; whole numbers of a small range need no
    sort."""
    top = float(column.max())
    if top < _DENSE and (column == np.floor(column)).all():
        whole = column.astype(np.int64)
        present = np.bincount(whole) > 0
        return np.flatnonzero(present).astype(np.float64), (np.cumsum(present) - 1)[whole]
    values, at = np.unique(column, return_inverse=True)
    return values, at


_LOG_BOUNDS = [(-8.0, 8.0), (-10.0, 10.0), (-8.0, 8.0), (-8.0, 8.0)]
_TRUSTED = np.array([5.0, 9.0, 5.0, 5.0])
"""Beyond these logarithms (r, a, b under 1/150 or over 150) a likelihood is a ridge that leads nowhere:
everybody alike, or nobody ever leaving. The prior joins it then."""


def _climb(data: _Data, begin: FloatArray, prior: Prior | None, unit_days: float) -> _Climb:
    """Maximise the mean log-likelihood (plus the prior's share) over the logarithms of the parameters."""
    low, high = np.array(_LOG_BOUNDS).T
    begin = np.clip(begin, low, high)
    if len(data.weight) > _FEW:
        found = _polish(data, _ascend(_thinned(data), begin, prior, unit_days)[0], prior, unit_days)
        slope = float(np.abs(_loss(found, data, prior, unit_days)[1]).max())
    if len(data.weight) <= _FEW or slope >= _FLAT:
        found, slope = _ascend(data, begin, prior, unit_days)
    inside = bool((np.abs(found) < _TRUSTED).all())
    flat = bool(slope < _FLAT)
    return _Climb(log_parameters=found, success=flat, inside=inside and flat)


_FLAT = 1e-5
_FEW = 50_000


def _ascend(
    data: _Data, begin: FloatArray, prior: Prior | None, unit_days: float
) -> tuple[FloatArray, float]:
    """Where it ends, and the steepest slope there."""
    found = optimize.minimize(
        _loss, begin, args=(data, prior, unit_days), jac=True, method="L-BFGS-B",
        bounds=_LOG_BOUNDS, options={"maxiter": 500, "ftol": 1e-15, "gtol": 1e-9, "maxcor": 20},
    )  # fmt: skip
    return np.asarray(found.x), float(np.abs(found.jac).max())


def _thinned(data: _Data) -> _Data:
    """Every k-th distinct row, as many as make a good start."""
    step = max(1, len(data.weight) // (_FEW // 2))
    weight = data.weight[::step].copy()
    return replace(
        data, weight=weight, total=float(weight.sum()),
        x_at=data.x_at[::step], t_x_at=data.t_x_at[::step], big_t_at=data.big_t_at[::step],
    )  # fmt: skip


def _polish(data: _Data, start: FloatArray, prior: Prior | None, unit_days: float) -> FloatArray:
    """Newton's steps on all rows with the curvature of the thinned ones: a handful of evaluations instead of
    twenty. Stops where it does not help; the caller looks at the slope."""
    thin, width = _thinned(data), 1e-4
    steps = width * np.eye(4)
    curve = np.stack([
        _loss(start + step, thin, prior, unit_days)[1] - _loss(start - step, thin, prior, unit_days)[1]
        for step in steps
    ]) / (2 * width)  # fmt: skip
    at, steepest = start, np.inf
    for _ in range(8):
        slope = _loss(at, data, prior, unit_days)[1]
        size = float(np.abs(slope).max())
        if size < 1e-8 or not size < steepest:
            break
        steepest = size
        at = at - np.linalg.lstsq(0.5 * (curve + curve.T), slope, rcond=1e-10)[0]
        at = np.clip(at, *np.array(_LOG_BOUNDS).T)
    return np.asarray(at)


def _loss(
    log_parameters: FloatArray, data: _Data, prior: Prior | None, unit_days: float
) -> tuple[float, FloatArray]:
    value, slope = _likelihood(log_parameters, data)
    if prior is not None:
        off = (log_parameters - _prior_start(prior, data, unit_days)) / np.array(prior.log_sd)
        value -= 0.5 * float(off @ off)
        slope = slope - off / np.array(prior.log_sd)
    return -value / data.total, -slope / data.total


def _likelihood(log_parameters: FloatArray, data: _Data) -> tuple[float, FloatArray]:
    """Log-likelihood in scaled time, and its slope in the logarithms of (r, alpha, a, b)."""
    r, alpha, a, b = (float(value) for value in np.exp(log_parameters))
    log_end = np.log(alpha + data.big_t)[data.big_t_at]
    power = (r + data.x)[data.x_at]
    stretch = log_end - np.log(alpha + data.t_x)[data.t_x_at]
    odds = (math.log(a) - np.log(b + data.x))[data.x_at] + power * stretch
    left = special.expit(odds)
    weight_left = data.weight * left
    # log(1 + e^odds) = odds - log(left), which loses nothing while e^odds does not overflow the other way
    log1p_odds = np.where(odds > -30.0, odds - np.log(np.maximum(left, 1e-300)), left)
    weight_power = data.weight * power
    value = float(
        data.by_x
        @ (special.gammaln(r + data.x) - special.gammaln(r) + r * math.log(alpha) + _log_stay(a, b, data.x))
        - weight_power @ log_end
        + data.weight @ log1p_odds
    )
    left_by_x = np.bincount(data.x_at, weight_left, len(data.x))
    left_power = weight_left * power
    psi_all = special.digamma(a + b) - special.digamma(a + b + data.x + 1)
    slope_r = float(
        data.by_x @ (special.digamma(r + data.x) - special.digamma(r) + math.log(alpha))
        - data.weight @ log_end
        + weight_left @ stretch
    )
    slope_alpha = float(
        data.total * r / alpha
        + np.bincount(data.big_t_at, left_power - weight_power, len(data.big_t))
        @ (1.0 / (alpha + data.big_t))
        - np.bincount(data.t_x_at, left_power, len(data.t_x)) @ (1.0 / (alpha + data.t_x))
    )
    slope_a = float(data.by_x @ psi_all + left_by_x.sum() / a)
    slope_b = float(
        data.by_x @ (psi_all + special.digamma(b + data.x + 1) - special.digamma(b))
        - left_by_x @ (1.0 / (b + data.x))
    )
    return value, np.array([slope_r * r, slope_alpha * alpha, slope_a * a, slope_b * b])


def _log_stay(a: float, b: float, x: FloatArray) -> FloatArray:
    """log of B(a, b + x + 1) / B(a, b)."""
    return np.asarray(
        special.gammaln(b + x + 1)
        - special.gammaln(b)
        + special.gammaln(a + b)
        - special.gammaln(a + b + x + 1)
    )


def _start(start: MbgNbd | None, data: _Data, prior: Prior, unit_days: float) -> FloatArray:
    if start is None:
        return _prior_start(prior, data, unit_days)
    r, alpha, a, b = start.parameters
    return np.asarray(np.log([r, alpha / data.scale, a, b]))


def _prior_start(prior: Prior, data: _Data, unit_days: float) -> FloatArray:
    r, alpha, a, b = prior.centre
    return np.asarray(np.log([r, alpha / unit_days / data.scale, a, b]))


def _result(data: _Data, best: _Climb, basis: FitBasis, unit_days: float) -> MbgNbd:
    r, alpha, a, b = (float(value) for value in np.exp(best.log_parameters))
    value, _ = _likelihood(best.log_parameters, data)
    orders = float(data.weight @ data.x[data.x_at])
    return MbgNbd(
        r=r, alpha=alpha * data.scale, a=a, b=b, log_likelihood=value - orders * math.log(data.scale),
        customers=data.total, converged=best.success, unit_days=unit_days, basis=basis,
    )  # fmt: skip


def _from_prior(prior: Prior, unit_days: float) -> MbgNbd:
    r, alpha, a, b = prior.centre
    return MbgNbd(
        r=r, alpha=alpha / unit_days, a=a, b=b, log_likelihood=0.0,
        customers=0.0, converged=False, unit_days=unit_days, basis=FitBasis.PRIOR,
    )  # fmt: skip


def own_weight(alpha: float, tenure: npt.ArrayLike) -> FloatArray:
    """Share of the own time watched in the posterior rate of ordering: T / (alpha + T)."""
    (big_t,) = columns(tenure=tenure)
    return np.asarray(big_t / (alpha + big_t))
