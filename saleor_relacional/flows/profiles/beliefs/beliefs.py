"""Beliefs as people read them: a value, between what it lies, how much stands behind it, as of when.

`value` is what is stored (computed as of an instant, with a fit); what surrounds it is computed at reading, with that
same fit. Rhythm, being overdue and the next order are read at this moment. Whoever has not bought yet is told what the
shop's other customers do, and a shop without customers what the shipped priors say. Reasons: `beliefs_because`.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from saleor_relacional.flows.profiles.beliefs import fits, future, rank, timing, worth
from saleor_relacional.flows.profiles.beliefs.named import (
    Asked,
    Belief,
    Name,
    Unit,
    Window,
)
from saleor_relacional.flows.profiles.profiles import Relationship

__all__ = ["Belief", "Name", "Unit", "Window", "of", "told"]

_ORDER = {name: place for place, name in enumerate(Name)}


def of(
    people: Sequence[Relationship], now: datetime, *, names: Collection[Name] = (), using: str | None = None
) -> Mapping[int, list[Belief]]:
    """Our id → beliefs, those named (all, where none is). The same number of statements for one and for a page."""
    found: dict[int, list[Belief]] = {one.id: [] for one in people}
    for asked in fits.asked(people, now, using=using):
        for profile, belief in told(asked):
            if not names or belief.name in names:
                found[profile].append(belief)
    return {profile: sorted(some, key=lambda one: _ORDER[one.name]) for profile, some in found.items()}


def told(asked: Asked) -> list[tuple[int, Belief]]:
    """Everything believed of these people; whose is each."""
    return [
        *timing.told(asked),
        *future.told(asked),
        *worth.told(asked),
        *rank.told(asked),
    ]
