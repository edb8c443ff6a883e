"""Habits that changed: found in each person's own history, recorded once, and learnt anew from there.

Looked for are a change of rhythm (gaps between purchase days), basket (what a purchase day is worth, in the currency of
the last purchase), category (the one that most was spent on that day), channel and address.

Each history is read from its last change on, and that habit must have lasted `shift.SETTLED` values before another
change of the same kind is believed: a change that more data place a little earlier or later is not recorded again. What
was recorded stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.scoring import shifts_of_names, shifts_of_numbers, stale
from saleor_relacional.flows.scoring.histories import Histories
from saleor_relacional.insight.timing import changepoint

RHYTHM, BASKET, CATEGORY, CHANNEL, ADDRESS = "rhythm", "basket", "category", "channel", "address"
"""What may change; `HabitShift.what`."""
EVERYTHING = (RHYTHM, BASKET, CATEGORY, CHANNEL, ADDRESS)

THESE = "profile_id = ANY(%(ids)s)"
RANGE = "profile_id BETWEEN %(first)s AND %(last)s"

PLAN = "SET LOCAL jit = off"
"""Compiling these statements takes longer than running them."""

PRESENT = f"""
SELECT id FROM {tables.PROFILE} WHERE id = ANY(%s) AND merged_into_id IS NULL
  AND NOT EXISTS (SELECT FROM {tables.PREFERENCE} asks WHERE asks.profile_id = id AND asks.no_profiling)
"""
"""Of whoever objects to profiling nothing is told."""

TELL = f"""
INSERT INTO {tables.HABIT_SHIFT} (profile_id, what, happened_on, learned_at, before, after, p_value)
SELECT seen.profile_id, seen.what, seen.happened_on, %(now)s, seen.before, seen.after, seen.p_value
FROM unnest(%(profile)s::bigint[], %(what)s::text[], %(happened_on)s::date[], %(since)s::date[],
            %(before)s::float8[], %(after)s::float8[], %(p_value)s::float8[])
    AS seen (profile_id, what, happened_on, since, before, after, p_value)
WHERE (
    SELECT max(told.happened_on) FROM {tables.HABIT_SHIFT} told
    WHERE told.profile_id = seen.profile_id AND told.what = seen.what
) IS NOT DISTINCT FROM seen.since
ON CONFLICT (profile_id, what, happened_on) DO NOTHING
RETURNING profile_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A change in somebody's history, not recorded yet."""

    profile: int
    what: str
    happened_on: date
    """The first purchase day of the new habit."""
    since: date | None
    """The last change recorded before; the history was read from here."""
    before: float | None
    after: float | None
    p_value: float


def detect(profile_ids: Sequence[int], now: datetime, kinds: Sequence[str] = EVERYTHING) -> int:
    """Find changes in these people's histories up to now and record them; how many. The caller holds their marks
    (flows/scoring/stale.py), so one change is recorded once.

    A scoring asks for the rhythm alone (`detect_rhythm`). The other habits say nothing about when somebody buys next
    and are slower to find: the walk (`shift_walk`) finds them within a day.
    """
    return len(_detect(THESE, {"ids": sorted(profile_ids)}, now, kinds)) if len(profile_ids) else 0


def detect_rhythm(history: Histories, now: datetime) -> list[int]:
    """As `detect`, for the rhythm of those whose gaps since the last change are enough to show another. Those of whom a
    change was recorded, by rising key."""
    enough = history["profile"][history["gaps"] >= 2 * changepoint.SIDE].tolist()
    return sorted(set(_detect(THESE, {"ids": enough}, now, (RHYTHM,)))) if enough else []


def detect_range(first: int, last: int, now: datetime) -> int:
    """As `detect`, for everybody in a range of keys, both ends included; takes their marks itself, and marks those of
    whom a change was recorded. Repeating it records nothing new."""
    return len(_detect(RANGE, {"first": first, "last": last}, now, EVERYTHING, walking=True))


def _detect(
    whom: str, parameters: dict[str, Any], now: datetime, kinds: Sequence[str], *, walking: bool = False
) -> list[int]:  # fmt: skip
    """The profile of each change that was recorded."""
    recorded = []
    with sql.atomic(savepoint=False):
        sql.run(PLAN)
        while seen := _look(whom, {**parameters, "now": now}, kinds):
            if walking:
                stale.hold({one.profile for one in seen}, now)
            anew = _tell(seen, now)
            if walking:
                stale.mark(anew, now)
            recorded += anew
            whom, parameters = THESE, {"ids": sorted(set(anew))}  # a history may have changed more than once
    return recorded


def _look(whom: str, parameters: dict[str, Any], kinds: Sequence[str] = EVERYTHING) -> list[Seen]:
    rows: list[shifts_of_numbers.Row] = []
    if numbers := tuple(kind for kind in (RHYTHM, BASKET) if kind in kinds):
        rows += shifts_of_numbers.find(whom, parameters, numbers)
    if CHANNEL in kinds or ADDRESS in kinds:
        rows += shifts_of_names.find(whom, parameters)
    if CATEGORY in kinds:
        rows += shifts_of_names.find_categories(whom, parameters)
    return [
        Seen(
            profile=profile,
            what=what,
            happened_on=day,
            since=since,
            before=before,
            after=after,
            p_value=p_value,
        )
        for profile, what, day, since, before, after, p_value in rows
    ]


def _tell(seen: Sequence[Seen], now: datetime) -> list[int]:
    """Record these changes; the profile of each that is new. Left out are people who are gone, and changes that another
    worker recorded meanwhile."""
    present = {row[0] for row in sql.rows(PRESENT, [sorted({one.profile for one in seen})])}
    kept = [one for one in seen if one.profile in present]
    columns = ("profile", "what", "happened_on", "since", "before", "after", "p_value")
    recorded = sql.rows(TELL, {name: [getattr(one, name) for one in kept] for name in columns} | {"now": now})
    return [row[0] for row in recorded]
