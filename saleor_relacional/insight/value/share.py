"""Share of customer: how much of their need they seem to cover here. Never without its interval.

Perlich, Rosset, Lawrence, Zadrozny (2007), "High-quantile modeling for customer annual_need estimation": what the
best-covered customers of a type spend is what the type needs; the annual_need is that high quantile of the type's
yearly orders, and a customer's share is their own yearly orders over it. It says nothing of a need that nobody of
the type brings here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from saleor_relacional.insight.history import FloatArray, columns
from saleor_relacional.insight.timing.mbg_nbd import MbgNbd

WALLET = 0.9
"""Quantile of the type that stands for a covered need."""
ENOUGH = 30
"""Customers of a type below which its annual_need is not estimated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One value a customer, between 0 and 1; nan where the type is too small to say."""

    middle: FloatArray
    low: FloatArray
    high: FloatArray
    """Central 80 %: of what we do not know of the own rate and of the wallet."""


AnnualNeed = tuple[float, float, float]
"""Orders a year that a covered need of a type comes to; least and most, between which it lies with 80 %."""


def own_rates(fit: MbgNbd, frequency: npt.ArrayLike, tenure: npt.ArrayLike) -> FloatArray:
    """Each customer's expected orders a year while they are a customer: the mean of Gamma(r + x, alpha + T)."""
    shape, years = _posterior(fit, frequency, tenure)
    return shape / years


def annual_needs(rates: FloatArray, kind: npt.ArrayLike) -> dict[str, AnnualNeed]:
    """What a covered need comes to, by type with at least `ENOUGH` customers: a quantile of the type's yearly
    `rates`."""
    labels = np.asarray(kind)
    found = {}
    for label in np.unique(labels):
        own = rates[labels == label]
        if len(own) >= ENOUGH:
            found[label.item()] = _annual_need(np.sort(own))
    return found


def against(fit: MbgNbd, frequency: npt.ArrayLike, tenure: npt.ArrayLike, annual_need: AnnualNeed) -> Share:
    """The share of customers of one type in its annual need. The own rate has the posterior Gamma(r + x, alpha + T) of
    MBG/NBD given that they are still a customer."""
    shape, years = _posterior(fit, frequency, tenure)
    need, least, most = annual_need
    low, high = special.gammaincinv(shape, 0.1) / years, special.gammaincinv(shape, 0.9) / years
    return Share(
        middle=np.minimum(1.0, shape / years / need), low=np.minimum(1.0, low / most),
        high=np.minimum(1.0, high / least),
    )  # fmt: skip


def _posterior(fit: MbgNbd, frequency: npt.ArrayLike, tenure: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Shape, and rate in years."""
    x, big_t = columns(frequency=frequency, tenure=tenure)
    return fit.r + x, (fit.alpha + big_t) * fit.unit_days / _YEAR


_YEAR = 365.0


def _annual_need(rates: FloatArray) -> AnnualNeed:
    """The quantile and its 80 % interval by order statistics (binomial, no shape assumed)."""
    n = len(rates)
    low, high = stats.binom.ppf([0.1, 0.9], n, WALLET).astype(int)
    return (
        float(np.quantile(rates, WALLET)), float(rates[max(low - 1, 0)]), float(rates[min(high, n - 1)])
    )  # fmt: skip
