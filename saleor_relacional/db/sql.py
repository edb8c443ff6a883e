"""Plain SQL on the database that our tables live in. Statements take parameters, never text from outside."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import islice
from typing import Any, cast

import psycopg
from django.db import connections, transaction
from django.db.models.expressions import RawSQL
from psycopg.adapt import Dumper
from psycopg.pq import Format

from saleor_relacional import conf
from saleor_relacional.db import binary


def atomic(*, savepoint: bool = True) -> AbstractContextManager[Any]:
    """One transaction, or a savepoint inside one. Without savepoints an error inside undoes all that is around it."""
    return cast(AbstractContextManager[Any], transaction.atomic(using=conf.database(), savepoint=savepoint))


def on_commit(action: Any) -> None:
    """Run when the transaction around us has committed."""
    transaction.on_commit(action, using=conf.database())


def run(statement: str, parameters: Any = None, *, using: str | None = None) -> int:
    """Execute one statement; how many rows it touched."""
    with connections[using or conf.database()].cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def rows(statement: str, parameters: Any = None, *, using: str | None = None) -> list[tuple[Any, ...]]:
    """Execute one query; all its rows."""
    with connections[using or conf.database()].cursor() as cursor:
        cursor.execute(statement, parameters)
        return cast(list[tuple[Any, ...]], cursor.fetchall())


def keys(ids: Iterable[int]) -> str:
    """Many numbers as one parameter of type bigint[]. A list says the same, and takes longer to hand over."""
    return f"{{{','.join(map(str, ids))}}}"


def among(ids: Iterable[int]) -> RawSQL:
    """Many numbers for `pk__in` and the like as one parameter: the ORM has one for each, and reading such a statement
    takes as long as executing it."""
    return RawSQL("SELECT unnest(%s::bigint[])", [keys(ids)])


def copy_in(table: str, columns: Sequence[str], values: Iterable[Sequence[Any]]) -> None:
    """COPY rows into a table whose name and columns are ours."""
    connection = connections[conf.database()]
    connection.ensure_connection()
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in values:
            copy.write_row(row)


def copy_text(table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """COPY lines that are in the text format already (see `copy_line`): quicker than rows where there are
    many."""
    connection = connections[conf.database()]
    connection.ensure_connection()
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        rest = iter(lines)
        while block := "".join(islice(rest, 1_000)):
            copy.write(block)


def copy_out(query: str, parameters: Any = None, *, using: str | None = None) -> bytes:
    """What a query answers, in COPY's binary format (see db/binary)."""
    connection = connections[using or conf.database()]
    connection.ensure_connection()
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT BINARY)", parameters) as copy,
    ):
        return b"".join(copy)


def copy_columns(table: str, names: Sequence[str], columns: Sequence[binary.Column]) -> None:
    """COPY columns into a table whose name and columns are ours."""
    content = binary.write(columns)
    connection = connections[conf.database()]
    connection.ensure_connection()
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        for start in range(0, len(content), _BLOCK):
            copy.write(content[start : start + _BLOCK])


_BLOCK = 1 << 20


def run_columns(statement: str, columns: Sequence[binary.Column]) -> int:
    """Execute one statement whose parameters (%s) are these columns, an array each; how many rows it touched."""
    connection = connections[conf.database()]
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        for kind, dumper in _ARRAYS.values():
            cursor.adapters.register_dumper(kind, dumper)
        cursor.execute(statement, [_ARRAYS[column.type][0](binary.array(column)) for column in columns])
        return cursor.rowcount


class _AsTheyAre(Dumper):
    """Hands over bytes that are in the server's binary format."""

    format = Format.BINARY

    def dump(self, obj: bytes) -> bytes:
        return obj


def _array(name: str, oid: int) -> tuple[type[bytes], type[Dumper]]:
    """The Python type of an array's bytes, and what hands them over with the number of their type."""
    return type(f"_{name}", (bytes,), {}), type(f"_{name}_dumper", (_AsTheyAre,), {"oid": oid})


_ARRAYS = {name: _array(name, oid) for name, (_, oid) in binary.TYPES.items()}


def update_rows(table: str, columns: Mapping[str, str], values: Sequence[Sequence[Any]]) -> int:
    """Set columns (name → SQL type) of many rows at once; each of `values` begins with the row's id. How many
    were set."""
    if not values:
        return 0
    arrays = ", ".join(f"%s::{kind}[]" for kind in ("bigint", *columns.values()))
    sets = ", ".join(f"{name} = told.{name}" for name in columns)
    return run(
        f"UPDATE {table} SET {sets} FROM unnest({arrays}) AS told (id, {', '.join(columns)})"
        f" WHERE {table}.id = told.id",
        [list(column) for column in zip(*values, strict=True)],
    )


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_line(values: Sequence[str]) -> str:
    """One row of strings in COPY's text format."""
    line = "\t".join(values)
    if "\\" in line or "\n" in line or "\r" in line or line.count("\t") >= len(values):
        line = "\t".join([value.translate(_ESCAPES) for value in values])
    return line + "\n"


def real_now() -> datetime:
    """The database's own clock: leases live by it, nothing else does."""
    return cast(datetime, rows("SELECT clock_timestamp()")[0][0])
