"""The owner says whom no campaign writes to."""

from typing import Any

import graphene

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.calendar import calendars
from saleor_relacional.flows.contact import exclusions
from saleor_relacional.flows.profiles import profiles
from saleor_relacional.graphql.errors import Code
from saleor_relacional.graphql.ids import uuid_of
from saleor_relacional.graphql.mutations.answer import by_owner, errors_field
from saleor_relacional.graphql.permissions import MANAGE_RELATIONSHIPS, says
from saleor_relacional.graphql.request import request
from saleor_relacional.graphql.types.contact import RelationshipExclusion


class RelationshipExclusionInput(graphene.InputObjectType):
    """Exactly one of the first three."""

    relationship = graphene.ID(description="ID of the relationship.")
    segment = graphene.ID(description="ID of a segment: whoever belongs to it, each time it is asked.")
    address_pattern = graphene.String(
        description="Addresses; * stands for any letters: *@marketplace.example."
    )
    because = graphene.String(description="Why, in your words.")


class RelationshipExclusionCreate(graphene.Mutation):
    """Somebody is never written to."""

    exclusion = graphene.Field(RelationshipExclusion)
    errors = errors_field()

    class Arguments:
        input = RelationshipExclusionInput(required=True)

    class Meta:
        description = (
            "Exclude a person, a segment or addresses of a pattern from all campaigns, service messages included."
            + says(MANAGE_RELATIONSHIPS)
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _create(cls, root, info, **arguments)


@by_owner
def _create(cls: Any, _root: Any, info: Any, *, input: dict[str, Any]) -> Any:
    person, segment = input.get("relationship"), input.get("segment")
    kept = exclusions.add(
        now=request(info.context).now, profile_id=_person(person) if person else None,
        segment=uuid_of("RelationshipSegment", segment) if segment else None,
        address=input.get("address_pattern") or "", because=input.get("because") or "",
    )  # fmt: skip
    return cls(exclusion=kept, errors=[])


def _person(given: str) -> int:
    public_id = uuid_of("RelationshipProfile", given)
    known = profiles.of_public_ids([public_id]).get(public_id)
    if known is None:
        raise BadInput("There is no relationship of this ID.", code=Code.NOT_FOUND, field="relationship")
    return known.id


class RelationshipExclusionDelete(graphene.Mutation):
    """They may be written to again."""

    exclusion = graphene.Field(RelationshipExclusion, description="As it was.")
    errors = errors_field()

    class Arguments:
        id = graphene.ID(required=True, description="ID of the exclusion.")

    class Meta:
        description = "End an exclusion." + says(MANAGE_RELATIONSHIPS)

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _delete(cls, root, info, **arguments)


@by_owner
def _delete(cls: Any, _root: Any, info: Any, *, id: str) -> Any:
    removed = exclusions.remove(uuid_of("RelationshipExclusion", id))
    calendars.want(request(info.context).now)  # nothing is left that says when it ended
    return cls(exclusion=removed, errors=[])
