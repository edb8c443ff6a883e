"""The buyers of the sample as they stand now: histories and money, one row a buyer."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from saleor_relacional.flows.fit_sample import WHOLE, Sample
from saleor_relacional.insight import because
from saleor_relacional.insight.past import Past
from saleor_relacional.models import columns, sql

TYPICAL_OF = 5_000
"""Buyers whose median is the typical customer."""
WALLETS_OF = 20_000
"""Buyers from whom wallets are learnt."""

Floats = npt.NDArray[np.float64]

HISTORIES = """
WITH shifted AS (
    SELECT profile_id, max(happened_on) AS since FROM saleor_relacional_habitshift
    WHERE what = 'rhythm' AND happened_on <= %(today)s GROUP BY profile_id
), days AS (
    SELECT profile_id, day, sum(worth) FILTER (WHERE currency = %(currency)s) AS worth
    FROM relacional_learnt GROUP BY profile_id, day
), gaps AS (
    SELECT profile_id, day, worth, since, lag(day) OVER (PARTITION BY profile_id ORDER BY day) AS before
    FROM days LEFT JOIN shifted USING (profile_id)
), logs AS (
    SELECT *, CASE WHEN before >= coalesce(since, before) THEN ln((day - before)::float8) END AS log FROM gaps
)
SELECT profile_id::float8, (count(*) - 1)::float8, (max(day) - min(day))::float8,
       (%(today)s::date - min(day))::float8, coalesce(sum(log), 0), coalesce(sum(log ^ 2), 0), count(log)::float8,
       coalesce(avg(worth), 'NaN'), coalesce(avg(worth ^ 2) * count(*), 'NaN')
FROM logs GROUP BY profile_id ORDER BY profile_id
"""
"""Per buyer, by profile: key, frequency, recency, tenure, sum of log gaps, of their squares and how many they are (of
those since the last change of rhythm), mean value of a purchase day, sum of the
squares of those values (days without a known value are taken to be like the others)."""

MONEY = f"""
WITH purses AS (
    SELECT profile_id, currency, count(worth) AS orders, coalesce(sum(worth), 0) AS sold,
           coalesce(sum(worth ^ 2), 0) AS squares, max(placed_at) AS last_at
    FROM relacional_learnt GROUP BY profile_id, currency
), latest AS (
    SELECT DISTINCT ON (profile_id) * FROM purses ORDER BY profile_id, last_at DESC, currency
), given_back AS (
    SELECT refund.profile_id, CASE WHEN %(reporting)s = '' THEN refund.currency ELSE %(reporting)s END AS currency,
           sum(refund.amount::float8 * CASE WHEN %(reporting)s = '' THEN 1 ELSE rate.rate END) AS refunded
    FROM saleor_relacional_refund refund
    LEFT JOIN saleor_relacional_purchase purchase ON purchase.id = refund.purchase_id
    LEFT JOIN unnest(%(codes)s::text[], %(rates)s::float8[]) AS rate (currency, rate)
           ON rate.currency = refund.currency
    WHERE coalesce(purchase.state, 'counts') = 'counts' AND refund.happened_at <= %(now)s
      AND (hashint8(refund.profile_id) & {WHOLE - 1}) < %(share)s
    GROUP BY 1, 2
)
SELECT coalesce(array_position(%(currencies)s::text[], currency::text), 0)::float8, orders::float8, sold,
       squares, coalesce(refunded, 0)
FROM latest LEFT JOIN given_back USING (profile_id, currency) ORDER BY profile_id
"""
"""Per buyer, by profile, in the currency of their last purchase (in the reporting currency, where there is one): place
of the currency from 1 (0: no value is known), orders, their value, sum of the squares of their values, refunded."""

CHANNELS = """
SELECT buyer.id, latest.channel FROM unnest(%(ids)s::bigint[]) AS buyer (id)
CROSS JOIN LATERAL (
    SELECT channel FROM saleor_relacional_purchase WHERE profile_id = buyer.id AND state = 'counts'
      AND placed_at <= %(now)s ORDER BY placed_at DESC, id DESC LIMIT 1
) latest ORDER BY buyer.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Columns of one length."""

    profile: npt.NDArray[np.int64]
    past: Past
    """Its value is in the shop's main currency."""
    currency: npt.NDArray[np.int64]
    """Place among the sample's currencies; -1 where no value is known."""
    orders: Floats
    """Purchases in that currency."""
    sold: Floats
    squares: Floats
    """Sum of their squared values."""
    kept: Floats
    """Sold less refunded."""


def read(sample: Sample) -> People:
    """Inside the transaction that took the sample."""
    main = sample.currencies[0] if sample.currencies else ""
    told = columns.floats(HISTORIES, {"today": sample.today, "currency": main}, 9)
    profile, frequency, recency, tenure, log_sum, log_squares, gaps, worth, worth_squares = told.T
    money = columns.floats(
        MONEY,
        {
            "currencies": list(sample.currencies), "reporting": sample.reporting, "codes": list(sample.rates),
            "rates": list(sample.rates.values()), "now": sample.now, "share": sample.share,
        },
        5,
    ).T  # fmt: skip
    return People(
        profile=profile.astype(np.int64),
        past=Past(
            frequency=frequency, recency=recency, tenure=tenure, log_sum=log_sum, log_square_sum=log_squares,
            value=worth, value_square_sum=worth_squares, rhythm_gaps=gaps,
        ),
        currency=money[0].astype(np.int64) - 1, orders=money[1], sold=money[2], squares=money[3],
        kept=money[2] - money[4],
    )  # fmt: skip


def channels(people: People, sample: Sample) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Rows of some of these people, and the channel of the last purchase of each."""
    rows = np.arange(0, len(people.profile), max(1, -(-len(people.profile) // WALLETS_OF)))
    found = sql.rows(CHANNELS, {"ids": people.profile[rows].tolist(), "now": sample.now})
    return rows, [channel for _, channel in found]


def typical(past: Past) -> because.Facts:
    """The median buyer."""
    rows = np.arange(0, len(past), max(1, -(-len(past) // TYPICAL_OF)))
    return because.typical(because.facts(past.of(rows)))
