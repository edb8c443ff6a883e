"""Which values people have: their stage, the band of what a year of theirs is expected to be worth, their segments.
Nothing of whoever objects to profiling, who was merged away, or has not been scored."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.attributes import choice, names
from saleor_relacional.flows.segments import membership
from saleor_relacional.models import AttributeChoice

_STANDING = f"""
SELECT p.id, s.stage, s.currency, b.year_value
FROM {tables.PROFILE} p
JOIN {tables.CUSTOMER_SUMMARY} s ON s.profile_id = p.id AND s.scored_at IS NOT NULL
LEFT JOIN {tables.PREDICTION} b ON b.profile_id = p.id
WHERE p.id = ANY(%(ids)s) AND p.merged_into_id IS NULL
  AND NOT EXISTS (SELECT FROM {tables.PREFERENCE} asks WHERE asks.profile_id = p.id AND asks.no_profiling)
"""


@dataclass(slots=True, kw_only=True)
class PersonValues:
    """What one person has."""

    values: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Key of the attribute → keys of the values."""
    turns_at: datetime | None = None
    """When time alone may change it."""


def of(
    people: Sequence[int], held: AttributeChoice, wanted: Collection[str], now: datetime
) -> dict[int, PersonValues]:  # fmt: skip
    """Our id → what each has of the attributes that are wanted. A statement, and one more per segment."""
    found: dict[int, PersonValues] = {}
    bands = names.keys(held.value_bands, held.currency) if held.value_bands else []
    for person, stage, currency, year_value in sql.rows(_STANDING, {"ids": sql.keys(people)}):
        found[person] = mine = PersonValues()
        if choice.STAGE in wanted:
            mine.values[choice.STAGE].add(stage)
        if choice.VALUE in wanted and year_value is not None and currency == held.currency:
            mine.values[choice.VALUE].add(bands[bisect_right(held.value_bands, year_value)])
    if choice.SEGMENTS in wanted and found:
        _segments(found, held, now)
    return found


def _segments(found: dict[int, PersonValues], held: AttributeChoice, now: datetime) -> None:
    for segment in choice.shown(held):
        query, values = membership.standing(segment, now=now)
        for person, member, turns_at in sql.rows(query, {**values, "ids": sql.keys(found)}):
            mine = found.get(person)
            if mine is None:
                continue
            if member:
                mine.values[choice.SEGMENTS].add(str(segment.public_id))
            if turns_at is not None:
                mine.turns_at = min(turns_at, mine.turns_at or turns_at)
