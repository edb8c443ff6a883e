"""What is left of a month's money while offers are given out: of the campaign's budget, and of the shop's beside it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from saleor_relacional.flows import policy
from saleor_relacional.flows.incentives import accounts
from saleor_relacional.models import CampaignVersion

Held = tuple[Decimal, str]
"""How much of the month's money an offer holds, and its currency."""
UNKNOWN: Held = (Decimal("0.01"), "XXX")
"""What an offer holds of which nobody can tell how much it will take off: something, in a currency (ISO 4217: none)
that nobody has a rate for. No budget takes it."""


@dataclass(slots=True, kw_only=True)
class Purse:
    """What is left of one budget."""

    left: Decimal | None
    """In the budget's currency; None: there is no limit."""
    factors: Mapping[str, Decimal]
    """Currency → what one unit of it is worth in the budget's. One that nobody has a rate for is not named; no offer
    in it fits."""

    def fits(self, amount: Decimal, currency: str) -> bool:
        """Whether an offer that holds so much fits into what is left."""
        if self.left is None or not amount:
            return True
        return currency in self.factors and amount * self.factors[currency] <= self.left

    def take(self, amount: Decimal, currency: str) -> None:
        """What an offer holds is gone. It fits."""
        if self.left is not None and amount:
            self.left -= amount * self.factors[currency]


@dataclass(slots=True, kw_only=True)
class MonthMoney:
    """What is left of a month's money, while people start down the queue."""

    own: Purse
    """The campaign's."""
    shop: Purse
    """Of all campaigns together."""

    @property
    def limited(self) -> bool:
        """Whether there is a limit at all."""
        return self.own.left is not None or self.shop.left is not None

    def fits(self, amount: Decimal, currency: str) -> bool:
        """Whether an offer that holds so much fits into what is left of both."""
        return self.own.fits(amount, currency) and self.shop.fits(amount, currency)

    def takes(self, amount: Decimal, currency: str, *, treated: bool, times: int = 1) -> bool:
        """Whether somebody starts whose turn has come, whichever their arm; then the money of a treated one is gone.
        `times`: for how many they stand in a sample."""
        if not self.fits(amount, currency):
            return False
        if treated:
            self.own.take(amount * times, currency)
            self.shop.take(amount * times, currency)
        return True

    @property
    def parameters(self) -> dict[str, Any]:
        """What campaign/budget.py's FITS asks for."""
        return {
            "left": self.own.left, "factors": _json(self.own.factors),
            "shop_left": self.shop.left, "shop_factors": _json(self.shop.factors),
        }  # fmt: skip


def limited(version: CampaignVersion, now: datetime) -> bool:
    """Whether its campaign, or the shop, has a budget."""
    return version.month_budget is not None or policy.current(now).month_budget is not None


def month_money(version: CampaignVersion, now: datetime) -> MonthMoney:
    """What is left now, of the budgets that hold by this version and the owner's policy."""
    own, shop = Purse(left=None, factors={}), Purse(left=None, factors={})
    if version.month_budget is not None:
        [account] = accounts.of_campaign(version.campaign_id, now)
        own = Purse(left=account.left, factors=account.factors)
    if policy.current(now).month_budget is not None:
        [account] = accounts.of_shop(now)
        shop = Purse(left=account.left, factors=account.factors)
    return MonthMoney(own=own, shop=shop)


def with_left(
    version: CampaignVersion, own: Decimal | None, shop: Decimal | None, now: datetime
) -> MonthMoney:
    """A month's money of which so much is left of the campaign's and of the shop's; None: there is no limit."""
    return MonthMoney(
        own=Purse(left=own, factors=accounts.factors(version.budget_currency, now)),
        shop=Purse(left=shop, factors=accounts.factors(policy.current(now).budget_currency, now)),
    )


def factors(version: CampaignVersion, now: datetime) -> Mapping[str, Decimal]:
    """Currency → what one unit of it is worth where this version's offers are compared: in the shop's budget, or else
    the campaign's; without any in the money of the shop's reports."""
    decided = policy.current(now)
    limit = decided.budget_currency if decided.month_budget is not None else version.budget_currency
    return accounts.factors(limit or decided.reporting_currency, now)


def most(offers: Iterable[Held], worth: Mapping[str, Decimal]) -> Held:
    """Of what one code may take off, once per currency in which it works, the one that is worth most: it is used in
    whichever of them its owner likes. One that nobody has a rate for comes before all others, since no budget can tell
    what it is; of several of these the first. `worth`: as `factors`. Raises ValueError where there is none."""

    def key(offer: Held) -> tuple[bool, Decimal]:
        amount, currency = offer
        known = currency in worth
        return bool(amount) and not known, amount * worth[currency] if known else Decimal(0)

    return max(offers, key=key)


def _json(rates: Mapping[str, Decimal]) -> str:
    return json.dumps({currency: str(factor) for currency, factor in rates.items()})
