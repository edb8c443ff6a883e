"""Pages of relationships, with Saleor's names."""

from typing import Any

import graphene
from graphene.relay import PageInfo

from saleor_relacional.graphql.types.profile.profile import RelationshipProfile


class RelationshipProfileCountableEdge(graphene.ObjectType):
    """One of a page."""

    node = graphene.Field(RelationshipProfile, required=True, description="The item at the end of the edge.")
    cursor = graphene.String(required=True, description="A cursor for use in pagination.")


class RelationshipProfileCountableConnection(graphene.ObjectType):
    """A page of relationships."""

    page_info = graphene.Field(PageInfo, required=True, description="Pagination data for this connection.")
    edges = graphene.List(graphene.NonNull(RelationshipProfileCountableEdge), required=True)
    total_count = graphene.Int(description="A total count of items; above 10,000 the database's estimate.")
    total_count_is_estimate = graphene.Boolean(description="Whether totalCount is an estimate.")

    @staticmethod
    def resolve_total_count(root: Any, info: Any) -> int:
        return root.count()[0]

    @staticmethod
    def resolve_total_count_is_estimate(root: Any, info: Any) -> bool:
        return root.count()[1]
