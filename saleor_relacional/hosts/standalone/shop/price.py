"""What a checkout costs: prices of its channel, less what its code is worth there and then."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from saleor_relacional.hosts.base import Discount
from saleor_relacional.hosts.standalone.models import Checkout, Price, VoucherCode, VoucherListing
from saleor_relacional.hosts.standalone.models.vouchers import CodeState

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedLine:
    """One line of the basket, priced."""

    sku: str
    name: str
    quantity: int
    total: Decimal
    """After its part of the discount."""
    net: Decimal
    """The total without tax."""
    list_net: Decimal
    """Without the discount, and without tax."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """A checkout's price. Money in the channel's currency."""

    lines: tuple[PricedLine, ...]
    discount: Decimal
    total: Decimal


def listing_of(code: str, channel: str, at: datetime) -> VoucherListing | None:
    """What this code is worth in this channel now; None when nothing: unknown, spent, withdrawn, over, not
    listed."""
    found = VoucherCode.objects.select_related("voucher").filter(code=code, state=CodeState.USABLE).first()
    if found is None or found.voucher.starts_at > at:
        return None
    if found.voucher.ends_at is not None and found.voucher.ends_at <= at:
        return None
    return (
        VoucherListing.objects.select_related("voucher")
        .filter(voucher=found.voucher, channel_id=channel)
        .first()
    )


def price_of(checkout: Checkout, *, at: datetime) -> Priced:
    """Price a checkout with the code that it carries."""
    lines = list(checkout.lines.select_related("variant__product").order_by("pk"))
    here = Price.objects.filter(
        channel_id=checkout.channel_id, variant__in=[line.variant_id for line in lines]
    )
    amounts = dict(here.values_list("variant_id", "amount"))
    gross = [amounts[line.variant_id] * line.quantity for line in lines]
    listing = listing_of(checkout.code, checkout.channel_id, at) if checkout.code else None
    whole = sum(gross, Decimal("0.00"))
    off = _worth(listing, whole) if listing else Decimal("0.00")
    parts = _spread(off, gross)
    return Priced(
        lines=tuple(
            PricedLine(
                sku=line.variant_id,
                name=" ".join(filter(None, [line.variant.product.name, line.variant.name])),
                quantity=line.quantity,
                total=amount - part,
                net=net_of(amount - part, checkout.channel.tax_rate),
                list_net=net_of(amount, checkout.channel.tax_rate),
            )
            for line, amount, part in zip(lines, gross, parts, strict=True)
        ),
        discount=off,
        total=whole - off,
    )


def net_of(amount: Decimal, tax_rate: Decimal) -> Decimal:
    """What is left of an amount without the tax that it includes, at so many per cent."""
    return (amount * 100 / (100 + tax_rate)).quantize(CENT, rounding=ROUND_HALF_UP)


def _worth(listing: VoucherListing, whole: Decimal) -> Decimal:
    if listing.voucher.discount == Discount.PERCENTAGE:
        off = (whole * listing.value / 100).quantize(CENT, rounding=ROUND_HALF_UP)
    else:
        off = listing.value.quantize(CENT)
    return min(off, whole)


def _spread(off: Decimal, amounts: list[Decimal]) -> list[Decimal]:
    """Parts in proportion to the amounts that add up to `off` exactly; the last line takes the rounding."""
    whole = sum(amounts, Decimal(0))
    if not amounts or not whole:
        return [Decimal("0.00") for _ in amounts]
    parts = [(off * amount / whole).quantize(CENT, rounding=ROUND_HALF_UP) for amount in amounts[:-1]]
    return [*parts, off - sum(parts, Decimal("0.00"))]
