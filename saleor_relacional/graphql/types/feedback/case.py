"""A case: what staff handle of what somebody told."""

from typing import Any

import graphene
from graphene.relay import Node, PageInfo

from saleor_relacional.flows.feedback import cases, told
from saleor_relacional.graphql import loaders
from saleor_relacional.graphql.host_types import listed, moment
from saleor_relacional.graphql.request import request
from saleor_relacional.graphql.types.feedback.told import (
    CaseStateEnum,
    FeedbackKindEnum,
    PromiseKindEnum,
    RelationshipFeedback,
)
from saleor_relacional.graphql.types.profile.profile import RelationshipProfile
from saleor_relacional.models import FeedbackCase


class RelationshipCase(graphene.ObjectType):
    """One case."""

    kind = graphene.Field(FeedbackKindEnum, required=True, description="Of what opened it.")
    state = graphene.Field(CaseStateEnum, required=True)
    profile = graphene.Field(RelationshipProfile, required=True, description="Who told it.")
    told = listed(RelationshipFeedback, "What was told in it, the latest first.")
    order = graphene.String(description="Number of the order that it is about.")
    opened_at = moment("When it was told.", required=True)
    due_at = moment("By when it is to be answered.", required=True)
    overdue = graphene.Boolean(required=True, description="It waits although its time is over.")
    owner = graphene.String(description="Who took it: staff:ID or app:ID; null: nobody yet.")
    answer = graphene.String(description="The latest answer, as the customer reads it.")
    answered_at = moment("When it was first answered.")
    answered_by = graphene.String(description="Who answered last.")
    closed_at = moment("When it was closed.")
    closed_by = graphene.String(description="Who closed it; null where the customer took it back.")
    version = graphene.String(
        required=True, description="Changes whenever something is told in it, or it is answered or closed."
    )

    class Meta:
        interfaces = (Node,)
        description = "What staff handle of what a customer told the shop."

    @classmethod
    def is_type_of(cls, root: Any, info: Any) -> bool:
        return isinstance(root, FeedbackCase)

    @staticmethod
    def resolve_id(root: FeedbackCase, info: Any) -> str:
        return str(root.public_id)

    @staticmethod
    def resolve_version(root: FeedbackCase, info: Any) -> str:
        return cases.version(root)

    @staticmethod
    def resolve_profile(root: FeedbackCase, info: Any) -> Any:
        return loaders.of_id(info.context, root.profile_id)

    @staticmethod
    def resolve_told(root: FeedbackCase, info: Any) -> Any:
        return told.within(root)

    @staticmethod
    def resolve_order(root: FeedbackCase, info: Any) -> str | None:
        return (root.purchase.number or None) if root.purchase else None

    @staticmethod
    def resolve_overdue(root: FeedbackCase, info: Any) -> bool:
        return root.answered_at is None and root.closed_at is None and root.due_at < request(info.context).now

    @staticmethod
    def resolve_owner(root: FeedbackCase, info: Any) -> str | None:
        return root.owner or None

    @staticmethod
    def resolve_answer(root: FeedbackCase, info: Any) -> str | None:
        return root.answer or None

    @staticmethod
    def resolve_answered_by(root: FeedbackCase, info: Any) -> str | None:
        return root.answered_by or None

    @staticmethod
    def resolve_closed_by(root: FeedbackCase, info: Any) -> str | None:
        return root.closed_by or None


class RelationshipCaseCountableEdge(graphene.ObjectType):
    """One of a page."""

    node = graphene.Field(RelationshipCase, required=True, description="The item at the end of the edge.")
    cursor = graphene.String(required=True, description="A cursor for use in pagination.")


class RelationshipCaseCountableConnection(graphene.ObjectType):
    """A page of cases."""

    page_info = graphene.Field(PageInfo, required=True, description="Pagination data for this connection.")
    edges = graphene.List(graphene.NonNull(RelationshipCaseCountableEdge), required=True)
    total_count = graphene.Int(description="A total count of items.")

    @staticmethod
    def resolve_total_count(root: Any, info: Any) -> int:
        return root.total_count()


class RelationshipPromisedMonth(graphene.ObjectType):
    """Promises of one kind that were due in one month."""

    month = graphene.String(required=True, description="The shop's calendar month, YYYY-MM.")
    kind = graphene.Field(PromiseKindEnum, required=True)
    kept = graphene.Int(required=True, description="By their time.")
    broken = graphene.Int(required=True)
    open = graphene.Int(required=True, description="Their time is not over yet.")

    class Meta:
        description = "What became of the promises of one kind that were due in one month."

    @staticmethod
    def resolve_month(root: Any, info: Any) -> str:
        return f"{root.month:%Y-%m}"
