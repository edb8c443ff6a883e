"""The rhythm of each category of the shop: coffee is not bought as machines are.

Learnt once a day beside the fit of the shop, from a sample of buyers, because lines lie in the order in which they were
bought and have to be read one by one; kept with the adopted fit, and handed on when another is learnt.
"""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from saleor_relacional import conf
from saleor_relacional.db import columns, sql, tables
from saleor_relacional.flows.learning import fit, fit_serialization, sampling, sittings
from saleor_relacional.insight.timing import category
from saleor_relacional.insight.timing.rhythm import ShopRhythm
from saleor_relacional.models import Fit

MOST = 10_000
"""Buyers that it is learnt from at most: their lines lie scattered, thirty each."""

SAMPLED = f"""
line.profile_id IN (
    SELECT id FROM {tables.PROFILE} WHERE (hashint8(id) & {sampling.WHOLE - 1}) < %(share)s
)
"""
KEYS = f"SELECT DISTINCT category_key FROM {tables.PRODUCT_CATEGORY} ORDER BY category_key"
BUYERS = f"SELECT count(*) FROM {tables.PROFILE}"
KEEP = f"""
UPDATE {tables.FIT} SET parameters = jsonb_set(parameters, '{{categories}}', %s::jsonb) WHERE adopted
"""


def learn(now: datetime) -> int:
    """Learn the rhythms of all categories and keep them with the adopted fit; how many have enough history."""
    found = fit_all(now)
    sql.run(KEEP, [json.dumps(fit_serialization.plain(found))])
    return len(found)


def fit_all(now: datetime) -> dict[str, ShopRhythm]:
    """Category key → how its buyers come back for it, drawn toward the shop's rhythm; categories without enough
    history are left out."""
    keys = [row[0] for row in sql.rows(KEYS)]
    if not keys:
        return {}
    share = max(1, min(sampling.WHOLE, sampling.WHOLE * MOST // max(sql.rows(BUYERS)[0][0], 1)))
    rows = statistics(SAMPLED, {"share": share}, keys, now)
    bought = {}
    for place, key in enumerate(keys, 1):
        _, _, gaps, log_sum, squares, _, idle = rows[rows[:, 1] == place].T
        bought[key] = category.Bought(
            gaps=gaps, log_sum=log_sum, log_square_sum=squares, idle=np.maximum(idle, 0.0)
        )
    with threadpool_limits(limits=1):
        return category.fit(fit.shop(now).rhythm, bought)


def statistics(
    whose: str, parameters: dict[str, object], keys: list[str], now: datetime, *, using: str | None = None
) -> npt.NDArray[np.float64]:
    """The rows of `_statistics` for these people (a condition on line.profile_id) and categories."""
    today = now.astimezone(ZoneInfo(conf.host().time_zone())).date()
    asked = {**parameters, "keys": keys, "now": now, "today": today}
    return columns.floats(_statistics(whose), asked, 7, using=using)


def _statistics(whose: str) -> str:
    """A row per person and category: who, place of the category in `keys` from 1, gaps, sum of their logarithms, sum of
    the squares of those, last moment (seconds), days since the last day."""
    return f"""
SELECT profile_id::float8, array_position(%(keys)s::text[], category_key::text)::float8, count(gap)::float8,
       coalesce(sum(ln(gap::float8)), 0), coalesce(sum(ln(gap::float8) ^ 2), 0),
       extract(epoch FROM max(placed_at))::float8, (%(today)s::date - max(day))::float8
FROM (
    SELECT *, nullif(day - lag(day) OVER (PARTITION BY profile_id, category_key ORDER BY day), 0) AS gap FROM (
        SELECT profile_id, category_key, {sittings.OCCASION} AS day, placed_at FROM ({_bought(whose)}) bought
        WINDOW {sittings.previous("profile_id, category_key")}
    ) sat
) walked GROUP BY profile_id, category_key
"""


def _bought(whose: str) -> str:
    """A row per person, category and moment at which they bought something of it."""
    return f"""
SELECT line.profile_id, known.category_key, purchase.day, purchase.placed_at
FROM {tables.PURCHASE_LINE} line
JOIN {tables.PURCHASE} purchase ON purchase.id = line.purchase_id
JOIN {tables.PRODUCT_CATEGORY} known
    ON known.source = purchase.source AND known.product_key = line.product_key
WHERE purchase.state = 'counts' AND purchase.placed_at <= %(now)s AND known.category_key = ANY(%(keys)s)
  AND {whose}
GROUP BY line.profile_id, known.category_key, purchase.day, purchase.placed_at
"""


def known(*, using: str | None = None) -> dict[str, ShopRhythm]:
    """Category key → its rhythm as learnt last; empty before."""
    row = Fit.objects.at(using).filter(adopted=True)
    kept = row.values_list("parameters__categories", flat=True).first()
    return {key: fit_serialization.rhythm_of(one) for key, one in (kept or {}).items()}
