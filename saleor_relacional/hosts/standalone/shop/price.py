"""What a checkout costs: prices of its channel, less what its code is worth there and then."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from saleor_relacional.hosts.standalone.models import Checkout, Price, VoucherCode, VoucherListing
from saleor_relacional.hosts.standalone.models.vouchers import CodeState
from saleor_relacional.hosts.standalone.shop import discounts
from saleor_relacional.hosts.standalone.shop.discounts import BasketLine, BasketPrices, TakenOff

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
    """What the code takes off, delivery included."""
    delivery: Decimal
    """After the discount."""
    delivery_net: Decimal | None
    """Without tax; None: none is chosen."""
    delivery_list_net: Decimal | None
    """Without the discount, and without tax."""
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


def basket_of(checkout: Checkout) -> BasketPrices:
    """A checkout before any discount."""
    rows = checkout.lines.select_related("variant__product").prefetch_related("variant__product__collections")
    lines = list(rows.order_by("pk"))
    here = Price.objects.filter(
        channel_id=checkout.channel_id, variant__in=[line.variant_id for line in lines]
    )
    amounts = dict(here.values_list("variant_id", "amount"))
    return BasketPrices(
        lines=[
            BasketLine(variant=line.variant, unit=amounts[line.variant_id], quantity=line.quantity)
            for line in lines
        ],
        delivery=checkout.delivery,
        country=checkout.country,
        currency=checkout.channel.currency,
    )


def price_of(checkout: Checkout, *, at: datetime) -> Priced:
    """Price a checkout with the code that it carries."""
    listing = listing_of(checkout.code, checkout.channel_id, at) if checkout.code else None
    return priced(basket_of(checkout), listing, checkout.channel.tax_rate)


def priced(basket: BasketPrices, listing: VoucherListing | None, tax: Decimal) -> Priced:
    """Price a basket with what its code is worth, None for nothing, where so many per cent of tax are included."""
    none = TakenOff(lines=[Decimal("0.00") for _ in basket.lines])
    off = discounts.taken_off(basket, listing) if listing else none
    left = [line.gross - part for line, part in zip(basket.lines, off.lines, strict=True)]
    parts = _spread(off.order, left, basket.currency)
    delivery = (basket.delivery or Decimal("0.00")) - off.delivery
    lines = tuple(
        PricedLine(
            sku=line.variant.sku,
            name=" ".join(filter(None, [line.variant.product.name, line.variant.name])),
            quantity=line.quantity,
            total=amount - part,
            net=net_of(amount - part, tax),
            list_net=net_of(line.gross, tax),
        )
        for line, amount, part in zip(basket.lines, left, parts, strict=True)
    )
    total = sum((line.total for line in lines), Decimal("0.00")) + delivery
    return Priced(
        lines=lines, discount=off.total.quantize(CENT), delivery=delivery, total=total,
        delivery_net=None if basket.delivery is None else net_of(delivery, tax),
        delivery_list_net=None if basket.delivery is None else net_of(basket.delivery, tax),
    )  # fmt: skip


def net_of(amount: Decimal, tax_rate: Decimal) -> Decimal:
    """What is left of an amount without the tax that it includes, at so many per cent."""
    return (amount * 100 / (100 + tax_rate)).quantize(CENT, rounding=ROUND_HALF_UP)


def _spread(off: Decimal, amounts: list[Decimal], currency: str) -> list[Decimal]:
    """Parts in proportion to the amounts that add up to `off` exactly; the last line takes the rounding."""
    whole = sum(amounts, Decimal(0))
    if not amounts or not whole:
        return [Decimal("0.00") for _ in amounts]
    coin = discounts.smallest(currency)
    parts = [min(amount / whole * off, amount).quantize(coin) for amount in amounts[:-1]]
    return [*parts, off - sum(parts, Decimal("0.00"))]
