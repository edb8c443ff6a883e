"""Pages of campaigns, with Saleor's names."""

from typing import Any

import graphene
from graphene.relay import PageInfo

from saleor_relacional.graphql.types.campaign import RelationshipCampaign


class RelationshipCampaignCountableEdge(graphene.ObjectType):
    """One of a page."""

    node = graphene.Field(RelationshipCampaign, required=True, description="The item at the end of the edge.")
    cursor = graphene.String(required=True, description="A cursor for use in pagination.")


class RelationshipCampaignCountableConnection(graphene.ObjectType):
    """A page of campaigns."""

    page_info = graphene.Field(PageInfo, required=True, description="Pagination data for this connection.")
    edges = graphene.List(graphene.NonNull(RelationshipCampaignCountableEdge), required=True)
    total_count = graphene.Int(description="A total count of items.")

    @staticmethod
    def resolve_total_count(root: Any, info: Any) -> int:
        return root.total_count()
