"""What a campaign's ladders would cost the shop as margin, each in one currency.

A rung costs what its owner says. Where nobody said: a percentage its part of the person's usual order; an amount what
it takes off; free delivery what delivery is usually charged; a gift what the variant costs the shop, or else its
price; anything else nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from saleor_relacional import conf
from saleor_relacional.db import sql, tables
from saleor_relacional.flows import money, policy
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.terms import terms_of
from saleor_relacional.flows.incentives import month_money
from saleor_relacional.flows.incentives.rungs import Amount, RungTerms
from saleor_relacional.hosts.goods import GoodsKind
from saleor_relacional.models import Arm, CampaignVersion, RungKind
from saleor_relacional.once import once

CENT = Decimal("0.01")
LATEST = 1_000
"""Orders that say what is usual."""

_USUAL = f"""
SELECT currency, avg(sold), avg(shipping_list_net) FROM (
    SELECT currency, sold, shipping_list_net FROM {tables.PURCHASE}
    WHERE state = 'counts' AND placed_at <= %(now)s ORDER BY placed_at DESC LIMIT %(latest)s
) latest GROUP BY currency ORDER BY currency
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """What a version gives."""

    rungs: Sequence[RungTerms]
    """All that somebody may get by its rules."""
    rates: Mapping[str, Decimal]
    """As `money.rates_of`."""

    def cost(self, arm: str, order_value: float, currency: str) -> tuple[str, Decimal]:
        """(currency, what the dearest of them costs with an order of this value). An amount is never more than the
        order; one whose currency has no rate into that of the order is told in its own, and counts as the dearest: what
        it is worth nobody knows (month_money.most)."""
        if arm != Arm.TREATED or not self.rungs:
            return currency, Decimal(0)
        order = Decimal(max(order_value, 0.0))
        each = [self.cost_of(rung, order, currency) for rung in self.rungs]
        cost, paid = month_money.most([(cost, paid) for paid, cost in each], {currency: Decimal(1)})
        return paid, cost

    def cost_of(self, rung: RungTerms, order: Decimal, currency: str) -> tuple[str, Decimal]:
        """(currency, what one rung costs each time that it is used with an order of this value)."""
        if rung.cost:
            return self._told(rung.cost, currency)
        minimum = rung.minimum_in(currency) or Decimal(0)
        if rung.kind == RungKind.PERCENTAGE:
            return currency, (max(order, minimum) * (rung.value or 0) / 100).quantize(CENT)
        if rung.kind == RungKind.FIXED:
            paid, amount = self._told(rung.amounts, currency)
            most = max(order, minimum) if paid == currency else amount
            return paid, min(most, amount).quantize(CENT)
        return currency, Decimal(0)

    def _told(self, amounts: Sequence[Amount], currency: str) -> tuple[str, Decimal]:
        """One of these amounts in this currency: as it was said, else converted, else in its own."""
        rated = [one for one in amounts if self._rate(one.currency, currency) is not None]
        own = next((one for one in amounts if one.currency == currency), (rated or amounts)[0])
        rate = self._rate(own.currency, currency)
        return (own.currency, own.amount) if rate is None else (currency, own.amount * rate)

    def _rate(self, paid: str, currency: str) -> Decimal | None:
        """What one unit of a currency is worth in another; None where nobody says so."""
        if currency == paid:
            return Decimal(1)
        if paid in self.rates and currency in self.rates:
            return self.rates[paid] / self.rates[currency]
        return None


@once
def offers(version: CampaignVersion, now: datetime) -> Offers:
    """Those of a version, under the owner's rates."""
    terms = terms_of(version)
    rungs = [
        reckoned(rung, terms.channels, now) for rung in reached(terms.steps or (), learning=terms.learning)
    ]
    return Offers(rungs=rungs, rates=money.rates_of(policy.current(now)))


def reckoned(rung: RungTerms, channels: Sequence[str], now: datetime) -> RungTerms:
    """The rung with what it costs each time, where that is the same for everybody and nobody has said it."""
    if rung.cost:
        return rung
    if rung.kind == RungKind.GIFT:
        return replace(rung, cost=_gift(rung, channels))
    if rung.kind == RungKind.SHIPPING:
        return replace(rung, cost=tuple(one for one in usual_orders(now).delivery if one.amount))
    return rung


def _gift(rung: RungTerms, channels: Sequence[str]) -> tuple[Amount, ...]:
    """What one costs the shop in each currency of its channels, at most; its price where nobody says."""
    currencies = {one.slug: one.currency for one in conf.channels()}
    asked = [slug for slug in rung.channels or channels or currencies if slug in currencies]
    found: dict[str, Decimal] = {}
    for gift in conf.host().goods(GoodsKind.VARIANT, rung.variants, channels=asked).values():
        for slug, price in gift.prices.items():
            cost = gift.costs.get(slug, price)
            found[currencies[slug]] = max(found.get(currencies[slug], cost), cost)
    return tuple(Amount(currency=currency, amount=found[currency]) for currency in sorted(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualOrders:
    """What the shop's latest orders come to, on average, once per currency."""

    value: tuple[Amount, ...]
    delivery: tuple[Amount, ...]
    """What delivery is charged where an order is sent, before discounts, without tax."""


@once
def usual_orders(now: datetime) -> UsualOrders:
    """Of the latest ones."""
    rows = sql.rows(_USUAL, {"now": now, "latest": LATEST})
    return UsualOrders(
        value=tuple(Amount(currency=currency, amount=value.quantize(CENT)) for currency, value, _ in rows),
        delivery=tuple(
            Amount(currency=currency, amount=delivery.quantize(CENT))
            for currency, _, delivery in rows
            if delivery
        ),
    )


def reached(steps: Iterable[Step], *, learning: bool) -> Iterable[RungTerms]:
    """The rungs that somebody may get: by default, or by a rule; where it is learnt, any of the first step."""
    for place, step in enumerate(steps):
        numbers = {step.default_rung, *(rule.rung for rule in step.rules)}
        if learning and place == 0:
            numbers = set(range(1, len(step.rungs) + 1))
        yield from (step.rungs[number - 1] for number in sorted(numbers))
