"""Changes of rhythm and basket: the largest two-sample t of each history over all its places, by running sums in SQL.
Only histories that may reach their alarm come to numpy, as one row each, for the p-value."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np

from saleor_relacional.insight import shift
from saleor_relacional.models import sql

Row = tuple[int, str, date, date | None, float | None, float | None, float]
"""(profile, what, happened_on, told before, before, after, p-value)."""

LONGEST = 400
"""Lengths of which the least t is computed exactly; it still rises for longer ones, so that this sieves too little."""

CLEAREST = """
WITH counted AS (
    SELECT profile_id, day, sold, currency, count(*) OVER whole AS orders, last_value(currency) OVER whole AS latest
    FROM saleor_relacional_purchase WHERE state = 'counts' AND placed_at <= %(now)s AND {whom}
    WINDOW whole AS (PARTITION BY profile_id ORDER BY day, placed_at
                     ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
), days AS (
    SELECT profile_id, day, sum(sold) FILTER (WHERE currency = latest) AS sold,
           NULL::date AS rhythm, NULL::date AS basket
    FROM counted WHERE orders >= %(fewest)s GROUP BY profile_id, day
    UNION ALL
    SELECT profile_id, NULL, NULL, max(happened_on) FILTER (WHERE what = 'rhythm'),
           max(happened_on) FILTER (WHERE what = 'basket')
    FROM saleor_relacional_habitshift WHERE {whom} GROUP BY profile_id
), dated AS (
    SELECT profile_id, day, sold, lead(day) OVER (PARTITION BY profile_id ORDER BY day) - day AS gap,
           max(rhythm) OVER (PARTITION BY profile_id) AS rhythm, max(basket) OVER (PARTITION BY profile_id) AS basket
    FROM days
), numbers AS (
    SELECT profile_id, day, rhythm, basket,
           CASE WHEN rhythm IS NULL OR day >= rhythm THEN ln(gap::float8) END AS gap,
           CASE WHEN sold > 0 AND (basket IS NULL OR day >= basket) THEN ln(sold::float8) END AS spent
    FROM dated
), sums AS (
    SELECT profile_id, day, rhythm, basket, gap, spent,
           count(gap) OVER upto AS gap_k, sum(gap) OVER upto AS gap_sum,
           count(gap) OVER whole AS gap_n, sum(gap) OVER whole AS gap_total, sum(gap * gap) OVER whole AS gap_squares,
           min(gap) OVER whole < max(gap) OVER whole AS gap_varies,
           count(spent) OVER upto AS spent_k, sum(spent) OVER upto AS spent_sum,
           count(spent) OVER whole AS spent_n, sum(spent) OVER whole AS spent_total,
           sum(spent * spent) OVER whole AS spent_squares,
           min(spent) OVER whole < max(spent) OVER whole AS spent_varies
    FROM numbers
    WINDOW upto AS (PARTITION BY profile_id ORDER BY day ROWS UNBOUNDED PRECEDING),
           whole AS (PARTITION BY profile_id)
), places AS (
    SELECT profile_id, what, day, since, k, n, squares, (running - y) / k AS before,
           (total - (running - y)) / (n - k) AS after
    FROM sums CROSS JOIN LATERAL (VALUES
        ('rhythm', rhythm, gap, gap_k - 1, gap_n, gap_sum, gap_total, gap_squares, gap_varies),
        ('basket', basket, spent, spent_k - 1, spent_n, spent_sum, spent_total, spent_squares, spent_varies)
    ) AS one (what, since, y, k, n, running, total, squares, varies)
    WHERE y IS NOT NULL AND varies
      AND k >= CASE WHEN since IS NULL THEN %(side)s ELSE %(settled)s END
), judged AS (
    SELECT *, abs(after - before) / sqrt(
        greatest(squares - k * before * before - (n - k) * after * after, 1e-12 * squares)
        / (n - 2) * (1.0 / k + 1.0 / (n - k))) AS t
    FROM places
)
SELECT DISTINCT ON (profile_id, what) profile_id, what, day, since, k, n, before, after, t FROM judged
WHERE t >= (%(least)s::float8[])[least(n, %(longest)s)]
ORDER BY profile_id, what, t DESC, k
"""
"""A value belongs to the day on which it begins: a gap to the purchase that opens it. What was told before comes in as
a row without a day, not by a join: nothing depends on what the planner believes of tables that were just filled."""


def find(whom: str, parameters: dict[str, Any]) -> Iterator[Row]:
    """The clearest change of each history, where it reaches its alarm and is not too fresh to be placed."""
    found = sql.rows(CLEAREST.format(whom=whom), {**parameters, **SIEVE})
    if not found:
        return
    since = [row[3] for row in found]
    k, n, t = (np.array([row[place] for row in found], dtype=float) for place in (4, 5, 8))
    earliest = np.where([day is None for day in since], shift.SIDE, shift.SETTLED)
    p = shift.chance(t, n, n - shift.SIDE - earliest + 1)
    for i in np.flatnonzero((p <= shift.alarm(n)) & (k <= n - shift.SIDE)):
        profile, what, day, told, _, _, before, after, _ = found[i]
        yield profile, what, day, told, float(np.exp(before)), float(np.exp(after)), float(p[i])


def _least() -> list[float]:
    """By number of values, the t below which no history of that length is called changed."""
    n = np.arange(1, LONGEST + 1)
    places = np.maximum(n - shift.SIDE - shift.SETTLED + 1, 1)
    with np.errstate(invalid="ignore"):
        least = shift.least_t(n, places)
    return [float(one) for one in np.where(n < 2 * shift.SIDE, np.inf, least * (1 - 1e-9))]


SIEVE: dict[str, Any] = {
    "side": shift.SIDE, "settled": shift.SETTLED, "fewest": 2 * shift.SIDE, "longest": LONGEST, "least": _least(),
}  # fmt: skip
