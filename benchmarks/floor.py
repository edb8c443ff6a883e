"""The least that a rebuild can cost: the facts aggregated where they lie, and the rows that were written, copied in.

(a) One pass over the index of purchase days for everybody: count, purchase days, first and last day, last moment, last
gap, sum and sum of squares of the logs of the gaps, money and its squares; and what was given back. The result stays on
the server. (b) As many rows, as wide, as the rebuild wrote, by binary COPY from memory into tables of the same columns
without an index. The server's settings are the same; jit is off, because that is quicker here.
"""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GAPS = """
SELECT count(*), sum(purchases), sum(days), min(first_day), max(last_day), max(last_at), sum(last_gap), sum(log_sum),
       sum(log_squares), sum(sold), sum(sold_squares)
FROM (
    SELECT profile_id, count(*) AS purchases, count(nullif(gap, 0)) + 1 AS days, min(day) AS first_day,
           max(day) AS last_day, max(placed_at) AS last_at,
           max((day - DATE '2000-01-01')::bigint * 100000 + gap) %% 100000 AS last_gap,
           sum(ln(nullif(gap, 0)::float8)) AS log_sum, sum(ln(nullif(gap, 0)::float8) ^ 2) AS log_squares,
           sum(sold) AS sold, sum(sold::float8 * sold::float8) AS sold_squares
    FROM (
        SELECT profile_id, day, placed_at, sold, day - lag(day) OVER (PARTITION BY profile_id ORDER BY day) AS gap
        FROM saleor_relacional_purchase WHERE state = 'counts' AND {whose}
    ) AS walked GROUP BY profile_id
) AS histories
"""
REFUNDS = """
SELECT count(*), sum(refunded) FROM (
    SELECT profile_id, sum(amount) AS refunded FROM saleor_relacional_refund WHERE {whose} GROUP BY profile_id
) AS given_back
"""
WRITTEN = (
    "saleor_relacional_customersummary",
    "saleor_relacional_prediction",
    "saleor_relacional_stagechange",
)
"""What a rebuild writes."""

_BLOCK = 1 << 20
_INDEXES = "SELECT indexdef FROM pg_indexes WHERE tablename = %s AND schemaname = current_schema"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows of one table as the server writes them."""

    table: str
    rows: int
    width: float
    """Bytes a row takes in the table, its header included."""
    blocks: list[bytes]
    """In COPY's binary format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """Seconds of one run."""

    aggregate: float
    copy: float
    indexes: float
    """Not part of the floor."""
    cpu: float
    """Seconds of processor that aggregate and copy took, ours and the server's; 0 where the server is elsewhere."""

    @property
    def seconds(self) -> float:
        """What a rebuild is held against."""
        return self.aggregate + self.copy


def rows(server: Any, table: str, where: str = "true") -> Rows:
    """Read what was written."""
    count, width = server.execute(
        f"SELECT count(*), coalesce(avg(pg_column_size(t.*)), 0)::float8 FROM {table} t WHERE {where}"
    ).fetchone()
    with server.cursor().copy(
        f"COPY (SELECT * FROM {table} WHERE {where}) TO STDOUT (FORMAT BINARY)"
    ) as copy:
        data = b"".join(copy)
    blocks = [data[start : start + _BLOCK] for start in range(0, len(data), _BLOCK)]
    return Rows(table=table, rows=count, width=width, blocks=blocks)


def aggregate(server: Any, whose: str = "true", parameters: dict[str, Any] | None = None) -> float:
    """Seconds of (a)."""
    start = time.perf_counter()
    with server.transaction():
        server.execute("SET LOCAL jit = off")
        for statement in (GAPS, REFUNDS):
            server.execute(statement.format(whose=whose), parameters or {}).fetchone()
    return time.perf_counter() - start


def copied(server: Any, written: list[Rows]) -> float:
    """Seconds of (b). The tables stay for `indexed`."""
    seconds = 0.0
    for each in written:
        table = f"bench_floor_{each.table}"
        server.execute(f"DROP TABLE IF EXISTS {table}; CREATE TABLE {table} (LIKE {each.table})")
        start = time.perf_counter()
        with server.transaction(), server.cursor().copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as copy:
            for block in each.blocks:
                copy.write(block)
        seconds += time.perf_counter() - start
    return seconds


def indexed(server: Any, written: list[Rows]) -> float:
    """Seconds of the indexes that the real tables have; then the copies go."""
    seconds = 0.0
    for each in written:
        table = f"bench_floor_{each.table}"
        start = time.perf_counter()
        for (making,) in server.execute(_INDEXES, [each.table]).fetchall():
            server.execute(re.sub(r"INDEX \S+ ON \S+", f"INDEX ON {table}", making, count=1))
        seconds += time.perf_counter() - start
        server.execute(f"DROP TABLE {table}")
    return seconds


def cpu(backend: int) -> float:
    """Seconds of processor that this process and the server's for us have taken so far. Of a server on another machine
    nothing is known: 0 for both."""
    try:
        said = Path(f"/proc/{backend}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return time.process_time() + (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")


def run(server: Any, written: list[Rows]) -> Floor:
    """Once."""
    start = cpu(server.info.backend_pid)
    gathered = aggregate(server)
    copying = copied(server, written)
    taken = cpu(server.info.backend_pid) - start
    return Floor(aggregate=gathered, copy=copying, indexes=indexed(server, written), cpu=taken)
