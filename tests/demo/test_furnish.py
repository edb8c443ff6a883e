"""The standalone shop becomes the shop of a history, and nobody else's."""

from decimal import Decimal

import pytest

from saleor_relacional.demo import furnish
from saleor_relacional.demo.problem import DemoProblem
from saleor_relacional.hosts.standalone.models import Price
from saleor_relacional.hosts.standalone.shop import accounts
from saleor_relacional.models import PurchaseLine
from tests.support.instants import NOON
from tests.support.people import buys, person


@pytest.mark.django_db
def test_an_empty_database_will_do() -> None:
    """Nothing is in the way."""
    furnish.must_be_empty()


@pytest.mark.parametrize(
    "somebody", [lambda: person("Ana"), lambda: accounts.register("ana@shop.example", None)]
)
@pytest.mark.django_db
def test_it_will_not_live_in_somebodys_shop(somebody) -> None:  # type: ignore[no-untyped-def]
    """One profile, or one account of the shop, and the demo says what to do instead."""
    somebody()
    with pytest.raises(DemoProblem, match="already holds a shop: name an empty one, or unset DATABASE_URL"):
        furnish.must_be_empty()


def test_the_best_sellers_are_for_sale_at_what_they_cost_on_average(shop) -> None:  # type: ignore[no-untyped-def]
    """Beside goods by the pennyworth, of each shelf and of none; what was given away is not for sale."""
    shop.channel(furnish.CHANNEL, "GBP")
    purchase = buys(person("Ana"), NOON)
    for key, quantity, total in (("lantern", 2, "5.00"), ("lantern", 2, "6.00"), ("gift", 1, "0.00")):
        PurchaseLine.objects.create(
            purchase=purchase, profile_id=purchase.profile_id, product_key=key, name=key, quantity=quantity,
            total=Decimal(total),
        )  # fmt: skip
    assert furnish.after_import(NOON) == 4
    prices = dict(Price.objects.exclude(variant_id="tea").values_list("variant_id", "amount"))
    penny = dict.fromkeys(
        [furnish.PENNYWORTH, *map(furnish.pennyworth, ("lantern", "gift"))], Decimal("0.01")
    )
    assert prices == {**penny, "lantern": Decimal("2.75")}
