"""What a customer told the shop, as they and the staff read it. Put on the profile's own type here, as the plan is."""

from typing import Any

import graphene

from saleor_relacional.flows.feedback import promises, told
from saleor_relacional.flows.feedback.promises import Promise, PromiseKind, PromiseState
from saleor_relacional.flows.feedback.told import Told
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.graphql.host_types import listed, moment
from saleor_relacional.graphql.permissions import MANAGE_USERS
from saleor_relacional.graphql.request import alias, caller, load, request
from saleor_relacional.graphql.types.enums import enum_of
from saleor_relacional.graphql.types.profile.profile import RelationshipProfile
from saleor_relacional.models import CaseState, FeedbackKind

FeedbackKindEnum = enum_of("RelationshipFeedbackKindEnum", FeedbackKind, "What somebody told the shop.")
CaseStateEnum = enum_of("RelationshipCaseStateEnum", CaseState, "Where a case of staff stands.")
PromiseKindEnum = enum_of("RelationshipPromiseKindEnum", PromiseKind, "What was promised.")
PromiseStateEnum = enum_of("RelationshipPromiseStateEnum", PromiseState, "Whether a promise was kept.")


class RelationshipFeedback(graphene.ObjectType):
    """One thing that a customer told the shop."""

    kind = graphene.Field(FeedbackKindEnum, required=True)
    at = moment("When it was told.", required=True)
    stars = graphene.Int(description="Of a rating: 1 to 5.")
    reason = graphene.String(description="Code of the reason that was chosen; null where none was.")
    text = graphene.String(required=True, description="In their words; may be empty.")
    order = graphene.String(description="Number of the order that it is about.")
    counts = graphene.Boolean(
        required=True,
        description="False of a rating that a later one of the same order has taken the place of.",
    )
    state = graphene.Field(CaseStateEnum, description="Where its case stands; null where there is none.")
    due_at = moment("By when staff answer it.")
    answer = graphene.String(description="What the shop answered; null: nothing yet.")
    answered_at = moment("When it was first answered.")

    class Meta:
        description = "One thing that a customer told the shop, and what became of it."

    @staticmethod
    def resolve_reason(root: Told, info: Any) -> str | None:
        return root.reason or None

    @staticmethod
    def resolve_order(root: Told, info: Any) -> str | None:
        return root.order or None

    @staticmethod
    def resolve_answer(root: Told, info: Any) -> str | None:
        return root.answer or None


class RelationshipPromise(graphene.ObjectType):
    """One promise to one person."""

    kind = graphene.Field(PromiseKindEnum, required=True)
    made_at = moment("When it was made.", required=True)
    due_at = moment("By when it is to be kept.", required=True)
    done_at = moment("When it was done, in time or not; null of an offer.")
    state = graphene.Field(PromiseStateEnum, required=True)

    class Meta:
        description = "One promise of the shop to one person, and whether it was kept by its time."


def _theirs(root: Relationship, info: Any, name: str, read: Any) -> Any:
    """Staff read everybody's; customers their own, once their address is confirmed."""
    asking = caller(info.context)
    if not asking.may(MANAGE_USERS) and not asking.vouched:
        return []
    return load(
        info.context, name, lambda keys, ctx: {key: read(key, ctx) for key in keys}, root.id, default=[]
    )


def resolve_feedback(root: Relationship, info: Any) -> Any:
    """One query per profile that the request asks this of."""

    def read(key: int, context: Any) -> list[Told]:
        return list(told.of(key, using=alias(context)))

    return _theirs(root, info, "feedback", read)


def resolve_promises(root: Relationship, info: Any) -> Any:
    """Likewise."""

    def read(key: int, context: Any) -> list[Promise]:
        return list(promises.of(key, request(context).now, using=alias(context)))

    return _theirs(root, info, "promises", read)


FIELDS = {
    "feedback": listed(
        RelationshipFeedback,
        "What they told the shop, the latest first (200 at most).",
        resolver=resolve_feedback,
    ),
    "promises": listed(
        RelationshipPromise,
        "What the shop promised them, the last due first (100 at most).",
        resolver=resolve_promises,
    ),
}


def mount() -> None:
    """Put the fields on RelationshipProfile. `graphql.schema` calls this, before a host can build a schema."""
    RelationshipProfile._meta.fields.update(FIELDS)
