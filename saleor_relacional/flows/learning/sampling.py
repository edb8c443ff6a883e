"""Whose purchases the shop is learnt from: everybody's, or those of a sample when buyers are many.

The sample is drawn by blocks of neighbouring keys, whose purchases lie side by side in the covering index: for a tenth
of the shop a tenth of it is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from saleor_relacional import conf
from saleor_relacional.db import columns, sql, tables
from saleor_relacional.flows.learning import sittings
from saleor_relacional.flows.learning.buyer_spend import SPENT, BuyerSpend
from saleor_relacional.models import Policy

MOST = 50_000
"""Buyers that a fit learns from at most: its standard errors are then below one in a hundred, far less than what a shop
changes in a season."""
WHOLE = 65_536
"""Shares are counted in so many parts: somebody is in the sample when the hash of their block falls into the share."""
BLOCK = 4
"""Keys that differ in so many last bits alone are taken or left together."""

SPAN = "SELECT min(day), coalesce(avg(orders) FILTER (WHERE orders > 0), 1)::float8 FROM relacional_learnt"

QUICKLY = "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashagg = off; SET LOCAL work_mem = '64MB'"
"""A tenth of ten million rows is best read by index, in its order; the planner cannot know how few blocks a hash
leaves."""
AS_USUAL = "SET LOCAL enable_seqscan = on; SET LOCAL enable_hashagg = on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Whose purchases are learnt from. Their purchase days stand in the table relacional_learnt until the transaction
    ends."""

    now: datetime
    today: date
    """The shop's own day."""
    first: date | None
    """The day of the first purchase; None when there is none."""
    buyers: int
    """How many the shop has; an estimate when a sample was taken."""
    share: int
    """The part of `WHOLE` that was taken."""
    currency: str
    """What worth is compared in: the reporting currency, or that in which most buyers paid last; empty without any."""
    reporting: str
    """The reporting currency; empty: each buyer's own."""
    rates: Mapping[str, float]
    """Currency → what one of it is worth in the reporting currency, which comes first."""
    spend: BuyerSpend
    orders_a_day: float
    """Orders on a purchase day, on average."""

    def part(self, most: int) -> int:
        """The share of those taken that leaves about `most`, of `WHOLE`, by the hash of the key itself."""
        taken = len(self.spend.profile)
        return WHOLE if taken <= most else max(1, WHOLE * most // taken)


def take(now: datetime) -> Sample:
    """Take everybody, or a sample of about `MOST` when buyers are more. Runs inside a transaction."""
    today = now.astimezone(ZoneInfo(conf.host().time_zone())).date()
    reporting, rates = _rates()
    sql.run(QUICKLY)
    profiles = sql.rows(f"SELECT count(*) FROM {tables.PROFILE}")[0][0]
    share = WHOLE if profiles <= MOST else max(1, WHOLE * MOST // profiles)
    spend = _take(now, today, share, reporting, rates)
    if share < WHOLE and len(spend.profile) < MOST // 2:  # most profiles have not bought: more may be taken
        share = min(WHOLE, share * MOST // max(len(spend.profile), 1))
        spend = _take(now, today, share, reporting, rates)
    first, orders_a_day = sql.rows(SPAN)[0]
    return Sample(
        now=now, today=today, first=first, orders_a_day=orders_a_day,
        buyers=len(spend.profile) * WHOLE // share, share=share,
        currency=reporting or next(iter(spend.currencies()), ""), reporting=reporting, rates=rates, spend=spend,
    )  # fmt: skip


def _take(now: datetime, today: date, share: int, reporting: str, rates: Mapping[str, float]) -> BuyerSpend:
    currency, rate, asked = _money(reporting, rates)
    sql.run("DROP TABLE IF EXISTS relacional_learnt")
    sql.run(QUICKLY)
    sql.run(_days(currency, rate), {"now": now, "today": today, "share": share, **asked})
    sql.run(AS_USUAL)
    sql.run("ANALYZE relacional_learnt")
    return BuyerSpend.latest(columns.floats(SPENT, None, 6))


def _money(reporting: str, rates: Mapping[str, float]) -> tuple[str, str, dict[str, object]]:
    """(currency, rate, parameters): SQL of the currency that a purchase is told in, and of what one of its own is worth
    in that."""
    if not reporting:
        return "currency", "1.0", {}
    asked: dict[str, object] = {}
    for i, (code, rate) in enumerate(rates.items()):
        asked |= {f"c{i}": code, f"r{i}": rate}
    known = " ".join(f"WHEN %(c{i})s THEN %(r{i})s::float8" for i in range(len(rates)))
    return "%(c0)s::text", f"CASE currency {known} END", asked


def _days(currency: str, rate: str) -> str:
    """Makes the table relacional_learnt, a row per buyer and purchase day: the purchase day before, currency, purchases
    whose value is known, that value, the sum of its squares. A day on which two currencies were used has no known
    value."""
    return f"""
CREATE TEMP TABLE relacional_learnt ON COMMIT DROP AS
WITH blocks AS MATERIALIZED (
    SELECT DISTINCT id >> {BLOCK} AS block FROM {tables.PROFILE}
    WHERE (hashint8(id >> {BLOCK}) & {WHOLE - 1}) < %(share)s
)
SELECT found.* FROM blocks CROSS JOIN LATERAL (
    SELECT profile_id, day, lag(day) OVER (PARTITION BY profile_id ORDER BY day) AS before, min(currency) AS currency,
           CASE WHEN min(currency) = max(currency) THEN count(value)::int ELSE 0 END AS orders,
           CASE WHEN min(currency) = max(currency) THEN sum(value) END AS worth,
           CASE WHEN min(currency) = max(currency) THEN sum(value * value) END AS squares
    FROM (
        SELECT profile_id, {sittings.OCCASION} AS day, {currency} COLLATE "C" AS currency,
               sold::float8 * {rate} AS value
        FROM {tables.PURCHASE}
        WHERE state = 'counts' AND placed_at <= %(now)s AND day <= %(today)s
          AND profile_id BETWEEN block << {BLOCK} AND (block << {BLOCK}) + {(1 << BLOCK) - 1}
        WINDOW {sittings.PREVIOUS} OFFSET 0
    ) read_once GROUP BY profile_id, day
) found
"""


def _rates() -> tuple[str, dict[str, float]]:
    policy = Policy.objects.values_list("reporting_currency", "rates").first()
    if policy is None or not policy[0]:
        return "", {}
    return policy[0], {policy[0]: 1.0, **{currency: float(rate) for currency, rate in policy[1].items()}}
