"""Beliefs about when: the own rhythm, being overdue, the day of the next order. Of now."""

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


def told(asked: Asked) -> Iterator[tuple[int, Belief]]:
    """Whose, and what."""
    gaps = [float(one.rhythm_gaps) for one in asked.people]
    own = rhythm.own_weight(asked.shop.rhythm, gaps)
    for person, level in zip(asked.people, sufficiency.of(own, asked.shop.customers), strict=True):
        beat = asked.beats.get(person.id)
        if beat is None:
            yield person.id, _shops(asked)
        else:
            for belief in _own(beat, Sufficiency.OWN if beat.declared else level, asked.now):
                yield person.id, belief


def _own(beat: RhythmForecast, level: Sufficiency, now: datetime) -> Iterator[Belief]:
    yield Belief(
        name=Name.RHYTHM_DAYS, unit=Unit.DAYS, value=beat.typical_days, low=beat.days_80[0], high=beat.days_80[1],
        sufficiency=level, as_of=now,
    )  # fmt: skip
    yield Belief(
        name=Name.OVERDUE, unit=Unit.PROBABILITY, value=beat.overdue, low=min(beat.overdue_80[0], beat.overdue),
        high=max(beat.overdue_80[1], beat.overdue), sufficiency=level, as_of=now,
    )  # fmt: skip
    window = Window(
        middle=beat.middle, earliest=beat.earliest, latest=beat.latest, likely_from=beat.likely_from,
        likely_until=beat.likely_until,
    )  # fmt: skip
    yield Belief(
        name=Name.NEXT_ORDER_DAY, unit=Unit.DAYS, value=_until(beat.middle, now), low=_until(beat.earliest, now),
        high=_until(beat.latest, now), sufficiency=level, as_of=now, window=window,
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
