"""Segments: all, one, and what a rule would find before it is saved."""

from dataclasses import dataclass, field
from typing import Any

import graphene

from saleor_relacional.flows.segments import segments
from saleor_relacional.flows.segments.segments import BadRule
from saleor_relacional.graphql.errors import RelationshipError, rule_problems
from saleor_relacional.graphql.host_types import listed
from saleor_relacional.graphql.ids import uuid_of
from saleor_relacional.graphql.permissions import MANAGE_USERS, needs, says
from saleor_relacional.graphql.request import alias
from saleor_relacional.graphql.types.rule import RelationshipRule
from saleor_relacional.graphql.types.segment import RelationshipSegment
from saleor_relacional.graphql.types.segment_members import count, count_field, members, members_field


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A rule, and what is wrong with it."""

    rule: Any
    errors: list[Any] = field(default_factory=list)


class RelationshipSegmentPreview(graphene.ObjectType):
    """What a rule would find."""

    errors = listed(RelationshipError, "What is wrong with the rule, and where; then there is no count.")
    count = count_field()
    members = members_field()

    class Meta:
        description = "What a rule would find, now, before it is saved."

    @staticmethod
    def resolve_count(root: Preview, info: Any, exact: bool | None = None) -> Any:
        return None if root.errors else count(info, root.rule, bool(exact))

    @staticmethod
    def resolve_members(root: Preview, info: Any, **arguments: Any) -> Any:
        return None if root.errors else members(info, root.rule, **arguments)


class SegmentQueries(graphene.ObjectType):
    """Segments."""

    relationship_segment = graphene.Field(
        RelationshipSegment,
        id=graphene.Argument(graphene.ID, required=True, description="ID of the segment."),
        description="Look up a segment by ID." + says(MANAGE_USERS),
    )
    relationship_segments = graphene.Field(
        graphene.List(graphene.NonNull(RelationshipSegment)),
        description="Segments: those that come with us, then the shop's own by name (200 at most)."
        + says(MANAGE_USERS),
    )
    relationship_segment_preview = graphene.Field(
        RelationshipSegmentPreview,
        rule=graphene.Argument(RelationshipRule, required=True, description="The rule to try."),
        description="What a rule would find. Saves nothing." + says(MANAGE_USERS),
    )

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_segment(_root: Any, info: Any, id: str) -> Any:
        return segments.of_public_id(uuid_of("RelationshipSegment", id), using=alias(info.context))

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_segments(_root: Any, info: Any) -> Any:
        return segments.all_known(using=alias(info.context))

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_segment_preview(_root: Any, info: Any, rule: Any) -> Any:
        try:
            segments.parsed(rule)
        except BadRule as error:
            return Preview(rule=rule, errors=rule_problems(error))
        return Preview(rule=rule)
