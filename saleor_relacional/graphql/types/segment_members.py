"""Who belongs to a segment and how many they are: for a saved rule and for one that is only tried."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import graphene
from graphql import GraphQLError

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.segments import membership
from saleor_relacional.flows.segments.segments import parsed
from saleor_relacional.graphql.cursors import cursor, page_info, values, whole
from saleor_relacional.graphql.request import alias, request, writing
from saleor_relacional.graphql.types.profile.connection import (
    RelationshipProfileCountableConnection,
    RelationshipProfileCountableEdge,
)

FIRST = 20
"""Members on a page when nobody says how many."""


class RelationshipSegmentCount(graphene.ObjectType):
    """How many belong."""

    number = graphene.Int(required=True, description="Members.")
    is_estimate = graphene.Boolean(required=True, description="Whether it is an estimate.")

    class Meta:
        description = "How many belong to a segment."

    @staticmethod
    def resolve_is_estimate(root: Any, info: Any) -> bool:
        return root.estimated


def members_field() -> graphene.Field:
    """A field that `members` answers."""
    return graphene.Field(
        RelationshipProfileCountableConnection,
        first=graphene.Int(default_value=FIRST, description="So many: 100 at most."),
        after=graphene.String(description="Return the elements that come after the specified cursor."),
        description="Who belongs, now; whom we met first before the others.",
    )


def count_field() -> graphene.Field:
    """A field that `count` answers."""
    return graphene.Field(
        RelationshipSegmentCount,
        exact=graphene.Boolean(
            description="Count everybody, however many. Default: an estimate above 10,000."
        ),
        description="How many belong, now.",
    )


@dataclass
class Members:
    """A page of members; what it counts is counted when it is asked for."""

    page_info: Any
    edges: list[Any]
    rule: Any
    now: datetime
    using: str

    def count(self) -> tuple[int, bool]:
        """Returns (how many, whether estimated)."""
        with writing():
            found = membership.count(parsed(self.rule), now=self.now, using=self.using)
        return found.number, found.estimated


def count(info: Any, rule: Any, exact: bool) -> Any:
    """How many belong to a rule that has been read before. Raises GraphQLError where this version cannot read it."""
    now, using = request(info.context).now, alias(info.context)
    try:
        with writing():  # the policy is read where it was decided
            return membership.count(parsed(rule), now=now, exact=exact, using=using)
    except BadInput as error:
        raise GraphQLError(error.message) from error


def members(info: Any, rule: Any, first: int | None = None, after: str | None = None) -> Members:
    """A page of members. Raises GraphQLError for a size, a cursor or a rule that cannot be."""
    now, using = request(info.context).now, alias(info.context)
    past = values(after, whole)[0] if after else None
    if past is not None and past < 0:
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
