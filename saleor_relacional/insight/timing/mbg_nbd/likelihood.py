"""The log-likelihood of MBG/NBD: per customer, and of grouped histories with its slope."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from saleor_relacional.insight.history import FloatArray, history_columns
from saleor_relacional.insight.timing.mbg_nbd.grouped import GroupedHistories
from saleor_relacional.insight.timing.mbg_nbd.model import MbgNbd


def log_likelihood(
    fit: MbgNbd, frequency: npt.ArrayLike, recency: npt.ArrayLike, tenure: npt.ArrayLike
) -> FloatArray:
    """Natural log-likelihood of each row under `fit`, in the fit's unit of time."""
    x, t_x, big_t = history_columns(frequency, recency, tenure)
    r, alpha, a, b = fit.parameters
    return np.asarray(
        special.gammaln(r + x) - special.gammaln(r) + r * math.log(alpha)
        + special.gammaln(b + x + 1) - special.gammaln(b)
        + special.gammaln(a + b) - special.gammaln(a + b + x + 1)
        - (r + x) * np.log(alpha + big_t)
        + np.logaddexp(0.0, leaving_log_odds(fit, x, t_x, big_t))
    )  # fmt: skip


def leaving_log_odds(fit: MbgNbd, x: FloatArray, t_x: FloatArray, big_t: FloatArray) -> FloatArray:
    """Log-odds of having left: ln(a / (b + x)) + (r + x) ln((alpha + T) / (alpha + t_x)). One value per row."""
    stretch = np.log1p((big_t - t_x) / (fit.alpha + t_x))
    return math.log(fit.a) - np.log(fit.b + x) + (fit.r + x) * stretch


def grouped_log_likelihood(log_parameters: FloatArray, data: GroupedHistories) -> tuple[float, FloatArray]:
    """Log-likelihood of all customers in scaled time, and its slope in the logarithms of (r, alpha, a, b)."""
    r, alpha, a, b = (float(value) for value in np.exp(log_parameters))
    terms = _terms(data, r, alpha, a, b)
    return _value(data, terms, r, alpha, a, b), _slope(data, terms, r, alpha, a, b)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Terms:
    """What value and slope share. One value per grouped row."""

    log_end: FloatArray
    """ln(alpha + T)."""
    stretch: FloatArray
    """ln(alpha + T) - ln(alpha + t_x)."""
    odds: FloatArray
    """Log-odds of having left."""
    left: FloatArray
    """Probability of having left."""
    power: FloatArray
    """r + x."""
    weight_power: FloatArray
    """Weight times `power`."""


def _terms(data: GroupedHistories, r: float, alpha: float, a: float, b: float) -> _Terms:
    log_end = np.log(alpha + data.big_t)[data.big_t_at]
    power = (r + data.x)[data.x_at]
    stretch = log_end - np.log(alpha + data.t_x)[data.t_x_at]
    odds = (math.log(a) - np.log(b + data.x))[data.x_at] + power * stretch
    return _Terms(
        log_end=log_end, stretch=stretch, odds=odds, left=special.expit(odds), power=power,
        weight_power=data.weight * power,
    )  # fmt: skip


def _value(data: GroupedHistories, terms: _Terms, r: float, alpha: float, a: float, b: float) -> float:
    odds, left = terms.odds, terms.left
    # log(1 + e^odds) = odds - log(left), which loses nothing while e^odds does not overflow the other way
    log1p_odds = np.where(odds > -30.0, odds - np.log(np.maximum(left, 1e-300)), left)
    return float(
        data.by_x
        @ (special.gammaln(r + data.x) - special.gammaln(r) + r * math.log(alpha) + _log_stay(a, b, data.x))
        - terms.weight_power @ terms.log_end
        + data.weight @ log1p_odds
    )


def _slope(data: GroupedHistories, terms: _Terms, r: float, alpha: float, a: float, b: float) -> FloatArray:
    """Derivatives of `_value` by the logarithms of (r, alpha, a, b)."""
    weight_left = data.weight * terms.left
    left_by_x = np.bincount(data.x_at, weight_left, len(data.x))
    left_power = weight_left * terms.power
    psi_all = special.digamma(a + b) - special.digamma(a + b + data.x + 1)
    slope_r = float(
        data.by_x @ (special.digamma(r + data.x) - special.digamma(r) + math.log(alpha))
        - data.weight @ terms.log_end
        + weight_left @ terms.stretch
    )
    slope_alpha = float(
        data.total * r / alpha
        + np.bincount(data.big_t_at, left_power - terms.weight_power, len(data.big_t))
        @ (1.0 / (alpha + data.big_t))
        - np.bincount(data.t_x_at, left_power, len(data.t_x)) @ (1.0 / (alpha + data.t_x))
    )
    slope_a = float(data.by_x @ psi_all + left_by_x.sum() / a)
    slope_b = float(
        data.by_x @ (psi_all + special.digamma(b + data.x + 1) - special.digamma(b))
        - left_by_x @ (1.0 / (b + data.x))
    )
    return np.array([slope_r * r, slope_alpha * alpha, slope_a * a, slope_b * b])


def _log_stay(a: float, b: float, x: FloatArray) -> FloatArray:
    """log of B(a, b + x + 1) / B(a, b)."""
    return np.asarray(
        special.gammaln(b + x + 1)
        - special.gammaln(b)
        + special.gammaln(a + b)
        - special.gammaln(a + b + x + 1)
    )
