"""The months of a budget: what was promised, what it cost, what came back, what is left, and what is carried on.

A promise belongs to the month of the shop in which it was made, whenever it is used or ends. What a month comes to
beyond its budget, because codes took off more than was reserved for them, is charged to the next month.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.flows import money, policy
from saleor_relacional.models import CampaignVersion, ShopBudget

PLACES = Decimal("1e-12")
"""Of what one unit of a currency is worth in another: SQL and Python multiply by the same number."""
NOTHING = Decimal(0)

_SUMS = f"""
SELECT month, currency, sum(reserved), sum(settled), sum(returned) FROM (
    SELECT campaign_id, month, currency, reserved, settled, returned FROM {tables.BUDGET_MONTH}
    UNION ALL
    SELECT campaign_id, month, currency, CASE kind WHEN 'reserved' THEN amount ELSE 0 END,
           CASE kind WHEN 'settled' THEN amount ELSE 0 END, CASE kind WHEN 'returned' THEN amount ELSE 0 END
    FROM {tables.BUDGET_ENTRY} WHERE NOT counted
) booked WHERE month <= %(month)s
"""
_OF_CAMPAIGN = f"{_SUMS} AND campaign_id = %(campaign)s GROUP BY 1, 2 ORDER BY 1, 2"
_OF_SHOP = f"{_SUMS} GROUP BY 1, 2 ORDER BY 1, 2"


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetSums:
    """What promises of a month come to in one currency."""

    reserved: Decimal
    """What those hold that are live."""
    settled: Decimal
    """What those took off that were used."""
    returned: Decimal
    """What those held that ended without an order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One month of a budget."""

    month: date
    """Its first day."""
    budget: Decimal | None
    """In `currency`; None: there is, or was, no limit."""
    currency: str
    carried: Decimal
    """What the months before it came to beyond their budgets: it is charged to this one."""
    sums: Mapping[str, BudgetSums]
    """By currency, as it was promised and taken off."""
    factors: Mapping[str, Decimal]
    """Currency → what one unit of it is worth in the budget's, by today's rates. What nobody has a rate for is not
    named, and counts for nothing."""

    @property
    def used(self) -> Decimal:
        """Reserved and settled together."""
        return sum(
            (
                (each.reserved + each.settled) * self.factors[name]
                for name, each in self.sums.items()
                if name in self.factors
            ),
            NOTHING,
        )

    @property
    def left(self) -> Decimal | None:
        """What more may be promised; below zero where the month is overdrawn. None: there is no limit."""
        return None if self.budget is None else self.budget - self.carried - self.used

    @property
    def excess(self) -> Decimal:
        """What the next month is charged with."""
        return NOTHING if self.left is None else max(NOTHING, -self.left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A budget, from a month or a moment on."""

    amount: Decimal | None = None
    currency: str = ""


NO_LIMIT = Limit()


def of_campaign(campaign: int, now: datetime, *, months: int = 1) -> tuple[Account, ...]:
    """So many months of a campaign's budget, this one first."""
    versions = CampaignVersion.objects.filter(campaign=campaign).order_by("number")
    told = list(versions.values_list("created_at", "month_budget", "budget_currency"))

    def limit(month: date) -> Limit:
        ends = began(following(month))
        held = [row for row in told if row[0] < ends]
        return Limit(amount=held[-1][1], currency=held[-1][2]) if held else NO_LIMIT

    return _accounts(
        sql.rows(_OF_CAMPAIGN, {"campaign": campaign, "month": month_of(now)}), limit, now, months
    )


def of_shop(now: datetime, *, months: int = 1) -> tuple[Account, ...]:
    """So many months of the shop's budget, this one first."""
    told = list(ShopBudget.objects.order_by("month").values_list("month", "amount", "currency"))

    def limit(month: date) -> Limit:
        held = [row for row in told if row[0] <= month]
        return Limit(amount=held[-1][1], currency=held[-1][2]) if held else NO_LIMIT

    return _accounts(sql.rows(_OF_SHOP, {"month": month_of(now)}), limit, now, months)


def month_of(now: datetime) -> date:
    """First day of the shop's calendar month."""
    return now.astimezone(conf.time_zone()).date().replace(day=1)


def began(month: date) -> datetime:
    """When a month of the shop began."""
    return datetime.combine(month, time(), tzinfo=conf.time_zone())


def following(month: date) -> date:
    """The next month."""
    return (month + timedelta(days=32)).replace(day=1)


def factors(currency: str, now: datetime) -> Mapping[str, Decimal]:
    """Currency → what one unit of it is worth in this one, by the owner's rates."""
    rates = money.rates_of(policy.current(now))
    found = (
        {one: (rates[one] / rates[currency]).quantize(PLACES) for one in rates} if currency in rates else {}
    )
    return {**found, currency: Decimal(1)}


_Rows = Sequence[tuple[Any, ...]]


def _accounts(rows: _Rows, limit: Callable[[date], Limit], now: datetime, months: int) -> tuple[Account, ...]:
    """Month by month, each charged with the excess of the one before; this month first."""
    booked: dict[date, dict[str, BudgetSums]] = {}
    for month, currency, reserved, settled, returned in rows:
        sums = BudgetSums(reserved=reserved, settled=settled, returned=returned)
        booked.setdefault(month, {})[currency] = sums
    found: list[Account] = []
    for month in _until(min(booked, default=month_of(now)), month_of(now)):
        held = limit(month)
        rates, carried = factors(held.currency, now), NOTHING
        if found and found[-1].excess and held.amount is not None:
            carried = found[-1].excess * rates.get(found[-1].currency, NOTHING)
        found.append(
            Account(
                month=month, budget=held.amount, currency=held.currency, carried=carried,
                sums=booked.get(month, {}), factors=rates,
            )
        )  # fmt: skip
    return tuple(reversed(found))[:months]


def _until(first: date, last: date) -> Iterator[date]:
    """Every month between these, both included."""
    while first <= last:
        yield first
        first = following(first)
