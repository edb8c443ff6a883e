"""What is learnt of money and of how much of a need is covered here, from the buyers of the sample."""

from dataclasses import dataclass

import numpy as np

from saleor_relacional.flows.learning.buyer_histories import People, Some
from saleor_relacional.insight.history import evenly
from saleor_relacional.insight.timing.forecast import TimingModel
from saleor_relacional.insight.value import gamma_gamma, rfm, share, spend

GAMMA_OF = 20_000
"""Buyers that a Gamma-Gamma is fitted on at most; its standard errors are a hundredth then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What is learnt of money, by currency."""

    spend: dict[str, spend.ShopSpend]
    gamma: dict[str, gamma_gamma.GammaGamma]
    rfm: dict[str, rfm.Edges]


def learn(people: People, some: Some) -> Money:
    """Values of orders, and where the quintiles lie. A Gamma-Gamma that did not converge is left out."""
    spent, past = people.spend, people.past.of(some.rows)
    currency = spent.currency[some.rows]
    spending, skewed, edges = {}, {}, {}
    for name in spent.currencies():
        rows = spent.currency == name
        orders, sold = spent.orders[rows], spent.sold[rows]
        spending[name] = spend.fit(orders, sold, spent.squares[rows])
        theirs = currency == name
        edges[name] = rfm.edges(past.idle[theirs], past.frequency[theirs] + 1, some.kept[theirs])
        known = np.flatnonzero(orders > 0)
        known = known[evenly(GAMMA_OF, orders[known], sold[known])]
        gamma = gamma_gamma.fit(orders[known], sold[known] / orders[known])
        if gamma.converged:
            skewed[name] = gamma
    return Money(spend=spending, gamma=skewed, rfm=edges)


def annual_needs(shop: TimingModel, people: People, some: Some) -> dict[str, tuple[float, float, float]]:
    """Channel with enough buyers → orders per year that a covered need comes to, least, most."""
    past = shop.season.own_time(people.past.of(some.rows))
    return share.annual_needs(share.own_rates(shop.mbg_nbd, past.frequency, past.tenure), some.channel)
