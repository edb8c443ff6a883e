"""Why Saleor grants a code nothing on a checkout. Saleor says so in sentences; the reasons here are read from its
facts, in the order in which it asks them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from saleor.checkout.base_calculations import base_checkout_subtotal
from saleor.checkout.delivery_context import is_shipping_required
from saleor.checkout.fetch import CheckoutInfo, CheckoutLineInfo
from saleor.discount import VoucherType
from saleor.discount.models import NotApplicable, Voucher, VoucherCode
from saleor.discount.utils.voucher import get_customer_email_for_voucher_usage

from saleor_relacional.hosts.takes_off import WhyNot


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A reason, and how much is missing where money is."""

    reason: WhyNot
    missing: Decimal | None = None


def before(lines: Sequence[CheckoutLineInfo], unavailable: Sequence[Any]) -> Refusal | None:
    """What stands in the way of every code; None when nothing does."""
    if not lines:
        return Refusal(reason=WhyNot.EMPTY)
    return Refusal(reason=WhyNot.UNAVAILABLE) if unavailable else None


def of_code(code: str, channel: str) -> Refusal:
    """Why a code that Saleor calls invalid in this channel is so."""
    alive = Voucher.objects.active(date=timezone.now()).filter(channel_listings__discount_value__isnull=False)
    elsewhere = VoucherCode.objects.filter(code=code, is_active=True, voucher__in=alive).exists()
    return Refusal(reason=WhyNot.CHANNEL if elsewhere else WhyNot.NOT_WORKING)


def of_checkout(
    error: ValidationError, code: str, info: CheckoutInfo, lines: list[CheckoutLineInfo]
) -> Refusal:
    """Why a code that works in the channel is not granted on this checkout."""
    refused = error.__cause__
    if not isinstance(refused, NotApplicable):
        raise error
    if refused.min_spent:
        spent = base_checkout_subtotal(lines, info.channel, info.checkout.currency)
        return Refusal(reason=WhyNot.MINIMUM_SPEND, missing=(refused.min_spent - spent).amount)
    if refused.min_checkout_items_quantity:
        return Refusal(reason=WhyNot.MINIMUM_QUANTITY)
    return Refusal(reason=_of_voucher(Voucher.objects.get(codes__code=code), info, lines))


def _of_voucher(voucher: Voucher, info: CheckoutInfo, lines: list[CheckoutLineInfo]) -> WhyNot:
    try:
        if voucher.apply_once_per_customer:
            voucher.validate_once_per_customer(get_customer_email_for_voucher_usage(info))
    except NotApplicable:
        return WhyNot.ALREADY_USED
    if voucher.only_for_staff and not (info.user and info.user.is_staff):
        return WhyNot.STAFF_ONLY
    if voucher.type != VoucherType.SHIPPING:
        return WhyNot.NOT_IN_BASKET
    chosen = is_shipping_required(lines) and info.get_delivery_method_info().delivery_method
    return WhyNot.COUNTRY if chosen else WhyNot.NO_DELIVERY
