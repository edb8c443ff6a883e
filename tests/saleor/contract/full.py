"""The part of the driver that is about several products, a basket of them, and where it is sent."""

from collections.abc import Mapping
from typing import Any

import graphene
from saleor.channel.models import Channel
from saleor.checkout.models import Checkout
from saleor.graphql.tests.fixtures import ApiClient
from saleor.shipping.models import ShippingZone
from saleor.warehouse.models import Warehouse

from tests.hosts.driver import Shelved
from tests.saleor import shelves
from tests.saleor.contract import operations
from tests.saleor.contract.attributes import CustomerAttributes


class FullShop(CustomerAttributes):
    """See tests/hosts/driver.py: Shelves. Part of SaleorShop."""

    def category(self, name: str, *, below: str = "") -> str:
        return shelves.category(name, below=below)

    def collection(self, name: str, *products: str) -> str:
        return shelves.collection(name, *products)

    def product(
        self, name: str, price: str, *, category: str = "", channel: str = "eur", stock: int | None = None
    ) -> Shelved:
        made = shelves.product(
            name,
            {channel: price},
            category=category,
            stock=stock,
            warehouse=Warehouse.objects.get(slug="cellar"),
        )
        self._sends(Channel.objects.get(slug=channel))
        return made

    def _sends(self, channel: Channel) -> None:
        zone = ShippingZone.objects.get(name="Everywhere")
        zone.countries = ["ES", "FR"]
        zone.save(update_fields=["countries"])
        shelves.sends(zone, channel)

    def unpublish(self, product: str) -> None:
        shelves.unpublish(product)

    def list_it(self, product: str) -> None:
        shelves.show(product, listed=True)

    def hide(self, product: str) -> None:
        shelves.show(product, listed=False)

    def fill(self, lines: Mapping[str, int], *, email: str = "ana@example.com", channel: str = "eur") -> str:
        wanted = [{"variantId": variant, "quantity": quantity} for variant, quantity in lines.items()]
        given = {"channel": channel, "email": email, "lines": wanted, "billingAddress": operations.ADDRESS}
        return str(self._ask(ApiClient(), operations.CHECKOUT_CREATE, input=given)["checkout"]["token"])

    def put_in(self, checkout: str, lines: Mapping[str, int]) -> None:
        given = [{"variantId": variant, "quantity": quantity} for variant, quantity in lines.items()]
        there = {line.variant.get_global_id() for line in Checkout.objects.get(pk=checkout).lines.all()}
        for query, wanted in ((operations.LINES_UPDATE, True), (operations.LINES_ADD, False)):
            if some := [one for one in given if (one["variantId"] in there) is wanted]:
                self._ask(ApiClient(), query, id=_id("Checkout", checkout), lines=some)

    def deliver(self, checkout: str, country: str = "ES") -> None:
        address = operations.ADDRESSES[country]
        asked = {"id": _id("Checkout", checkout)}
        self._ask(ApiClient(), operations.SHIPPING_ADDRESS, address=address, **asked)
        ways = self._ask(ApiClient(), operations.DELIVERIES, **asked)["deliveries"]
        active = next(way["id"] for way in ways if way["shippingMethod"]["active"])
        self._ask(ApiClient(), operations.DELIVERY, method=active, **asked)

    def code_of(self, checkout: str) -> str:
        return Checkout.objects.get(pk=checkout).voucher_code or ""

    def _ask(self, client: ApiClient, query: str, **variables: Any) -> Any:
        raise NotImplementedError


def _id(kind: str, key: str) -> str:
    return str(graphene.Node.to_global_id(kind, key))
