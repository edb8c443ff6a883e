"""The owner writes what people agree to."""

from typing import Any

import graphene

from saleor_relacional.flows import consent_texts
from saleor_relacional.graphql.mutations.answer import by_owner, errors_field
from saleor_relacional.graphql.permissions import MANAGE_RELATIONSHIPS, says
from saleor_relacional.graphql.request import actor, request
from saleor_relacional.graphql.types.messages.consent_texts import (
    ConsentPlaceEnum,
    RelationshipConsentTextVersion,
)


class RelationshipConsentTextUpdate(graphene.Mutation):
    """The words that hold from now on."""

    version = graphene.Field(RelationshipConsentTextVersion)
    errors = errors_field()

    class Arguments:
        place = graphene.Argument(ConsentPlaceEnum, required=True)
        language = graphene.String(required=True, description="Language tag, such as es or es-MX.")
        text = graphene.String(
            required=True,
            description="{shop} stands for the shop's name. Empty: back to the words that ship.",
        )
        basis = graphene.Int(
            description="Number of the version that you began from, 0 for none. Where another one holds, nothing is"
            " saved. Without it whichever holds is followed."
        )

    class Meta:
        description = (
            "Save what people agree to at one place in one language, as a new version that holds from now on. What was"
            " agreed to before keeps its words." + says(MANAGE_RELATIONSHIPS)
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _save(cls, root, info, **arguments)


@by_owner
def _save(
    cls: Any, _root: Any, info: Any, *, place: str, language: str, text: str, basis: int | None = None
) -> Any:
    saved = consent_texts.save(
        place, language, text, who=actor(info.context), now=request(info.context).now, basis=basis
    )
    return cls(version=saved, errors=[])
