"""Facts → sufficient statistics, set-based: orders are aggregated where they lie, not carried into Python."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from math import isclose
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from saleor_relacional.models import sql

HISTORIES = """
WITH counted AS (
    SELECT profile_id, id, day, placed_at, currency, sold FROM saleor_relacional_purchase
    WHERE state = 'counts' AND profile_id = ANY(%(ids)s)
), days AS (
    SELECT profile_id, day, count(*) AS orders, max(placed_at) AS last_at
    FROM counted GROUP BY profile_id, day
), gaps AS (
    SELECT *, day - lag(day) OVER (PARTITION BY profile_id ORDER BY day) AS gap FROM days
), rhythm AS (
    SELECT profile_id, sum(orders)::int AS purchases, count(*)::int AS purchase_days,
           min(day) AS first_day, max(day) AS last_day, max(last_at) AS last_at,
           coalesce(sum(ln(gap::float8)), 0) AS gap_log_sum,
           coalesce(sum(ln(gap::float8) ^ 2), 0) AS gap_log_squares,
           (array_agg(gap ORDER BY day DESC))[1] AS last_gap
    FROM gaps GROUP BY profile_id
), returned AS (
    SELECT refund.profile_id, refund.currency, refund.amount, refund.happened_at, refund.id
    FROM saleor_relacional_refund refund
    LEFT JOIN saleor_relacional_purchase purchase ON purchase.id = refund.purchase_id
    WHERE refund.profile_id = ANY(%(ids)s) AND coalesce(purchase.state, 'counts') = 'counts'
), latest AS (
    SELECT DISTINCT ON (profile_id) profile_id, currency FROM (
        SELECT profile_id, currency, placed_at AS at, 1 AS rank, id FROM counted
        UNION ALL SELECT profile_id, currency, happened_at, 0, id FROM returned
    ) moved ORDER BY profile_id, rank DESC, at DESC, id DESC
), money AS (
    SELECT profile_id, sum(sold) AS sold, count(*)::int AS valued, sum(sold::float8 ^ 2) AS squares
    FROM counted JOIN latest USING (profile_id, currency) GROUP BY profile_id
), given_back AS (
    SELECT profile_id, sum(amount) AS refunded FROM returned JOIN latest USING (profile_id, currency)
    GROUP BY profile_id
)
SELECT standing.profile_id,
       coalesce(rhythm.purchases, 0), coalesce(rhythm.purchase_days, 0), rhythm.first_day, rhythm.last_day,
       rhythm.last_at, coalesce(rhythm.gap_log_sum, 0), coalesce(rhythm.gap_log_squares, 0), rhythm.last_gap,
       coalesce(latest.currency, ''), coalesce(money.sold, 0), coalesce(given_back.refunded, 0),
       coalesce(money.valued, 0), coalesce(money.squares, 0),
       standing.purchase_days, standing.gap_log_sum, standing.gap_log_squares, standing.last_at,
       standing.refunded, standing.stage, standing.since,
       standing.stage_cause, standing.slips_at, standing.lapses_at, standing.lost_at, standing.scored_at
FROM saleor_relacional_standing standing
LEFT JOIN rhythm USING (profile_id) LEFT JOIN latest USING (profile_id)
LEFT JOIN money USING (profile_id) LEFT JOIN given_back USING (profile_id)
WHERE standing.profile_id = ANY(%(ids)s)
ORDER BY standing.profile_id
"""
"""One row a person: the statistics as the facts stand now, then what the standing said before. A refund of a
withdrawn purchase does not count, as the purchase itself does not. Money is in the currency of the last
purchase (of the last refund where there is no purchase)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Histories:
    """What the facts say of some people, as columns of one length, and what their standings said before."""

    profile: list[int]
    purchases: list[int]
    purchase_days: list[int]
    first_day: list[Any]
    last_day: list[Any]
    last_at: list[datetime | None]
    gap_log_sum: list[float]
    gap_log_squares: list[float]
    last_gap: list[int | None]
    currency: list[str]
    sold: list[Any]
    refunded: list[Any]
    valued_purchases: list[int]
    sold_squares: list[float]
    old_purchase_days: list[int]
    old_gap_log_sum: list[float]
    old_gap_log_squares: list[float]
    old_last_at: list[datetime | None]
    old_refunded: list[Any]
    old_stage: list[str]
    old_since: list[datetime]
    old_cause: list[str]
    old_slips_at: list[datetime | None]
    old_lapses_at: list[datetime | None]
    old_lost_at: list[datetime | None]
    old_scored_at: list[datetime | None]

    @classmethod
    def read(cls, profile_ids: Sequence[int]) -> Self:
        """Aggregate the facts of these people; people without a standing are left out."""
        found = sql.rows(HISTORIES, {"ids": list(profile_ids)})
        columns = list(map(list, zip(*found, strict=True))) if found else [[] for _ in fields(cls)]
        return cls(**{field.name: column for field, column in zip(fields(cls), columns, strict=True)})

    def __len__(self) -> int:
        return len(self.profile)

    def rhythm_moved(self, i: int) -> bool:
        """Whether the gaps between the purchase days are other ones than before: a day in between was corrected."""
        return not (
            isclose(self.gap_log_sum[i], self.old_gap_log_sum[i], abs_tol=1e-9)
            and isclose(self.gap_log_squares[i], self.old_gap_log_squares[i], abs_tol=1e-9)
        )

    @property
    def gaps(self) -> npt.NDArray[np.float64]:
        """Number of gaps between purchase days."""
        return np.maximum(np.asarray(self.purchase_days, dtype=np.float64) - 1.0, 0.0).astype(np.float64)

    def idle(self, now: datetime) -> npt.NDArray[np.float64]:
        """Days since the last purchase; nan where there is none, never negative."""
        return np.array([max((now - at).total_seconds(), 0) / 86400 if at else np.nan for at in self.last_at])

    def tenure(self, now: datetime) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """(recency, tenure) in whole days, as the literature counts them; nan where there is no purchase."""
        recency = [
            (last - first).days if first else np.nan
            for first, last in zip(self.first_day, self.last_day, strict=True)
        ]
        tenure = [
            max((now.date() - first).days, (last - first).days) if first else np.nan
            for first, last in zip(self.first_day, self.last_day, strict=True)
        ]
        return np.array(recency, dtype=float), np.array(tenure, dtype=float)
