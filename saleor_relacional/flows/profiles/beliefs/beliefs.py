"""Beliefs as people read them: a value, its interval, how much evidence it has, as of when.

`value` is what is stored (computed as of an instant, with a fit); what surrounds it is computed at reading, with that
same fit. Rhythm, being overdue and the next order are read at this moment. Whoever has not bought yet is read as the
shop's other customers are, and a shop without customers by the shipped priors. Reasons: `reasons`.
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

__all__ = ["Belief", "Name", "Unit", "Window", "of", "read"]

_ORDER = {name: place for place, name in enumerate(Name)}


def of(
    people: Sequence[Relationship], now: datetime, *, names: Collection[Name] = (), using: str | None = None
) -> Mapping[int, list[Belief]]:
    """Our id → beliefs, those named (all, where none is). As many statements for one person as for a page."""
    found: dict[int, list[Belief]] = {one.id: [] for one in people}
    for asked in fits.asked(people, now, using=using):
        for profile, belief in read(asked):
            if not names or belief.name in names:
                found[profile].append(belief)
    return {profile: sorted(some, key=lambda one: _ORDER[one.name]) for profile, some in found.items()}


def read(asked: Asked) -> list[tuple[int, Belief]]:
    """(our id, belief) of everything believed of these people: nothing of whoever objects to profiling."""
    private = {one.id for one in asked.people if one.no_profiling}
    found = [*timing.read(asked), *future.read(asked), *worth.read(asked), *rank.read(asked)]
    return [(profile, belief) for profile, belief in found if profile not in private]
