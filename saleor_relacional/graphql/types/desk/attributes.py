"""The customer attributes that the shop's own customer list filters by."""

from typing import Any

import graphene

from saleor_relacional.flows.attributes import choice
from saleor_relacional.graphql.host_types import listed, moment
from saleor_relacional.graphql.types.segment import RelationshipSegment
from saleor_relacional.models import AttributeChoice


class RelationshipAttributeChoice(graphene.ObjectType):
    """What the owner chose, and how far it is written."""

    possible = graphene.Boolean(
        required=True, description="Whether the shop has customer attributes: Saleor does from 3.23.26 on."
    )
    active = graphene.Boolean(
        required=True, description="Off, which is the default: nothing of ours stands there."
    )
    stage = graphene.Boolean(required=True, description="Whether the stage is shown.")
    segments = listed(RelationshipSegment, "The segments that are shown, in the owner's order.")
    value_bands = listed(
        graphene.Int,
        "Where one band of expected yearly value ends and the next begins; empty: it is not shown.",
    )
    currency = graphene.String(description="Of the bands. Whoever buys in another one is in none of them.")
    deleted = listed(
        graphene.String,
        "Names of those that staff deleted in the shop: they stay deleted until switched on anew.",
    )
    written_at = moment("When nothing was left to write last; null: never.")

    class Meta:
        description = (
            "Stage, segments and value as customer attributes, so that the shop's own customer list filters by them."
            " Customers do not see them."
        )

    @staticmethod
    def resolve_possible(root: AttributeChoice, info: Any) -> bool:
        return choice.possible()

    @staticmethod
    def resolve_segments(root: AttributeChoice, info: Any) -> Any:
        return choice.shown(root)

    @staticmethod
    def resolve_currency(root: AttributeChoice, info: Any) -> str | None:
        return root.currency or None

    @staticmethod
    def resolve_deleted(root: AttributeChoice, info: Any) -> list[str]:
        return [one.name for one in choice.wanted(root) if one.key in root.missing]
