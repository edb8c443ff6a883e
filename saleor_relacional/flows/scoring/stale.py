"""Marks on people whose facts have changed since they were scored: narrow rows of their own, because facts arrive
often.

A scoring locks the marks of the people it scores, and never their profiles. Whoever merges or forgets somebody locks
the profile, then the mark, and so waits for a scoring that is under way; the mark stays until a scoring finds nobody
there. See db/locks.py.

Of whom an import tells that is not finished (flows/importing/runs.py), nothing is concluded, nor of anybody while the
shop's history is being read for the first time (flows/cursors.py): they are neither taken nor held here, and their
marks wait.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Hold, Lock
from saleor_relacional.flows import cursors
from saleor_relacional.flows.scoring import unplanned

_MARK = f"""
INSERT INTO {tables.STALE} (profile_id, since, version)
SELECT id, %(now)s, pg_current_xact_id()::text::bigint FROM unnest(%(ids)s::bigint[]) AS id ORDER BY id
ON CONFLICT (profile_id) DO UPDATE
SET version = excluded.version, since = least({tables.STALE}.since, excluded.since)
"""
_IMPORTED = f"EXISTS (SELECT FROM {tables.IMPORT_PERSON} told WHERE told.profile_id = one.profile_id)"
_TOLD_WHOLE = f"NOT {_IMPORTED} AND NOT {cursors.HALF_READ}"
_TAKE = f"""
SELECT profile_id, version FROM {tables.STALE} one WHERE since <= %s AND {_TOLD_WHOLE}
ORDER BY since LIMIT %s FOR UPDATE OF one SKIP LOCKED
"""
_TAKE_THESE = f"""
SELECT profile_id, version FROM {tables.STALE} one WHERE profile_id = ANY(%s) AND {_TOLD_WHOLE}
ORDER BY profile_id FOR UPDATE OF one SKIP LOCKED
"""
_POSTPONE = f"""
UPDATE {tables.STALE} SET since = %s WHERE profile_id = %s
"""
_MARKED = f"SELECT FROM {tables.STALE} WHERE profile_id = ANY(%s) ORDER BY profile_id FOR UPDATE"
_HOLD = f"""
INSERT INTO {tables.STALE} AS stale (profile_id, since, version)
SELECT profile_id, %(now)s, pg_current_xact_id()::text::bigint FROM unnest(%(ids)s::bigint[]) AS one(profile_id)
WHERE {_TOLD_WHOLE} ORDER BY profile_id
ON CONFLICT (profile_id) DO UPDATE SET version = stale.version
RETURNING profile_id, version
"""
_CLEAR = f"""
WITH cleared AS (
    DELETE FROM {tables.STALE} stale
    USING unnest(%(ids)s::bigint[], %(versions)s::bigint[]) AS seen(profile_id, version)
    WHERE stale.profile_id = seen.profile_id AND stale.version = seen.version
)
{unplanned.marking(f"SELECT id AS profile_id FROM {tables.PROFILE} WHERE id = ANY(%(ids)s)")}
"""
"""Whoever was forgotten is no news to a campaign, and nothing is left of them."""


AGAIN = timedelta(hours=1)
"""After which somebody who could not be scored is tried again, or at once when another fact of theirs arrives."""


def mark(profile_ids: Iterable[int], now: datetime) -> None:
    """Mark these people to be scored soon; waits for whoever scores one of them.

    A scoring clears a mark while it holds it, so one that had to wait for it is a new one, and what came with it is
    scored."""
    ids = sorted(set(profile_ids))
    if ids:
        locks.note(Lock.STALE, ids)
        sql.run(_MARK, {"ids": ids, "now": now})


def take(limit: int, now: datetime) -> dict[int, int]:
    """Lock the oldest marks until the transaction ends: profile → version. Those that another worker holds are left to
    it, those that are postponed to later."""
    found = dict(sql.rows(_TAKE, [now, limit]))
    locks.note(Lock.STALE, found)
    return found


def take_these(profile_ids: Sequence[int]) -> dict[int, int]:
    """As `take`, for these people alone."""
    found = dict(sql.rows(_TAKE_THESE, [list(profile_ids)]))
    locks.note(Lock.STALE, found)
    return found


def postpone(profile_id: int, now: datetime) -> None:
    """Leave the mark of somebody who could not be scored, behind all others."""
    locks.note(Lock.STALE, [profile_id])
    sql.run(_POSTPONE, [now + AGAIN, profile_id])


def count() -> int:
    """How many people are marked."""
    return int(sql.rows(f"SELECT count(*) FROM {tables.STALE}")[0][0])


def hold_marked(profile_ids: Iterable[int]) -> None:
    """Lock the marks of those of these people who are marked, in key order. The caller holds the people alone, so
    nobody marks them meanwhile."""
    ids = sorted(set(profile_ids))
    if ids:
        locks.note(Lock.STALE, ids)
        sql.run(_MARKED, [ids])


def hold(profile_ids: Iterable[int], now: datetime) -> dict[int, int]:
    """As `take`, for these people, whether they are marked or not; waits for whoever records, merges, forgets or scores
    one of them."""
    ids = sorted(profile_ids)
    locks.lock_people(ids, Hold.STAY)
    locks.note(Lock.STALE, ids)
    return dict(sql.rows(_HOLD, {"ids": ids, "now": now}))


def clear(seen: Mapping[int, int]) -> None:
    """Remove the marks of people who have been scored: profile → version as read. A mark made again since stays. The
    campaigns consider these people at their next plan."""
    locks.note(Lock.UNPLANNED, seen)
    sql.run(_CLEAR, {"ids": sql.keys(seen), "versions": sql.keys(seen.values())})
