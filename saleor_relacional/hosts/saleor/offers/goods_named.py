"""What this Saleor sells, by what it is called: in its own language or in the reader's."""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Q
from saleor.product.models import (
    Category,
    CategoryTranslation,
    Collection,
    CollectionTranslation,
    Product,
    ProductTranslation,
    ProductVariant,
    ProductVariantTranslation,
)

from saleor_relacional.hosts.goods import Goods, GoodsKind
from saleor_relacional.hosts.saleor.offers import goods

NAMED: Mapping[GoodsKind, tuple[Any, Any, str]] = {
    GoodsKind.PRODUCT: (Product, ProductTranslation, "product"),
    GoodsKind.CATEGORY: (Category, CategoryTranslation, "category"),
    GoodsKind.COLLECTION: (Collection, CollectionTranslation, "collection"),
}
"""Kind → what has a name of its own, its translations, and their key to it. A variant goes by its product's, too."""


def find(kind: GoodsKind, words: Sequence[str], most: int, language: str) -> Sequence[Goods]:
    """See Host.goods_named."""
    spoken = language.lower()
    rows = _variants(words, spoken) if kind is GoodsKind.VARIANT else _named(kind, words, spoken)
    wanted = [goods.reference(kind, key) for key in rows.values_list("pk", flat=True)[:most]]
    found = goods.find(kind, wanted, (), language)
    return [found[each] for each in wanted if each in found]


def _named(kind: GoodsKind, words: Sequence[str], language: str) -> Any:
    model, translations, key = NAMED[kind]
    return _matching(
        model, words, lambda word: Q(name__icontains=word) | _said(translations, key, word, language)
    ).order_by("name", "pk")  # fmt: skip


def _variants(words: Sequence[str], language: str) -> Any:
    return _matching(
        ProductVariant, words,
        lambda word: Q(product__name__icontains=word) | Q(name__icontains=word) | Q(sku__icontains=word)
        | _said(ProductTranslation, "product", word, language, of="product")
        | _said(ProductVariantTranslation, "product_variant", word, language),
    ).order_by("product__name", "name", "pk")  # fmt: skip


def _matching(model: Any, words: Sequence[str], stands: Any) -> Any:
    """Rows of which `stands` holds for each word; of none where there is no word."""
    return model.objects.filter(reduce(and_, map(stands, words))) if words else model.objects.none()


def _said(model: Any, key: str, word: str, language: str, *, of: str = "pk") -> Q:
    """That `of` is among those whose name in this language holds the word."""
    there = model.objects.filter(language_code=language, name__icontains=word)
    return Q(**{f"{of}__in": there.values(key)})
