"""Fitting MBG/NBD: maximum likelihood in the logarithms of the parameters, penalised by a prior where asked or needed.

Time is divided by the mean tenure, so that all parameters are near 1. Numerics and figures: docs/maths.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize

from saleor_relacional.insight.history import FloatArray
from saleor_relacional.insight.timing.mbg_nbd.grouped import GroupedHistories, group, thinned
from saleor_relacional.insight.timing.mbg_nbd.likelihood import grouped_log_likelihood
from saleor_relacional.insight.timing.mbg_nbd.model import PRIOR, FitBasis, MbgNbd, Prior


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
    data = group(frequency, recency, tenure, weights)
    if data is None:
        return _from_prior(prior or PRIOR, unit_days)
    begin = _start(start, data, prior or PRIOR, unit_days)
    if prior is None:
        best = _maximise(data, begin, None, unit_days)
        if best.inside:
            return _result(data, best, FitBasis.DATA, unit_days)
    best = _maximise(data, _prior_start(prior or PRIOR, data, unit_days), prior or PRIOR, unit_days)
    return _result(data, best, FitBasis.PRIOR_AND_DATA, unit_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Optimum:
    """Where a search ended."""

    log_parameters: FloatArray
    """Logarithms of (r, alpha, a, b), time divided by the mean tenure."""
    success: bool
    """Whether the slope is flat there."""
    inside: bool
    """Whether it is flat and within `_TRUSTED`."""


_LOG_BOUNDS = [(-8.0, 8.0), (-10.0, 10.0), (-8.0, 8.0), (-8.0, 8.0)]
_TRUSTED = np.array([5.0, 9.0, 5.0, 5.0])
"""Beyond these logarithms (r, a, b under 1/150 or over 150) a likelihood is a ridge that leads nowhere:
everybody alike, or nobody ever leaving. The prior joins it then."""


def _maximise(data: GroupedHistories, begin: FloatArray, prior: Prior | None, unit_days: float) -> _Optimum:
    """Maximise the mean log-likelihood (plus the prior's share) over the logarithms of the parameters."""
    low, high = np.array(_LOG_BOUNDS).T
    begin = np.clip(begin, low, high)
    if len(data.weight) > _FEW:
        found = _newton(data, _lbfgs(thinned(data, _FEW // 2), begin, prior, unit_days)[0], prior, unit_days)
        slope = float(np.abs(_loss(found, data, prior, unit_days)[1]).max())
    if len(data.weight) <= _FEW or slope >= _FLAT:
        found, slope = _lbfgs(data, begin, prior, unit_days)
    inside = bool((np.abs(found) < _TRUSTED).all())
    flat = bool(slope < _FLAT)
    return _Optimum(log_parameters=found, success=flat, inside=inside and flat)


_FLAT = 1e-5
"""Slope of the mean log-likelihood below which a point is an optimum."""
_FEW = 50_000
"""Distinct rows above which a thinned half of as many gives start and curvature."""


def _lbfgs(
    data: GroupedHistories, begin: FloatArray, prior: Prior | None, unit_days: float
) -> tuple[FloatArray, float]:
    """Where L-BFGS-B ends, and the steepest slope there."""
    found = optimize.minimize(
        _loss, begin, args=(data, prior, unit_days), jac=True, method="L-BFGS-B",
        bounds=_LOG_BOUNDS, options={"maxiter": 500, "ftol": 1e-15, "gtol": 1e-9, "maxcor": 20},
    )  # fmt: skip
    return np.asarray(found.x), float(np.abs(found.jac).max())


def _newton(data: GroupedHistories, start: FloatArray, prior: Prior | None, unit_days: float) -> FloatArray:
    """Newton's steps on all rows with the curvature of the thinned ones: a handful of evaluations instead of
    twenty. Stops where it does not help; the caller looks at the slope."""
    thin, width = thinned(data, _FEW // 2), 1e-4
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
    log_parameters: FloatArray, data: GroupedHistories, prior: Prior | None, unit_days: float
) -> tuple[float, FloatArray]:
    """Negative mean log-likelihood (with the prior's share, if any), and its slope."""
    value, slope = grouped_log_likelihood(log_parameters, data)
    if prior is not None:
        off = (log_parameters - _prior_start(prior, data, unit_days)) / np.array(prior.log_sd)
        value -= 0.5 * float(off @ off)
        slope = slope - off / np.array(prior.log_sd)
    return -value / data.total, -slope / data.total


def _start(start: MbgNbd | None, data: GroupedHistories, prior: Prior, unit_days: float) -> FloatArray:
    if start is None:
        return _prior_start(prior, data, unit_days)
    r, alpha, a, b = start.parameters
    return np.asarray(np.log([r, alpha / data.scale, a, b]))


def _prior_start(prior: Prior, data: GroupedHistories, unit_days: float) -> FloatArray:
    r, alpha, a, b = prior.centre
    return np.asarray(np.log([r, alpha / unit_days / data.scale, a, b]))


def _result(data: GroupedHistories, best: _Optimum, basis: FitBasis, unit_days: float) -> MbgNbd:
    r, alpha, a, b = (float(value) for value in np.exp(best.log_parameters))
    value, _ = grouped_log_likelihood(best.log_parameters, data)
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
