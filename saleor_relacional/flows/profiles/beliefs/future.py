"""Beliefs about whether and how often: alive, ordering, orders, never. They are read as they were scored."""

from collections.abc import Iterator

import numpy as np

from saleor_relacional.flows.profiles.beliefs.named import (
    Asked,
    Belief,
    Name,
    Unit,
)
from saleor_relacional.flows.profiles.beliefs.summaries import own_time
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.insight import sufficiency
from saleor_relacional.insight.sufficiency import Sufficiency
from saleor_relacional.insight.timing import forecast, intervals, mbg_nbd
from saleor_relacional.insight.timing.intervals import Ends

ORDERING = {Name.ORDER_30: "order_30", Name.ORDER_90: "order_90", Name.ORDER_365: "order_365"}
ORDERS = {
    Name.ORDERS_30: ("order_30", "expected_30"), Name.ORDERS_90: ("order_90", "expected_90"),
    Name.ORDERS_365: ("order_365", "expected_365"),
}  # fmt: skip
HORIZON = {
    Name.NEVER_WITHIN_A_YEAR: 365, Name.ORDER_30: 30, Name.ORDER_90: 90, Name.ORDER_365: 365, Name.ORDERS_30: 30,
    Name.ORDERS_90: 90, Name.ORDERS_365: 365,
}  # fmt: skip
"""Days ahead that a belief is about."""


def read(asked: Asked) -> Iterator[tuple[int, Belief]]:
    """Yields (our id, belief) of those of whom predictions are stored."""
    people = asked.believed
    if not people:
        return
    history = own_time(people, asked)
    own = mbg_nbd.own_weight(asked.shop.mbg_nbd.alpha, history.tenure)
    levels = sufficiency.of(own, asked.shop.customers)
    ends = intervals.alive(asked.shop.mbg_nbd, history.frequency, history.recency, history.tenure)
    yield from _each(people, levels, Name.ALIVE, Unit.PROBABILITY, _column(people, "alive"), ends)
    for name, column in ORDERING.items():
        chance = _column(people, column)
        ends = intervals.probability(chance, asked.shop.weights.level_sd)
        yield from _each(people, levels, name, Unit.PROBABILITY, chance, ends)
        if name is Name.ORDER_365:
            never = (1.0 - ends[1], 1.0 - ends[0])
            yield from _each(people, levels, Name.NEVER_WITHIN_A_YEAR, Unit.PROBABILITY, 1.0 - chance, never)
    for name, (chance_of, expected_of) in ORDERS.items():
        expected = _column(people, expected_of)
        ends = forecast.orders_interval(_column(people, chance_of), expected)
        yield from _each(people, levels, name, Unit.ORDERS, expected, ends)


def _each(
    people: list[Relationship], levels: list[Sufficiency], name: Name, unit: Unit, value: np.ndarray, ends: Ends
) -> Iterator[tuple[int, Belief]]:  # fmt: skip
    """What is stored may be older than the history it is read beside: the interval holds it in any case."""
    for i, one in enumerate(people):
        assert one.believed_at is not None
        middle = float(value[i])
        yield one.id, Belief(
            name=name, unit=unit, value=middle, low=min(float(ends[0][i]), middle),
            high=max(float(ends[1][i]), middle), sufficiency=levels[i], as_of=one.believed_at,
        )  # fmt: skip


def _column(people: list[Relationship], name: str) -> np.ndarray:
    return np.array([getattr(one, name) for one in people], dtype=float)
