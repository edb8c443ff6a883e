"""What stands beside the comparison of a period: what codes took off, and credit. Neither is what was changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from saleor_relacional.db import counts, sql, tables
from saleor_relacional.db.counts import Count
from saleor_relacional.flows.evidence import outcomes
from saleor_relacional.flows.incentives import accounts
from saleor_relacional.models import ShopControlPeriod

_CREDIT = f"""
SELECT {outcomes.currency("e")} AS told, sum(e.credited_sold) FROM {tables.ENROLMENT} e CROSS JOIN {outcomes.TERMS}
WHERE e.credited_sold > 0 AND e.started_at >= %(begins)s AND e.started_at < %(ends)s GROUP BY told
UNION ALL
SELECT u.currency, sum(u.sold) FROM {tables.TOUCH} t JOIN {tables.ENROLMENT} e ON e.id = t.enrolment_id
JOIN {tables.PURCHASE} u ON u.id = t.credited_purchase_id CROSS JOIN {outcomes.TERMS}
WHERE e.started_at >= %(begins)s AND e.started_at < %(ends)s AND ({outcomes.worth("u.currency", "e")}) IS NULL
  AND u.sold > 0 GROUP BY u.currency ORDER BY 1
"""
"""What has no rate is told in its own currency, as of a campaign (evidence/results.py)."""

_SENT = f"""FROM {tables.TOUCH} t WHERE t.state = 'sent' AND t.enrolment_id IS NOT NULL
    AND t.ended_at >= %(begins)s AND t.ended_at < %(ends)s"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Of all campaigns together; money by currency."""

    sent: Count
    """Mails of campaigns that left within the period."""
    taken_off: dict[str, Decimal]
    """By codes that were promised in the months of the period; it is in the money that is compared already."""
    credited: dict[str, Decimal]
    """What the first orders after the mails of those sold who started within it, told as their outcomes are; what
    has no rate in its own currency."""


def of(period: ShopControlPeriod, now: datetime) -> Beside:
    """As of now, or as of its end."""
    ends = min(now, period.ends_at)
    first, last = accounts.month_of(period.begins_at), accounts.month_of(ends - timedelta(microseconds=1))
    told = accounts.of_shop(
        accounts.began(last), months=12 * (last.year - first.year) + last.month - first.month + 1
    )
    taken: dict[str, Decimal] = {}
    for month in told:
        for currency, each in month.sums.items():
            if each.settled and month.month >= first:
                taken[currency] = taken.get(currency, Decimal(0)) + each.settled
    within = {"begins": period.begins_at, "ends": ends}
    credited: dict[str, Decimal] = {}
    for currency, sold in sql.rows(_CREDIT, within):
        if currency and sold:
            credited[currency] = credited.get(currency, Decimal(0)) + sold
    return Beside(sent=counts.bounded(_SENT, within), taken_off=taken, credited=credited)
