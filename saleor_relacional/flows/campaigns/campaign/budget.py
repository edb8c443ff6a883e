"""The month's money of a campaign: what the offers of those who start may cost at most, by calendar month of the shop.

Reserved is what the offers of the treated take off as it was believed when they started (Enrolment.cost). Down the
queue somebody starts while what their offer would take off still fits, in whichever arm they are: else the arm would
decide who starts. Whoever does not fit waits with the reason `budget`, and a cheaper one behind them may start.
Whoever gives out the day holds Lock.CAPACITY, so nothing is reserved twice.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol, TypeVar

from saleor_relacional.db import sql, tables
from saleor_relacional.flows import money, policy
from saleor_relacional.flows.campaigns import capacity
from saleor_relacional.models import CampaignVersion

REASON = "budget"

_RESERVED = f"""
SELECT cost_currency, sum(cost) FROM {tables.ENROLMENT}
WHERE campaign_id = %(campaign)s AND state = 'started' AND arm = 'treated' AND started_at >= %(began)s AND cost > 0
GROUP BY 1
"""
_COSTS = f"SELECT id, cost, cost_currency FROM {tables.ENROLMENT} WHERE id = ANY(%(ids)s)"
_WAIT = f"""
UPDATE {tables.ENROLMENT} SET reason = %(reason)s, next_try_at = %(until)s WHERE id = ANY(%(ids)s) AND state = 'waiting'
"""


class Starting(Protocol):
    """Somebody who would start, or hear a later step."""

    @property
    def enrolment(self) -> int: ...
    @property
    def first(self) -> bool: ...
    @property
    def treated(self) -> bool: ...


One = TypeVar("One", bound=Starting)


def reserved(version: CampaignVersion, now: datetime) -> Decimal:
    """What the offers of this month take off at most, in the budget's currency. What nobody has a rate for is left out:
    nobody starts under a budget with such an offer."""
    asked = {"campaign": version.campaign_id, "began": month_began(now)}
    costs = [_told(cost, currency, version, now) for currency, cost in sql.rows(_RESERVED, asked)]
    return sum((one for one in costs if one is not None), Decimal(0))


def within(version: CampaignVersion, goes: Sequence[One], now: datetime) -> list[One]:
    """Those whose offers fit, of these, who come down the queue. The others wait for the next month's money, or for
    news of them: they are judged again then."""
    if version.month_budget is None or not any(one.first for one in goes):
        return list(goes)
    left = version.month_budget - reserved(version, now)
    asked = {"ids": [one.enrolment for one in goes if one.first]}
    costs = {key: _told(cost, currency, version, now) for key, cost, currency in sql.rows(_COSTS, asked)}
    fits: set[int] = set()
    for one in [one for one in goes if one.first]:
        cost = costs.get(one.enrolment)
        if cost is not None and cost <= left:
            fits.add(one.enrolment)
            left -= cost if one.treated else 0
    over = [one.enrolment for one in goes if one.first and one.enrolment not in fits]
    sql.run(_WAIT, {"ids": over, "reason": REASON, "until": month_ends(now)})
    return [one for one in goes if not one.first or one.enrolment in fits]


def month_began(now: datetime) -> datetime:
    """When the shop's calendar month began."""
    return capacity.day_began(now).replace(day=1, fold=0)


def month_ends(now: datetime) -> datetime:
    """When the next one begins."""
    return month_began(month_began(now) + timedelta(days=32))


def _told(cost: Decimal, currency: str, version: CampaignVersion, now: datetime) -> Decimal | None:
    """In the budget's currency; None where nobody says what it is worth in it."""
    if not cost or currency == version.budget_currency:
        return Decimal(cost)
    rates = money.rates_of(policy.current(now))
    if currency not in rates or version.budget_currency not in rates:
        return None
    return Decimal(cost) * rates[currency] / rates[version.budget_currency]
