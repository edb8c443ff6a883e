"""A signed-in customer tells the shop something."""

from datetime import timedelta
from typing import Any

import graphene

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.feedback import tell, told
from saleor_relacional.graphql.errors import Code
from saleor_relacional.graphql.mutations.answer import answering, errors_field, limited
from saleor_relacional.graphql.mutations.speaker import refuse_while_off, whose
from saleor_relacional.graphql.permissions import PermissionDenied
from saleor_relacional.graphql.request import caller, forget_loaded, request
from saleor_relacional.graphql.types.feedback.told import RelationshipFeedback
from saleor_relacional.models import FeedbackKind, FeedbackSource

MOST, PER = 20, timedelta(hours=1)
"""So many things may one account tell within this time."""

TellKindEnum = graphene.Enum(
    "RelationshipTellKindEnum",
    [(kind.name, kind.value) for kind in FeedbackKind if kind is not FeedbackKind.ANSWER],
    description=lambda member: None if member else "What a customer can tell the shop themselves.",
)


class RelationshipTellInput(graphene.InputObjectType):
    """What they tell."""

    kind = graphene.Field(TellKindEnum, required=True)
    stars = graphene.Int(description="Of RATING: 1 to 5.")
    text = graphene.String(
        description="In their words: 4,000 characters at most. Required of COMPLAINT and WISH."
    )
    reason = graphene.String(description=f"Of REASON: one of {', '.join(tell.REASONS)}.")
    order_number = graphene.String(
        description="Number of an order of theirs that it is about. Required of RATING: of each order the latest"
        " counts, for 30 days after the first."
    )


class RelationshipTell(graphene.Mutation):
    """The signed-in customer tells the shop something."""

    feedback = graphene.Field(RelationshipFeedback)
    errors = errors_field()

    class Arguments:
        input = RelationshipTellInput(required=True)

    class Meta:
        description = (
            "The signed-in customer tells the shop how an order was, that something went wrong, why, or what they wish."
            " After a complaint or one or two stars nothing is sold to them, and staff answer by a clock."
            "\n\nRequires one of the following permissions: AUTHENTICATED_USER."
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        asking = caller(info.context)
        if asking.account is None or asking.app is not None:
            raise PermissionDenied("AUTHENTICATED_USER")
        return _tell(cls, root, info, **arguments)


@limited("tell", most=MOST, per=PER)
@answering
def _tell(cls: Any, _root: Any, info: Any, *, input: dict[str, Any]) -> Any:
    refuse_while_off()
    now, profile_id = request(info.context).now, whose(info, None).id
    number = (input.get("order_number") or "").strip()
    if input["kind"] == FeedbackKind.RATING and not number:
        raise BadInput("Say which order you rate.", code=Code.REQUIRED, field="orderNumber")
    kept = tell.tell(
        profile_id, kind=input["kind"], stars=input.get("stars"), text=input.get("text") or "",
        reason=input.get("reason") or "", purchase_id=tell.order_of(profile_id, number) if number else None,
        source=FeedbackSource.STOREFRONT, now=now,
    )  # fmt: skip
    forget_loaded(info.context)
    return cls(feedback=told.read(kept), errors=[])
