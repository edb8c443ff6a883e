"""Whose facts have changed since they were scored: marks of their own, narrow, so that facts may arrive often.

Who scores holds the marks of those whom they score. Who forgets somebody or merges them away marks them first and so
waits for a scoring that is under way; the mark stays until a scoring finds nobody there.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from saleor_relacional.db import sql, tables

_MARK = f"""
INSERT INTO {tables.STALE} (profile_id, since, version)
SELECT id, %(now)s, pg_current_xact_id()::text::bigint FROM unnest(%(ids)s::bigint[]) AS id ORDER BY id
ON CONFLICT (profile_id) DO UPDATE SET version = excluded.version
"""
_TAKE = f"""
SELECT profile_id, version FROM {tables.STALE} ORDER BY since LIMIT %s FOR UPDATE SKIP LOCKED
"""
_HOLD = f"""
INSERT INTO {tables.STALE} AS stale (profile_id, since, version)
SELECT id, %(now)s, pg_current_xact_id()::text::bigint FROM unnest(%(ids)s::bigint[]) AS id ORDER BY id
ON CONFLICT (profile_id) DO UPDATE SET version = stale.version
RETURNING profile_id, version
"""
_CLEAR = f"""
DELETE FROM {tables.STALE} stale
USING unnest(%s::bigint[], %s::bigint[]) AS seen(profile_id, version)
WHERE stale.profile_id = seen.profile_id AND stale.version = seen.version
"""


def mark(profile_ids: Iterable[int], now: datetime) -> None:
    """To be scored soon. In key order, because a scorer holds the marks it works on; it clears a mark while it holds
    it, so a mark that had to wait for it is a new one and what came with it is not lost."""
    ids = sorted(set(profile_ids))
    if ids:
        sql.run(_MARK, {"ids": ids, "now": now})


def take(limit: int) -> dict[int, int]:
    """Marks that are ours until the transaction ends, oldest news first: profile → version. Those that another worker
    has are left to it."""
    return dict(sql.rows(_TAKE, [limit]))


def hold(profile_ids: Iterable[int], now: datetime) -> dict[int, int]:
    """As `take`, of these people, whether they are marked or not; waits for whoever scores one of them."""
    return dict(sql.rows(_HOLD, {"ids": sorted(profile_ids), "now": now}))


def clear(seen: Mapping[int, int]) -> None:
    """These were scored as their marks said: profile → version. A mark made again since then stays."""
    sql.run(_CLEAR, [list(seen), list(seen.values())])
