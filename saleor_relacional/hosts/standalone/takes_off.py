"""What a code takes off an open checkout here, and putting it on."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from saleor_relacional.hosts.standalone.models import Checkout
from saleor_relacional.hosts.standalone.shop import baskets
from saleor_relacional.hosts.standalone.shop.price import listing_of, price_of
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
    amount = whole - price_of(checkout, at=now).total
    why_not = None if amount > 0 else _why_not(checkout, now)
    return TakesOff(
        amount=max(amount, Decimal(0)), currency=checkout.channel.currency, why_not=why_not, carried=carried
    )


def _why_not(checkout: Checkout, now: datetime) -> WhyNot:
    if listing_of(checkout.code, checkout.channel_id, now) is None:
        return WhyNot.CHANNEL if working([checkout.code], now) else WhyNot.NOT_WORKING
    return WhyNot.NOTHING_OFF if checkout.lines.exists() else WhyNot.EMPTY


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
