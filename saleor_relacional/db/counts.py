"""How many rows a condition finds: exact while they are few, an estimate where counting one by one takes too long."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from saleor_relacional.db import sql

EXACT = 10_000
"""Up to here a count is exact."""
SURELY = 1.5
"""An estimate beyond so many times `EXACT` is taken without counting first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many there are."""

    number: int
    estimated: bool


def of_table(table: str, *, using: str | None = None) -> int:
    """About how many rows a table has: as the server last saw, free of charge; 0 while it has not looked yet."""
    statement = "SELECT greatest(0, reltuples)::bigint FROM pg_class WHERE oid = %s::regclass"
    return int(sql.rows(statement, [table], using=using)[0][0])


def exact(source: str, values: Mapping[str, Any], *, using: str | None = None) -> Count:
    """All rows of `source` (FROM and WHERE), counted one by one."""
    found = sql.rows(f"SELECT count(*) {source}", values, using=using)[0][0]
    return Count(number=found, estimated=False)


def bounded(
    source: str, values: Mapping[str, Any], *, guess: int | None = None, using: str | None = None
) -> Count:
    """The rows of `source` (FROM and WHERE): counted up to `EXACT`, an estimate above it.

    The estimate is `guess`, where one is known, or else the planner's; never less than what was counted.
    """
    if guess is not None and guess > SURELY * EXACT:
        return Count(number=guess, estimated=True)
    limited = f"SELECT count(*) FROM (SELECT 1 {source} LIMIT %(most)s) few"
    few = sql.rows(limited, {**values, "most": EXACT + 1}, using=using)[0][0]
    if few <= EXACT:
        return Count(number=few, estimated=False)
    return Count(number=max(few, _planned(source, values, using) if guess is None else guess), estimated=True)


def _planned(source: str, values: Mapping[str, Any], using: str | None) -> int:
    """How many rows the planner expects."""
    plan = sql.rows(f"EXPLAIN (FORMAT JSON) SELECT 1 {source}", values, using=using)[0][0]
    read = json.loads(plan) if isinstance(plan, str) else plan
    return int(read[0]["Plan"]["Plan Rows"])
