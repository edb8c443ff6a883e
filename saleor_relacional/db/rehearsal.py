"""What would come of it: work on copies of tables, undone at its end, so that nobody waits for it and nothing stays.

The copies stand in a schema of their own, which is found before the others and which nobody else ever sees: made,
worked on and rolled back in one transaction. What the work reads and never writes is read where it is.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from uuid import uuid4

from django.db import ProgrammingError, transaction

from saleor_relacional import conf
from saleor_relacional.db import locks, sql
from saleor_relacional.errors import Misconfigured

_SCHEMAS = (
    "SELECT quote_ident(%s), string_agg(quote_ident(name), ', ') FROM unnest(current_schemas(false)) AS name"
)
_NUMBERED = """
SELECT attname FROM pg_attribute
WHERE attrelid = %s::regclass AND attidentity <> '' AND NOT attisdropped
"""
_INDEXES = """
SELECT pg_get_indexdef(i.indexrelid), ' ON ' || quote_ident(n.nspname) || '.' || quote_ident(t.relname) || ' '
FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE i.indrelid = %s::regclass ORDER BY i.indexrelid
"""
_WRITTEN = """
SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables
WHERE schemaname = ANY(current_schemas(false)) AND schemaname <> %s
"""
"""Rows written so far, those of transactions before that are not in the statistics yet included."""


@contextmanager
def on_copies(tables: Mapping[str, str]) -> Iterator[None]:
    """A rehearsal: what is written to these tables inside is written to copies of them, and undone. Table → condition
    on the rows that the work needs, empty for all.

    Holds one transaction for as long as it lasts, and no lock of ours. Raises AssertionError where the work has written
    to another table: it would have held rows that others wait for.
    """
    schema = f"relacional_rehearsal_{uuid4().hex[:12]}"
    with sql.atomic(), locks.nobody_else():
        try:
            _copy(schema, tables)
            before = dict(sql.rows(_WRITTEN, [schema]))
            yield
            for table, written in sql.rows(_WRITTEN, [schema]):
                if written != before.get(table, 0):
                    raise AssertionError(f"A rehearsal has written to {table}, of which it has no copy.")
        finally:
            transaction.set_rollback(True, using=conf.database())


def _copy(schema: str, tables: Mapping[str, str]) -> None:
    (name, found_in), *_ = sql.rows(_SCHEMAS, [schema])
    try:
        sql.run(f"CREATE SCHEMA {name}")
    except ProgrammingError as error:
        raise Misconfigured(
            "The calendar needs a database user that may create a schema: GRANT CREATE ON DATABASE to it."
        ) from error
    indexes = {table: sql.rows(_INDEXES, [table]) for table in tables}
    for table, condition in tables.items():
        # One statement each: the copy is filled before it has an index.
        sql.run(f"CREATE UNLOGGED TABLE {name}.{table} (LIKE {table} INCLUDING DEFAULTS INCLUDING IDENTITY)")
        sql.run(
            f"INSERT INTO {name}.{table} SELECT * FROM {table}{f' WHERE {condition}' if condition else ''}"
        )
        for definition, on in indexes[table]:
            sql.run(definition.replace(on, f" ON {name}.{table} ", 1))
        for (column,) in sql.rows(_NUMBERED, [table]):
            [(after,)] = sql.rows(f"SELECT coalesce(max({column}), 0) + 1 FROM {table}")
            sql.run(f"ALTER TABLE {name}.{table} ALTER COLUMN {column} RESTART WITH {int(after)}")
    sql.run(f"SET LOCAL search_path TO {name}, {found_in}")
    for table in tables:
        sql.run(f"ANALYZE {name}.{table}")
