"""From a basket to an order."""

from typing import Any

import graphene

from saleor_relacional.graphql.request import caller
from saleor_relacional.hosts.standalone import models
from saleor_relacional.hosts.standalone.graphql import types
from saleor_relacional.hosts.standalone.graphql.ids import key_of
from saleor_relacional.hosts.standalone.graphql.mutations.verb import Verb
from saleor_relacional.hosts.standalone.shop import baskets, completion


class CheckoutLineInput(graphene.InputObjectType):
    """So many of a variant."""

    variant_id = graphene.ID(required=True)
    quantity = graphene.Int(required=True)


class CheckoutCreateInput(graphene.InputObjectType):
    """What is bought, where, by whom."""

    channel = graphene.String(required=True)
    email = graphene.String(description="A guest's. An account's own address is taken when it is asking.")
    language_code = graphene.String()
    lines = graphene.List(graphene.NonNull(CheckoutLineInput), required=True)


class CheckoutCreate(Verb):
    """Open a checkout."""

    checkout = graphene.Field(types.Checkout)

    class Arguments:
        input = CheckoutCreateInput(required=True)

    @classmethod
    def do(cls, info: Any, input: dict[str, Any]) -> "CheckoutCreate":
        lines: dict[str, int] = {}
        for line in input["lines"]:
            sku = key_of("ProductVariant", line["variant_id"])
            lines[sku] = lines.get(sku, 0) + line["quantity"]
        account = caller(info.context).account
        checkout = baskets.open_checkout(
            input["channel"],
            lines,
            customer=models.Customer.objects.get(pk=account) if account else None,
            email=input.get("email") or "",
            language=(input.get("language_code") or "en").lower(),
        )
        return cls(errors=[], checkout=types.Checkout.shown(checkout))


class CheckoutEmailUpdate(Verb):
    """Type an address."""

    checkout = graphene.Field(types.Checkout)

    class Arguments:
        id = graphene.ID(required=True)
        email = graphene.String(required=True)

    @classmethod
    def do(cls, info: Any, id: str, email: str) -> "CheckoutEmailUpdate":
        checkout = baskets.find(key_of("Checkout", id))
        baskets.set_email(checkout, email)
        return cls(errors=[], checkout=types.Checkout.shown(checkout))


class AddressInput(graphene.InputObjectType):
    """Where to; of an address this shop keeps no more."""

    country = graphene.String(required=True, description="ISO 3166 code.")
    postal_code = graphene.String(required=True)


class CheckoutShippingAddressUpdate(Verb):
    """Say where to send it."""

    checkout = graphene.Field(types.Checkout)

    class Arguments:
        id = graphene.ID(required=True)
        shipping_address = AddressInput(required=True)

    @classmethod
    def do(cls, info: Any, id: str, shipping_address: dict[str, str]) -> "CheckoutShippingAddressUpdate":
        checkout = baskets.find(key_of("Checkout", id))
        baskets.set_address(checkout, **shipping_address)
        return cls(errors=[], checkout=types.Checkout.shown(checkout))


class CheckoutDeliveryMethodUpdate(Verb):
    """Choose the channel's delivery: there is one."""

    checkout = graphene.Field(types.Checkout)

    class Arguments:
        id = graphene.ID(required=True)

    @classmethod
    def do(cls, info: Any, id: str) -> "CheckoutDeliveryMethodUpdate":
        checkout = baskets.find(key_of("Checkout", id))
        baskets.choose_delivery(checkout)
        return cls(errors=[], checkout=types.Checkout.shown(checkout))


class CheckoutLinesUpdate(Verb):
    """Have so many of these in the basket; 0 takes one out."""

    checkout = graphene.Field(types.Checkout)

    class Arguments:
        id = graphene.ID(required=True)
        lines = graphene.List(graphene.NonNull(CheckoutLineInput), required=True)

    @classmethod
    def do(cls, info: Any, id: str, lines: list[dict[str, Any]]) -> "CheckoutLinesUpdate":
        checkout = baskets.find(key_of("Checkout", id))
        asked = {key_of("ProductVariant", line["variant_id"]): max(line["quantity"], 0) for line in lines}
        baskets.put_in(checkout, asked)
        return cls(errors=[], checkout=types.Checkout.shown(checkout))


class CheckoutAddPromoCode(Verb):
    """Put a voucher code on."""

    checkout = graphene.Field(types.Checkout)

    class Arguments:
        id = graphene.ID(required=True)
        promo_code = graphene.String(required=True)

    @classmethod
    def do(cls, info: Any, id: str, promo_code: str) -> "CheckoutAddPromoCode":
        checkout = baskets.find(key_of("Checkout", id))
        baskets.put_code(checkout, promo_code)
        return cls(errors=[], checkout=types.Checkout.shown(checkout))


class CheckoutRemovePromoCode(Verb):
    """Take it off."""

    checkout = graphene.Field(types.Checkout)

    class Arguments:
        id = graphene.ID(required=True)

    @classmethod
    def do(cls, info: Any, id: str) -> "CheckoutRemovePromoCode":
        checkout = baskets.find(key_of("Checkout", id))
        baskets.remove_code(checkout)
        return cls(errors=[], checkout=types.Checkout.shown(checkout))


class CheckoutComplete(Verb):
    """Pay and order. Payment always succeeds in this shop."""

    order = graphene.Field(types.Order)

    class Arguments:
        id = graphene.ID(required=True)

    @classmethod
    def do(cls, info: Any, id: str) -> "CheckoutComplete":
        return cls(errors=[], order=completion.complete(baskets.find(key_of("Checkout", id))))
