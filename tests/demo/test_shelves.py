"""A shop is given shelves from what its history sold."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.demo import furnish, shelves
from saleor_relacional.hosts.standalone.models import Variant
from saleor_relacional.models import ProductCategory, PurchaseLine
from tests.support.instants import NOON
from tests.support.people import buys, person

pytestmark = pytest.mark.django_db


def fills(purchase: Any, key: str, name: str) -> None:
    PurchaseLine.objects.create(
        purchase=purchase,
        profile_id=purchase.profile_id,
        product_key=key,
        name=name,
        quantity=1,
        total=Decimal(2),
    )


def test_names_that_end_alike_share_a_shelf_and_goods_stand_on_it(shop: Any, now: datetime) -> None:
    """Two bags and a lamp, by their last word; what has no word stands nowhere. Ana bought bags most."""
    shop.channel(furnish.CHANNEL, "GBP")
    ana, bea = person("Ana"), person("Bea")
    for who, key, name in (
        (ana, "1", "RED RETRO BAG"), (ana, "2", "LUNCH BAG 2"), (ana, "3", "LAMP"), (bea, "3", "LAMP"),
        (bea, "4", "§§"),
    ):  # fmt: skip
        fills(buys(who, NOON), key, name)
    furnish.after_import(now)
    stands = dict(ProductCategory.objects.values_list("product_key", "category_key"))
    assert stands == {"1": "bag", "2": "bag", "3": "lamp"} and shelves.known() == ["bag", "lamp"]
    assert shelves.favourites() == {ana.email_key: "bag", bea.email_key: "lamp"}
    sold = Variant.objects.get(sku=furnish.pennyworth("bag")).product
    assert (sold.name, sold.category_id) == ("Bag by the pennyworth", "bag")
    assert furnish.pennyworth("") == furnish.PENNYWORTH


def test_a_history_without_products_has_none(shop: Any, now: datetime) -> None:
    """Totals alone: one thing is sold, and nothing runs out."""
    shop.channel(furnish.CHANNEL, "GBP")
    buys(person("Ana"), NOON)
    assert furnish.after_import(now) == 1
    assert shelves.known() == [] and shelves.favourites() == {}
