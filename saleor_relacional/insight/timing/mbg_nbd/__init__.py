"""MBG/NBD: how often a customer orders while they are ours, and whether they still are.

Batislam, Denizel, Filiztekin (2007), "Empirical validation and comparison of models for customer base
analysis", IJRM 24; Hoppe, Wagner (2007) derive the same model. While alive a customer orders as a Poisson
process with rate lambda ~ Gamma(r, alpha); at the first order and after each repeat order they leave for good
with probability p ~ Beta(a, b). Symbols inside this package: x frequency, t_x recency, T tenure (`big_t`).

The names below are the package's interface: `mbg_nbd.fit(...)`, `mbg_nbd.probability_alive(...)`.
"""

from saleor_relacional.insight.timing.mbg_nbd.fitting import fit
from saleor_relacional.insight.timing.mbg_nbd.likelihood import log_likelihood
from saleor_relacional.insight.timing.mbg_nbd.model import PRIOR, FitBasis, MbgNbd, Prior, own_weight
from saleor_relacional.insight.timing.mbg_nbd.predictions import (
    Outlook,
    expected_orders,
    outlook,
    probability_alive,
    probability_of_order,
)

__all__ = [
    "PRIOR",
    "FitBasis",
    "MbgNbd",
    "Outlook",
    "Prior",
    "expected_orders",
    "fit",
    "log_likelihood",
    "outlook",
    "own_weight",
    "probability_alive",
    "probability_of_order",
]
