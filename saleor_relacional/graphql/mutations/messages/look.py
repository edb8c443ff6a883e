"""The owner says how a channel's mails look."""

from typing import Any

import graphene

from saleor_relacional.flows.messages import looks
from saleor_relacional.graphql.mutations.answer import by_owner, errors_field
from saleor_relacional.graphql.permissions import MANAGE_RELATIONSHIPS, says
from saleor_relacional.graphql.request import actor, request
from saleor_relacional.graphql.types.messages import look
from saleor_relacional.graphql.types.messages.look import RelationshipLook, VoiceEnum


class RelationshipSocialLinkInput(graphene.InputObjectType):
    """A link in the foot of every mail."""

    name = graphene.String(required=True, description="Such as Instagram.")
    url = graphene.String(required=True, description="Begins with https://.")


class RelationshipLookInput(graphene.InputObjectType):
    """What is not given stays as it is. Colours are #rrggbb."""

    page = graphene.String(description="Colour around the words.")
    card = graphene.String(description="Colour behind the words.")
    ink = graphene.String(description="Colour of the words.")
    button = graphene.String(description="Colour of the button.")
    button_ink = graphene.String(description="Colour of the words on it.")
    logo_url = graphene.String(description="Begins with https://; empty: the shop's name is written.")
    logo_width = graphene.Int(description="Pixels.")
    voice = VoiceEnum()
    signature = graphene.String(description="Who signs; empty: the shop.")
    social = graphene.List(graphene.NonNull(RelationshipSocialLinkInput), description="All of them at once.")


class RelationshipLookUpdate(graphene.Mutation):
    """The look of a channel's mails."""

    look = graphene.Field(RelationshipLook)
    errors = errors_field()

    class Arguments:
        channel = graphene.String(required=True, description="Slug.")
        input = RelationshipLookInput(required=True)

    class Meta:
        description = (
            "Say how a channel's mails look and sound. Colours that cannot be read on each other are refused with"
            " their contrast and the nearest that can." + says(MANAGE_RELATIONSHIPS)
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _decide(cls, root, info, **arguments)


@by_owner
def _decide(cls: Any, _root: Any, info: Any, *, channel: str, input: dict[str, Any]) -> Any:
    social = input.pop("social", None)
    if social is not None:
        input["social"] = [(each["name"], each["url"]) for each in social]
    found = looks.decide(channel, who=actor(info.context), now=request(info.context).now, **input)
    return cls(look=look.of(channel, found), errors=[])
