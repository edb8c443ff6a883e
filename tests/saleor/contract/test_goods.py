"""What only Saleor's catalogue can hold: names in other languages, SKUs."""

from typing import Any

import graphene
import pytest
from saleor.product.models import (
    CategoryTranslation,
    CollectionTranslation,
    ProductTranslation,
    ProductVariant,
)

from saleor_relacional.hosts.goods import GoodsKind

pytestmark = pytest.mark.django_db


def key(reference: str) -> int:
    return int(graphene.Node.from_global_id(reference)[1])


def found(shop: Any, kind: GoodsKind, *words: str, language: str = "es") -> list[tuple[str, str]]:
    return [
        (one.reference, one.name) for one in shop.host.goods_named(kind, words, most=5, language=language)
    ]


def test_goods_are_found_in_the_readers_language(shop: Any) -> None:
    """By either name, each word where it stands; shown as the reader says it; nothing of another language."""
    cup = shop.product("Zarb cup", "4.50")
    drinks, early = shop.category("Zarb drinks"), shop.collection("Zarb early", cup.product)
    ProductTranslation.objects.create(product_id=key(cup.product), language_code="es", name="Taza zarbina")
    CategoryTranslation.objects.create(category_id=key(drinks), language_code="es", name="Bebidas")
    CollectionTranslation.objects.create(collection_id=key(early), language_code="es", name="Antes que nadie")
    said = [(cup.product, "Taza zarbina")]
    assert found(shop, GoodsKind.PRODUCT, "taza") == found(shop, GoodsKind.PRODUCT, "cup", "TAZA") == said
    assert found(shop, GoodsKind.PRODUCT, "taza", language="en") == []
    assert found(shop, GoodsKind.PRODUCT, "zarb", language="en") == [(cup.product, "Zarb cup")]
    assert found(shop, GoodsKind.VARIANT, "taza") == [(cup.variant, "Taza zarbina")]
    assert found(shop, GoodsKind.CATEGORY, "bebidas") == [(drinks, "Bebidas")]
    assert found(shop, GoodsKind.COLLECTION, "nadie") == [(early, "Antes que nadie")]


def test_a_variant_is_found_by_its_sku(shop: Any) -> None:
    """As staff know it from the shelf."""
    cup = shop.product("Zarb cup", "4.50")
    ProductVariant.objects.filter(pk=key(cup.variant)).update(sku="ZB-0042")
    assert [one for one, _name in found(shop, GoodsKind.VARIANT, "zb-0042")] == [cup.variant]
