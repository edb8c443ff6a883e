"""Share of customer: how much of their need they seem to cover here. Never without its interval.

Perlich, Rosset, Lawrence, Zadrozny (2007), "High-quantile modeling for customer wallet estimation": what the
best-covered customers of a type spend is what the type needs; the wallet is that high quantile of the type's
yearly orders, and a customer's share is their own yearly orders over it. It says nothing of a need that nobody of
the type brings here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from .alive import Fit
from .history import FloatArray, check_histories, columns

WALLET = 0.9
"""Quantile of the type that stands for a covered need."""
ENOUGH = 30
"""Customers of a type below which its wallet is not estimated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One value a customer, between 0 and 1; nan where the type is too small to say."""

    middle: FloatArray
    low: FloatArray
    high: FloatArray
    """Central 80 %: of what we do not know of the own rate and of the wallet."""


def of_customer(
    fit: Fit, frequency: npt.ArrayLike, recency: npt.ArrayLike, tenure: npt.ArrayLike, kind: npt.ArrayLike
) -> Share:
    """Each customer's share against those of the same `kind` (any hashable labels, one a customer).

    The own rate has the posterior Gamma(r + x, alpha + T) of MBG/NBD given that they are still a customer; the
    wallet is a quantile of the type's posterior means.
    """
    check_histories(frequency, recency, tenure)
    x, _, big_t = columns(frequency=frequency, recency=recency, tenure=tenure)
    labels = np.asarray(kind)
    shape, time = fit.r + x, fit.alpha + big_t
    rate = shape / time
    low, high = special.gammaincinv(shape, 0.1) / time, special.gammaincinv(shape, 0.9) / time
    result = np.full((3, len(x)), np.nan)
    for label in np.unique(labels):
        rows = labels == label
        if rows.sum() < ENOUGH:
            continue
        wallet, least, most = _wallet(np.sort(rate[rows]))
        result[0, rows] = np.minimum(1.0, rate[rows] / wallet)
        result[1, rows] = np.minimum(1.0, low[rows] / most)
        result[2, rows] = np.minimum(1.0, high[rows] / least)
    return Share(middle=result[0], low=result[1], high=result[2])


def _wallet(rates: FloatArray) -> tuple[float, float, float]:
    """The quantile and its 80 % interval by order statistics (binomial, no shape assumed)."""
    n = len(rates)
    low, high = stats.binom.ppf([0.1, 0.9], n, WALLET).astype(int)
    return (
        float(np.quantile(rates, WALLET)), float(rates[max(low - 1, 0)]), float(rates[min(high, n - 1)])
    )  # fmt: skip
