"""The words that people agree to."""

import graphene

from saleor_relacional.graphql.host_types import moment
from saleor_relacional.graphql.types.enums import enum_of
from saleor_relacional.models import ConsentPlace

ConsentPlaceEnum = enum_of(
    "RelationshipConsentPlaceEnum", ConsentPlace, "Where somebody reads what they agree to."
)


class RelationshipConsentText(graphene.ObjectType):
    """The words that hold at one place."""

    text = graphene.String(required=True, description="As a person reads it; empty: nothing is said there.")
    language = graphene.String(
        required=True, description="Of the text, which need not be the one that was asked for."
    )
    key = graphene.String(
        required=True,
        description="Names exactly these words: give it instead of them, and what is kept is what was read.",
    )

    class Meta:
        description = "What somebody agrees to at one place, as they read it."


class RelationshipConsentTextVersion(graphene.ObjectType):
    """One saving of the owner's."""

    place = graphene.Field(ConsentPlaceEnum, required=True)
    language = graphene.String(required=True, description="Language tag in small letters.")
    number = graphene.Int(required=True, description="The one with the highest number holds.")
    text = graphene.String(
        required=True, description="{shop} stands for the shop's name. Empty: back to the words that ship."
    )
    made_at = moment("Since when it has held.", required=True)
    made_by = graphene.String(required=True, description="Who saved it, as staff:ID or app:ID.")

    class Meta:
        description = (
            "One version of the words that people agree to. What was agreed to before it keeps its words."
        )
