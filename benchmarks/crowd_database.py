"""A database for a benchmark alone: made, filled with indexes apart, dropped."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

SECONDARY = """
SELECT format('DROP INDEX %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid), pg_relation_size(i.indrelid)
FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
WHERE t.relname LIKE 'saleor_relacional_%' AND NOT i.indisunique AND t.relkind = 'r'
"""
"""Those that are quicker made when everybody is there."""

UNIQUE = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname),
       format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)), 0
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
WHERE t.relname IN ('saleor_relacional_purchase', 'saleor_relacional_identity', 'saleor_relacional_refund',
                    'saleor_relacional_profile') AND c.contype = 'u'
"""


def address(name: str) -> str:
    """DATABASE_URL with another database."""
    return re.sub(r"(//[^/]*/)([^/?]*)", rf"\1{name}", os.environ["DATABASE_URL"], count=1)


def exists(name: str) -> bool:
    """Whether the server has this database."""
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        return server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def create(name: str, template: str = "") -> None:
    """Make it anew, empty or as a copy. Names are ours."""
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(
            f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}" STRATEGY file_copy' if template else "")
        )


def drop(name: str) -> None:
    """Gone, whoever still looks at it."""
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def scratch(name: str, template: str = "") -> Iterator[None]:
    """DATABASE_URL names a database of its own, which is gone afterwards."""
    given = os.environ["DATABASE_URL"]
    create(name, template)
    os.environ["DATABASE_URL"] = address(name)
    try:
        yield
    finally:
        os.environ["DATABASE_URL"] = given
        drop(name)


def apart(cursor: Any, *found_by: str) -> list[str]:
    """Drop these indexes and constraints; what makes them again, largest table first."""
    made_by: list[tuple[int, str]] = []
    for query in found_by:
        cursor.execute(query)
        for dropping, making, size in cursor.fetchall():
            cursor.execute(dropping)
            made_by.append((size, making))
    return [making for _, making in sorted(made_by, reverse=True)]


def tidy(server: Any) -> None:
    """Leave our tables as autovacuum would, all seen by everybody, and nothing to be written behind our back."""
    found = server.execute(
        "SELECT string_agg(oid::regclass::text, ', ') FROM pg_class"
        " WHERE relname LIKE 'saleor_relacional_%' AND relkind = 'r'"
    ).fetchone()
    server.execute(f"VACUUM (FREEZE, ANALYZE) {found[0]}")
    server.execute("CHECKPOINT")
