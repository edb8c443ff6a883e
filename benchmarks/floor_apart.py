"""What is reported apart from the rebuild: changes of habit, beside a floor of its own, for a tenth of the people.

Floor: the same facts walked once in SQL, each kind compared with the value before it (gap and money of each day,
channel, address, category most spent on), result left on the server. Few rows are written: nothing is copied.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from benchmarks.crowd_copy import connect

SIZE = 20_000
"""People in a range."""
SHARE = 10

NUMBERS = """
SELECT count(*), sum(log_gap), sum(log_gap * log_gap), sum(log_sold), sum(log_sold * log_sold) FROM (
    SELECT ln((day - lag(day) OVER (PARTITION BY profile_id ORDER BY day))::float8) AS log_gap,
           ln(nullif(sold, 0)::float8) AS log_sold
    FROM (
        SELECT profile_id, day, sum(sold) AS sold FROM saleor_relacional_purchase
        WHERE state = 'counts' AND profile_id BETWEEN %(first)s AND %(last)s GROUP BY profile_id, day
    ) AS days
) AS walked
"""
NAMES = """
SELECT count(*), count(*) FILTER (WHERE channel <> before), count(*) FILTER (WHERE place <> place_before) FROM (
    SELECT channel, place, lag(channel) OVER whole AS before, lag(place) OVER whole AS place_before FROM (
        SELECT profile_id, day, max(channel) AS channel, max(place) AS place FROM saleor_relacional_purchase
        WHERE state = 'counts' AND profile_id BETWEEN %(first)s AND %(last)s GROUP BY profile_id, day
    ) AS days WINDOW whole AS (PARTITION BY profile_id ORDER BY day)
) AS walked
"""
CATEGORIES = """
SELECT count(*), count(*) FILTER (WHERE category_key <> before) FROM (
    SELECT category_key, lag(category_key) OVER (PARTITION BY profile_id ORDER BY day) AS before FROM (
        SELECT DISTINCT ON (profile_id, day) profile_id, day, category_key FROM (
            SELECT line.profile_id, purchase.day, known.category_key, sum(line.total) AS total
            FROM saleor_relacional_purchaseline line
            JOIN saleor_relacional_purchase purchase ON purchase.id = line.purchase_id
            JOIN saleor_relacional_productcategory known
                ON known.source = purchase.source AND known.product_key = line.product_key
            WHERE purchase.state = 'counts' AND line.profile_id BETWEEN %(first)s AND %(last)s
            GROUP BY line.profile_id, purchase.day, known.category_key
        ) AS spent ORDER BY profile_id, day, total DESC
    ) AS days
) AS walked
"""


def ranges(people: int) -> list[dict[str, int]]:
    """The first tenth of the keys, cut as a worker cuts them."""
    last = max(people // SHARE, min(people, SIZE))
    return [{"first": at, "last": min(at + SIZE - 1, last)} for at in range(1, last + 1, SIZE)]


def floor(people: int) -> float:
    """Seconds."""
    with connect() as server:
        start = time.perf_counter()
        for part in ranges(people):
            with server.transaction():
                server.execute("SET LOCAL jit = off")
                for statement in (NUMBERS, NAMES, CATEGORIES):
                    server.execute(statement, part).fetchone()
        return time.perf_counter() - start


def shifts(people: int, now: datetime) -> tuple[float, int]:
    """Seconds of ours, and changes told."""
    from saleor_relacional.flows import shifts

    start = time.perf_counter()
    told = sum(shifts.detect_range(part["first"], part["last"], now) for part in ranges(people))
    return time.perf_counter() - start, told


def measured(people: int, now: datetime) -> dict[str, Any]:
    """Print them, and give what goes into the last line."""
    least = floor(people)
    ours, told = shifts(people, now)
    seen = ranges(people)[-1]["last"]
    print(
        f"changes of habit, {seen:,} people: {ours:.1f} s, floor {least:.1f} s, {ours / least:.2f} × floor;"
        f" {told:,} told"
    )
    return {
        "shift_people": seen,
        "shift_seconds": round(ours, 2),
        "shift_floor_seconds": round(least, 2),
        "shift_ratio_to_floor": round(ours / least, 3),
    }
