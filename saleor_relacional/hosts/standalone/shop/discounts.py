"""What a voucher takes off a basket, reckoned as Saleor 3.23 reckons it (saleor/checkout/utils.py:
get_voucher_discount_for_checkout, saleor/discount/utils/voucher.py).

- A percentage is rounded half up, to the smallest coin of the currency.
- A voucher for some of the goods, or for one unit, takes something off single lines; an amount counts for each unit.
- The minimum spend is asked of the basket before delivery when a code is put on. Whenever the basket, the address or
  the delivery changes it is asked again, then of what the lines cost **after** what the code takes off them.
- Categories count without those below them; countries count for delivery alone, and only once an address is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision

from saleor_relacional.hosts.base import Discount
from saleor_relacional.hosts.standalone.models import Variant, Voucher, VoucherListing
from saleor_relacional.hosts.takes_off import WhyNot

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketLine:
    """So many units of a variant."""

    variant: Variant
    """With its product and the product's collections."""
    unit: Decimal
    """Price of one."""
    quantity: int

    @property
    def gross(self) -> Decimal:
        """Before any discount."""
        return self.unit * self.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketPrices:
    """A basket before any discount."""

    lines: Sequence[BasketLine]
    delivery: Decimal | None
    """None: the buyer has chosen none."""
    country: str
    """Empty: no address is known."""
    currency: str

    @property
    def subtotal(self) -> Decimal:
        """Of the lines, before delivery."""
        return sum((line.gross for line in self.lines), NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOff:
    """What a code takes off."""

    lines: Sequence[Decimal]
    """Off each line, in their order: what holds for single lines."""
    order: Decimal = NOTHING
    """Off all lines together."""
    delivery: Decimal = NOTHING

    @property
    def total(self) -> Decimal:
        """All of it."""
        return sum(self.lines, NOTHING) + self.order + self.delivery


def smallest(currency: str) -> Decimal:
    """The smallest coin."""
    return Decimal(10) ** -get_currency_precision(currency)


def taken_off(basket: BasketPrices, listing: VoucherListing) -> TakenOff:
    """What a voucher takes off, whatever its conditions."""
    voucher, none = listing.voucher, [NOTHING] * len(basket.lines)
    if voucher.discount == Discount.SHIPPING:
        return TakenOff(lines=none, delivery=_worth(basket.delivery or NOTHING, listing, basket.currency))
    held = _held(basket.lines, voucher)
    if voucher.once_per_order:
        for place in sorted(held, key=lambda place: basket.lines[place].unit)[:1]:
            none[place] = _worth(basket.lines[place].unit, listing, basket.currency)
        return TakenOff(lines=none)
    if not _for_some(voucher):
        return TakenOff(lines=none, order=_worth(basket.subtotal, listing, basket.currency))
    for place in held:
        line = basket.lines[place]
        if voucher.discount == Discount.PERCENTAGE:
            none[place] = _worth(line.gross, listing, basket.currency)
        else:
            none[place] = _worth(line.unit, listing, basket.currency) * line.quantity
    return TakenOff(lines=none)


def why_not(basket: BasketPrices, listing: VoucherListing, *, carried: bool) -> WhyNot | None:
    """Why the shop does not take the code; None: it does. `carried`: it is on the checkout already, and asked again."""
    voucher = listing.voucher
    if missing(basket, listing, carried=carried):
        return WhyNot.MINIMUM_SPEND
    if voucher.discount != Discount.SHIPPING:
        some = _for_some(voucher) or voucher.once_per_order
        return WhyNot.NOT_IN_BASKET if some and not _held(basket.lines, voucher) else None
    if basket.delivery is None:
        return WhyNot.NO_DELIVERY
    elsewhere = basket.country and voucher.countries and basket.country not in voucher.countries
    return WhyNot.COUNTRY if elsewhere else None


def missing(basket: BasketPrices, listing: VoucherListing, *, carried: bool) -> Decimal:
    """What is missing to the minimum spend; 0: nothing."""
    spent = basket.subtotal
    if carried:
        spent -= sum(taken_off(basket, listing).lines, NOTHING)
    return max((listing.minimum or NOTHING) - spent, NOTHING)


def _worth(price: Decimal, listing: VoucherListing, currency: str) -> Decimal:
    coin = smallest(currency)
    if listing.voucher.discount == Discount.FIXED:
        return min(listing.value.quantize(coin), price)
    return min((price * listing.value / 100).quantize(coin, rounding=ROUND_HALF_UP), price)


def _for_some(voucher: Voucher) -> bool:
    return bool(voucher.products or voucher.variants or voucher.categories or voucher.collections)


def _held(lines: Sequence[BasketLine], voucher: Voucher) -> list[int]:
    """Places of the lines that it holds for."""
    if not _for_some(voucher):
        return list(range(len(lines)))
    return [place for place, line in enumerate(lines) if _holds(line.variant, voucher)]


def _holds(variant: Variant, voucher: Voucher) -> bool:
    product = variant.product
    return (
        variant.sku in voucher.variants
        or product.pk in voucher.products
        or product.category_id in voucher.categories
        or any(one.slug in voucher.collections for one in product.collections.all())
    )
