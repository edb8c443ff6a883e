"""What a code takes off an open checkout here, and putting it on."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from saleor_relacional.hosts.standalone.models import Checkout
from saleor_relacional.hosts.standalone.shop import baskets, discounts
from saleor_relacional.hosts.standalone.shop.discounts import BasketPrices
from saleor_relacional.hosts.standalone.shop.price import basket_of, listing_of, priced
from saleor_relacional.hosts.standalone.shop.refusal import Refusal
from saleor_relacional.hosts.standalone.vouchers import working
from saleor_relacional.hosts.takes_off import TakesOff, WhyNot


def takes_off(reference: str, codes: Sequence[str], now: datetime) -> Mapping[str, TakesOff]:
    """See Host.takes_off."""
    checkout = _open(reference)
    if checkout is None:
        return {}
    basket = basket_of(checkout)
    return {code: _effect(checkout, basket, code, now) for code in codes}


def _effect(checkout: Checkout, basket: BasketPrices, code: str, now: datetime) -> TakesOff:
    carried, tax = checkout.code == code, checkout.channel.tax_rate
    listing = listing_of(code, checkout.channel_id, now)
    if not basket.lines or listing is None:
        return _nothing(checkout, _not_here(basket, code, now), carried=carried)
    # What a checkout carries already is asked about when it changes, not before.
    why_not = None if carried else discounts.why_not(basket, listing, carried=False)
    if why_not is not None:
        wanting = why_not is WhyNot.MINIMUM_SPEND
        missing = discounts.missing(basket, listing, carried=False) if wanting else None
        return _nothing(checkout, why_not, carried=carried, missing=missing)
    amount = priced(basket, None, tax).total - priced(basket, listing, tax).total
    if not amount:
        return _nothing(checkout, WhyNot.NOTHING_OFF, carried=carried)
    return TakesOff(amount=amount, currency=basket.currency, carried=carried)


def _not_here(basket: BasketPrices, code: str, now: datetime) -> WhyNot:
    if not basket.lines:
        return WhyNot.EMPTY
    return WhyNot.CHANNEL if working([code], now) else WhyNot.NOT_WORKING


def _nothing(
    checkout: Checkout, why_not: WhyNot, *, carried: bool, missing: Decimal | None = None
) -> TakesOff:
    return TakesOff(
        amount=Decimal(0),
        currency=checkout.channel.currency,
        why_not=why_not,
        missing=missing,
        carried=carried,
    )


def put_on(reference: str, code: str) -> bool:
    """See Host.put_on."""
    with transaction.atomic():
        checkout = _open(reference, hold=True)
        if checkout is None:
            return False
        if checkout.code == code:
            return True
        try:
            baskets.put_code(checkout, code)
        except Refusal:
            return False
    return True


def _open(reference: str, *, hold: bool = False) -> Checkout | None:
    try:
        key = UUID(reference)
    except ValueError:
        return None  # not a key of ours
    rows = Checkout.objects.select_related("channel", "customer")
    rows = rows.select_for_update(of=("self",)) if hold else rows
    return rows.filter(pk=key).first()
