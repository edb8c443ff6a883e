"""Beliefs about when: the own rhythm, being overdue, the day of the next order. All are read at this moment."""

from collections.abc import Iterator
from datetime import datetime

import numpy as np

from saleor_relacional.flows.profiles.beliefs.named import (
    Asked,
    Belief,
    Name,
    Unit,
    Window,
)
from saleor_relacional.flows.profiles.rhythm_forecast import RhythmForecast
from saleor_relacional.insight import sufficiency
from saleor_relacional.insight.sufficiency import Sufficiency
from saleor_relacional.insight.timing import rhythm


def read(asked: Asked) -> Iterator[tuple[int, Belief]]:
    """Yields (our id, belief): rhythm, overdue and next order of who has a rhythm, the shop's rhythm of the others."""
    gaps = [float(one.rhythm_gaps) for one in asked.people]
    own = rhythm.own_weight(asked.shop.rhythm, gaps)
    for person, level in zip(asked.people, sufficiency.of(own, asked.shop.customers), strict=True):
        forecast = asked.rhythms.get(person.id)
        if forecast is None:
            yield person.id, _shops(asked)
        else:
            for belief in _own(forecast, Sufficiency.OWN if forecast.declared else level, asked.now):
                yield person.id, belief


def _own(own: RhythmForecast, level: Sufficiency, now: datetime) -> Iterator[Belief]:
    yield Belief(
        name=Name.RHYTHM_DAYS, unit=Unit.DAYS, value=own.typical_days, low=own.days_80[0], high=own.days_80[1],
        sufficiency=level, as_of=now,
    )  # fmt: skip
    yield Belief(
        name=Name.OVERDUE, unit=Unit.PROBABILITY, value=own.overdue, low=min(own.overdue_80[0], own.overdue),
        high=max(own.overdue_80[1], own.overdue), sufficiency=level, as_of=now,
    )  # fmt: skip
    window = Window(
        middle=own.middle, earliest=own.earliest, latest=own.latest, likely_from=own.likely_from,
        likely_until=own.likely_until,
    )  # fmt: skip
    yield Belief(
        name=Name.NEXT_ORDER_DAY, unit=Unit.DAYS, value=_until(own.middle, now), low=_until(own.earliest, now),
        high=_until(own.latest, now), sufficiency=level, as_of=now, window=window,
    )  # fmt: skip


def _shops(asked: Asked) -> Belief:
    """Nothing is known of their own rhythm: the shop's, with all its spread."""
    shop = asked.shop.rhythm
    any_of_them = rhythm.rhythms(shop, [0], [0.0], [0.0])
    low, middle, high = (float(rhythm.quantile(any_of_them, p)[0]) for p in (0.1, 0.5, 0.9))
    (level,) = sufficiency.of(np.zeros(1), asked.shop.customers)
    return Belief(
        name=Name.RHYTHM_DAYS, unit=Unit.DAYS, value=middle, low=low, high=high, sufficiency=level,
        as_of=asked.shop.as_of,
    )  # fmt: skip


def _until(moment: datetime, now: datetime) -> float:
    return (moment - now).total_seconds() / 86400
