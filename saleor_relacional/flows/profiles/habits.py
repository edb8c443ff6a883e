"""Changes of habit as people read them: how somebody bought before, how since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.profiles.stage_history import of_family

RECENT = timedelta(days=30)
"""News for so long after we came to know of it."""

_SHIFTS = of_family(f"""
SELECT asked.id, shift.what, shift.happened_on, shift.learned_at, shift.before, shift.after
FROM unnest(%(ids)s::bigint[]) AS asked(id) CROSS JOIN LATERAL (
    SELECT told.* FROM family JOIN {tables.HABIT_SHIFT} told ON told.profile_id = family.member
    WHERE family.asked = asked.id ORDER BY told.happened_on DESC, told.id DESC LIMIT %(most)s
) shift ORDER BY asked.id, shift.happened_on DESC, shift.id DESC
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One change of habit."""

    what: str
    """rhythm, basket, category, channel or address."""
    happened_on: date
    """First purchase day of the new habit."""
    learned_at: datetime
    before: float | None
    """Typical days between purchases, or typical value of an order; None for the others."""
    after: float | None


def of(ids: Sequence[int], *, most: int = 20, using: str | None = None) -> Mapping[int, list[Shift]]:
    """Our id → changes of habit, newest first; those of profiles that were merged into it among them."""
    found: dict[int, list[Shift]] = {}
    for profile, what, happened_on, learned_at, before, after in sql.rows(
        _SHIFTS, {"ids": list(ids), "most": most}, using=using
    ):
        told = Shift(what=what, happened_on=happened_on, learned_at=learned_at, before=before, after=after)
        found.setdefault(profile, []).append(told)
    return found


def news(shifts: Sequence[Shift], now: datetime) -> Shift | None:
    """The latest that we came to know of within 30 days."""
    fresh = [one for one in shifts if now - RECENT <= one.learned_at <= now]
    return max(fresh, key=lambda one: one.learned_at, default=None)
