"""What mails show of this Saleor's variants: those that can be bought, at the price that a shopper is asked."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db.models.functions import Coalesce
from saleor.channel.models import Channel
from saleor.product.models import ProductVariantChannelListing

from saleor_relacional.hosts.cards import Card
from saleor_relacional.hosts.goods import GoodsKind
from saleor_relacional.hosts.saleor.offers import goods


def find(variants: Sequence[str], channel: str, language: str) -> Mapping[str, Card]:
    """See Host.cards."""
    shop = Channel.objects.filter(slug=channel).select_related("tax_configuration").first()
    if shop is None:
        return {}
    sold = {
        reference: one
        for reference, one in goods.find(GoodsKind.VARIANT, variants, [channel], language).items()
        if one.sold_in(channel)
    }
    prices = _prices(sold, channel) if _shown_as_entered(shop) else {}
    return {
        reference: Card(
            variant=reference, name=one.name, currency=shop.currency_code, price=prices.get(reference)
        )
        for reference, one in sold.items()
    }


def _prices(sold: Mapping[str, object], channel: str) -> dict[str, Decimal]:
    """Variant → its price, with what Saleor's promotions take off for everybody."""
    keys = {key: reference for reference in sold for key in goods.keys(GoodsKind.VARIANT, [reference])}
    listed = ProductVariantChannelListing.objects.filter(variant__in=keys, channel__slug=channel)
    asked = listed.annotate(asked=Coalesce("discounted_price_amount", "price_amount"))
    return {keys[key]: price for key, price in asked.values_list("variant", "asked")}


def _shown_as_entered(shop: Channel) -> bool:
    """Whether shoppers see prices as they were entered: else the tax of wherever it is sent comes in between."""
    tax = shop.tax_configuration
    return bool(tax.prices_entered_with_tax == tax.display_gross_prices)
