"""What the database's planner knows of our facts: a shop that was read a moment ago looks empty to it."""

from saleor_relacional.db import sql, tables

_READ = (
    tables.PROFILE, tables.PURCHASE, tables.REFUND,
    tables.HABIT_SHIFT, tables.DECLARATION,
)  # fmt: skip
"""The tables of the facts that learning and scoring read."""
_UNKNOWN = """
SELECT relname FROM pg_class WHERE oid = ANY(%s::regclass[]) AND (
    pg_relation_size(oid) > 2 * relpages * current_setting('block_size')::bigint
    OR (relpages > 0 AND NOT EXISTS (
        SELECT FROM pg_stats WHERE schemaname = relnamespace::regnamespace::text AND tablename = relname)))
"""
"""Those that grew to more than twice their size since they were last looked at, or never were."""


def analyze() -> None:
    """Let the planner know the tables that it does not. It otherwise reads all purchases for each profile: seen to take
    two minutes for 4,000 of them, and .4 s after this. Costs one look at the catalogue where all are known."""
    for (table,) in sql.rows(_UNKNOWN, [list(_READ)]):
        sql.run(f"ANALYZE {table}")
