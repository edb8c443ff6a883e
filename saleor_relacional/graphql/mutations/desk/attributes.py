"""The owner chooses what the shop's own customer list filters by."""

from typing import Any

import graphene

from saleor_relacional.flows.attributes import choice
from saleor_relacional.graphql.ids import uuid_of
from saleor_relacional.graphql.mutations.answer import by_owner, errors_field
from saleor_relacional.graphql.permissions import MANAGE_RELATIONSHIPS, says
from saleor_relacional.graphql.request import request
from saleor_relacional.graphql.types.desk.attributes import RelationshipAttributeChoice


class RelationshipAttributeChoiceInput(graphene.InputObjectType):
    """What is not given stays as it is."""

    active = graphene.Boolean(description="On or off. Off takes all of it away in the shop.")
    stage = graphene.Boolean(description="Show the stage.")
    segments = graphene.List(
        graphene.NonNull(graphene.ID),
        description=f"IDs of all segments to show: {choice.MOST_SEGMENTS} at most.",
    )
    value_bands = graphene.List(
        graphene.NonNull(graphene.Int),
        description="Whole amounts, the smallest first, where one band of expected yearly value ends and the next"
        f" begins: {choice.MOST_BANDS} at most; an empty list hides value.",
    )
    currency = graphene.String(description="Of the amounts.")


class RelationshipAttributeChoiceUpdate(graphene.Mutation):
    """What the shop's own customer list filters by."""

    attribute_choice = graphene.Field(RelationshipAttributeChoice)
    errors = errors_field()

    class Arguments:
        input = RelationshipAttributeChoiceInput(required=True)

    class Meta:
        description = (
            "Choose what the shop's own customer list filters by. It is written there within minutes." + says(
                MANAGE_RELATIONSHIPS
            )
        )  # fmt: skip

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _decide(cls, root, info, **arguments)


@by_owner
def _decide(cls: Any, _root: Any, info: Any, *, input: dict[str, Any]) -> Any:
    given = dict(input)
    if given.get("segments") is not None:
        given["segments"] = [uuid_of("RelationshipSegment", one) for one in given["segments"]]
    held = choice.decide(now=request(info.context).now, **given)
    return cls(attribute_choice=held, errors=[])
