"""Share of customer: how much of their need they seem to cover here. Never without its interval.

Perlich, Rosset, Lawrence, Zadrozny (2007), "High-quantile modeling for customer wallet estimation and other
applications", KDD: what the best-covered customers of a group order per year is what the group needs. The annual need
is that high quantile of the group's yearly orders, and a customer's share is their own yearly orders over it. It says
nothing of a need that nobody of the group brings here. The caller says what a group is (a sales channel, today).
Symbols as in `mbg_nbd`: x frequency, T tenure, Gamma(r, alpha) the shop's ordering rates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from saleor_relacional.insight.history import FloatArray, columns
from saleor_relacional.insight.timing.mbg_nbd import MbgNbd

COVERED = 0.9
"""Quantile of the group's yearly orders that counts as a covered need."""
ENOUGH = 30
"""Customers of a group below which its annual need is not estimated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One value per customer, between 0 and 1; nan where the group is too small to say."""

    middle: FloatArray
    low: FloatArray
    high: FloatArray
    """Central 80 %: what is not known of the own rate and of the annual need."""


AnnualNeed = tuple[float, float, float]
"""Orders per year of a covered need; the ends of its 80 % interval."""


def own_rates(fit: MbgNbd, frequency: npt.ArrayLike, tenure: npt.ArrayLike) -> FloatArray:
    """Each customer's expected orders per year while they are a customer: the mean of Gamma(r + x, alpha + T)."""
    shape, years = _posterior(fit, frequency, tenure)
    return shape / years


def annual_needs(rates: FloatArray, group: npt.ArrayLike) -> dict[str, AnnualNeed]:
    """The annual need of each group of at least `ENOUGH` customers. `rates` (orders per year) and `group`: one value
    per customer."""
    labels = np.asarray(group)
    found = {}
    for label in np.unique(labels):
        own = rates[labels == label]
        if len(own) >= ENOUGH:
            found[label.item()] = _annual_need(np.sort(own))
    return found


def against(fit: MbgNbd, frequency: npt.ArrayLike, tenure: npt.ArrayLike, annual_need: AnnualNeed) -> Share:
    """Each customer's share in the annual need of the one group that all are of. The own rate has the posterior
    Gamma(r + x, alpha + T) of MBG/NBD given that they are still a customer."""
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
    low, high = stats.binom.ppf([0.1, 0.9], n, COVERED).astype(int)
    return (
        float(np.quantile(rates, COVERED)), float(rates[max(low - 1, 0)]), float(rates[min(high, n - 1)])
    )  # fmt: skip
