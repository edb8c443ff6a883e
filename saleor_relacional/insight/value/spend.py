"""What an order of a customer is worth: their own average, shrunk toward the shop's.

One-way random effects by the method of moments (analysis of variance; Bühlmann, Straub 1970, credibility).
Values are in one currency, which the caller keeps; orders of 0.00 and negative net values count like any
other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from saleor_relacional.insight.history import FloatArray, columns, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopSpend:
    """How order values vary in a shop, in its currency."""

    mean: float
    """Mean over customers of their mean order value; nan while the shop has no orders."""
    between_variance: float
    """Variance over customers of their mean; 0 when they cannot be told apart."""
    within_variance: float
    """Variance of one customer's orders around their own mean; nan while nobody has ordered twice."""
    orders: int
    """Orders this was learnt from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderValue:
    """Each customer's expected order value, in the shop's currency. One value per customer."""

    mean: FloatArray
    sd: FloatArray
    """What we do not know about that mean (not the scatter of single orders); nan where it cannot be told."""


def fit(orders: npt.ArrayLike, total: npt.ArrayLike, square_total: npt.ArrayLike) -> ShopSpend:
    """Learn a shop's spend: vectors of number of orders, sum of their values, sum of the squares of their
    values.

    Rows without orders are ignored. Raises ValueError naming the row for statistics that cannot be.
    """
    n, value, squares = columns(orders=orders, total=total, square_total=square_total)
    _check(n, value)
    refuse(
        squares * n < value * value * (1 - 1e-9) - 1e-9,
        "square_total is less than total squared over orders",
        squares,
    )
    n, value, squares = n[n > 0], value[n > 0], squares[n > 0]
    if len(n) == 0:
        return ShopSpend(mean=math.nan, between_variance=0.0, within_variance=math.nan, orders=0)
    own = value / n
    within = _within(n, np.maximum(squares - n * own * own, 0.0))
    between = _between(n, own, within)
    return ShopSpend(
        mean=_weighted_mean(n, own, between, within),
        between_variance=between, within_variance=within, orders=int(n.sum()),
    )  # fmt: skip


def average_order(shop: ShopSpend, orders: npt.ArrayLike, total: npt.ArrayLike) -> OrderValue:
    """Each customer's own average, drawn toward the shop's the more the fewer their orders.

    No orders of their own: the shop's mean. nan in a shop without orders.
    """
    n, value = columns(orders=orders, total=total)
    _check(n, value)
    if shop.between_variance == 0.0:
        return OrderValue(mean=np.full(len(n), shop.mean), sd=np.full(len(n), _doubt_about_all(shop)))
    within = shop.within_variance if math.isfinite(shop.within_variance) else 0.0
    spread = within + n * shop.between_variance
    if within == 0.0:
        own = np.where(n > 0, value / np.maximum(n, 1), shop.mean)
        return OrderValue(mean=own, sd=np.where(n > 0, 0.0, math.sqrt(shop.between_variance)))
    mean = (within * shop.mean + shop.between_variance * value) / spread
    return OrderValue(mean=mean, sd=np.sqrt(shop.between_variance * within / spread))


def _check(n: FloatArray, value: FloatArray) -> None:
    refuse((n < 0) | (n != np.floor(n)), "orders is not a whole number of at least 0", n)
    refuse((n == 0) & (value != 0), "total without an order", value)


def _within(n: FloatArray, scatter: FloatArray) -> float:
    freedom = float((n - 1).sum())
    return float(scatter.sum()) / freedom if freedom > 0 else math.nan


def _between(n: FloatArray, own: FloatArray, within: float) -> float:
    """Method of moments: what the customers' means vary beyond what their own orders' scatter explains."""
    groups, orders = len(n), float(n.sum())
    if groups < 2 or not math.isfinite(within):
        return 0.0
    grand = float(n @ own) / orders
    effective = orders - float(n @ n) / orders
    return max(0.0, (float(n @ (own - grand) ** 2) - (groups - 1) * within) / effective)


def _weighted_mean(n: FloatArray, own: FloatArray, between: float, within: float) -> float:
    if between == 0.0 or not math.isfinite(within):
        return float(np.average(own, weights=n))
    return float(np.average(own, weights=n / (within + n * between)))


def _doubt_about_all(shop: ShopSpend) -> float:
    return (
        math.sqrt(shop.within_variance / shop.orders)
        if shop.orders and math.isfinite(shop.within_variance)
        else math.nan
    )


def own_weight(shop: ShopSpend, orders: npt.ArrayLike) -> FloatArray:
    """Share of the own average in an expected order value; 0 where customers cannot be told apart."""
    (n,) = columns(orders=orders)
    within = shop.within_variance if np.isfinite(shop.within_variance) else 0.0
    spread = within + n * shop.between_variance
    return np.where(spread > 0, n * shop.between_variance / np.where(spread > 0, spread, 1.0), 0.0)
