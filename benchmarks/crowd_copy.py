"""A crowd to work on, in a database that is gone afterwards: a copy of one that is kept on the server, or made anew.

`python -m benchmarks.crowd_copy PEOPLE` makes one on the server of DATABASE_URL and keeps it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.crowd_database import address, create, drop
from benchmarks.crowd_load import fill

TABLES = Path(__file__).parents[1] / "migrations" / "0001_initial.sql"


def kept(people: int) -> str:
    """The database in which so many people are kept: crowd_1m, crowd_100k, crowd_2500."""
    for unit, letter in ((1_000_000, "m"), (1_000, "k")):
        if people % unit == 0:
            return f"crowd_{people // unit}{letter}"
    return f"crowd_{people}"


def digest() -> str:
    """Of the tables as they are defined now; a crowd made for others is of no use."""
    return sha256(TABLES.read_bytes()).hexdigest()[:16]


def connect() -> Any:
    """To the database of DATABASE_URL."""
    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, cursor_factory=psycopg.ClientCursor)


@contextmanager
def crowd(people: int, name: str) -> Iterator[None]:
    """DATABASE_URL names a database with so many people in it, whom nobody scored yet. Says where they come from."""
    given = os.environ["DATABASE_URL"]
    template = kept(people)
    copied = said(template) == digest()
    create(name, template if copied else "")
    os.environ["DATABASE_URL"] = address(name)
    try:
        if copied:
            print(f"A copy of {template}, which is kept on this server.", flush=True)
        else:
            print(
                f"{people:,} people are made (`python -m benchmarks.crowd_copy {people}` keeps them):",
                flush=True,
            )
            fill(people)
        yield
    finally:
        os.environ["DATABASE_URL"] = given
        drop(name)


def keep(people: int) -> None:
    """Make them and leave them there, for others to copy."""
    name = kept(people)
    create(name)
    os.environ["DATABASE_URL"] = address(name)
    fill(people)
    made(name)


def made(name: str) -> None:
    """Note down for which tables it was made: others may copy it."""
    with connect() as server:
        server.execute(f"COMMENT ON DATABASE {name} IS '{digest()}'")


def said(name: str) -> str | None:
    """For which tables the database of this name was made and kept; None: there is none."""
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        found = server.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
    return str(found[0]) if found else None


if __name__ == "__main__":
    keep(int(sys.argv[1]))
