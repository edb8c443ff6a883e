"""A crowd (benchmarks/crowd_history.py) made in a database as quickly as it can be: several connections, indexes last,
and left as autovacuum would leave it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from benchmarks import crowd_history as history
from benchmarks.crowd_database import SECONDARY, UNIQUE, apart, tidy

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
AT_ONCE = 4
CHUNK = 25_000
"""People made by one statement: their sorts stay in memory."""


def fill(people: int, say: Callable[[str], Any] = print) -> None:
    """Our tables in the database of DATABASE_URL, with so many people in them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saleor_relacional.hosts.standalone.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    start = time.perf_counter()
    with _connection() as server:
        server.execute(history.HELPERS)
        making = apart(server.cursor(), SECONDARY, UNIQUE)
        everybody = _ranges(1, people, CHUNK)
        for name, statement in (("people", history.PEOPLE), ("moments", history.MOMENTS)):
            _run(statement, everybody)
            say(f"  {name}: {time.perf_counter() - start:.0f} s")
        server.execute("ANALYZE crowd_person; ANALYZE crowd_bought")
        _run(history.PROFILES, everybody)
        _run(history.IDENTITIES, everybody)
        server.execute(
            "SELECT setval(pg_get_serial_sequence('saleor_relacional_profile', 'id'), %s)", [people]
        )
        server.execute("SELECT setseed(.5)")
        for statement in (history.MERGED, history.PRODUCTS, history.STALE):
            server.execute(statement, {"now": NOW, "people": people})
        _run(history.PURCHASES, _spans(64 if people > CHUNK else 4))
        say(f"  purchases: {time.perf_counter() - start:.0f} s")
        server.execute("ANALYZE saleor_relacional_purchase")
        last = server.execute("SELECT coalesce(max(id), 0) FROM saleor_relacional_purchase").fetchone()[0]
        orders = _ranges(1, last, 10 * CHUNK)
        _run(history.LINES, orders)
        _run(history.REFUNDS, orders)
        say(f"  lines, refunds: {time.perf_counter() - start:.0f} s")
        server.execute(history.CLEANED)
        _each(lambda connection, statement: connection.execute(statement), making)
        say(f"  indexes: {time.perf_counter() - start:.0f} s")
        tidy(server)
        say(f"  {counted(server)}, made in {time.perf_counter() - start:.0f} s")


def counted(server: Any) -> str:
    """How many there are, in words."""
    tables = {"customers": "profile", "purchases": "purchase", "lines": "purchaseline", "refunds": "refund"}
    return ", ".join(
        f"{server.execute(f'SELECT count(*) FROM saleor_relacional_{table}').fetchone()[0]:,} {name}"
        for name, table in tables.items()
    )


def _connection() -> Any:
    connection = psycopg.connect(
        os.environ["DATABASE_URL"], autocommit=True, cursor_factory=psycopg.ClientCursor
    )
    # What we make is whole: keys need no looking up. A crowd of one size is always the same crowd.
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET maintenance_work_mem = '512MB'")
    connection.execute("SET work_mem = '128MB'")
    return connection


def _ranges(first: int, last: int, size: int) -> list[dict[str, Any]]:
    return [{"first": start, "last": min(start + size - 1, last)} for start in range(first, last + 1, size)]


def _spans(count: int) -> list[dict[str, Any]]:
    """Five years cut into spans, so that a table written span by span lies in order of time."""
    width = timedelta(days=1828) / count
    begins = NOW - timedelta(days=1827)
    return [{"from": begins + width * n, "to": begins + width * (n + 1)} for n in range(count)]


def _run(statement: str, parts: Sequence[dict[str, Any]]) -> None:
    """The statement for each part, several at once, each with chance of its own."""

    def run(connection: Any, part: dict[str, Any]) -> None:
        with connection.transaction():
            connection.execute("SELECT setseed(%s)", [part["seed"]])
            connection.execute(statement, {**part, "now": NOW})

    _each(run, [{**part, "seed": (n + 1) / (len(parts) + 2)} for n, part in enumerate(parts)])


def _each(what: Callable[[Any, Any], Any], parts: Iterable[Any]) -> None:
    """Do it to all parts, each on a connection that nobody else uses meanwhile."""
    idle: list[Any] = []

    def do(part: Any) -> None:
        connection = idle.pop() if idle else _connection()
        what(connection, part)
        idle.append(connection)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(do, parts))
    for connection in idle:
        connection.close()
