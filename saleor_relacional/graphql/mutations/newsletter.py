"""Anybody signs an address up for the newsletter; it counts once its owner confirms it."""

from typing import Any

import graphene

from saleor_relacional.flows.limits import network
from saleor_relacional.flows.messages import voices
from saleor_relacional.flows.signups import signups
from saleor_relacional.graphql.mutations.answer import answering, errors_field
from saleor_relacional.graphql.mutations.speaker import refuse_while_off
from saleor_relacional.graphql.request import request
from saleor_relacional.graphql.types.enums import PurposeEnum


class RelationshipNewsletterSignup(graphene.Mutation):
    """An address that asks for the newsletter."""

    errors = errors_field()

    class Arguments:
        email = graphene.String(required=True, description="As typed.")
        text = graphene.String(
            required=True,
            description="What they agree to, word for word, as the storefront shows it; or the key of the shop's own"
            " words (relationshipConsentText).",
        )
        language = graphene.String(description="Language of that text, and of the mail that asks.")
        channel = graphene.String(description="Slug of the channel in whose name the mail leaves.")
        purposes = graphene.List(
            graphene.NonNull(PurposeEnum), description="CONTENT, OFFERS, or both. Default: both."
        )

    class Meta:
        description = (
            "Sign an address up for the newsletter. A mail asks its owner to confirm it within seven days: before that"
            " nothing counts and nothing else leaves. The answer is the same whether or not the address is known;"
            " whoever asks too often is refused (TOO_OFTEN).\n\nRequires no permission."
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _sign_up(cls, root, info, **arguments)


@answering
def _sign_up(
    cls: Any, _root: Any, info: Any, *, email: str, text: str, language: str = "", channel: str = "",
    purposes: list[str] | None = None,
) -> Any:  # fmt: skip
    with voices.speaking(channel or ""):
        refuse_while_off()
        signups.ask(
            email, who=network.address(info.context.META), text=text, language=language or "", channel=channel or "",
            wanted=purposes, now=request(info.context).now,
        )  # fmt: skip
    return cls(errors=[])
