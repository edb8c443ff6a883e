"""What the shop's messages say, and what they look like."""

from typing import Any

import graphene
from graphql import GraphQLError

from saleor_relacional.emails import Voice
from saleor_relacional.errors import RelacionalError
from saleor_relacional.flows.messages import looks
from saleor_relacional.flows.messages.templates import Words
from saleor_relacional.flows.sending import preview
from saleor_relacional.flows.sending.preview import Asked
from saleor_relacional.graphql.ids import uuid_of
from saleor_relacional.graphql.permissions import MANAGE_USERS, needs, says
from saleor_relacional.graphql.request import alias, limit, request, writing
from saleor_relacional.graphql.types.messages import look, template
from saleor_relacional.graphql.types.messages.look import RelationshipLook, VoiceEnum
from saleor_relacional.graphql.types.messages.preview import (
    RelationshipTemplateInput,
    RelationshipTemplatePreview,
)
from saleor_relacional.graphql.types.messages.template import RelationshipTemplate

MESSAGE = "Name of the message, as steps of campaigns name it."
LANGUAGE = "Language tag, such as es or es-MX."


def shown() -> dict[str, Any]:
    """Arguments of what is to be seen of a message."""
    return {
        "message": graphene.String(required=True, description=MESSAGE),
        "language": graphene.String(required=True, description=LANGUAGE),
        "channel": graphene.String(required=True, description="Slug: whose look and sender."),
        "words": RelationshipTemplateInput(description="Instead of the words that hold; nothing is saved."),
        "relationship": graphene.ID(description="Whose name and history it tells. Without it the sample's."),
        "offer": graphene.Boolean(default_value=True, description="Whether with the sample's offer."),
        "voice": VoiceEnum(description="Instead of the channel's."),
    }


def asked(
    *, message: str, language: str, channel: str, offer: bool, words: dict[str, str] | None = None,
    relationship: str | None = None, voice: str | None = None,
) -> Asked:  # fmt: skip
    """What is to be seen. Raises BadInput where there is no such person."""
    person = preview.person(uuid_of("RelationshipProfile", relationship)) if relationship else None
    return Asked(
        message=message, language=language, channel=channel, offer=offer, profile=person,
        words=typed(words) if words else None, voice=Voice(voice) if voice else None,
    )  # fmt: skip


def typed(words: dict[str, str]) -> Words:
    """The words of an input."""
    return Words(
        subject=words["subject"],
        preheader=words.get("preheader") or "",
        mjml=words["mjml"],
        text=words["text"],
    )


class MessageQueries(graphene.ObjectType):
    """The shop's messages."""

    relationship_templates = graphene.Field(
        graphene.List(graphene.NonNull(RelationshipTemplate)),
        description="What the shop's messages say: each in every language that it is written in."
        + says(MANAGE_USERS),
        message=graphene.String(description="Of this message alone."),
    )
    relationship_template = graphene.Field(
        RelationshipTemplate,
        message=graphene.String(required=True, description=MESSAGE),
        language=graphene.String(required=True, description=LANGUAGE),
        description="What one message says in one language." + says(MANAGE_USERS),
    )
    relationship_template_preview = graphene.Field(
        RelationshipTemplatePreview,
        description="A message as it would arrive, of a sample or of a real person. Nothing is sent."
        + says(MANAGE_USERS),
        **shown(),
    )
    relationship_looks = graphene.Field(
        graphene.List(graphene.NonNull(RelationshipLook)),
        description="How the mails of each channel look and sound." + says(MANAGE_USERS),
    )

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_templates(_root: Any, info: Any, message: str | None = None) -> Any:
        with writing():
            return template.every(message)

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_template(_root: Any, info: Any, message: str, language: str) -> Any:
        with writing():
            return _or_error(lambda: template.of(message, language))

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_template_preview(_root: Any, info: Any, **what: Any) -> Any:
        limit(info.context, "previews", 20)
        with writing():
            return _or_error(lambda: preview.preview(asked(**what), request(info.context).now))

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_looks(_root: Any, info: Any) -> Any:
        with writing():
            found = looks.every(using=alias(info.context))
        return [look.of(channel, one) for channel, one in found.items()]


def _or_error(ask: Any) -> Any:
    try:
        return ask()
    except RelacionalError as error:
        raise GraphQLError(error.message) from error
