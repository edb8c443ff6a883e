"""What a code takes off an open checkout here, and putting it on."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from saleor_relacional.hosts.standalone.models import Checkout
from saleor_relacional.hosts.standalone.shop import baskets, discounts
from saleor_relacional.hosts.standalone.shop.price import basket_of, listing_of, price_of
from saleor_relacional.hosts.standalone.shop.refusal import Refusal
from saleor_relacional.hosts.standalone.vouchers import working
from saleor_relacional.hosts.takes_off import TakesOff, WhyNot


def takes_off(reference: str, codes: Sequence[str], now: datetime) -> Mapping[str, TakesOff]:
    """See Host.takes_off."""
    checkout = _open(reference)
    if checkout is None:
        return {}
    on_it, checkout.code = checkout.code, ""
    whole = price_of(checkout, at=now).total
    return {code: _effect(checkout, code, whole, carried=code == on_it, now=now) for code in codes}


def _effect(checkout: Checkout, code: str, whole: Decimal, *, carried: bool, now: datetime) -> TakesOff:
    checkout.code = code  # never saved
    why_not, missing = _why_not(checkout, carried=carried, now=now)
    amount = Decimal(0) if why_not else whole - price_of(checkout, at=now).total
    return TakesOff(
        amount=amount, currency=checkout.channel.currency, missing=missing, carried=carried,
        why_not=why_not or (None if amount else WhyNot.NOTHING_OFF),
    )  # fmt: skip


def _why_not(checkout: Checkout, *, carried: bool, now: datetime) -> tuple[WhyNot | None, Decimal | None]:
    """Why it takes nothing off, and what is missing to its minimum spend. What a checkout carries already is asked
    about when it changes, not before."""
    listing, basket = listing_of(checkout.code, checkout.channel_id, now), basket_of(checkout)
    if not basket.lines:
        return WhyNot.EMPTY, None
    if listing is None:
        return (WhyNot.CHANNEL if working([checkout.code], now) else WhyNot.NOT_WORKING), None
    if carried:
        return None, None
    why_not = discounts.why_not(basket, listing, carried=False)
    wanting = why_not is WhyNot.MINIMUM_SPEND
    return why_not, discounts.missing(basket, listing, carried=False) if wanting else None


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
