"""What is reported apart from the rebuild, each beside a floor of its own: changes of habit, for a tenth of the people,
and the rhythms of the shop's categories.

Floor of the first: the same facts walked once in SQL, each kind compared with the value before it (gap and money of
each day, channel, address, category most spent on). Floor of the second: gaps of the same sample of buyers by category,
added up in SQL. Results stay on the server; a handful of rows is written, so nothing
is copied. The floor runs before and after ours, which then finds its pages as warm; the better counts.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
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

RHYTHMS = """
SELECT count(*), sum(gaps), sum(log_sum), sum(log_squares) FROM (
    SELECT profile_id, category_key, count(gap) AS gaps, sum(ln(gap::float8)) AS log_sum,
           sum(ln(gap::float8) ^ 2) AS log_squares
    FROM (
        SELECT profile_id, category_key,
               day - lag(day) OVER (PARTITION BY profile_id, category_key ORDER BY day) AS gap
        FROM (
            SELECT DISTINCT line.profile_id, known.category_key, purchase.day
            FROM saleor_relacional_purchaseline line
            JOIN saleor_relacional_purchase purchase ON purchase.id = line.purchase_id
            JOIN saleor_relacional_productcategory known
                ON known.source = purchase.source AND known.product_key = line.product_key
            WHERE purchase.state = 'counts' AND line.profile_id IN (
                SELECT id FROM saleor_relacional_profile WHERE (hashint8(id) & %(mask)s) < %(share)s)
        ) AS days
    ) AS walked GROUP BY profile_id, category_key
) AS bought
"""


def ranges(people: int) -> list[dict[str, int]]:
    """The first tenth of the keys, cut as a worker cuts them."""
    last = max(people // SHARE, min(people, SIZE))
    return [{"first": at, "last": min(at + SIZE - 1, last)} for at in range(1, last + 1, SIZE)]


def floor(statements: Sequence[str], parts: Sequence[dict[str, int]]) -> float:
    """Seconds of these statements for these parts of the people."""
    with connect() as server:
        start = time.perf_counter()
        for part in parts:
            with server.transaction():
                server.execute("SET LOCAL jit = off")
                for statement in statements:
                    server.execute(statement, part).fetchone()
        return time.perf_counter() - start


def changes_of_habit(people: int, now: datetime) -> dict[str, Any]:
    """Changes of habit beside their floor: what goes into the last line, seconds and a ratio."""
    from saleor_relacional.flows.scoring import habit_shifts

    parts = ranges(people)
    before = floor((NUMBERS, NAMES, CATEGORIES), parts)
    start = time.perf_counter()
    told = sum(habit_shifts.detect_range(part["first"], part["last"], now) for part in parts)
    seconds = time.perf_counter() - start
    least = min(before, floor((NUMBERS, NAMES, CATEGORIES), parts))
    return said("shift", f"changes of habit, {parts[-1]['last']:,} people, {told:,} told", seconds, least)


def rhythms(people: int, now: datetime) -> dict[str, Any]:
    """Rhythms of categories beside their floor, likewise."""
    from saleor_relacional.flows.learning import categories, sampling

    share = max(1, min(sampling.WHOLE, sampling.WHOLE * categories.MOST // people))
    sample = [{"mask": sampling.WHOLE - 1, "share": share}]
    before = floor((RHYTHMS,), sample)
    start = time.perf_counter()
    learnt = categories.learn(now)
    seconds = time.perf_counter() - start
    return said(
        "category", f"rhythms of {learnt} categories", seconds, min(before, floor((RHYTHMS,), sample))
    )


def said(name: str, words: str, seconds: float, least: float) -> dict[str, Any]:
    """Print the line; return its figures by name in the last line."""
    print(f"{words}: {seconds:.1f} s, floor {least:.1f} s, {seconds / least:.2f} × floor", flush=True)
    return {
        f"{name}_seconds": round(seconds, 2),
        f"{name}_floor_seconds": round(least, 2),
        f"{name}_ratio_to_floor": round(seconds / least, 3),
    }


def measured(people: int, now: datetime) -> dict[str, Any]:
    """The figures of both."""
    return {**rhythms(people, now), **changes_of_habit(people, now)}
