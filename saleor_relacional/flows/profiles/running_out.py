"""When people are expected to buy of a category again: foreseen from their rhythm in it, and kept until they do.

Own gaps are shrunk toward the category's rhythm, as in category_rhythms. A category that has not shown a
rhythm of its own speaks for nobody but those with two gaps of their own in it, shrunk toward the shop's. The window is
the half of all cases in the middle: it opens when a quarter of people like them would be back, and is never widened
towards its beginning.

Kept as rows because time alone opens a window: the plan finds by index whose is open, and never goes through all lines.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Hold
from saleor_relacional.flows.learning import categories, fit
from saleor_relacional.insight.timing import category, rhythm
from saleor_relacional.models import Fit

OWN_GAPS = 2
"""Own gaps that speak for themselves."""
QUICKEST, SLOWEST = 14, 200
"""Typical days between two purchases of a category: quicker ones need no word of ours, slower ones do not run out."""
OPEN_AT_LEAST, OPEN_AT_MOST = 5, 60
"""Days for which a window is open."""

_THESE = "line.profile_id = ANY(%(ids)s)"
_CLEAR = f"DELETE FROM {tables.RUNNING_OUT} WHERE profile_id = ANY(%(ids)s)"
_KEEP = f"""
INSERT INTO {tables.RUNNING_OUT}
    (profile_id, category_key, own_gaps, last_at, opens_at, likely_at, closes_at)
SELECT p.id, told.category, told.gaps, to_timestamp(told.last), to_timestamp(told.opens), to_timestamp(told.likely),
       to_timestamp(told.closes)
FROM unnest(%(profile)s::bigint[], %(category)s::text[], %(gaps)s::int[], %(last)s::float8[], %(opens)s::float8[],
            %(likely)s::float8[], %(closes)s::float8[]) AS told (profile, category, gaps, last, opens, likely, closes)
JOIN {tables.PROFILE} p ON p.id = told.profile AND p.merged_into_id IS NULL
WHERE NOT EXISTS (SELECT FROM {tables.PREFERENCE} asks WHERE asks.profile_id = p.id AND asks.no_profiling)
ON CONFLICT DO NOTHING
"""
_A_DAY = 86_400.0


def basis() -> str:
    """What everybody's rows rest on, in 64 letters: under another one all of them are foreseen anew."""
    adopted = Fit.objects.filter(adopted=True).values_list("pk", flat=True).first()
    return hashlib.sha256(f"{adopted} {sorted(categories.known())}".encode()).hexdigest()


def foresee(people: Sequence[int], now: datetime) -> None:
    """Write anew what these people are about to run out of. The caller sees to it that nobody else does at once."""
    keys = [row[0] for row in sql.rows(categories.KEYS)]
    ids = sorted(people)
    sql.run(_CLEAR, {"ids": ids})
    if keys and ids and (found := _windows(ids, keys, now)):
        locks.lock_people(found["profile"], Hold.STAY)  # whoever is being forgotten meanwhile leaves no row
        sql.run(_KEEP, found)


def _windows(ids: list[int], keys: list[str], now: datetime) -> dict[str, list[Any]]:
    """The columns of `_KEEP`; empty when nobody runs out of anything."""
    learnt, shop = categories.known(), fit.shop(now).rhythm
    rows = categories.statistics(_THESE, {"ids": ids}, keys, now)
    profile, place, gaps, log_sum, squares, last, _ = rows.T
    at = place.astype(np.int64) - 1
    bought = category.Bought(gaps=gaps, log_sum=log_sum, log_square_sum=squares, idle=np.zeros(len(gaps)))
    own = category.rhythms_of([learnt.get(key, shop) for key in keys], at, bought).rhythm
    opens, likely, closes = (rhythm.quantile(own, p) for p in (0.25, 0.5, 0.75))
    closes = np.clip(closes, opens + OPEN_AT_LEAST, opens + OPEN_AT_MOST)
    spoken_for = np.array([key in learnt for key in keys])[at] | (gaps >= OWN_GAPS)
    kept = np.flatnonzero(spoken_for & (likely >= QUICKEST) & (likely <= SLOWEST))
    if not len(kept):
        return {}
    moments = {"opens": opens, "likely": likely, "closes": closes}
    return {
        "profile": profile[kept].astype(np.int64).tolist(), "category": [keys[one] for one in at[kept]],
        "gaps": gaps[kept].astype(np.int64).tolist(), "last": last[kept].tolist(),
        **{name: (last + days * _A_DAY)[kept].tolist() for name, days in moments.items()},
    }  # fmt: skip
