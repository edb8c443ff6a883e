"""Gamma-Gamma: what an order of a customer is worth when values are skewed.

Fader, Hardie (2013), "The Gamma-Gamma model of monetary value", note 025: a customer's orders are
Gamma(p, nu), and nu ~ Gamma(q, gamma) over customers. Symbols inside this module: x orders, m their mean.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from saleor_relacional.insight.history import FloatArray, columns, refuse
from saleor_relacional.insight.value import own_orders


@dataclass(frozen=True, slots=True, kw_only=True)
class GammaGamma:
    """Parameters of one shop's order values, in its currency."""

    p: float
    q: float
    gamma: float
    log_likelihood: float
    """Of the customers fitted on; 0 when there were none."""
    customers: int
    """Customers with a positive mean: the model knows no other. Orders of 0.00 count in their means."""
    converged: bool
    """False when no maximum was found, or values do not vary: do not use it then."""

    @property
    def mean(self) -> float:
        """Expected order value of a customer without orders; inf where q <= 1."""
        return self.p * self.gamma / (self.q - 1.0) if self.q > 1.0 else math.inf


def fit(orders: npt.ArrayLike, mean: npt.ArrayLike) -> GammaGamma:
    """Maximum likelihood from each customer's number of orders and their mean value.

    Customers without orders or with a mean of 0.00 or less are passed over, not refused.
    """
    x, m = columns(orders=orders, mean=mean)
    _check(x)
    used = (x > 0) & (m > 0)
    x, m = x[used], m[used]
    if len(x) < 2 or np.ptp(m) <= 1e-9 * m.max():
        return GammaGamma(
            p=math.nan, q=math.nan, gamma=math.nan, log_likelihood=0.0, customers=len(x), converged=False
        )
    scale = float(np.median(m))
    found = optimize.minimize(
        _loss, np.log([4.0, 4.0, 4.0]), args=(x, m / scale), jac=True, method="L-BFGS-B",
        bounds=[(-9.0, 9.0)] * 3, options={"maxiter": 1000, "ftol": 1e-15, "gtol": 1e-9},
    )  # fmt: skip
    p, q, gamma = (float(value) for value in np.exp(found.x))
    slope = float(np.abs(_loss(found.x, x, m / scale)[1]).max())
    return GammaGamma(
        p=p, q=q, gamma=gamma * scale, customers=len(x),
        log_likelihood=-float(found.fun) * len(x) - len(x) * math.log(scale),
        converged=slope < 1e-5 and bool((np.abs(found.x) < 8.9).all()),
    )  # fmt: skip


def order_value(model: GammaGamma, orders: npt.ArrayLike, mean: npt.ArrayLike) -> FloatArray:
    """Each customer's expected order value, within the limits of `own_orders`. Means of 0.00 or less are taken as
    0.00."""
    x, m = _rows(orders, mean)
    weight = model.p * x + model.q - 1.0
    with np.errstate(divide="ignore"):
        value = np.where(weight > 0, model.p * (model.gamma + x * m) / weight, np.inf)
    return own_orders.limited(value, m, x, m / np.sqrt(model.p * np.maximum(x, 1.0)))


def interval(
    model: GammaGamma, orders: npt.ArrayLike, mean: npt.ArrayLike, coverage: float = 0.8
) -> tuple[FloatArray, FloatArray]:
    """Between what the customer's own mean order value lies, exactly: p / nu with nu's posterior; never beside what
    four or more own orders say (`own_orders`)."""
    x, m = _rows(orders, mean)
    shape, rate = model.p * x + model.q, model.gamma + x * m
    tail = 0.5 - coverage / 2
    low = model.p * rate / special.gammaincinv(shape, 1.0 - tail)
    high = model.p * rate / special.gammaincinv(shape, tail)
    return own_orders.reaching(np.asarray(low), np.asarray(high), m, x)


def _rows(orders: npt.ArrayLike, mean: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    x, m = columns(orders=orders, mean=mean)
    _check(x)
    return x, np.where(x > 0, np.maximum(m, 0.0), 0.0)


def _check(x: FloatArray) -> None:
    refuse((x < 0) | (x != np.floor(x)), "orders is not a whole number of at least 0", x)


def _loss(log_parameters: FloatArray, x: FloatArray, m: FloatArray) -> tuple[float, FloatArray]:
    """Negative mean log-likelihood (eq. 1a of the note) and its slope in the logarithms."""
    p, q, gamma = (float(value) for value in np.exp(log_parameters))
    px, total = p * x, gamma + x * m
    value = (
        special.gammaln(px + q) - special.gammaln(px) - special.gammaln(q) + q * math.log(gamma)
        + (px - 1.0) * np.log(m) + px * np.log(x) - (px + q) * np.log(total)
    )  # fmt: skip
    psi = special.digamma(px + q)
    slope_p = (x * (psi - special.digamma(px) + np.log(m) + np.log(x) - np.log(total))).mean()
    slope_q = (psi - special.digamma(q) + math.log(gamma) - np.log(total)).mean()
    slope_gamma = (q / gamma - (px + q) / total).mean()
    return -float(value.mean()), -np.array([slope_p * p, slope_q * q, slope_gamma * gamma])
