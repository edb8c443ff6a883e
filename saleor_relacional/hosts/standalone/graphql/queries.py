"""What the shop answers."""

from typing import Any

import graphene

from saleor_relacional.graphql.permissions import MANAGE_USERS, needs, sees
from saleor_relacional.graphql.request import caller
from saleor_relacional.hosts.standalone import models
from saleor_relacional.hosts.standalone.graphql import types
from saleor_relacional.hosts.standalone.graphql.ids import global_id, key_of
from saleor_relacional.hosts.standalone.shop import baskets
from saleor_relacional.hosts.standalone.shop.refusal import Refusal


class ShopQueries:
    """Mixed into Query."""

    me = graphene.Field(types.User, description="The account that is asking.")
    user = graphene.Field(
        types.User,
        id=graphene.Argument(graphene.ID, required=True),
        description=f"An account.\n\nRequires one of the following permissions: {MANAGE_USERS}, OWNER.",
    )
    customers = graphene.List(
        graphene.NonNull(types.User),
        attribute=graphene.Argument(graphene.String, required=True),
        value=graphene.Argument(graphene.String, required=True),
        first=graphene.Argument(graphene.Int, default_value=100),
        required=True,
        description="Customers who have a value (by slug) of a customer attribute (by slug), at most 100."
        f"\n\nRequires one of the following permissions: {MANAGE_USERS}.",
    )
    products = graphene.List(
        graphene.NonNull(types.Product),
        channel=graphene.Argument(graphene.String, required=True),
        required=True,
        description="What storefronts list in a channel.",
    )
    checkout = graphene.Field(
        types.Checkout, id=graphene.Argument(graphene.ID, required=True), description="An open checkout."
    )

    @staticmethod
    def resolve_me(_root: Any, info: Any) -> Any:
        account = caller(info.context).account
        return types.load_users(info, [account]).then(lambda found: found[0]) if account else None

    @staticmethod
    def resolve_user(_root: Any, info: Any, id: str) -> Any:
        account = key_of("User", id)
        sees(info, account)
        return types.load_users(info, [account]).then(lambda found: found[0])

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_customers(_root: Any, info: Any, attribute: str, value: str, first: int) -> Any:
        having = models.CustomerValue.objects.filter(value__slug=value, value__attribute__slug=attribute)
        found = models.Customer.objects.filter(pk__in=having.values("customer")).order_by("email")
        return list(found[: min(max(first, 0), 100)])

    @staticmethod
    def resolve_products(_root: Any, info: Any, channel: str) -> list[types.Product]:
        prices = models.Price.objects.filter(channel_id=channel, variant__product__listed=True)
        prices = prices.select_related("variant__product", "channel")
        found: dict[int, types.Product] = {}
        for price in prices.order_by("variant__product__name", "variant_id"):
            product = price.variant.product
            shown = found.setdefault(
                product.pk,
                types.Product(id=global_id("Product", product.pk), name=product.name, variants=[]),
            )
            shown.variants.append(
                types.ProductVariant(
                    id=global_id("ProductVariant", price.variant_id),
                    sku=price.variant_id,
                    name=price.variant.name,
                    price=types.money(price.amount, price.channel.currency),
                )
            )
        return list(found.values())

    @staticmethod
    def resolve_checkout(_root: Any, info: Any, id: str) -> types.Checkout | None:
        try:
            return types.Checkout.shown(baskets.find(key_of("Checkout", id)))
        except Refusal:
            return None
