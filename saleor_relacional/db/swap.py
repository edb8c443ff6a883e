"""A table written anew beside the one in use, then put in its place: same columns, same indexes, same names, same
permissions. Names of tables are ours. Nothing in the database may refer to such a table by a constraint."""

from collections.abc import Sequence

from saleor_relacional.db import sql

_GRANTS = """
SELECT format('GRANT %%s ON %%s TO %%s', acl.privilege_type, %s::regclass,
              CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE acl.grantee::regrole::text END)
FROM pg_class, aclexplode(relacl) AS acl WHERE oid = %s::regclass AND acl.grantee <> relowner
"""
_OPTIONS = (
    "SELECT format('ALTER TABLE %%s SET (%%s)', %s::regclass, array_to_string(reloptions, ', ')) FROM pg_class"
    " WHERE oid = %s::regclass AND reloptions IS NOT NULL"
)
_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), i.indisprimary
FROM pg_index i WHERE i.indrelid = %s::regclass ORDER BY i.indisprimary DESC, 1
"""
_PRIMARY = "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'p'"


def create(table: str, beside: str) -> None:
    """An empty table like `beside`, without its indexes. The server's autovacuum lets it be until it is in its place:
    it would hold the table just when it is to be renamed, and for longer than we wait for a lock."""
    sql.run(
        f"CREATE TABLE {table} (LIKE {beside} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE"
        f" INCLUDING COMMENTS) WITH (autovacuum_enabled = false)"
    )
    for (statement,) in sql.rows(_GRANTS, [table, beside]):
        sql.run(statement)


def index(table: str, beside: str) -> None:
    """The primary key and the indexes of `beside`, where they are not there yet; then its statistics."""
    there = {name for name, _, _ in sql.rows(_INDEXES, [table])}
    for name, definition, primary in sql.rows(_INDEXES, [beside]):
        own = f"{name}_{_number(table)}"
        if own in there:
            continue
        on = definition.index(" USING ")
        unique = "UNIQUE " if definition.startswith("CREATE UNIQUE") else ""
        sql.run(f"CREATE {unique}INDEX {own} ON {table}{definition[on:]}")
        if primary:
            sql.run(f"ALTER TABLE {table} ADD CONSTRAINT {own} PRIMARY KEY USING INDEX {own}")
    sql.run(f"ANALYZE {table}")


def replace(table: str, beside: str) -> None:
    """`table` takes the place and the names of `beside`, which is gone. Whoever calls holds a lock on both."""
    names = [name for name, _, _ in sql.rows(_INDEXES, [beside])]
    sql.run(f"ALTER TABLE {table} RESET (autovacuum_enabled)")
    for (statement,) in sql.rows(_OPTIONS, [table, beside]):
        sql.run(statement)
    sql.run(f"DROP TABLE {beside}")
    sql.run(f"ALTER TABLE {table} RENAME TO {beside}")
    for name in names:  # a primary key's constraint is renamed along with its index
        sql.run(f"ALTER INDEX {name}_{_number(table)} RENAME TO {name}")


def drop(tables: Sequence[str]) -> None:
    """Gone, if they are there."""
    sql.run(f"DROP TABLE IF EXISTS {', '.join(tables)}")


def lock(tables: Sequence[str], mode: str, patience: str) -> None:
    """Hold them, in this order, until the transaction ends. Raises OperationalError after waiting for `patience`."""
    sql.run(f"SET LOCAL lock_timeout = '{patience}'")
    for table in tables:
        sql.run(f"LOCK TABLE {table} IN {mode} MODE")


def _number(table: str) -> str:
    return table.rpartition("_")[2]
