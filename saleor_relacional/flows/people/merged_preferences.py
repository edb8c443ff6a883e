"""Two profiles become one: of what each asked of us the stricter holds for both, and what the survivor asked before is
kept, so that the merge can be undone."""

from datetime import datetime
from typing import Any

from saleor_relacional.db import sql, tables

COLUMNS = (
    "per_week", "per_month", "paused_until", "unwanted_topics", "quiet_from", "quiet_to", "just_looking",
    "do_not_sell", "no_profiling",
)  # fmt: skip
_NAMES = ", ".join(COLUMNS)

_JOIN = f"""
INSERT INTO {tables.PREFERENCE} AS own (profile_id, {_NAMES}, changed_at)
SELECT %(target)s, {_NAMES}, %(now)s FROM {tables.PREFERENCE} WHERE profile_id = %(source)s
ON CONFLICT (profile_id) DO UPDATE SET
    per_week = least(own.per_week, excluded.per_week), per_month = least(own.per_month, excluded.per_month),
    paused_until = greatest(own.paused_until, excluded.paused_until),
    unwanted_topics = (SELECT coalesce(jsonb_agg(DISTINCT topic), '[]'::jsonb)
        FROM jsonb_array_elements(own.unwanted_topics || excluded.unwanted_topics) topic),
    quiet_from = coalesce(own.quiet_from, excluded.quiet_from), quiet_to = coalesce(own.quiet_to, excluded.quiet_to),
    just_looking = own.just_looking OR excluded.just_looking, do_not_sell = own.do_not_sell OR excluded.do_not_sell,
    no_profiling = own.no_profiling OR excluded.no_profiling, changed_at = excluded.changed_at
"""
"""Quiet hours are one word: the survivor's own are kept where both have some."""
_BEFORE = f"""
SELECT coalesce(to_jsonb(own)::text, '') FROM {tables.PREFERENCE} source
LEFT JOIN {tables.PREFERENCE} own ON own.profile_id = %(target)s
WHERE source.profile_id = %(source)s
"""
_GIVE_BACK = f"DELETE FROM {tables.PREFERENCE} WHERE profile_id = %(target)s AND changed_at <= %(merged_at)s"
_AS_BEFORE = f"""
INSERT INTO {tables.PREFERENCE} SELECT (jsonb_populate_record(null::{tables.PREFERENCE}, %(before)s::jsonb)).*
ON CONFLICT DO NOTHING
"""


def join(source: int, target: int, now: datetime) -> list[Any]:
    """What the survivor asked before, where the merge changed it: nothing, or one text (empty: they had asked for
    nothing)."""
    both = {"source": source, "target": target, "now": now}
    before = sql.rows(_BEFORE, both)
    if not before:
        return []
    sql.run(_JOIN, both)
    return [before[0][0]]


def give_back(target: int, before: str, merged_at: datetime) -> None:
    """The survivor asks what they asked before the merge. What they changed since stays."""
    gone = sql.run(_GIVE_BACK, {"target": target, "merged_at": merged_at})
    if gone and before:
        sql.run(_AS_BEFORE, {"before": before})
