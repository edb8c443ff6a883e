"""What the shop sells: products, variants, categories and collections that a promise is about. They are known by their
keys: a product by its number, a variant by its SKU, the other two by their slugs."""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from saleor_relacional.hosts.cards import Card
from saleor_relacional.hosts.goods import Goods, GoodsKind
from saleor_relacional.hosts.standalone.models import Category, Channel, Collection, Price, Product, Variant

_NAMED: Mapping[GoodsKind, tuple[Any, ...]] = {
    GoodsKind.PRODUCT: (Product, "name"),
    GoodsKind.VARIANT: (Variant, "product__name", "name", "sku"),
    GoodsKind.CATEGORY: (Category, "name"),
    GoodsKind.COLLECTION: (Collection, "name"),
}
"""Kind → where a word may stand, in the order in which they are listed."""


def find(
    kind: GoodsKind, references: Sequence[str], channels: Sequence[str], language: str
) -> Mapping[str, Goods]:
    """See Host.goods. The shop speaks one language."""
    found = {
        GoodsKind.PRODUCT: _products,
        GoodsKind.VARIANT: _variants,
        GoodsKind.CATEGORY: _categories,
        GoodsKind.COLLECTION: _collections,
    }[kind](list(references), channels)
    return {one.reference: one for one in found}


def named(kind: GoodsKind, words: Sequence[str], most: int) -> Sequence[Goods]:
    """See Host.goods_named."""
    model, *paths = _NAMED[kind]
    rows = model.objects.order_by(*paths, "pk") if words else model.objects.none()
    for word in words:
        rows = rows.filter(reduce(or_, [Q(**{f"{path}__icontains": word}) for path in paths]))
    keys = [str(key) for key in rows.values_list("pk", flat=True)[:most]]
    found = find(kind, keys, (), "")
    return [found[key] for key in keys if key in found]


def cards(variants: Sequence[str], channel: str, language: str) -> Mapping[str, Card]:
    """See Host.cards. Its prices include the tax."""
    currency = Channel.objects.filter(pk=channel).values_list("currency", flat=True).first() or ""
    found = find(GoodsKind.VARIANT, variants, [channel], language)
    return {
        key: Card(variant=key, name=one.name, currency=currency, price=one.prices[channel])
        for key, one in found.items()
        if one.sold_in(channel)
    }


def _products(references: Sequence[str], channels: Sequence[str]) -> list[Goods]:
    rows = Product.objects.filter(pk__in=[int(key) for key in references if key.isdecimal()])
    return [
        Goods(
            kind=GoodsKind.PRODUCT, reference=str(one.pk), name=one.name, slug=str(one.pk),
            unsold=_unsold([one], channels),
        )
        for one in rows
    ]  # fmt: skip


def _variants(references: Sequence[str], channels: Sequence[str]) -> list[Goods]:
    rows = Variant.objects.filter(pk__in=references).select_related("product").prefetch_related("prices")
    found = []
    for one in rows:
        here = [price for price in one.prices.all() if price.channel_id in channels]
        prices = {price.channel_id: price.amount for price in here}
        name = " ".join(filter(None, [one.product.name, one.name]))
        found.append(
            Goods(
                kind=GoodsKind.VARIANT, reference=one.sku, name=name, prices=prices,
                costs={price.channel_id: price.cost for price in here if price.cost},
                unsold={slug: [name] for slug in channels if slug not in prices},
                left={} if one.stock is None else dict.fromkeys(channels, one.stock),
            )
        )  # fmt: skip
    return found


def _categories(references: Sequence[str], channels: Sequence[str]) -> list[Goods]:
    rows = Category.objects.filter(pk__in=references)
    return [
        Goods(
            kind=GoodsKind.CATEGORY,
            reference=one.slug,
            name=one.name,
            slug=one.slug,
            below=_below([one.slug]),
        )
        for one in rows
    ]


def _below(slugs: Sequence[str]) -> list[str]:
    found = list(Category.objects.filter(parent__in=slugs).order_by("slug").values_list("slug", flat=True))
    return [*found, *_below(found)] if found else []


def _collections(references: Sequence[str], channels: Sequence[str]) -> list[Goods]:
    rows = Collection.objects.filter(pk__in=references).prefetch_related("products")
    return [
        Goods(
            kind=GoodsKind.COLLECTION, reference=one.slug, name=one.name, slug=one.slug,
            unsold=_unsold(one.products.all(), channels)
            if one.products.all()
            else {slug: [one.name] for slug in channels},
            listed=frozenset(channels if _listed(list(one.products.all())) else ()),
        )
        for one in rows
    ]  # fmt: skip


def _listed(products: Sequence[Product]) -> bool:
    return bool(products) and all(one.listed for one in products)


def _unsold(products: Iterable[Product], channels: Sequence[str]) -> dict[str, list[str]]:
    names = {one.pk: one.name for one in products}
    priced = set(
        Price.objects.filter(variant__product__in=names, channel__in=channels).values_list(
            "variant__product", "channel"
        )
    )
    found = {slug: [name for key, name in names.items() if (key, slug) not in priced] for slug in channels}
    return {slug: missing for slug, missing in found.items() if missing}
