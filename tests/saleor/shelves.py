"""Goods on Saleor's shelves, by its own rows: what staff would do in the dashboard. Needs Django."""

from collections.abc import Mapping
from decimal import Decimal

import graphene
from django.utils import timezone
from django.utils.text import slugify
from saleor.channel.models import Channel
from saleor.product.models import (
    Category,
    Collection,
    CollectionChannelListing,
    Product,
    ProductChannelListing,
    ProductType,
    ProductVariant,
    ProductVariantChannelListing,
)
from saleor.shipping import ShippingMethodType
from saleor.shipping.models import ShippingMethod, ShippingMethodChannelListing, ShippingZone
from saleor.warehouse.models import Stock, Warehouse

from tests.hosts.driver import DELIVERY, Shelved

PLENTY = 1000


def category(name: str, *, below: str = "") -> str:
    """Its global id."""
    parent = Category.objects.get(pk=key(below)) if below else None
    return _id("Category", Category.objects.create(name=name, slug=slugify(name), parent=parent).pk)


def collection(name: str, *products: str, channel: str = "", shown: bool = False) -> str:
    """Its global id. `channel`: where it stands, shown to everybody or not yet."""
    made = Collection.objects.create(name=name, slug=slugify(name))
    made.products.set(Product.objects.filter(pk__in=[key(product) for product in products]))
    if channel:
        here = Channel.objects.get(slug=channel)
        CollectionChannelListing.objects.create(collection=made, channel=here, is_published=shown)
    return _id("Collection", made.pk)


def product(
    name: str,
    prices: Mapping[str, str],
    *,
    category: str = "",
    stock: int | None = None,
    warehouse: Warehouse,
    listed: bool = True,
) -> Shelved:
    """Something that is sent by post. `prices`: channel slug → price; `listed`: whether storefronts list it."""
    kind, _ = ProductType.objects.get_or_create(
        slug="parcel", defaults={"name": "Parcel", "is_shipping_required": True, "has_variants": False}
    )
    slug = slugify(name)
    made = Product.objects.create(
        name=name, slug=slug, product_type=kind, category_id=key(category) if category else None
    )
    variant = ProductVariant.objects.create(product=made, sku=slug, track_inventory=stock is not None)
    for channel, price in prices.items():
        _sell(made, variant, Channel.objects.get(slug=channel), Decimal(price), listed=listed)
    Stock.objects.create(
        warehouse=warehouse, product_variant=variant, quantity=PLENTY if stock is None else stock
    )
    return Shelved(product=_id("Product", made.pk), variant=variant.get_global_id())


def _sell(
    product: Product, variant: ProductVariant, channel: Channel, price: Decimal, *, listed: bool
) -> None:
    now = timezone.now()
    ProductChannelListing.objects.create(
        product=product, channel=channel, is_published=True, visible_in_listings=listed, published_at=now,
        available_for_purchase_at=now, currency=channel.currency_code, discounted_price_amount=price,
    )  # fmt: skip
    ProductVariantChannelListing.objects.create(
        variant=variant, channel=channel, price_amount=price, discounted_price_amount=price,
        currency=channel.currency_code,
    )  # fmt: skip


def sends(zone: ShippingZone, channel: Channel) -> None:
    """The post takes parcels of this channel into the zone, for DELIVERY."""
    method, _ = ShippingMethod.objects.get_or_create(
        name="Post", shipping_zone=zone, type=ShippingMethodType.PRICE_BASED
    )
    ShippingMethodChannelListing.objects.get_or_create(
        shipping_method=method, channel=channel,
        defaults={
            "price_amount": DELIVERY, "minimum_order_price_amount": 0, "currency": channel.currency_code,
        },
    )  # fmt: skip


def unpublish(product: str) -> None:
    """It cannot be bought any more, in no channel."""
    ProductChannelListing.objects.filter(product=key(product)).update(is_published=False)


def show(product: str, *, listed: bool) -> None:
    """Whether storefronts list it, in every channel."""
    assert ProductChannelListing.objects.filter(product=key(product)).update(visible_in_listings=listed)


def key(reference: str) -> str:
    """Behind a global id."""
    return str(graphene.Node.from_global_id(reference)[1])


def _id(kind: str, pk: int) -> str:
    return str(graphene.Node.to_global_id(kind, pk))
