"""What stands beside the comparison of a period: what codes took off, and credit. Neither is what was changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from saleor_relacional.db import sql, tables
from saleor_relacional.flows.evidence import outcomes
from saleor_relacional.flows.incentives import accounts
from saleor_relacional.models import ShopControlPeriod

_CREDIT = f"""
SELECT {outcomes.currency("e")} AS told, sum(e.credited_sold) FROM {tables.ENROLMENT} e CROSS JOIN {outcomes.TERMS}
WHERE e.credited_sold > 0 AND e.started_at >= %(begins)s AND e.started_at < %(ends)s GROUP BY told ORDER BY told
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Of all campaigns together, by currency."""

    taken_off: dict[str, Decimal]
    """By codes that were promised in the months of the period; it is in the money that is compared already."""
    credited: dict[str, Decimal]
    """What the first orders after the mails of those sold who started within it, told as their outcomes are."""


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
    credited = sql.rows(_CREDIT, {"begins": period.begins_at, "ends": ends})
    return Beside(
        taken_off=taken, credited={currency: Decimal(sold) for currency, sold in credited if currency}
    )
