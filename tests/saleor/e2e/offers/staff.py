"""What staff do to a voucher, its code, its listing and prices, and what time does: by Saleor's own rows."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.saleor.e2e.storefront import CHANNEL

LIMITS = {
    "usage_limit": 1, "apply_once_per_customer": True, "only_for_staff": True, "min_checkout_items_quantity": 6,
}  # fmt: skip


def worth(code: str, told: Decimal) -> None:
    _listings(code).update(discount_value=told)


def minimum(code: str, told: Decimal | None) -> None:
    _listings(code).update(min_spent_amount=told)


def limit(code: str, told: str) -> None:
    _vouchers(code).update(**{told: LIMITS[told]})


def ends(code: str, told: Decimal) -> None:
    from django.utils import timezone

    _vouchers(code).update(end_date=timezone.now() + timedelta(days=float(told)))


def starts(code: str, told: Decimal) -> None:
    from django.utils import timezone

    _vouchers(code).update(start_date=timezone.now() + timedelta(days=float(told)))


def unlist(code: str, _told: None) -> None:
    _listings(code).delete()


def deactivate(code: str, _told: None) -> None:
    from saleor.discount.models import VoucherCode

    VoucherCode.objects.filter(code=code).update(is_active=False)


def delete_code(code: str, _told: None) -> None:
    from saleor.discount.models import VoucherCode

    VoucherCode.objects.filter(code=code).delete()


def delete_voucher(code: str, _told: None) -> None:
    _vouchers(code).delete()


def days(code: str, told: Decimal) -> None:
    """So many days pass: everything that has a day lies so many days further back."""
    from django.db.models import F

    from saleor_relacional.models import Entitlement, Incentive

    past = timedelta(days=float(told))
    for model in (Entitlement, Incentive):
        model.objects.filter(code=code).update(expires_at=F("expires_at") - past)
    _vouchers(code).update(end_date=F("end_date") - past, start_date=F("start_date") - past)


STAFF: dict[str, Callable[[str, Any], None]] = {
    each.__name__: each
    for each in (
        worth,
        minimum,
        limit,
        ends,
        starts,
        unlist,
        deactivate,
        delete_code,
        delete_voucher,
        days,
    )
}
"""Name of an event → what is done to the code."""


def price(variant: str, told: Decimal) -> None:
    """What a variant costs from now on."""
    from saleor.product.models import ProductVariantChannelListing

    rows = ProductVariantChannelListing.objects.filter(variant=variant, channel__slug=CHANNEL)
    rows.update(price_amount=told, discounted_price_amount=told)


def _vouchers(code: str) -> Any:
    from saleor.discount.models import Voucher

    return Voucher.objects.filter(codes__code=code)


def _listings(code: str) -> Any:
    from saleor.discount.models import VoucherChannelListing

    return VoucherChannelListing.objects.filter(voucher__codes__code=code)
