"""What is learnt of money and of how much of a need is covered here, from the buyers of the sample."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from saleor_relacional.flows.fit_people import People
from saleor_relacional.insight import alive, gamma_gamma, rfm, share, spend

GAMMA_OF = 20_000
"""Buyers that a Gamma-Gamma is fitted on at most; its standard errors are a hundredth then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """By currency."""

    spend: dict[str, spend.ShopSpend]
    gamma: dict[str, gamma_gamma.GammaGamma]
    rfm: dict[str, rfm.Edges]


def learn(people: People, currencies: Sequence[str]) -> Money:
    """Values of orders, and where the quintiles lie. A Gamma-Gamma that did not converge is left out."""
    spending, skewed, edges = {}, {}, {}
    for place, currency in enumerate(currencies):
        rows = people.currency == place
        orders, sold = people.orders[rows], people.sold[rows]
        spending[currency] = spend.fit(orders, sold, people.squares[rows])
        edges[currency] = rfm.edges(
            people.past.idle[rows], people.past.frequency[rows] + 1, people.kept[rows]
        )
        known = np.flatnonzero(orders > 0)[:: max(1, -(-int((orders > 0).sum()) // GAMMA_OF))]
        gamma = gamma_gamma.fit(orders[known], sold[known] / orders[known])
        if gamma.converged:
            skewed[currency] = gamma
    return Money(spend=spending, gamma=skewed, rfm=edges)


def wallets(
    fit: alive.Fit, people: People, rows: npt.NDArray[np.int64], channels: Sequence[str]
) -> dict[str, tuple[float, float, float]]:
    """By channel with enough buyers: orders a year that a covered need comes to, least, most."""
    past = people.past
    rates = share.own_rates(fit, past.frequency[rows], past.tenure[rows])
    return share.wallets(rates, channels)
