"""The words that people agree to: the storefront shows them, the owner reads every version."""

from typing import Any

import graphene

from saleor_relacional.flows import consent_texts
from saleor_relacional.graphql.permissions import MANAGE_USERS, needs, says
from saleor_relacional.graphql.request import alias, writing
from saleor_relacional.graphql.types.messages.consent_texts import (
    ConsentPlaceEnum,
    RelationshipConsentText,
    RelationshipConsentTextVersion,
)


class ConsentTextQueries(graphene.ObjectType):
    """What is agreed to, and where."""

    relationship_consent_text = graphene.Field(
        RelationshipConsentText,
        place=graphene.Argument(ConsentPlaceEnum, required=True),
        language=graphene.String(required=True, description="Of the reader, such as es-MX."),
        description="What somebody agrees to at one place, in the best language that there is for them."
        "\n\nRequires no permission.",
    )
    relationship_consent_text_versions = graphene.List(
        graphene.NonNull(RelationshipConsentTextVersion),
        place=graphene.Argument(ConsentPlaceEnum, required=True),
        description="What the owner has ever written for one place, the latest first." + says(MANAGE_USERS),
    )

    @staticmethod
    def resolve_relationship_consent_text(_root: Any, info: Any, place: str, language: str) -> Any:
        with writing():
            return consent_texts.of(place, language)

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_consent_text_versions(_root: Any, info: Any, place: str) -> Any:
        with writing():
            return consent_texts.history(place, using=alias(info.context))
