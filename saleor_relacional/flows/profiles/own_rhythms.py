"""Customers' rhythms in the own time of a shop with a season. Nothing of them is stored, because another fit may count
time otherwise; in a shop without a season nothing is read either."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.learning import fit, sittings
from saleor_relacional.flows.learning.own_time import Clock
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.insight.timing import rhythm


def of(
    people: Sequence[Relationship],
    shop: fit.ShopModel,
    now: datetime,
    zone: ZoneInfo,
    *,
    using: str | None = None,
) -> rhythm.Rhythm:
    """The rhythm of each, learnt from their gaps since the last change of habit. One statement. Whose gaps were
    corrected since they were scored are read as they stand now."""
    clock = Clock.of(shop.season, now.astimezone(zone).date())
    asked = {"ids": [one.id for one in people], **clock.parameters}
    found = {row[0]: row[1:] for row in sql.rows(_gaps(clock), asked, using=using)}
    table = np.array([found.get(one.id, (0, 0.0, 0.0)) for one in people], dtype=np.float64).reshape(-1, 3)
    return rhythm.rhythms(shop.forecast.rhythm, *table.T)


def _gaps(clock: Clock) -> str:
    """A row per person: who, gaps, sum of their logarithms in own time, sum of the squares of those."""
    return f"""
SELECT profile_id, count(own)::int, coalesce(sum(own), 0), coalesce(sum(own * own), 0) FROM (
    SELECT profile_id, CASE WHEN gap > 0 THEN ln({clock.gap("day", "day - gap")}) END AS own FROM (
        SELECT profile_id, day, day - lag(day) OVER (PARTITION BY profile_id ORDER BY day) AS gap FROM (
            SELECT profile_id, {sittings.OCCASION} AS day FROM {tables.PURCHASE} purchase
            WHERE state = 'counts' AND profile_id = ANY(%(ids)s) AND day >= coalesce((
                SELECT max(happened_on) FROM {tables.HABIT_SHIFT} shift
                WHERE what = 'rhythm' AND shift.profile_id = purchase.profile_id), day)
            WINDOW {sittings.PREVIOUS}
        ) sat
    ) stepped
) walked GROUP BY profile_id
"""
