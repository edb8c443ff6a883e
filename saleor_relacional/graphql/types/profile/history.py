"""Stages over time, and changes of habit."""

from typing import Any

import graphene
from graphene.relay import PageInfo

from saleor_relacional.graphql.host_types import listed, moment
from saleor_relacional.graphql.types.enums import StageEnum


class RelationshipStageChange(graphene.ObjectType):
    """One step of the history of stages."""

    stage = graphene.Field(StageEnum, required=True)
    previous = graphene.Field(StageEnum)
    happened_at = moment("When it became true.", required=True)
    learned_at = moment("When we came to know; a late order makes it later.", required=True)
    cause = graphene.String(
        required=True,
        description="purchase, refund, correction, habit, declared, time, refit, merge, or history (first scoring).",
    )
    of_merged = graphene.Boolean(
        required=True, description="Whether it belongs to a profile that has since been merged into this one."
    )

    class Meta:
        description = "One step of the dated history of stages."

    @staticmethod
    def resolve_previous(root: Any, info: Any) -> Any:
        return root.previous or None


class RelationshipStageChangeCountableEdge(graphene.ObjectType):
    """One of a page."""

    node = graphene.Field(
        RelationshipStageChange, required=True, description="The item at the end of the edge."
    )
    cursor = graphene.String(required=True, description="A cursor for use in pagination.")


class RelationshipStageChangeCountableConnection(graphene.ObjectType):
    """A page of the history, newest first."""

    page_info = graphene.Field(PageInfo, required=True, description="Pagination data for this connection.")
    edges = listed(RelationshipStageChangeCountableEdge, "Newest first.")


class RelationshipBelievedStage(graphene.ObjectType):
    """The stage believed on some day."""

    stage = graphene.Field(StageEnum, required=True)
    since = moment("When it began, as was believed then.", required=True)
    cause = graphene.String(required=True, description="What began it.")

    class Meta:
        description = "The stage that was believed when a day ended, whatever has become known since."


class RelationshipHabitShift(graphene.ObjectType):
    """A change of habit."""

    what = graphene.String(required=True, description="rhythm, basket, category, channel or address.")
    happened_on = graphene.String(
        required=True, description="First purchase day of the new habit: YYYY-MM-DD."
    )
    learned_at = moment("When we came to know.", required=True)
    before = graphene.Float(
        description="Typical days between purchases, or typical value of an order, before it; null for the others."
    )
    after = graphene.Float(description="The same since.")

    class Meta:
        description = "A change in how a customer buys: their rhythm is learnt anew from it."

    @staticmethod
    def resolve_happened_on(root: Any, info: Any) -> str:
        return str(root.happened_on.isoformat())
