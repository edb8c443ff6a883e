"""A segment, and why somebody belongs to it."""

from typing import Any

import graphene
from graphene.relay import Node

from saleor_relacional.flows.segments.segments import Known
from saleor_relacional.graphql.host_types import listed, moment
from saleor_relacional.graphql.types.rule import RelationshipRule
from saleor_relacional.graphql.types.segment_members import count, count_field, members, members_field


class RelationshipSegmentReason(graphene.ObjectType):
    """One condition and whether it holds for one customer."""

    place = graphene.String(required=True, description="Where the condition stands: rule.all[1].")
    sentence = graphene.String(required=True, description="What it asks, in the reader's language.")
    holds = graphene.Boolean(required=True, description="Whether it holds.")
    found = graphene.String(required=True, description="What we know of them.")

    class Meta:
        description = "One condition of a rule, and whether it holds for a customer."


class RelationshipSegmentWhy(graphene.ObjectType):
    """Why one customer belongs, or does not."""

    member = graphene.Boolean(required=True, description="Whether they belong, now.")
    reasons = listed(RelationshipSegmentReason, "Every condition of the rule, in its order.")

    class Meta:
        description = "Why somebody belongs to a segment, or does not."


class RelationshipSegment(graphene.ObjectType):
    """A saved rule."""

    name = graphene.String(required=True)
    rule = graphene.Field(RelationshipRule, required=True)
    native = graphene.Boolean(required=True, description="Comes with us and stays as it is.")
    created_at = moment("When it was saved; null for a native one.")
    updated_at = moment("When it was last changed; null for a native one.")
    count = count_field()
    members = members_field()

    class Meta:
        interfaces = (Node,)
        description = "A segment: a saved rule. Who belongs is asked each time and never kept."

    @classmethod
    def is_type_of(cls, root: Any, info: Any) -> bool:
        return isinstance(root, Known)

    @staticmethod
    def resolve_id(root: Known, info: Any) -> str:
        return str(root.public_id)

    @staticmethod
    def resolve_count(root: Known, info: Any, exact: bool | None = None) -> Any:
        return count(info, root.rule, bool(exact))

    @staticmethod
    def resolve_members(root: Known, info: Any, **arguments: Any) -> Any:
        return members(info, root.rule, **arguments)
