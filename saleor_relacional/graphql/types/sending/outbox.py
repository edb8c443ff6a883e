"""The outbox as staff see it."""

import graphene

from saleor_relacional.graphql.host_types import listed, moment
from saleor_relacional.graphql.types.enums import enum_of
from saleor_relacional.models import DeliveryKind, TouchState

TouchStateEnum = enum_of("RelationshipTouchStateEnum", TouchState, "Where a message of the outbox stands.")
DeliveryKindEnum = enum_of(
    "RelationshipDeliveryKindEnum", DeliveryKind, "What a mail provider tells of a mail that it has taken."
)


class RelationshipTouchCount(graphene.ObjectType):
    """Messages in one state."""

    state = graphene.Field(TouchStateEnum, required=True)
    messages = graphene.Int(required=True)
    service = graphene.Int(required=True, description="Those of them that are service messages.")
    oldest_due_at = moment("When the first of those that have not left was due.")

    class Meta:
        description = "Messages in one state: on their way, or ended today."


class RelationshipDeliveryCount(graphene.ObjectType):
    """How often something was heard."""

    kind = graphene.Field(DeliveryKindEnum, required=True)
    count = graphene.Int(required=True)

    class Meta:
        description = "How often something was heard of mails within 30 days."


class RelationshipMailProvider(graphene.ObjectType):
    """Whom mails leave through."""

    name = graphene.String(required=True, description="Django's mail backend.")
    per_second = graphene.Float(description="Mails per second at most, over all workers; null: no limit.")
    per_day = graphene.Int(description="Mails per day of the shop at most; null: no limit.")
    warm_up_from = graphene.Int(description="Mails on the first day; twice as many on each day after it.")
    stopped_at = moment("When sending stopped; null while it goes on.")
    stop_reason = graphene.String(
        required=True,
        description="The answer that stopped it, such as smtp_5.7.1, or ten_refusals; else empty.",
    )
    refusals = graphene.Int(required=True, description="Mails refused since the last one that was accepted.")

    class Meta:
        description = "Whom mails leave through: how fast they may, and whether they may at all."


class RelationshipOutbox(graphene.ObjectType):
    """How the outbox stands."""

    as_of = moment("On the shop's clock.", required=True)
    states = listed(RelationshipTouchCount, "Messages on their way, and those that have ended today.")
    heard = listed(RelationshipDeliveryCount, "What was heard of mails within 30 days.")
    provider = graphene.Field(RelationshipMailProvider, required=True)
    sent_today = graphene.Int(required=True, description="Mails that have left today, or are leaving.")
    day_limit = graphene.Int(description="Mails that may leave today; null: no limit.")
    hears = graphene.Boolean(
        required=True,
        description="A provider tells what becomes of mails. Without one bounces are not heard.",
    )

    class Meta:
        description = "How the outbox stands: counts and moments, never a person."
