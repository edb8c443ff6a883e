"""How much more than expected a next order may be worth: the quantile that a percentage off is reserved by.

Split conformal prediction (Vovk, Gammerman, Shafer 2005; Lei et al. 2018, "Distribution-free predictive inference for
regression"): the next orders of buyers who came again, as multiples of what was expected of them before, are as good as
drawn from where the next one comes from. The k-th smallest of n with k = ⌈(n + 1) · .9⌉ is then above a new one at
least nine times in ten, whatever the distribution. A young shop has few: as many ratios as the shipped prior weighs
speak beside its own.
"""

import math

import numpy as np
import numpy.typing as npt
from scipy import special

from saleor_relacional.insight.history import FloatArray, columns
from saleor_relacional.insight.value.spend import PRIOR, Prior

QUANTILE = 0.9
"""Of next orders, nine in ten are worth at most so many times what was expected."""


def multiple(worth: npt.ArrayLike, expected: npt.ArrayLike, *, prior: Prior = PRIOR) -> float:
    """The `QUANTILE` of next orders as a multiple of what was expected of them, one value per buyer of each. Those of
    whom nothing was expected say nothing. Never below 1: what is expected is reserved in any case."""
    paid, believed = columns(worth=worth, expected=expected)
    known = believed > 0
    ratios = np.sort(np.concatenate([paid[known] / believed[known], _shipped(prior)]))
    place = min(math.ceil((len(ratios) + 1) * QUANTILE), len(ratios))
    return max(1.0, float(ratios[place - 1])) if place else 1.0


def _shipped(prior: Prior) -> FloatArray:
    """Ratios of shops in general, of buyers with one own order: log-normal around 1, at even steps of probability."""
    single, between = prior.scatter**2, prior.spread**2
    square = math.log1p(single + single * between / (single + between))
    steps = (np.arange(round(prior.weight)) + 0.5) / round(prior.weight)
    return np.asarray(np.exp(math.sqrt(square) * special.ndtri(steps) - square / 2))
