"""A month's money as people say it: what may be spent, what is promised, what was taken off, what is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.dates import format_date
from django.utils.translation import gettext as _

from saleor_relacional.dashboard.filters import locale, money
from saleor_relacional.flows.incentives.accounts import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """One month of a budget."""

    name: str
    budget: str
    reserved: str
    settled: str
    returned: str
    carried: str
    """Empty where nothing was carried on."""
    left: str
    overdrawn: bool
    used: int
    """Of 100 of the budget; 0 without one."""


def months(accounts: Sequence[Account]) -> list[Month]:
    """Each of them, this month first."""
    return [_month(one) for one in accounts]


def _month(one: Account) -> Month:
    budget, left = one.budget, one.left
    part = 100 * (one.used + one.carried) / budget if budget else Decimal(0)
    return Month(
        name=_name(one.month), budget=_("no limit") if budget is None else money(budget, one.currency),
        reserved=_sums(one, "reserved"), settled=_sums(one, "settled"), returned=_sums(one, "returned"),
        carried=money(one.carried, one.currency) if one.carried else "",
        left="–" if left is None else money(left, one.currency), overdrawn=left is not None and left < 0,
        used=int(min(max(part, Decimal(0)), Decimal(100))),
    )  # fmt: skip


def _sums(one: Account, name: str) -> str:
    told = [
        money(getattr(each, name), currency) for currency, each in one.sums.items() if getattr(each, name)
    ]
    return " + ".join(told) or "–"


def _name(month: date) -> str:
    told = str(format_date(month, "LLLL y", locale=locale()))
    return told[:1].upper() + told[1:]
