"""Whose purchases the shop is learnt from: everybody's, or those of a sample when buyers are many."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from saleor_relacional import conf
from saleor_relacional.models import Policy, sql

MOST = 100_000
"""Buyers that a fit learns from at most: its standard errors are then far below what a shop changes in a week."""
WHOLE = 65_536
"""Shares are counted in so many parts: a profile is in the sample when the hash of its key falls into the share."""

TAKE = f"""
CREATE TEMP TABLE relacional_learnt ON COMMIT DROP AS
SELECT profile_id, day, placed_at,
       CASE WHEN %(reporting)s = '' THEN purchase.currency ELSE %(reporting)s END AS currency,
       sold::float8 * CASE WHEN %(reporting)s = '' THEN 1 ELSE rate.rate END AS worth
FROM saleor_relacional_purchase purchase
LEFT JOIN unnest(%(codes)s::text[], %(rates)s::float8[]) AS rate (currency, rate)
       ON rate.currency = purchase.currency
WHERE state = 'counts' AND placed_at <= %(now)s AND day <= %(today)s
  AND (hashint8(profile_id) & {WHOLE - 1}) < %(share)s
"""
"""One row a purchase of the sample; `worth` is NULL where the purchase has no rate into the reporting currency."""

LOOK = "SELECT count(DISTINCT profile_id), min(day) FROM relacional_learnt"
CURRENCIES = """
SELECT currency FROM relacional_learnt WHERE worth IS NOT NULL GROUP BY currency ORDER BY count(*) DESC, currency
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Stands in the table relacional_learnt until the transaction ends."""

    now: datetime
    today: date
    """The shop's own day."""
    first: date | None
    """Of the first purchase; None when there is none."""
    buyers: int
    """Of the shop; an estimate when a sample was taken."""
    taken: int
    """Buyers in the sample."""
    share: int
    """Of `WHOLE`."""
    currencies: tuple[str, ...]
    """Of the money, those with most purchases first; the reporting currency alone where there is one."""
    reporting: str
    """The reporting currency; empty: each buyer's own."""
    rates: Mapping[str, float]
    """Currency → what one of it is worth in the reporting currency."""

    def share_for(self, most: int) -> int:
        """The share that leaves about `most` of those taken."""
        return self.share if self.taken <= most else max(1, self.share * most // self.taken)


def take(now: datetime) -> Sample:
    """Inside a transaction: take everybody, or a sample of about `MOST` when buyers are more."""
    today = now.astimezone(ZoneInfo(conf.host().time_zone())).date()
    reporting, rates = _rates()
    asked = {
        "now": now, "today": today, "reporting": reporting, "codes": list(rates), "rates": list(rates.values())
    }  # fmt: skip
    profiles = sql.rows("SELECT count(*) FROM saleor_relacional_profile")[0][0]
    share = WHOLE if profiles <= MOST else max(1, WHOLE * MOST // profiles)
    taken, first = _take(asked, share)
    if share < WHOLE and taken < MOST // 2:  # most profiles have not bought: the sample may be larger
        share = min(WHOLE, share * MOST // max(taken, 1))
        taken, first = _take(asked, share)
    return Sample(
        now=now, today=today, first=first, buyers=taken * WHOLE // share, taken=taken, share=share,
        currencies=tuple(currency for (currency,) in sql.rows(CURRENCIES)), reporting=reporting, rates=rates,
    )  # fmt: skip


def _take(asked: dict[str, object], share: int) -> tuple[int, date | None]:
    sql.run("DROP TABLE IF EXISTS relacional_learnt")
    sql.run(TAKE, {**asked, "share": share})
    sql.run("ANALYZE relacional_learnt")
    taken, first = sql.rows(LOOK)[0]
    return taken, first


def _rates() -> tuple[str, dict[str, float]]:
    policy = Policy.objects.using(conf.database()).first()
    if policy is None or not policy.reporting_currency:
        return "", {}
    rates = {currency: float(rate) for currency, rate in policy.rates.items()}
    return policy.reporting_currency, {**rates, policy.reporting_currency: 1.0}
