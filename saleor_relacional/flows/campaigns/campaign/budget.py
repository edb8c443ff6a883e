"""The month's money of a campaign: what the offers of those who start may cost at most, by calendar month of the shop.

Reserved is what the offers of the treated take off as it was believed when they started (Enrolment.cost). Down the
queue somebody starts while what their offer would take off still fits, in whichever arm they are: else the arm would
decide who starts. Whoever does not fit is passed over, and a cheaper one behind them may start. After each plan
whoever waits and does not fit into what is left has the reason `budget`. The dry run goes by the same `MonthMoney`.
Whoever gives out the day holds Lock.CAPACITY, so nothing is reserved twice.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol, TypeVar

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
FITS = """(e.cost = 0 OR coalesce(
    e.cost * (%(factors)s::jsonb ->> e.cost_currency)::numeric <= %(left)s, false))"""
"""Condition: the offer of an enrolment (the alias `e`) fits; asks for `MonthMoney.parameters`."""
_WAIT = f"""
UPDATE {tables.ENROLMENT} SET reason = %(reason)s, next_try_at = %(until)s WHERE id IN (
    SELECT e.id FROM {tables.ENROLMENT} e
    WHERE e.campaign_id = %(campaign)s AND e.state = 'waiting' AND e.reason = 'capacity' AND NOT {FITS}
    ORDER BY e.id FOR UPDATE SKIP LOCKED)
"""
PLACES = Decimal("1e-12")
"""Of what one unit of a currency is worth in another: SQL and Python multiply by the same number."""


class Starting(Protocol):
    """Somebody who would start, or hear a later step."""

    @property
    def enrolment(self) -> int: ...
    @property
    def first(self) -> bool: ...
    @property
    def treated(self) -> bool: ...


One = TypeVar("One", bound=Starting)


@dataclass(slots=True, kw_only=True)
class MonthMoney:
    """What is left of a month's money, while people start down the queue."""

    left: Decimal | None
    """In the budget's currency; None: there is no limit."""
    factors: Mapping[str, Decimal]
    """Currency → what one unit of it is worth in the budget's. One that nobody has a rate for is not named; no offer
    in it fits."""

    def fits(self, cost: Decimal, currency: str) -> bool:
        """Whether an offer that takes so much off fits into what is left."""
        if self.left is None or not cost:
            return True
        return currency in self.factors and cost * self.factors[currency] <= self.left

    def takes(self, cost: Decimal, currency: str, *, treated: bool, times: int = 1) -> bool:
        """Whether somebody starts whose turn has come, whichever their arm; then the money of a treated one is gone.
        `times`: for how many they stand in a sample."""
        if not self.fits(cost, currency):
            return False
        if self.left is not None and treated and cost:
            self.left -= cost * self.factors[currency] * times
        return True

    @property
    def parameters(self) -> dict[str, Any]:
        """What FITS asks for, where there is a limit."""
        factors = {currency: str(factor) for currency, factor in self.factors.items()}
        return {"left": self.left, "factors": json.dumps(factors)}


def month_money(version: CampaignVersion, now: datetime) -> MonthMoney:
    """What is left now."""
    known = factors(version, now)
    if version.month_budget is None:
        return MonthMoney(left=None, factors=known)
    asked = {"campaign": version.campaign_id, "began": month_began(now)}
    # What nobody has a rate for is left out: nobody starts under a budget with such an offer.
    reserved = [cost * known[currency] for currency, cost in sql.rows(_RESERVED, asked) if currency in known]
    return MonthMoney(left=version.month_budget - sum(reserved, Decimal(0)), factors=known)


def factors(version: CampaignVersion, now: datetime) -> Mapping[str, Decimal]:
    """As MonthMoney.factors."""
    rates, own = money.rates_of(policy.current(now)), version.budget_currency
    found = {one: (rates[one] / rates[own]).quantize(PLACES) for one in rates} if own in rates else {}
    return {**found, own: Decimal(1)}


def within(version: CampaignVersion, goes: Sequence[One], now: datetime) -> list[One]:
    """Those whose offers fit, of these, who come down the queue."""
    if version.month_budget is None or not any(one.first for one in goes):
        return list(goes)
    month = month_money(version, now)
    asked = {"ids": [one.enrolment for one in goes if one.first]}
    costs = {key: (cost, currency) for key, cost, currency in sql.rows(_COSTS, asked)}
    return [
        one for one in goes
        if not one.first
        or (one.enrolment in costs and month.takes(*costs[one.enrolment], treated=one.treated))
    ]  # fmt: skip


def wait(version: CampaignVersion, now: datetime) -> int:
    """Whoever waits and does not fit into what is left waits for the next month's money, or for news of them: they are
    judged again then. How many did not before."""
    month = month_money(version, now)
    if month.left is None:
        return 0
    asked = {"campaign": version.campaign_id, "reason": REASON, "until": month_ends(now), **month.parameters}
    return sql.run(_WAIT, asked)


def month_began(now: datetime) -> datetime:
    """When the shop's calendar month began."""
    return capacity.day_began(now).replace(day=1, fold=0)


def month_ends(now: datetime) -> datetime:
    """When the next one begins."""
    return month_began(month_began(now) + timedelta(days=32))
