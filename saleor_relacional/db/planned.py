"""Statements that the server plans once per connection, for those that are executed once per mail: planning one takes
longer than executing it.

By PREPARE and EXECUTE, under a name made of the statement itself, and not by the protocol: a connection may lead to
another server process each time (PgBouncer in transaction mode), where the name may be unknown, or known already. Both
are answers, and then the statement is executed as any other.
"""

import hashlib
import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db import connections
from django.db.utils import DatabaseError

from saleor_relacional import conf
from saleor_relacional.db import sql

_PARAMETER = re.compile(r"%\((\w+)\)s|%%")


_told: MutableMapping[Any, set[str]] = WeakKeyDictionary()
"""Connection → names that it was told."""


@dataclass(frozen=True, slots=True)
class _Planned:
    name: str
    prepare: str
    execute: str


def rows(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """As `sql.rows`. It is just that in a transaction, which what the server does not know would end, and where Django
    binds at the server (`server_side_binding`): EXECUTE takes values, and no parameters."""
    connection = connections[conf.database()]
    if connection.in_atomic_block or getattr(connection.features, "uses_server_side_binding", False):
        return sql.rows(statement, parameters)
    connection.ensure_connection()
    planned, told = _planned(statement), _told.setdefault(connection.connection, set())
    if planned.name not in told:
        _prepare(planned)
        told.add(planned.name)
    try:
        return sql.rows(planned.execute, parameters)
    except DatabaseError as error:
        if not isinstance(error.__cause__, psycopg.errors.InvalidSqlStatementName):
            raise
    told.discard(planned.name)
    return sql.rows(statement, parameters)


def _prepare(planned: _Planned) -> None:
    try:
        sql.run(planned.prepare)
    except DatabaseError as error:
        if not isinstance(error.__cause__, psycopg.errors.DuplicatePreparedStatement):
            raise


@lru_cache(maxsize=32)
def _planned(statement: str) -> _Planned:
    numbers: dict[str, int] = {}

    def place(found: re.Match[str]) -> str:
        return "%" if found[1] is None else f"${numbers.setdefault(found[1], len(numbers) + 1)}"

    text = _PARAMETER.sub(place, statement)
    name = f"relacional_{hashlib.sha256(text.encode()).hexdigest()[:20]}"
    given = ", ".join(f"%({parameter})s" for parameter in numbers)
    return _Planned(name=name, prepare=f"PREPARE {name} AS {text}", execute=f"EXECUTE {name} ({given})")
