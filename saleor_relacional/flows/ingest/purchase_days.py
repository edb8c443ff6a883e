"""Purchase days follow the shop's time zone: when it changes they are computed anew, batch by batch, while all goes on.

A cursor per zone says how far that is; one that is killed goes on where it stood. What was recorded by somebody who had
read the old zone a moment before is caught by a second walk, AGAIN later.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from saleor_relacional import conf
from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Hold
from saleor_relacional.flows import cursors, failures
from saleor_relacional.flows.cursors import Lease
from saleor_relacional.flows.scoring import stale
from saleor_relacional.models import Cursor

PREFIX = "days:"
BATCH = 5_000
"""Purchases looked at in one transaction."""
AGAIN = timedelta(hours=1)
"""Longer than a transaction that records an order, or a batch of an import, may be open."""

_RANGE = f"""
SELECT id, profile_id, day <> (placed_at AT TIME ZONE %(zone)s)::date FROM {tables.PURCHASE}
WHERE id > %(after)s ORDER BY id LIMIT %(limit)s
"""
_MOVE = f"""
WITH moved AS (
    UPDATE {tables.PURCHASE} u SET day = (u.placed_at AT TIME ZONE %(zone)s)::date
    FROM {tables.PURCHASE} before WHERE u.id = ANY(%(ids)s) AND before.id = u.id
    RETURNING u.profile_id, before.day AS was, u.day AS now
)
UPDATE {tables.HABIT_SHIFT} h SET happened_on = moved.now
FROM (SELECT profile_id, was, min(now) AS now FROM moved GROUP BY profile_id, was) moved
WHERE h.profile_id = moved.profile_id AND h.happened_on = moved.was AND NOT EXISTS (
    SELECT FROM {tables.HABIT_SHIFT} other
    WHERE other.profile_id = h.profile_id AND other.what = h.what AND other.happened_on = moved.now)
"""
"""Moves the days of these purchases, and of the habits that began with them."""


def recompute_days(now: datetime) -> bool:
    """Go on with the next batch; whether there is more to do now. One question while the zone has not changed."""
    zone = conf.host().time_zone()
    name = f"{PREFIX}{zone}"
    stands = cursors.cursor(name)
    if stands.finished_at is not None or _rests(stands):
        return False
    held = cursors.take(name)
    if held is None:
        return False  # another worker is at it
    if not stands.done:  # what was done for another zone is undone by this walk
        Cursor.objects.filter(name__startswith=PREFIX).exclude(name=name).delete()
    more = finished = False
    try:
        more, finished = _go_on(held, cursors.cursor(name), zone, now)
    finally:
        held.release(finished=finished)
    return more


def _rests(stands: Cursor) -> bool:
    """The first walk is over, and the second not due yet."""
    return stands.position_at is not None and not stands.done and sql.real_now() < stands.position_at + AGAIN


def _go_on(held: Lease, stands: Cursor, zone: str, now: datetime) -> tuple[bool, bool]:
    """(whether there is more to do now, whether all is done)."""
    second = stands.position_at is not None
    if last := _batch(zone, stands.done, now):
        return held.advance(at=stands.position_at, reference="", done=last), False
    if not second:
        held.advance(at=sql.real_now(), reference="", done=0)
    return False, second


def _batch(zone: str, after: int, now: datetime) -> int | None:
    """The last purchase looked at; None when there was none left."""
    rows = sql.rows(_RANGE, {"zone": zone, "after": after, "limit": BATCH})
    bought: dict[int, list[int]] = {}
    for id, profile, moves in rows:
        if moves:
            bought.setdefault(profile, []).append(id)

    def together(people: Sequence[int]) -> None:
        with sql.atomic():
            locks.lock_people(people, Hold.ALONE)
            sql.run(_MOVE, {"zone": zone, "ids": [id for one in people for id in bought[one]]})
            stale.mark(people, now)

    if bought:
        failures.isolated("recompute_days", sorted(bought), together, now=now)
    return rows[-1][0] if rows else None
