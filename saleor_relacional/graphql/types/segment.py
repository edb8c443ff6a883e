"""A segment, its members, and why somebody belongs to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import graphene
from graphene.relay import Node
from graphql import GraphQLError

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.segments import membership
from saleor_relacional.flows.segments.segments import Known, parsed
from saleor_relacional.graphql.cursors import cursor, page_info, values
from saleor_relacional.graphql.host_types import listed, moment
from saleor_relacional.graphql.request import alias, request, writing
from saleor_relacional.graphql.types.rule import RelationshipRule

FIRST = 20


class RelationshipSegmentCount(graphene.ObjectType):
    """How many belong."""

    number = graphene.Int(required=True, description="Members.")
    is_estimate = graphene.Boolean(required=True, description="Whether it is an estimate.")

    class Meta:
        description = "How many belong to a segment."

    @staticmethod
    def resolve_is_estimate(root: Any, info: Any) -> bool:
        return root.estimated


class RelationshipSegmentReason(graphene.ObjectType):
    """One condition and how somebody stands to it."""

    place = graphene.String(required=True, description="Where the condition stands: rule.all[1].")
    sentence = graphene.String(required=True, description="What it asks, in the reader's language.")
    holds = graphene.Boolean(required=True, description="Whether it holds.")
    found = graphene.String(required=True, description="What we know of them.")

    class Meta:
        description = "One condition of a rule, and how somebody stands to it."


class RelationshipSegmentWhy(graphene.ObjectType):
    """Why somebody belongs, or does not."""

    member = graphene.Boolean(required=True, description="Whether they belong, now.")
    reasons = listed(RelationshipSegmentReason, "Every condition of the rule, in its order.")

    class Meta:
        description = "Why somebody belongs to a segment, or does not."


def _members() -> Any:
    # The connection holds profiles, which name their types: it is asked for when the schema is built.
    from saleor_relacional.graphql.types.connections import RelationshipProfileCountableConnection

    return RelationshipProfileCountableConnection


def members_field() -> graphene.Field:
    """Page by page."""
    return graphene.Field(
        _members,
        first=graphene.Int(description="So many: 100 at most, 20 by default."),
        after=graphene.String(description="Return the elements that come after the specified cursor."),
        description="Who belongs, now; whom we met first before the others.",
    )


def count_field() -> graphene.Field:
    """Estimated above 10,000 unless asked otherwise."""
    return graphene.Field(
        RelationshipSegmentCount,
        exact=graphene.Boolean(
            description="Count everybody, however many. Default: an estimate above 10,000."
        ),
        description="How many belong, now.",
    )


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


@dataclass
class Members:
    """A page; what it counts is counted when it is asked for."""

    page_info: Any
    edges: list[Any]
    rule: Any
    now: datetime
    using: str

    def count(self) -> tuple[int, bool]:
        """(how many, whether estimated)"""
        with writing():
            found = membership.count(parsed(self.rule), now=self.now, using=self.using)
        return found.number, found.estimated


def count(info: Any, rule: Any, exact: bool) -> Any:
    """Of a rule that has been read before. Raises GraphQLError where this version cannot."""
    now, using = request(info.context).now, alias(info.context)
    try:
        with writing():  # the policy is read where it was decided
            return membership.count(parsed(rule), now=now, exact=exact, using=using)
    except BadInput as error:
        raise GraphQLError(error.message) from error


def members(info: Any, rule: Any, first: int | None = None, after: str | None = None) -> Any:
    """A page. Raises GraphQLError for a size, a cursor or a rule that cannot be."""
    from saleor_relacional.graphql.types.connections import RelationshipProfileCountableEdge

    now, using = request(info.context).now, alias(info.context)
    past = values(after, int)[0] if after else None
    if past is not None and not 0 <= past < 2**63:
        raise GraphQLError("Received cursor is invalid.")
    try:
        with writing():
            found, more = membership.page(
                parsed(rule), first=first or FIRST, after=past, now=now, using=using
            )  # fmt: skip
    except BadInput as error:
        raise GraphQLError(error.message) from error
    edges = [RelationshipProfileCountableEdge(node=one, cursor=cursor(one.id)) for one in found]
    about = page_info([edge.cursor for edge in edges], earlier=bool(after), more=more)
    return Members(page_info=about, edges=edges, rule=rule, now=now, using=using)
