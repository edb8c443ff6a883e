"""What the shop's API answers with."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import graphene
from promise import Promise

from saleor_relacional import conf
from saleor_relacional.graphql.request import load
from saleor_relacional.hosts.standalone import facts, models
from saleor_relacional.hosts.standalone.graphql.ids import global_id
from saleor_relacional.hosts.standalone.shop.price import price_of


class Money(graphene.ObjectType):
    """An amount in a currency."""

    currency = graphene.String(description="Currency code.", required=True)
    amount = graphene.Float(description="Amount of money.", required=True)


def money(amount: Decimal, currency: str) -> Money:
    """Money as the API shows it."""
    return Money(amount=amount, currency=currency)


class OrderLine(graphene.ObjectType):
    """One line of an order."""

    product_name = graphene.String(required=True)
    product_sku = graphene.String(required=True)
    quantity = graphene.Int(required=True)
    total = graphene.Field(Money, required=True, description="After the line's part of the discount.")


class Order(graphene.ObjectType):
    """An order."""

    id = graphene.ID(required=True)
    number = graphene.String(required=True)
    status = graphene.String(required=True)
    created = graphene.DateTime(required=True)
    total = graphene.Field(Money, required=True, description="After the discount.")
    discount = graphene.Field(Money, required=True)
    voucher_code = graphene.String()
    lines = graphene.List(graphene.NonNull(OrderLine), required=True)

    @staticmethod
    def resolve_id(root: models.Order, info: Any) -> str:
        return global_id("Order", root.pk)

    @staticmethod
    def resolve_created(root: models.Order, info: Any) -> datetime:
        return root.placed_at

    @staticmethod
    def resolve_total(root: models.Order, info: Any) -> Money:
        return money(root.total, root.currency)

    @staticmethod
    def resolve_discount(root: models.Order, info: Any) -> Money:
        return money(root.discount, root.currency)

    @staticmethod
    def resolve_voucher_code(root: models.Order, info: Any) -> str | None:
        return root.codes[0] if root.codes else None

    @staticmethod
    def resolve_lines(root: models.Order, info: Any) -> list[OrderLine]:
        return [
            OrderLine(
                product_name=line.name,
                product_sku=line.sku,
                quantity=line.quantity,
                total=money(line.total, root.currency),
            )
            for line in root.lines.order_by("pk")
        ]


class User(graphene.ObjectType):
    """An account: the customer themself sees it, and who may manage users."""

    id = graphene.ID(required=True)
    email = graphene.String(required=True)
    first_name = graphene.String(required=True)
    last_name = graphene.String(required=True)
    is_staff = graphene.Boolean(required=True)
    is_confirmed = graphene.Boolean(required=True)
    language_code = graphene.String(required=True)
    date_joined = graphene.DateTime(required=True)
    orders = graphene.List(graphene.NonNull(Order), required=True, description="The last twenty.")

    @staticmethod
    def resolve_id(root: models.Customer, info: Any) -> str:
        return global_id("User", root.pk)

    @staticmethod
    def resolve_is_confirmed(root: models.Customer, info: Any) -> bool:
        return root.confirmed

    @staticmethod
    def resolve_language_code(root: models.Customer, info: Any) -> str:
        return root.language

    @staticmethod
    def resolve_date_joined(root: models.Customer, info: Any) -> datetime:
        return root.joined_at

    @staticmethod
    def resolve_orders(root: models.Customer, info: Any) -> list[models.Order]:
        return list(root.orders.order_by("-placed_at")[:20])


def _users(references: Sequence[str], context: Any) -> dict[str, models.Customer]:
    wanted = models.Customer.objects.filter(pk__in=facts.uuids(references))
    return {str(customer.pk): customer for customer in wanted}


def load_users(info: Any, references: Sequence[str]) -> Promise:
    """A promise of a list of users, None where unknown; one query per request and level."""
    return Promise.all([load(info.context, "shop.users", _users, reference) for reference in references])


class ProductVariant(graphene.ObjectType):
    """What one buys."""

    id = graphene.ID(required=True)
    sku = graphene.String(required=True)
    name = graphene.String(required=True)
    price = graphene.Field(Money, required=True)


class Product(graphene.ObjectType):
    """Something the shop sells."""

    id = graphene.ID(required=True)
    name = graphene.String(required=True)
    variants = graphene.List(graphene.NonNull(ProductVariant), required=True)


class CheckoutLine(graphene.ObjectType):
    """What is in the basket."""

    sku = graphene.String(required=True)
    name = graphene.String(required=True)
    quantity = graphene.Int(required=True)
    total = graphene.Field(Money, required=True)


class Checkout(graphene.ObjectType):
    """An open checkout. Its id is a secret of whoever opened it, as in Saleor."""

    id = graphene.ID(required=True)
    email = graphene.String()
    channel = graphene.String(required=True)
    voucher_code = graphene.String()
    lines = graphene.List(graphene.NonNull(CheckoutLine), required=True)
    discount = graphene.Field(Money, required=True)
    total_price = graphene.Field(Money, required=True)

    @staticmethod
    def shown(checkout: models.Checkout) -> "Checkout":
        """As it stands now."""
        priced = price_of(checkout, at=conf.host().now())
        currency = checkout.channel.currency
        return Checkout(
            id=global_id("Checkout", checkout.pk),
            email=checkout.email or None,
            channel=checkout.channel_id,
            voucher_code=checkout.code or None,
            lines=[
                CheckoutLine(
                    sku=line.sku, name=line.name, quantity=line.quantity, total=money(line.total, currency)
                )
                for line in priced.lines
            ],
            discount=money(priced.discount, currency),
            total_price=money(priced.total, currency),
        )
