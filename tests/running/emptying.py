"""How a test with real transactions leaves the database empty: what holds rows is emptied, nothing else is touched.

Django's own way truncates all tables, each with all of its indexes, and makes permissions and content types anew: most
of a second after every such test.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connections, transaction
from django.test import TransactionTestCase

STAY = ("django_content_type", "auth_permission", "django_migrations")
"""Tables that say what the code is, not what a test has done."""
LARGE = 1_000_000
"""Bytes from which a table is truncated: quicker than row by row from there on."""

_FILLED = """
CREATE FUNCTION pg_temp.filled(names text[]) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE one text; holds boolean;
BEGIN
    FOREACH one IN ARRAY names LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', one) INTO holds;
        IF holds THEN RETURN NEXT one; END IF;
    END LOOP;
END $$
"""
_HOW = """
SELECT name, pg_table_size(t.oid) > %s
    OR EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = t.oid AND NOT g.tgisinternal)
FROM pg_temp.filled(%s) AS name JOIN pg_class t ON t.oid = quote_ident(name)::regclass
ORDER BY 2 DESC, 1
"""
"""Each with whether it is truncated: where it is large, or where a trigger keeps rows from being deleted. Those come
first: PostgreSQL truncates no table that refers to one of which rows were deleted in the same transaction."""


def empties(case: TransactionTestCase) -> None:
    """In place of `TransactionTestCase._fixture_teardown`."""
    for alias in case._databases_names(include_mirrors=False):  # type: ignore[attr-defined]
        connection = connections[alias]
        names = sorted(set(connection.introspection.django_table_names(only_existing=True)) - set(STAY))
        with transaction.atomic(using=alias), connection.cursor() as cursor:
            _empty(cursor, names)


def _empty(cursor: Any, names: Sequence[str]) -> None:
    cursor.execute("SELECT to_regprocedure('pg_temp.filled(text[])') IS NULL")
    if cursor.fetchone()[0]:
        cursor.execute(_FILLED)
    cursor.execute(_HOW, [LARGE, list(names)])
    for name, whole in cursor.fetchall():
        # Foreign keys are looked at when the transaction ends: in which order it goes does not matter.
        cursor.execute(f'TRUNCATE "{name}" CASCADE' if whole else f'DELETE FROM "{name}"')
