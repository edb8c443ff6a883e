"""Changes of rhythm and basket: the largest two-sample t of each history over all its places, by running sums in SQL.
Only histories that may reach their alarm come to numpy, as one row each, for the p-value."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any

import numpy as np

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.learning.sittings import SITTING
from saleor_relacional.insight.timing import changepoint

Row = tuple[int, str, date, date | None, float | None, float | None, float]
"""(profile, what, happened_on, told before, before, after, p-value)."""

LONGEST = 400
"""Lengths of which the least t is computed exactly; it still rises for longer ones, so that this sieves too little."""

VALUES = {
    "rhythm": "CASE WHEN gap > 0 AND (rhythm_told IS NULL OR day >= rhythm_told) THEN ln(gap::float8) END",
    "basket": "CASE WHEN sold > 0 AND currency = latest AND (basket_told IS NULL OR day >= basket_told)"
    " THEN ln(sold::float8) END",
}
"""What is compared. A value belongs to the day on which it begins: a gap to the purchase that opens it."""
NEEDED = {"rhythm": "", "basket": ", sold, currency, last_value(currency) OVER whole AS latest"}
"""Columns that a kind needs beside the days."""


def find(whom: str, parameters: dict[str, Any], kinds: Sequence[str] = tuple(VALUES)) -> Iterator[Row]:
    """Yields the clearest change of each history, where it reaches its alarm and is not too fresh to be placed."""
    found = sql.rows(_statement(whom, kinds), {**parameters, **SIEVE})
    if not found:
        return
    since = [row[3] for row in found]
    k, n, t = (np.array([row[place] for row in found], dtype=float) for place in (4, 5, 8))
    earliest = np.where([day is None for day in since], changepoint.SIDE, changepoint.SETTLED)
    p = changepoint.chance(t, n, n - changepoint.SIDE - earliest + 1)
    for i in np.flatnonzero((p <= changepoint.alarm(n)) & (k <= n - changepoint.SIDE)):
        profile, what, day, told, _, _, before, after, _ = found[i]
        yield profile, what, day, told, float(np.exp(before)), float(np.exp(after)), float(p[i])


@cache
def _statement(whom: str, kinds: Sequence[str]) -> str:
    """The clearest change of each history and kind that may reach its alarm.

    What was told before comes in as rows before all days, not by a join: nothing depends on what the planner believes
    of tables that were just filled."""
    values = ", ".join(f"{VALUES[x]} AS {x}, {x}_told" for x in kinds)
    places = ", ".join(f"('{x}', {x}_told, {x}_k, {x}_n, {x}_before, {x}_total, {x}_t)" for x in kinds)
    enough = " OR ".join(f"{x}_t >= ({LEAST})[least({x}_n, {LONGEST})]" for x in kinds)
    return f"""
WITH {_dated(whom, kinds)}, numbers AS (
    SELECT profile_id, day, placed_at, {values} FROM dated WHERE placed_at IS NOT NULL
), sums AS (
    SELECT profile_id, day, {", ".join(f"{x}, {x}_told" for x in kinds)}, {", ".join(_sums(x) for x in kinds)}
    FROM numbers
    WINDOW upto AS (PARTITION BY profile_id ORDER BY day, placed_at ROWS UNBOUNDED PRECEDING),
           whole AS (PARTITION BY profile_id)
), judged AS (
    SELECT *, {", ".join(_t(x) for x in kinds)} FROM sums
)
SELECT DISTINCT ON (profile_id, what) profile_id, what, day, since, k, n, before / k, (total - before) / (n - k), t
FROM judged CROSS JOIN LATERAL (VALUES {places}) AS one (what, since, k, n, before, total, t)
WHERE ({enough}) AND t >= ({LEAST})[least(n, {LONGEST})]
  AND k >= CASE WHEN since IS NULL THEN %(side)s ELSE %(settled)s END
ORDER BY profile_id, what, t DESC, k
"""


def _dated(whom: str, kinds: Sequence[str]) -> str:
    """Every purchase (day, where values of days are compared) with the gap after it and what was told before."""
    told = ", ".join(f"max(happened_on) FILTER (WHERE what = '{x}') OVER whole AS {x}_told" for x in kinds)
    return f"""dated AS (
    SELECT profile_id, day, placed_at,
           CASE WHEN lead(begun) OVER following - placed_at < {SITTING} THEN 0
                ELSE lead(day) OVER following - day END AS gap,
           {told}{"".join(NEEDED[x] for x in kinds)}
    FROM (
        {_days(whom) if "basket" in kinds else _purchases(whom)}
        UNION ALL
        SELECT profile_id, DATE '0001-01-01', NULL, NULL, NULL, NULL, what, happened_on
        FROM {tables.HABIT_SHIFT} WHERE {whom}
    ) facts
    WINDOW following AS (PARTITION BY profile_id ORDER BY day, placed_at),
           whole AS (PARTITION BY profile_id ORDER BY day, placed_at
                     ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
)"""


def _purchases(whom: str) -> str:
    """The purchases one by one: gaps need no adding up."""
    return f"""
        SELECT profile_id, day, placed_at, placed_at AS begun, sold, currency, NULL AS what, NULL::date AS happened_on
        FROM {tables.PURCHASE} WHERE state = 'counts' AND placed_at <= %(now)s AND {whom}"""


def _days(whom: str) -> str:
    """What each purchase day is worth, per currency."""
    return f"""
        SELECT profile_id, day, max(placed_at) AS placed_at, min(placed_at) AS begun, sum(sold) AS sold, currency,
               NULL AS what, NULL::date AS happened_on
        FROM {tables.PURCHASE} WHERE state = 'counts' AND placed_at <= %(now)s AND {whom}
        GROUP BY profile_id, day, currency"""


def _sums(x: str) -> str:
    """Running sums of the values of a kind, up to each place and over the whole history."""
    return f"""
           count({x}) OVER upto - 1 AS {x}_k, sum({x}) OVER upto - {x} AS {x}_before,
           count({x}) OVER whole AS {x}_n, sum({x}) OVER whole AS {x}_total, sum({x} * {x}) OVER whole AS {x}_squares"""


def _t(x: str) -> str:
    """Two-sample t with the spread within both sides, as in `changepoint.in_numbers`."""
    return f"""
           CASE WHEN {x} IS NOT NULL AND {x}_k >= %(side)s AND {x}_n >= %(fewest)s AND {x}_squares > 0 THEN
               abs(({x}_total - {x}_before) / ({x}_n - {x}_k) - {x}_before / {x}_k) / sqrt(greatest(
                   {x}_squares - {x}_before * {x}_before / {x}_k
                   - ({x}_total - {x}_before) * ({x}_total - {x}_before) / ({x}_n - {x}_k), 1e-12 * {x}_squares)
                   / ({x}_n - 2) * (1.0 / {x}_k + 1.0 / ({x}_n - {x}_k))) END AS {x}_t"""


def _least() -> list[float]:
    """The t below which no history is called changed, for each number of values from 1."""
    n = np.arange(1, LONGEST + 1)
    places = np.maximum(n - changepoint.SIDE - changepoint.SETTLED + 1, 1)
    with np.errstate(invalid="ignore"):
        least = changepoint.least_t(n, places)
    return [float(one) for one in np.where(n < 2 * changepoint.SIDE, np.inf, least * (1 - 1e-9))]


LEAST = f"'{{{', '.join(map(str, _least()))}}}'::float8[]"
"""`_least` in SQL."""
SIEVE = {"side": changepoint.SIDE, "settled": changepoint.SETTLED, "fewest": 2 * changepoint.SIDE}
