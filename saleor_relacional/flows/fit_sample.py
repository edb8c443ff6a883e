"""Whose purchases the shop is learnt from: everybody's, or those of a sample when buyers are many.

The sample is drawn by blocks of neighbouring keys, whose purchases lie side by side in the covering index: for a tenth
of the shop a tenth of it is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from zoneinfo import ZoneInfo

from saleor_relacional import conf
from saleor_relacional.flows.fit_purses import Purses
from saleor_relacional.models import Policy, columns, sql

MOST = 100_000
"""Buyers that a fit learns from at most: its standard errors are then far below what a shop changes in a week."""
WHOLE = 65_536
"""Shares are counted in so many parts: somebody is in the sample when the hash of their block falls into the share."""
BLOCK = 4
"""Keys that differ in so many last bits alone are taken or left together."""

BLOCKS = f"""
WITH blocks AS MATERIALIZED (
    SELECT DISTINCT id >> {BLOCK} AS block FROM saleor_relacional_profile
    WHERE (hashint8(id >> {BLOCK}) & {WHOLE - 1}) < %(share)s
)
"""
INSIDE = f"""
state = 'counts' AND placed_at <= %(now)s AND day <= %(today)s
AND profile_id BETWEEN block << {BLOCK} AND (block << {BLOCK}) + {(1 << BLOCK) - 1}
"""

PURSES = f"""
{BLOCKS}
SELECT profile_id::float8,
       (ascii(currency) * 65536 + ascii(substr(currency, 2)) * 256 + ascii(substr(currency, 3)))::float8,
       orders::float8, sold, squares, extract(epoch FROM last_at)::float8
FROM blocks CROSS JOIN LATERAL (
    SELECT profile_id, currency, count(*) AS orders, sum(value) AS sold, sum(value * value) AS squares,
           max(placed_at) AS last_at
    FROM (
        SELECT profile_id, currency, placed_at, sold::float8 AS value FROM saleor_relacional_purchase
        WHERE {INSIDE} OFFSET 0
    ) read_once GROUP BY profile_id, currency
) purse
"""
"""A row a buyer and currency: key, currency as a number, purchases, value, sum of squared values, last moment."""

DAYS = """
CREATE TEMP TABLE relacional_learnt ON COMMIT DROP AS {blocks}
SELECT found.* FROM blocks CROSS JOIN LATERAL (
    SELECT profile_id, day, lag(day) OVER (PARTITION BY profile_id ORDER BY day) AS before, worth
    FROM (
        SELECT profile_id, day, sum(sold::float8 * CASE currency {rates} END) AS worth
        FROM saleor_relacional_purchase WHERE {inside} GROUP BY profile_id, day
    ) days
) found
"""
"""A row a buyer and purchase day: the purchase day before, and the value of the day where a rate is known."""

QUICKLY = "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashagg = off; SET LOCAL work_mem = '64MB'"
"""A tenth of ten million rows is best read by index, and the planner cannot know how few blocks a hash leaves."""
AS_USUAL = "SET LOCAL enable_seqscan = on; SET LOCAL enable_hashagg = on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Its purchase days stand in the table relacional_learnt until the transaction ends."""

    now: datetime
    today: date
    """The shop's own day."""
    first: date | None
    """Of the first purchase; None when there is none."""
    buyers: int
    """Of the shop; an estimate when a sample was taken."""
    share: int
    """Of `WHOLE`."""
    currency: str
    """Of the values in the table: the reporting currency, or that in which most buyers paid last; empty without any."""
    reporting: str
    """The reporting currency; empty: each buyer's own."""
    rates: Mapping[str, float]
    """Currency → what one of it is worth in `currency`."""
    purses: Purses

    def part(self, most: int) -> int:
        """The share of those taken that leaves about `most`, of `WHOLE`, by the hash of the key itself."""
        taken = len(self.purses.profile)
        return WHOLE if taken <= most else max(1, WHOLE * most // taken)


def take(now: datetime) -> Sample:
    """Inside a transaction: take everybody, or a sample of about `MOST` when buyers are more."""
    today = now.astimezone(ZoneInfo(conf.host().time_zone())).date()
    asked = {"now": now, "today": today}
    sql.run(QUICKLY)
    profiles = sql.rows("SELECT count(*) FROM saleor_relacional_profile")[0][0]
    share = WHOLE if profiles <= MOST else max(1, WHOLE * MOST // profiles)
    told = columns.floats(PURSES, {**asked, "share": share}, 6)
    if share < WHOLE and len(told) < MOST // 2:  # most profiles have not bought: the sample may be larger
        share = min(WHOLE, share * MOST // max(len(told), 1))
        told = columns.floats(PURSES, {**asked, "share": share}, 6)
    reporting, rates = _rates()
    purses = Purses.reported(told, reporting, rates) if reporting else Purses.latest(told)
    currency = reporting or next(iter(purses.currencies()), "")
    rates = rates or {currency: 1.0}
    first = _days({**asked, "share": share}, rates)
    sql.run(AS_USUAL)
    return Sample(
        now=now, today=today, first=first, buyers=len(purses.profile) * WHOLE // share, share=share,
        currency=currency, reporting=reporting, rates=rates, purses=purses,
    )  # fmt: skip


def _days(asked: dict[str, object], rates: Mapping[str, float]) -> date | None:
    """Fill the table; the first purchase day."""
    values = {
        f"{name}{i}": value
        for i, pair in enumerate(rates.items())
        for name, value in zip("cr", pair, strict=True)
    }
    known = " ".join(f"WHEN %(c{i})s THEN %(r{i})s::float8" for i in range(len(rates)))
    sql.run("DROP TABLE IF EXISTS relacional_learnt")
    sql.run(DAYS.format(blocks=BLOCKS, rates=known, inside=INSIDE), {**asked, **values})
    sql.run("ANALYZE relacional_learnt")
    return cast("date | None", sql.rows("SELECT min(day) FROM relacional_learnt")[0][0])


def _rates() -> tuple[str, dict[str, float]]:
    policy = Policy.objects.using(conf.database()).values_list("reporting_currency", "rates").first()
    if policy is None or not policy[0]:
        return "", {}
    return policy[0], {**{currency: float(rate) for currency, rate in policy[1].items()}, policy[0]: 1.0}
