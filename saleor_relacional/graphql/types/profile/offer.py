"""A live offer as its owner sees it."""

from typing import Any

import graphene

from saleor_relacional.graphql.host_types import listed, moment
from saleor_relacional.graphql.types.enums import OfferKindEnum


class RelationshipOffer(graphene.ObjectType):
    """One live offer."""

    code = graphene.String(required=True, description="Only its owner can use it, once.")
    kind = graphene.Field(OfferKindEnum, required=True)
    value = graphene.Float(
        required=True, description="Per cent, or an amount in the currency of the channel it is used in."
    )
    channels = listed(graphene.String, "Slugs of the channels where it works.")
    expires_at = moment("It works until then.", required=True)

    class Meta:
        description = "A live offer to one customer. What is shown here is what checkout grants."

    @staticmethod
    def resolve_channels(root: Any, info: Any) -> Any:
        return sorted(root.channels)
