"""What a campaign's discounts would cost, each in one currency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from saleor_relacional import conf
from saleor_relacional.flows import money, policy
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.terms import terms_of
from saleor_relacional.hosts.base import Discount
from saleor_relacional.models import Arm, CampaignVersion
from saleor_relacional.once import once

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """The discounts of a version."""

    steps: Sequence[Step]
    currency: str
    """What amounts are in: a version that offers an amount has channels of one currency."""
    rates: Mapping[str, Decimal]
    """As `money.rates_of`."""

    def cost(self, arm: str, order_value: float, currency: str) -> tuple[str, Decimal]:
        """(currency, what the dearest offer takes off an order of this value). An amount is never more than the order;
        one whose currency has no rate into that of the order is told in its own."""
        if arm != Arm.TREATED or not self.steps:
            return currency, Decimal(0)
        order = Decimal(max(order_value, 0.0))
        return max((self._taken_off(step, order, currency) for step in self.steps), key=lambda cost: cost[1])

    def _taken_off(self, step: Step, order: Decimal, currency: str) -> tuple[str, Decimal]:
        value = step.value or Decimal(0)
        if step.discount == Discount.PERCENTAGE:
            return currency, (order * value / 100).quantize(CENT)
        rate = self._rate(currency)
        return (self.currency, value) if rate is None else (currency, min(order, value * rate).quantize(CENT))

    def _rate(self, currency: str) -> Decimal | None:
        """What one unit of the offers' currency is worth in another; None where nobody says so."""
        if currency == self.currency:
            return Decimal(1)
        if self.currency in self.rates and currency in self.rates:
            return self.rates[self.currency] / self.rates[currency]
        return None


@once
def offers(version: CampaignVersion, now: datetime) -> Offers:
    """Those of a version, under the owner's rates."""
    terms = terms_of(version)
    currencies = {channel.slug: channel.currency for channel in conf.channels()}
    paid = [currencies[slug] for slug in terms.channels or currencies if slug in currencies]
    return Offers(
        steps=[step for step in terms.steps or () if step.discount], currency=paid[0] if paid else "",
        rates=money.rates_of(policy.current(now)),
    )  # fmt: skip
