"""Segments are saved, changed and deleted."""

from typing import Any
from uuid import UUID

import graphene

from saleor_relacional.flows.segments import segments
from saleor_relacional.flows.segments.segments import BadRule
from saleor_relacional.graphql.errors import rule_problems
from saleor_relacional.graphql.ids import uuid_of
from saleor_relacional.graphql.mutations.answer import by_owner, errors_field
from saleor_relacional.graphql.permissions import MANAGE_RELATIONSHIPS, says
from saleor_relacional.graphql.request import forget_loaded, request
from saleor_relacional.graphql.types.rule import RelationshipRule
from saleor_relacional.graphql.types.segment import RelationshipSegment


class RelationshipSegmentCreate(graphene.Mutation):
    """Save a rule under a name."""

    segment = graphene.Field(RelationshipSegment)
    errors = errors_field()

    class Arguments:
        name = graphene.String(required=True, description="Yours; no two segments share one.")
        rule = RelationshipRule(required=True, description="The rule.")

    class Meta:
        description = "Save a segment." + says(MANAGE_RELATIONSHIPS)

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _create(cls, root, info, **arguments)


@by_owner
def _create(cls: Any, _root: Any, info: Any, *, name: str, rule: Any) -> Any:
    try:
        saved = segments.create(name=name, rule=rule, now=request(info.context).now)
    except BadRule as error:
        return cls(errors=rule_problems(error))
    forget_loaded(info.context)
    return cls(segment=saved, errors=[])


class RelationshipSegmentUpdate(graphene.Mutation):
    """Change a name, a rule, or both."""

    segment = graphene.Field(RelationshipSegment)
    errors = errors_field()

    class Arguments:
        id = graphene.ID(required=True, description="ID of the segment.")
        name = graphene.String(description="Not given: it stays.")
        rule = RelationshipRule(description="Not given: it stays.")

    class Meta:
        description = "Change a segment. Who belongs changes at once." + says(MANAGE_RELATIONSHIPS)

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _update(cls, root, info, **arguments)


@by_owner
def _update(cls: Any, _root: Any, info: Any, *, id: str, name: str | None = None, rule: Any = None) -> Any:
    try:
        saved = segments.update(_id(id), now=request(info.context).now, name=name, rule=rule)
    except BadRule as error:
        return cls(errors=rule_problems(error))
    forget_loaded(info.context)
    return cls(segment=saved, errors=[])


class RelationshipSegmentDelete(graphene.Mutation):
    """Nobody is changed by it."""

    segment = graphene.Field(RelationshipSegment, description="As it was.")
    errors = errors_field()

    class Arguments:
        id = graphene.ID(required=True, description="ID of the segment.")

    class Meta:
        description = "Delete a segment; nobody is changed by it." + says(MANAGE_RELATIONSHIPS)

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _delete(cls, root, info, **arguments)


@by_owner
def _delete(cls: Any, _root: Any, info: Any, *, id: str) -> Any:
    gone = segments.remove(_id(id))
    forget_loaded(info.context)
    return cls(segment=gone, errors=[])


def _id(given: str) -> UUID:
    return uuid_of("RelationshipSegment", given)
