"""The parameters of a shop's MBG/NBD, the shipped prior, and what a fit rests on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from saleor_relacional.insight.history import FloatArray, columns


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
    """Independent normals on the logarithms of (r, alpha in days, a, b): what a shop is like before it
    has shown anything."""

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
    """Rate of that Gamma, in units of time: r / alpha is the mean number of orders per unit while alive."""
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


def own_weight(alpha: float, tenure: npt.ArrayLike) -> FloatArray:
    """Share of the own time watched in the posterior rate of ordering: T / (alpha + T)."""
    (big_t,) = columns(tenure=tenure)
    return np.asarray(big_t / (alpha + big_t))
