"""The buyers of the sample as they stand now: histories and money, one row per buyer."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from saleor_relacional.db import columns, sql, tables
from saleor_relacional.flows.learning.buyer_spend import BuyerSpend
from saleor_relacional.flows.learning.own_time import Clock
from saleor_relacional.flows.learning.sampling import BLOCK, WHOLE, Sample
from saleor_relacional.insight.history import evenly
from saleor_relacional.insight.inference import shapley
from saleor_relacional.insight.summary_columns import SummaryColumns
from saleor_relacional.insight.timing.season import FLAT, Season

SOME = 5_000
"""Buyers that suffice where a quantile is learnt: quintiles, annual_needs."""
TYPICAL_OF = 5_000
"""Buyers whose median is the typical customer."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def _histories(clock: Clock) -> str:
    """Per buyer: key, frequency, recency, tenure, sum of log gaps, of their squares and how many they are (of those
    since the last change of rhythm), mean value of a purchase day, sum of the squares of those values (days without a
    known value are taken to be like the others), the two sums of log gaps in the shop's own time."""
    return f"""
WITH shifted AS (
    SELECT profile_id, max(happened_on) AS since FROM {tables.HABIT_SHIFT}
    WHERE what = 'rhythm' AND happened_on <= %(today)s GROUP BY profile_id
), logs AS (
    SELECT profile_id, day, CASE WHEN currency = %(currency)s THEN worth END AS worth,
           CASE WHEN before >= coalesce(since, before) THEN ln((day - before)::float8) END AS log,
           CASE WHEN before >= coalesce(since, before) THEN ln({clock.gap("day", "before")}) END AS own
    FROM relacional_learnt LEFT JOIN shifted USING (profile_id)
)
SELECT profile_id::float8, (count(*) - 1)::float8, (max(day) - min(day))::float8,
       (%(today)s::date - min(day))::float8, coalesce(sum(log), 0), coalesce(sum(log * log), 0), count(log)::float8,
       coalesce(avg(worth), 'NaN'), coalesce(avg(worth * worth) * count(*), 'NaN'),
       coalesce(sum(own), 0), coalesce(sum(own * own), 0)
FROM logs GROUP BY profile_id
"""


REFUNDS = f"""
SELECT refund.profile_id, refund.currency, sum(refund.amount)::float8 FROM {tables.REFUND} refund
LEFT JOIN {tables.PURCHASE} purchase ON purchase.id = refund.purchase_id
WHERE (hashint8(refund.profile_id >> {BLOCK}) & {WHOLE - 1}) < %(share)s
  AND (hashint8(refund.profile_id) & {WHOLE - 1}) < %(part)s
  AND refund.happened_at <= %(now)s AND coalesce(purchase.state, 'counts') = 'counts'
GROUP BY 1, 2
"""

CHANNELS = f"""
SELECT buyer.id, latest.channel FROM unnest(%(ids)s::bigint[]) AS buyer (id)
CROSS JOIN LATERAL (
    SELECT channel FROM {tables.PURCHASE} WHERE profile_id = buyer.id AND state = 'counts'
      AND placed_at <= %(now)s ORDER BY placed_at DESC, id DESC LIMIT 1
) latest
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Columns of one length, by profile."""

    past: SummaryColumns
    """Its value is in the sample's currency."""
    spend: BuyerSpend


@dataclass(frozen=True, slots=True, kw_only=True)
class Some:
    """Some of the people, with what would take long to look up for all of them."""

    rows: Ints
    """Where they are among the people."""
    kept: Floats
    """Sold less refunded, in the currency of their spend."""
    channel: list[str]
    """Slug of the last purchase's; empty where unknown."""


def read(sample: Sample, season: Season = FLAT) -> People:
    """The buyers of the sample, read inside the transaction that took it, in a shop with this season."""
    clock = Clock.of(season, sample.today)
    asked = {"today": sample.today, "currency": sample.currency, **clock.parameters}
    told = columns.floats(_histories(clock), asked, 11)
    # Spend was read a moment before: who bought for the first time in between waits for the next fit.
    _, here, there = np.intersect1d(
        told[:, 0].astype(np.int64), sample.spend.profile, assume_unique=True, return_indices=True
    )
    _, frequency, recency, tenure, log_sum, log_squares, gaps, worth, worth_squares, own, own_squares = told[
        here
    ].T
    return People(
        past=SummaryColumns(
            frequency=frequency, recency=recency, tenure=tenure, log_sum=log_sum, log_square_sum=log_squares,
            value=worth, value_square_sum=worth_squares, rhythm_gaps=gaps, season_log_sum=own,
            season_log_square_sum=own_squares, as_of=np.full(len(here), float(sample.today.toordinal())),
        ),
        spend=sample.spend.of(there),
    )  # fmt: skip


def some(people: People, sample: Sample) -> Some:
    """About `SOME` of them, read inside the transaction that took the sample."""
    part = sample.part(SOME)
    taken = sql.rows(
        f"SELECT id FROM unnest(%s::bigint[]) AS buyer (id) WHERE (hashint8(id) & {WHOLE - 1}) < %s",
        [people.spend.profile.tolist(), part],
    )
    rows = np.searchsorted(people.spend.profile, np.sort(np.array([id for (id,) in taken], dtype=np.int64)))
    ids = people.spend.profile[rows].tolist()
    refunded = _refunded(sample, part)
    owned = zip(ids, people.spend.currency[rows].tolist(), strict=True)
    channel = dict(sql.rows(CHANNELS, {"ids": ids, "now": sample.now}))
    return Some(
        rows=rows, kept=people.spend.sold[rows] - np.array([refunded.get(key, 0.0) for key in owned]),
        channel=[channel.get(id, "") for id in ids],
    )  # fmt: skip


def _refunded(sample: Sample, part: int) -> dict[tuple[int, str], float]:
    found: dict[tuple[int, str], float] = {}
    for profile, currency, amount in sql.rows(
        REFUNDS, {"share": sample.share, "part": part, "now": sample.now}
    ):
        key, rate = (profile, currency), 1.0
        if sample.reporting:
            key, rate = (profile, sample.reporting), sample.rates.get(currency, 0.0)
        found[key] = found.get(key, 0.0) + amount * rate
    return found


def typical(past: SummaryColumns) -> shapley.Facts:
    """The median buyer."""
    rows = evenly(TYPICAL_OF, past.frequency, past.recency, past.tenure)
    return shapley.typical(shapley.facts(past.of(rows)))
