"""How a channel's mails look and sound."""

from typing import Any

import graphene

from saleor_relacional.emails import Look, Voice
from saleor_relacional.graphql.host_types import listed
from saleor_relacional.graphql.types.enums import enum_of

VoiceEnum = enum_of(
    "RelationshipVoiceEnum", Voice, "How a language that tells them apart speaks to a customer."
)


class RelationshipSocialLink(graphene.ObjectType):
    """A link in the foot of every mail."""

    name = graphene.String(required=True)
    url = graphene.String(required=True)

    class Meta:
        description = "A link in the foot of every mail of a channel."

    @staticmethod
    def resolve_name(root: tuple[str, str], info: Any) -> str:
        return root[0]

    @staticmethod
    def resolve_url(root: tuple[str, str], info: Any) -> str:
        return root[1]


class RelationshipLook(graphene.ObjectType):
    """The look of a channel's mails."""

    channel = graphene.String(required=True, description="Slug.")
    page = graphene.String(required=True, description="Colour around the words, as #rrggbb.")
    card = graphene.String(required=True, description="Colour behind the words.")
    ink = graphene.String(required=True, description="Colour of the words.")
    button = graphene.String(required=True, description="Colour of the button.")
    button_ink = graphene.String(required=True, description="Colour of the words on it.")
    logo_url = graphene.String(required=True, description="Empty: the shop's name is written.")
    logo_width = graphene.Int(required=True, description="Pixels.")
    voice = graphene.Field(VoiceEnum, required=True)
    signature = graphene.String(required=True, description="Who signs; empty: the shop.")
    social = listed(RelationshipSocialLink, "Links in the foot.")

    class Meta:
        description = "How a channel's mails look and sound. In the dark they wear dark by themselves."


def of(channel: str, look: Look) -> RelationshipLook:
    """The look as it is answered."""
    names = (
        "page",
        "card",
        "ink",
        "button",
        "button_ink",
        "logo_url",
        "logo_width",
        "voice",
        "signature",
        "social",
    )
    return RelationshipLook(channel=channel, **{name: getattr(look, name) for name in names})
