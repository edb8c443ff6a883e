"""What an order of a customer is worth: their own average, shrunk toward the shop's.

One-way random effects by the method of moments (analysis of variance; Bühlmann, Straub 1970, credibility). A young
shop cannot tell how its customers differ, so shipped priors of both variances speak until it can. Values are in one
currency, which the caller keeps; orders of 0.00 and negative net values count like any other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from saleor_relacional.insight.history import FloatArray, columns, refuse
from saleor_relacional.insight.value import own_orders


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """How order values vary in shops in general."""

    scatter: float
    """Standard deviation of single orders around a customer's own mean, as a share of it."""
    spread: float
    """Standard deviation of customers' means, as a share of the shop's."""
    weight: float
    """Degrees of freedom that each of the two counts for."""


PRIOR = Prior(scatter=0.55, spread=0.7, weight=20.0)
"""Shipped prior: .54 and .60, .64 and .75 in the two public shops of docs/maths.md. It fades with tens of orders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopSpend:
    """How order values vary in a shop, in its currency."""

    mean: float
    """Mean over customers of their mean order value; nan while the shop has no orders."""
    mean_variance: float
    """What we do not know about it, as a variance; nan while the shop has no orders."""
    between_variance: float
    """Variance over customers of their mean."""
    within_variance: float
    """Variance of one customer's orders around their own mean."""
    orders: int
    """Orders this was learnt from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderValue:
    """Each customer's expected order value, in the shop's currency. One value per customer."""

    mean: FloatArray
    sd: FloatArray
    """What we do not know about that mean (not the scatter of single orders)."""
    scatter: FloatArray
    """Standard deviation of single orders around it."""
    own: FloatArray
    """Share of the own average in it, 0 to 1."""


def fit(
    orders: npt.ArrayLike, total: npt.ArrayLike, square_total: npt.ArrayLike, *, prior: Prior = PRIOR
) -> ShopSpend:
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
        return ShopSpend(
            mean=math.nan, mean_variance=math.nan, between_variance=0.0, within_variance=0.0, orders=0
        )
    own = value / n
    level = float(own.mean()) ** 2
    within = _within(n, np.maximum(squares - n * own * own, 0.0), prior.scatter**2 * level, prior.weight)
    between = _between(n, own, within, prior.spread**2 * level, prior.weight)
    doubts = between + within / n
    # Relative to the least: amounts next to nothing would have weights beyond all numbers.
    least = float(doubts.min())
    weights = least / doubts if least > 0 else n
    return ShopSpend(
        mean=float(np.average(own, weights=weights)),
        mean_variance=least / float(weights.sum()) if least > 0 else 0.0,
        between_variance=between, within_variance=within, orders=int(n.sum()),
    )  # fmt: skip


def average_order(shop: ShopSpend, orders: npt.ArrayLike, total: npt.ArrayLike) -> OrderValue:
    """Each customer's own average, drawn toward the shop's the more the fewer their orders, within the limits of
    `own_orders`.

    No orders of their own: the shop's mean. nan in a shop without orders.
    """
    n, own = _own(orders, total)
    within, between = shop.within_variance, shop.between_variance
    weight = _weight(n, within, between)
    value = np.where(n > 0, weight * own + (1.0 - weight) * shop.mean, shop.mean)
    error = np.sqrt(within / np.maximum(n, 1.0))
    drawn = own_orders.limited(value, own, n, error)
    doubt = between * (1.0 - weight) + (1.0 - weight) ** 2 * shop.mean_variance
    away = own - shop.mean
    share = np.where(drawn == value, weight, (drawn - shop.mean) / np.where(away != 0, away, 1.0))
    return OrderValue(
        mean=drawn,
        sd=np.sqrt(doubt),
        scatter=np.full(len(n), math.sqrt(within)),
        own=np.clip(share, 0.0, 1.0),
    )


def order_value(shop: ShopSpend | None, orders: npt.ArrayLike, total: npt.ArrayLike) -> OrderValue:
    """`average_order`; in a currency that the shop knows nothing of, the own average alone."""
    if shop is None or not math.isfinite(shop.mean):
        return _alone(orders, total)
    return average_order(shop, orders, total)


def _alone(orders: npt.ArrayLike, total: npt.ArrayLike, prior: Prior = PRIOR) -> OrderValue:
    """Each customer's own average; only the prior says how sure it is."""
    n, own = _own(orders, total)
    within, between = (prior.scatter * own) ** 2, (prior.spread * own) ** 2
    doubt = between * within / np.where(own != 0, within + n * between, 1.0)
    return OrderValue(mean=own, sd=np.sqrt(doubt), scatter=np.sqrt(within), own=(n > 0).astype(np.float64))


def anybody(worth: FloatArray, customers: float, coverage: float = 0.8) -> tuple[float, float]:
    """Interval of the value of an order of somebody unknown, from the shop's order values
    (`forecast.TimingModel.worth`): log-normal, its spread mixed with the shipped prior. (0, 0) where every order was
    of nothing."""
    logs = np.log(worth[worth > 0])
    if len(logs) == 0:
        return 0.0, 0.0
    square = (PRIOR.weight * PRIOR.spread**2 + customers * float(logs.var())) / (PRIOR.weight + customers)
    reach = float(special.ndtri(0.5 + coverage / 2)) * math.sqrt(square)
    return float(np.exp(logs.mean() - reach)), float(np.exp(logs.mean() + reach))


def _own(orders: npt.ArrayLike, total: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Orders, and their mean value; 0 where there are none."""
    n, value = columns(orders=orders, total=total)
    _check(n, value)
    return n, value / np.maximum(n, 1.0)


def _weight(n: FloatArray, within: float, between: float) -> FloatArray:
    """Share of the own average in the posterior mean; all of it where nothing ever varied."""
    spread = within + n * between
    return np.asarray(np.where(spread > 0, n * between / np.where(spread > 0, spread, 1.0), n > 0))


def _check(n: FloatArray, value: FloatArray) -> None:
    refuse((n < 0) | (n != np.floor(n)), "orders is not a whole number of at least 0", n)
    refuse((n == 0) & (value != 0), "total without an order", value)


def _within(n: FloatArray, scatter: FloatArray, usual: float, weight: float) -> float:
    """Pooled variance of single orders, the prior's counting like `weight` degrees of freedom."""
    freedom = weight + float((n - 1).sum())
    return (weight * usual + float(scatter.sum())) / freedom if freedom > 0 else usual


def _between(n: FloatArray, own: FloatArray, within: float, usual: float, weight: float) -> float:
    """Method of moments: what the customers' means vary beyond what their own orders' scatter explains, beside the
    prior. It counts like as many customers as would say as much of the variance were their means known exactly."""
    freedom, orders = len(n) - 1.0, float(n.sum())
    effective = orders - float(n @ n) / orders
    if effective <= 0:
        return usual
    grand = float(n @ own) / orders
    found = max(0.0, (float(n @ (own - grand) ** 2) - freedom * within) / effective)
    explained = usual / (usual + within * freedom / effective) if usual > 0 else 1.0
    freedom *= explained**2
    return (weight * usual + freedom * found) / (weight + freedom)
