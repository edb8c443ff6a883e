"""A live offer as its owner sees it."""

from typing import Any

import graphene

from saleor_relacional.graphql.host_types import amount, listed, moment, money, money_type
from saleor_relacional.graphql.types.enums import OfferKindEnum, OfferWhyNotEnum


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
