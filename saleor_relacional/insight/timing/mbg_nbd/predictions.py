"""What a fitted MBG/NBD predicts of each customer: alive, an order within a horizon, how many."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from saleor_relacional.insight.history import FloatArray, IntArray, history_columns
from saleor_relacional.insight.timing.mbg_nbd.grouped import distinct
from saleor_relacional.insight.timing.mbg_nbd.likelihood import leaving_log_odds
from saleor_relacional.insight.timing.mbg_nbd.model import MbgNbd


def probability_alive(
    fit: MbgNbd, frequency: npt.ArrayLike, recency: npt.ArrayLike, tenure: npt.ArrayLike
) -> FloatArray:
    """Probability that each customer has not left for good. Shape: one value per row."""
    x, t_x, big_t = history_columns(frequency, recency, tenure)
    return _alive(fit, x, t_x, big_t)


def expected_orders(
    fit: MbgNbd,
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    tenure: npt.ArrayLike,
    horizon: float,
) -> FloatArray:
    """Expected purchase days in (T, T + horizon], one value per row. `horizon` is in the fit's unit of time.

    Batislam et al. (2007) after Euler's transformation of its Gauss hypergeometric function, which keeps
    every argument small however many orders a customer has made.
    """
    _check_horizon(horizon)
    x, t_x, big_t = history_columns(frequency, recency, tenure)
    pairs, back = _pairs(x, big_t)
    return _alive(fit, x, t_x, big_t) * _orders_while_alive(fit, pairs[0], pairs[1], horizon)[back]


def probability_of_order(
    fit: MbgNbd,
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    tenure: npt.ArrayLike,
    horizon: float,
) -> FloatArray:
    """Probability of at least one purchase day in (T, T + horizon], one value per row.

    Who is alive stays so until the next order, so this is P(alive) (1 -
    ((alpha+T)/(alpha+T+horizon))^(r+x)).
    """
    _check_horizon(horizon)
    x, t_x, big_t = history_columns(frequency, recency, tenure)
    log_no_order = -(fit.r + x) * np.log1p(horizon / (fit.alpha + big_t))
    return _alive(fit, x, t_x, big_t) * -np.expm1(log_no_order)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Predictions of every customer, by horizon. One value per row."""

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
    """The three predictions for all `horizons`: what they share is computed once."""
    for horizon in horizons:
        _check_horizon(horizon)
    x, t_x, big_t = history_columns(frequency, recency, tenure)
    alive, pairs = _alive(fit, x, t_x, big_t), _pairs(x, big_t)
    (some_x, some_t), back = pairs
    ordering = {
        horizon: alive * -np.expm1(-(fit.r + some_x) * np.log1p(horizon / (fit.alpha + some_t)))[back]
        for horizon in horizons
    }
    expected = {
        horizon: alive * _orders_while_alive(fit, some_x, some_t, horizon)[back] for horizon in horizons
    }
    return Outlook(alive=alive, ordering=ordering, expected=expected)


def _alive(fit: MbgNbd, x: FloatArray, t_x: FloatArray, big_t: FloatArray) -> FloatArray:
    return np.asarray(special.expit(-leaving_log_odds(fit, x, t_x, big_t)))


_NEAR_ONE = 1e-4


def _orders_while_alive(fit: MbgNbd, x: FloatArray, big_t: FloatArray, horizon: float) -> FloatArray:
    """Expected orders given that the customer is alive. The formula is 0/0 at a = 1 and smooth around it: the
    mean of a little to both sides is taken there."""
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
    """`_orders_for_a` by Gauss-Jacobi quadrature over the leaving probability p, for the rare arguments where
    scipy's hyp2f1 answers nan.

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
    (x_values, x_at), (t_values, t_at) = distinct(x), distinct(big_t)
    keys, back = distinct((x_at * len(t_values) + t_at).astype(np.float64))
    whole = keys.astype(np.int64)
    return np.stack([x_values[whole // len(t_values)], t_values[whole % len(t_values)]]), back


def _check_horizon(horizon: float) -> None:
    if not (math.isfinite(horizon) and horizon >= 0):
        raise ValueError(f"horizon is {horizon}: give a number of at least 0")
