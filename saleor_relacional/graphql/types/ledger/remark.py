"""What somebody says of an entry of their ledger, and its answer."""

from typing import Any

import graphene
from graphene.relay import Node, PageInfo

from saleor_relacional.graphql import loaders
from saleor_relacional.graphql.host_types import moment
from saleor_relacional.graphql.permissions import MANAGE_USERS, needs, says
from saleor_relacional.graphql.types.enums import enum_of
from saleor_relacional.graphql.types.profile.profile import RelationshipProfile
from saleor_relacional.models import Remark, RemarkKind

RemarkKindEnum = enum_of("RelationshipRemarkKindEnum", RemarkKind, "What somebody says of an entry.")
RightEnum = graphene.Enum(
    "RelationshipRemarkRightEnum", [("GIFT", "gift"), ("NOT_MINE", "not_mine")],
    description=lambda member: None if member else "What is right about an order: a gift, or not theirs.",
)  # fmt: skip


class RelationshipRemark(graphene.ObjectType):
    """One remark."""

    kind = graphene.Field(RemarkKindEnum, required=True)
    entry = graphene.String(description="Name of the entry; null: of none.")
    told = graphene.String(required=True, description="The entry as they read it.")
    words = graphene.String(required=True, description="Theirs; may be empty.")
    right = graphene.Field(RightEnum, description="What is right about an order; null: they did not say.")
    said_at = moment("When they said so.", required=True)
    answer = graphene.String(description="Of the shop; null: it is open.")
    answered_at = moment("When it was answered.")
    answered_by = graphene.String(description="Who answered: staff:ID or app:ID." + says(MANAGE_USERS))
    profile = graphene.Field(RelationshipProfile, description="Whose it is." + says(MANAGE_USERS))

    class Meta:
        interfaces = (Node,)
        description = "What somebody says of an entry of their ledger, and its answer."

    @classmethod
    def is_type_of(cls, root: Any, info: Any) -> bool:
        return isinstance(root, Remark)

    @staticmethod
    def resolve_id(root: Remark, info: Any) -> str:
        return str(root.public_id)

    @staticmethod
    def resolve_entry(root: Remark, info: Any) -> str | None:
        return root.entry or None

    @staticmethod
    def resolve_right(root: Remark, info: Any) -> str | None:
        return root.right or None

    @staticmethod
    def resolve_answer(root: Remark, info: Any) -> str | None:
        return root.answer or None

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_answered_by(root: Remark, info: Any) -> str | None:
        return root.answered_by or None

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_profile(root: Remark, info: Any) -> Any:
        return loaders.of_id(info.context, root.profile_id)


class RelationshipRemarkCountableEdge(graphene.ObjectType):
    """One of a page."""

    node = graphene.Field(RelationshipRemark, required=True, description="The item at the end of the edge.")
    cursor = graphene.String(required=True, description="A cursor for use in pagination.")


class RelationshipRemarkCountableConnection(graphene.ObjectType):
    """A page of remarks."""

    page_info = graphene.Field(PageInfo, required=True, description="Pagination data for this connection.")
    edges = graphene.List(graphene.NonNull(RelationshipRemarkCountableEdge), required=True)
    total_count = graphene.Int(description="A total count of items.")

    @staticmethod
    def resolve_total_count(root: Any, info: Any) -> int:
        return root.total_count()
