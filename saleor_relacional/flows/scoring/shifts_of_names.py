"""Changes of channel, address and category: from some day on, nothing of a kind seen before. SQL finds such days;
only histories that have one where it could reach the alarm come to Python, to be judged whole."""

from collections.abc import Iterator, Sequence
from typing import Any

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.scoring.shifts_of_numbers import Row
from saleor_relacional.insight.timing import changepoint


def _days(whom: str) -> str:
    """One channel and one address per day: the later by name where there were two, whichever that is.

    Asked only of those whose last purchase is of another kind than their first: where it is not, nothing ends in kinds
    never seen before. They are an array, found once: as a join the planner may look for them anew at every purchase,
    and does where statistics are old."""
    return f"""
SELECT profile_id, day, max(channel) AS channel, max(place) AS address FROM {tables.PURCHASE}
WHERE state = 'counts' AND placed_at <= %(now)s AND profile_id = ANY(ARRAY(
    SELECT profile_id FROM (SELECT id AS profile_id FROM {tables.PROFILE}) people
    CROSS JOIN LATERAL (
        SELECT channel, place FROM {tables.PURCHASE} bought
        WHERE bought.profile_id = people.profile_id AND state = 'counts' AND placed_at <= %(now)s
        ORDER BY placed_at LIMIT 1
    ) first CROSS JOIN LATERAL (
        SELECT channel, place FROM {tables.PURCHASE} bought
        WHERE bought.profile_id = people.profile_id AND state = 'counts' AND placed_at <= %(now)s
        ORDER BY placed_at DESC LIMIT 1
    ) last
    WHERE {whom} AND (first.channel <> last.channel OR first.place <> last.place)
)) GROUP BY profile_id, day
"""


def _categories(whom: str) -> str:
    """One category per day: the one that most was spent on."""
    return f"""
SELECT DISTINCT ON (profile_id, day) profile_id, day, category_key AS category FROM (
    SELECT line.profile_id, purchase.day, known.category_key, sum(line.total) AS total
    FROM {tables.PURCHASE_LINE} line
    JOIN {tables.PURCHASE} purchase ON purchase.id = line.purchase_id
    JOIN {tables.PRODUCT_CATEGORY} known
        ON known.source = purchase.source AND known.product_key = line.product_key
    WHERE purchase.state = 'counts' AND purchase.placed_at <= %(now)s AND line.profile_id IN (
        SELECT profile_id FROM {tables.PURCHASE}
        WHERE state = 'counts' AND {whom} GROUP BY profile_id HAVING count(*) >= %(fewest)s
    ) GROUP BY line.profile_id, purchase.day, known.category_key
) spent ORDER BY profile_id, day, total DESC, category_key
"""


def _fresh(days: str, whom: str, kinds: Sequence[str]) -> str:
    """Histories with a day from which on nothing of a kind seen before comes, where that could reach the alarm.

    What was told before comes in as a row without a name, not by a join: nothing here depends on what the planner
    believes of tables that were just filled."""
    return f"""
WITH {_told(days, whom, kinds)}, dated AS (
    SELECT profile_id, what, day, name, max(since) OVER (PARTITION BY profile_id, what) AS since FROM told
), named AS (
    SELECT *, count(*) OVER whole AS n, min(name) OVER whole < max(name) OVER whole AS several
    FROM dated WHERE since IS NULL OR day >= since WINDOW whole AS (PARTITION BY profile_id, what)
), numbered AS (
    SELECT profile_id, what, since, day, name, least(n, %(most)s) AS n,
           row_number() OVER (PARTITION BY profile_id, what ORDER BY day) - greatest(n - %(most)s, 0) AS i
    FROM named WHERE several AND n >= %(fewest)s
), firsts AS (
    SELECT *, min(i) OVER (PARTITION BY profile_id, what, name) AS first FROM numbered WHERE i > 0
), places AS (
    SELECT *, min(first) OVER (PARTITION BY profile_id, what ORDER BY i DESC) AS oldest FROM firsts
), sieved AS (
    SELECT *, bool_or(oldest = i AND least(i - 1, n - i + 1) >= (%(least)s::int[])[n])
        OVER (PARTITION BY profile_id, what) AS changed
    FROM places
)
SELECT profile_id, what, since, array_agg(day ORDER BY i), array_agg(name ORDER BY i)
FROM sieved WHERE changed GROUP BY profile_id, what, since
"""


def _told(days: str, whom: str, kinds: Sequence[str]) -> str:
    values = ", ".join(f"('{kind}', {kind})" for kind in kinds)
    return f"""days AS ({days}), told AS (
    SELECT profile_id, one.what, day, name, NULL::date AS since
    FROM days CROSS JOIN LATERAL (VALUES {values}) AS one (what, name) WHERE name <> ''
    UNION ALL
    SELECT profile_id, what, NULL, NULL, max(happened_on) FROM {tables.HABIT_SHIFT}
    WHERE {whom} AND what = ANY(%(kinds)s) GROUP BY profile_id, what
)"""


def find(whom: str, parameters: dict[str, Any]) -> Iterator[Row]:
    """Yields the clearest change of channel and of address of each history."""
    yield from _find(_days(whom), ("channel", "address"), whom, parameters)


def find_categories(whom: str, parameters: dict[str, Any]) -> Iterator[Row]:
    """Yields the clearest change of category of each history."""
    if len(sql.rows(SEVERAL)) > 1:
        yield from _find(_categories(whom), ("category",), whom, parameters)


SEVERAL = f"""
(SELECT min(category_key) FROM {tables.PRODUCT_CATEGORY} HAVING min(category_key) IS NOT NULL)
UNION
(SELECT max(category_key) FROM {tables.PRODUCT_CATEGORY} HAVING max(category_key) IS NOT NULL)
"""
"""A shop of one category has nothing that could change."""


def _find(days: str, kinds: tuple[str, ...], whom: str, parameters: dict[str, Any]) -> Iterator[Row]:
    asked = {**parameters, **SIEVE, "kinds": list(kinds)}
    for profile, what, since, day, names in sql.rows(_fresh(days, whom, kinds), asked):
        earliest = changepoint.SIDE if since is None else changepoint.SETTLED
        found = changepoint.in_names(names, earliest=earliest)
        if found is not None:
            yield profile, what, day[found.at], since, None, None, found.p_value


LEAST = [changepoint.least_new(n) for n in range(1, changepoint.MOST_NAMES + 1)]
SIEVE: dict[str, Any] = {
    "most": changepoint.MOST_NAMES, "least": LEAST,
    "fewest": next(n for n, least in enumerate(LEAST, 1) if least < n),
}  # fmt: skip
