"""Beliefs about a customer's place among the others: share of customer, quintiles, the ranking score."""

from collections.abc import Iterator

import numpy as np

from saleor_relacional.flows.profiles.beliefs.future import ORDERS
from saleor_relacional.flows.profiles.beliefs.named import (
    Asked,
    Belief,
    Name,
    Unit,
)
from saleor_relacional.flows.profiles.beliefs.summaries import own_time
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.insight import sufficiency
from saleor_relacional.insight.timing import forecast, intervals, mbg_nbd
from saleor_relacional.insight.timing.forecast import Ranking
from saleor_relacional.insight.value import share

QUINTILES = {
    Name.RFM_RECENCY: "rfm_recency", Name.RFM_FREQUENCY: "rfm_frequency", Name.RFM_MONETARY: "rfm_monetary",
}  # fmt: skip


def read(asked: Asked) -> Iterator[tuple[int, Belief]]:
    """Yields (our id, belief) of those of whom predictions are stored."""
    yield from _shares(asked)
    (compared,) = sufficiency.of(np.ones(1), asked.shop.customers)
    for one in asked.believed:
        assert one.believed_at is not None
        for name, column in QUINTILES.items():
            place = getattr(one, column)
            if place:
                yield one.id, Belief(
                    name=name, unit=Unit.QUINTILE, value=float(place), low=float(place), high=float(place),
                    sufficiency=compared, as_of=one.believed_at,
                )  # fmt: skip
    yield from _ranking(asked)


def _shares(asked: Asked) -> Iterator[tuple[int, Belief]]:
    """Never without its interval; left out where too few buy in the channel to say what a covered need is."""
    believed = asked.believed
    for channel in sorted({one.channel for one in believed} & set(asked.shop.annual_needs)):
        people = [one for one in believed if one.channel == channel]
        history = own_time(people, asked)
        found = share.against(
            asked.shop.mbg_nbd, history.frequency, history.tenure, asked.shop.annual_needs[channel]
        )
        own = mbg_nbd.own_weight(asked.shop.mbg_nbd.alpha, history.tenure)
        levels = sufficiency.of(own, asked.shop.customers)
        for i, one in enumerate(people):
            assert one.believed_at is not None
            yield one.id, Belief(
                name=Name.SHARE_OF_CUSTOMER, unit=Unit.SHARE, value=float(found.middle[i]),
                low=float(found.low[i]), high=float(found.high[i]), sufficiency=levels[i], as_of=one.believed_at,
            )  # fmt: skip


def _ranking(asked: Asked) -> Iterator[tuple[int, Belief]]:
    weights, people = asked.shop.weights, asked.believed
    if not people:
        return
    chance, expected = (_column(people, name) for name in ORDERS[Name.ORDERS_90])
    by_orders = weights.ranking is Ranking.ORDERS
    value = expected if by_orders else chance
    low, high = (
        forecast.orders_interval(chance, expected)
        if by_orders
        else intervals.probability(chance, weights.level_sd)
    )
    tenure = own_time(people, asked).tenure
    levels = sufficiency.of(mbg_nbd.own_weight(asked.shop.mbg_nbd.alpha, tenure), asked.shop.customers)
    for i, one in enumerate(people):
        assert one.believed_at is not None
        yield one.id, Belief(
            name=Name.RANKING, unit=Unit.ORDERS if by_orders else Unit.PROBABILITY, value=float(value[i]),
            low=min(float(low[i]), float(value[i])), high=max(float(high[i]), float(value[i])),
            sufficiency=levels[i], as_of=one.believed_at, method=weights.ranking.value,
        )  # fmt: skip


def _column(people: list[Relationship], name: str) -> np.ndarray:
    return np.array([getattr(one, name) for one in people], dtype=float)
