"""What this Saleor sells: products, variants, categories and collections that a promise is about.

As Saleor's checkout asks (saleor/checkout/fetch.py: _is_variant_valid): a product can be bought in a channel where it
is published, available for purchase, and a variant has a price. Whether a storefront lists it does not matter.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import graphene
from django.db.models import F, Q, Sum
from django.utils import timezone
from saleor.product.models import (
    Category,
    CategoryTranslation,
    Collection,
    CollectionTranslation,
    Product,
    ProductChannelListing,
    ProductTranslation,
    ProductVariant,
    ProductVariantChannelListing,
)
from saleor.warehouse.models import Stock

from saleor_relacional.hosts.goods import Goods, GoodsKind

TYPES = {
    GoodsKind.PRODUCT: "Product",
    GoodsKind.VARIANT: "ProductVariant",
    GoodsKind.CATEGORY: "Category",
    GoodsKind.COLLECTION: "Collection",
}
"""Kind → its type in the API."""
Sold = set[tuple[int, str]]
"""(Key of a product or variant, channel)."""


def find(
    kind: GoodsKind, references: Sequence[str], channels: Sequence[str], language: str
) -> Mapping[str, Goods]:
    """See Host.goods."""
    wanted = keys(kind, references)
    found = {
        GoodsKind.PRODUCT: _products,
        GoodsKind.VARIANT: _variants,
        GoodsKind.CATEGORY: _categories,
        GoodsKind.COLLECTION: _collections,
    }[kind](wanted, channels, language.lower())
    return {one.reference: one for one in found}


def keys(kind: GoodsKind, references: Iterable[str]) -> list[int]:
    """Keys behind global ids of this kind; what is none of them is left out."""
    found = []
    for reference in references:
        try:
            of, key = graphene.Node.from_global_id(reference)
            found += [int(key)] if of == TYPES[kind] else []
        except ValueError:
            continue  # no global id
    return found


def _products(wanted: Sequence[int], channels: Sequence[str], language: str) -> list[Goods]:
    rows = list(Product.objects.filter(pk__in=wanted).values_list("pk", "name", "slug"))
    names = _names(ProductTranslation, "product", [(key, name) for key, name, _ in rows], language)
    sold = _sold(wanted, channels)
    return [
        _goods(
            GoodsKind.PRODUCT, key, names[key], slug=slug, unsold=_unsold({key: names[key]}, sold, channels)
        )
        for key, _, slug in rows
    ]


def _variants(wanted: Sequence[int], channels: Sequence[str], language: str) -> list[Goods]:
    rows = (
        ProductVariant.objects.filter(pk__in=wanted)
        .select_related("product")
        .prefetch_related("product__variants")
    )
    variants = list(rows)
    products = {one.product_id: one.product.name for one in variants}
    names = _names(ProductTranslation, "product", products.items(), language)
    sold = _sold(products, channels)
    listed = ProductVariantChannelListing.objects.filter(
        variant__in=wanted, channel__slug__in=channels, price_amount__isnull=False
    )
    prices: dict[int, dict[str, Any]] = defaultdict(dict)
    costs: dict[int, dict[str, Any]] = defaultdict(dict)
    for key, channel, price, cost in listed.values_list(
        "variant", "channel__slug", "price_amount", "cost_price_amount"
    ):
        prices[key][channel] = price
        if cost:
            costs[key][channel] = cost
    left = _left(variants, channels)
    found = []
    for one in variants:
        name = names[one.product_id]
        if one.name and one.product.variants.all()[1:]:
            name = f"{name} ({one.name})"
        ours = {(one.pk, channel) for channel in prices[one.pk] if (one.product_id, channel) in sold}
        found.append(
            _goods(
                GoodsKind.VARIANT, one.pk, name, unsold=_unsold({one.pk: name}, ours, channels),
                prices=prices[one.pk], costs=costs[one.pk], left=left.get(one.pk, {}),
            )
        )  # fmt: skip
    return found


def _categories(wanted: Sequence[int], channels: Sequence[str], language: str) -> list[Goods]:
    rows = list(Category.objects.filter(pk__in=wanted))
    names = _names(CategoryTranslation, "category", [(one.pk, one.name) for one in rows], language)
    return [
        _goods(
            GoodsKind.CATEGORY, one.pk, names[one.pk], slug=one.slug,
            below=[reference(GoodsKind.CATEGORY, key) for key in one.get_descendants().values_list("pk", flat=True)],
        )
        for one in rows
    ]  # fmt: skip


def _collections(wanted: Sequence[int], channels: Sequence[str], language: str) -> list[Goods]:
    rows = list(Collection.objects.filter(pk__in=wanted).values_list("pk", "name", "slug"))
    names = _names(CollectionTranslation, "collection", [(key, name) for key, name, _ in rows], language)
    inside: dict[int, dict[int, str]] = {key: {} for key, _, _ in rows}
    for key, product, name in Product.objects.filter(collections__in=inside).values_list(
        "collections", "pk", "name"
    ):
        if key in inside:
            inside[key][product] = name
    products = {product for products in inside.values() for product in products}
    sold, shown = _sold(products, channels), _shown(products, channels)
    return [
        _goods(
            GoodsKind.COLLECTION, key, names[key], slug=slug,
            unsold=_unsold(inside[key], sold, channels) if inside[key] else {slug: [names[key]] for slug in channels},
            listed=frozenset(to for to in channels if inside[key] and {(one, to) for one in inside[key]} <= shown),
        )
        for key, _, slug in rows
    ]  # fmt: skip


def _goods(kind: GoodsKind, key: int, name: str, **more: Any) -> Goods:
    return Goods(kind=kind, reference=reference(kind, key), name=name, **more)


def reference(kind: GoodsKind, key: int) -> str:
    """Its global id."""
    return str(graphene.Node.to_global_id(TYPES[kind], key))


def _names(model: Any, of: str, names: Iterable[tuple[int, str]], language: str) -> dict[int, str]:
    """Key → name, in this language where the shop has it so."""
    found = dict(names)
    said = model.objects.filter(language_code=language, **{f"{of}__in": list(found)})
    return {**found, **{key: name for key, name in said.values_list(of, "name") if name}}


def _sold(products: Iterable[int], channels: Sequence[str]) -> Sold:
    """Which of these products can be bought in which of these channels."""
    now, asked = timezone.now(), list(products)
    listed = ProductChannelListing.objects.filter(
        Q(published_at=None) | Q(published_at__lte=now), product__in=asked, channel__slug__in=channels,
        is_published=True, available_for_purchase_at__lte=now,
    )  # fmt: skip
    priced = ProductVariantChannelListing.objects.filter(
        variant__product__in=asked, channel__slug__in=channels, price_amount__isnull=False
    )
    return set(listed.values_list("product", "channel__slug")) & set(
        priced.values_list("variant__product", "channel__slug")
    )


def _shown(products: Iterable[int], channels: Sequence[str]) -> Sold:
    """Which of these products are in the lists of which of these channels' storefronts."""
    rows = ProductChannelListing.objects.filter(
        product__in=list(products), channel__slug__in=channels, is_published=True, visible_in_listings=True
    )
    return set(rows.values_list("product", "channel__slug"))


def _unsold(names: Mapping[int, str], sold: Sold, channels: Sequence[str]) -> dict[str, list[str]]:
    found = {slug: [name for key, name in names.items() if (key, slug) not in sold] for slug in channels}
    return {slug: missing for slug, missing in found.items() if missing}


def _left(variants: Sequence[ProductVariant], channels: Sequence[str]) -> dict[int, dict[str, int]]:
    """Variant → channel → how many are left in the channel's warehouses, where they are counted."""
    counted = [one.pk for one in variants if one.track_inventory]
    rows = Stock.objects.filter(product_variant__in=counted, warehouse__channels__slug__in=channels)
    left = rows.values_list("product_variant", "warehouse__channels__slug").annotate(
        left=Sum(F("quantity") - F("quantity_allocated"))
    )
    found: dict[int, dict[str, int]] = {key: dict.fromkeys(channels, 0) for key in counted}
    for key, channel, number in left.order_by():
        if channel in found[key]:
            found[key][channel] = max(number, 0)
    return found
