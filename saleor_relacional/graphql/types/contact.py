"""The contact budget: what the owner decided about it, and what is noted in it."""

from typing import Any

import graphene
from graphene.relay import Node

from saleor_relacional.graphql.host_types import moment
from saleor_relacional.graphql.types.enums import enum_of
from saleor_relacional.models import ContactKind, Exclusion


class RelationshipExclusion(graphene.ObjectType):
    """Whom no campaign writes to."""

    id = graphene.ID(required=True)
    relationship = graphene.ID(description="ID of the relationship that is excluded.")
    segment = graphene.ID(description="ID of the segment whose people are excluded.")
    address_pattern = graphene.String(description="Addresses that are excluded; * stands for any letters.")
    because = graphene.String(required=True, description="In the owner's words.")
    created_at = moment("When it was decided.", required=True)

    class Meta:
        description = (
            "Whom no campaign writes to: one person, the people of a segment, or addresses of a pattern."
        )

    @staticmethod
    def resolve_id(root: Exclusion, info: Any) -> str:
        return str(Node.to_global_id("RelationshipExclusion", root.public_id))

    @staticmethod
    def resolve_relationship(root: Exclusion, info: Any) -> str | None:
        return Node.to_global_id("RelationshipProfile", root.profile.public_id) if root.profile else None

    @staticmethod
    def resolve_segment(root: Exclusion, info: Any) -> str | None:
        return Node.to_global_id("RelationshipSegment", root.segment) if root.segment else None

    @staticmethod
    def resolve_address_pattern(root: Exclusion, info: Any) -> str | None:
        return root.address or None


ContactKindEnum = enum_of("RelationshipContactKindEnum", ContactKind, "What a contact was.")


def _clock(described: str) -> graphene.Field:
    return graphene.String(required=True, description=described + " HH:MM, of the person's own clock.")


class RelationshipContactPolicy(graphene.ObjectType):
    """How often, when and after what nobody is written to."""

    per_week = graphene.Int(required=True, description="Commercial messages to one person in any 7 days.")
    per_month = graphene.Int(required=True, description="Commercial messages to one person in any 30 days.")
    between_acts = graphene.Int(
        required=True,
        description="Commercial messages between two own acts of a person (account, opt-in, order, answer, question);"
        " then only service and sunset.",
    )
    gap_days = graphene.Int(required=True, description="Days without selling after an order's fulfilment.")
    gap_most_days = graphene.Int(
        required=True,
        description="Days after a purchase for which an order that is not fulfilled holds selling back, at most.",
    )
    silence_days = graphene.Int(
        required=True,
        description="Days without selling after a whole refund, a complaint, a bad rating or a late parcel, where no"
        " apology is sent before.",
    )
    partial_return_days = graphene.Int(
        required=True, description="Days without selling after a part of an order was given back."
    )
    quiet_from = _clock("When quiet hours begin; there are none where they end at the same time.")
    quiet_to = _clock("When quiet hours end.")
    preferred_from = _clock("When preferred hours begin; all hours are where they end at the same time.")
    preferred_to = _clock("When preferred hours end.")
    weekends = graphene.Boolean(
        required=True, description="Whether anything leaves on Saturdays and Sundays."
    )
    holidays = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="Days on which nothing leaves: YYYY-MM-DD.",
    )

    class Meta:
        description = "How often, when and after what nobody is written to, over all campaigns."

    @staticmethod
    def resolve_holidays(root: Any, info: Any) -> list[str]:
        return sorted(day.isoformat() for day in root.holidays)

    @staticmethod
    def resolve_quiet_from(root: Any, info: Any) -> str:
        return format(root.quiet_from, "%H:%M")

    @staticmethod
    def resolve_quiet_to(root: Any, info: Any) -> str:
        return format(root.quiet_to, "%H:%M")

    @staticmethod
    def resolve_preferred_from(root: Any, info: Any) -> str:
        return format(root.preferred_from, "%H:%M")

    @staticmethod
    def resolve_preferred_to(root: Any, info: Any) -> str:
        return format(root.preferred_to, "%H:%M")


class RelationshipContact(graphene.ObjectType):
    """One contact of one person, in either direction."""

    kind = graphene.Field(ContactKindEnum, required=True)
    at = moment("When it was said.", required=True)
    commercial = graphene.Boolean(
        required=True,
        description="Whether it sold something, and so counts in the caps of the contact policy.",
    )
    stars = graphene.Int(description="Of a rating: 1 to 5.")

    class Meta:
        description = "What was said between the shop and a person, in either direction."
