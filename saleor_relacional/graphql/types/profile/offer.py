"""A live offer as its owner sees it."""

from typing import Any

import graphene

from saleor_relacional.graphql.host_types import amount, listed, moment, money, money_type
from saleor_relacional.graphql.types.enums import OfferKindEnum, OfferWhyNotEnum
from saleor_relacional.models import RungKind


class RelationshipOffer(graphene.ObjectType):
    """One live offer."""

    code = graphene.String(required=True, description="Only its owner can use it, once.")
    kind = graphene.Field(OfferKindEnum, required=True)
    value = graphene.Float(description="Of a percentage: per cent.")
    amounts = listed(money_type, "Of a fixed one: how much it takes off, once per currency.")
    minimum = listed(
        money_type,
        "What must be in the basket at least, before delivery, once per currency; empty: no minimum.",
    )
    products = listed(
        graphene.ID, "For which it holds, as the shop's API knows them; empty with the three below: for all."
    )
    variants = listed(graphene.ID, "The same of variants; of a gift the one that is given.")
    categories = listed(graphene.ID, "The same of categories, without those below them.")
    collections = listed(graphene.ID, "The same of collections.")
    countries = listed(graphene.String, "Of free delivery: where it is sent; empty: everywhere.")
    once_per_order = graphene.Boolean(
        required=True, description="It takes off one unit of the cheapest that it holds for."
    )
    channels = listed(graphene.String, "Slugs of the channels where it works.")
    expires_at = moment("It works until then.", required=True)

    takes_off = money(
        "By how much less is to be paid for the checkout that was asked about, tax and delivery included, than without"
        " any code: the shop's own computation. Null without checkoutId, and where it is no open checkout of theirs."
    )
    why_not = graphene.Field(
        OfferWhyNotEnum, description="Why it takes nothing off that checkout now; null where it does."
    )
    missing = money("To the minimum spend, where that is why.")
    applied = graphene.Boolean(description="Whether that checkout carries it already.")

    class Meta:
        description = "A live offer to one customer. What is shown here is what checkout grants."

    @staticmethod
    def resolve_value(root: Any, info: Any) -> Any:
        return root.terms.value

    @staticmethod
    def resolve_amounts(root: Any, info: Any) -> Any:
        return root.terms.amounts

    @staticmethod
    def resolve_minimum(root: Any, info: Any) -> Any:
        return root.terms.minimum

    @staticmethod
    def resolve_products(root: Any, info: Any) -> Any:
        return root.terms.products

    @staticmethod
    def resolve_variants(root: Any, info: Any) -> Any:
        return root.terms.variants

    @staticmethod
    def resolve_categories(root: Any, info: Any) -> Any:
        return root.terms.categories

    @staticmethod
    def resolve_collections(root: Any, info: Any) -> Any:
        return root.terms.collections

    @staticmethod
    def resolve_countries(root: Any, info: Any) -> Any:
        return root.terms.countries

    @staticmethod
    def resolve_once_per_order(root: Any, info: Any) -> bool:
        return bool(root.terms.once_per_order or root.kind == RungKind.GIFT)

    @staticmethod
    def resolve_channels(root: Any, info: Any) -> Any:
        return sorted(root.channels)

    @staticmethod
    def resolve_takes_off(root: Any, info: Any) -> Any:
        return amount(root.here.amount, root.here.currency) if root.here else None

    @staticmethod
    def resolve_why_not(root: Any, info: Any) -> Any:
        return root.here.why_not if root.here else None

    @staticmethod
    def resolve_missing(root: Any, info: Any) -> Any:
        return amount(root.here.missing, root.here.currency) if root.here else None

    @staticmethod
    def resolve_applied(root: Any, info: Any) -> Any:
        return root.here.carried if root.here else None
