"""What staff do with orders."""

from decimal import Decimal
from typing import Any

import graphene

from saleor_relacional.graphql.permissions import require, says
from saleor_relacional.hosts.standalone.graphql import types
from saleor_relacional.hosts.standalone.graphql.ids import key_of
from saleor_relacional.hosts.standalone.graphql.mutations.verb import Verb
from saleor_relacional.hosts.standalone.shop import orders
from saleor_relacional.hosts.standalone.shop.price import CENT

MANAGE_ORDERS = "MANAGE_ORDERS"


class OrderCancel(Verb):
    """Take an order back whole."""

    order = graphene.Field(types.Order)

    class Meta:
        description = "Cancel an order." + says(MANAGE_ORDERS)

    class Arguments:
        id = graphene.ID(required=True)

    @classmethod
    def do(cls, info: Any, id: str) -> "OrderCancel":
        require(info, MANAGE_ORDERS)
        order = orders.find(key_of("Order", id))
        orders.cancel(order)
        return cls(errors=[], order=order)


class OrderRefund(Verb):
    """Give money back."""

    order = graphene.Field(types.Order)

    class Meta:
        description = "Refund part of an order or all that is left of it." + says(MANAGE_ORDERS)

    class Arguments:
        id = graphene.ID(required=True)
        amount = graphene.Float(required=True, description="In the order's currency.")

    @classmethod
    def do(cls, info: Any, id: str, amount: float) -> "OrderRefund":
        require(info, MANAGE_ORDERS)
        order = orders.find(key_of("Order", id))
        orders.refund(order, Decimal(str(amount)).quantize(CENT))
        return cls(errors=[], order=order)
