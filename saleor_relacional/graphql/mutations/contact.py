"""The owner decides how often, when and after what nobody is written to; staff note contacts."""

from datetime import datetime
from typing import Any

import graphene

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.contact import contact_policy
from saleor_relacional.flows.feedback import noting
from saleor_relacional.flows.preferences import time_zone
from saleor_relacional.flows.profiles import profiles
from saleor_relacional.graphql.errors import Code
from saleor_relacional.graphql.ids import uuid_of
from saleor_relacional.graphql.mutations.answer import answering, by_owner, errors_field, limited
from saleor_relacional.graphql.mutations.speaker import WHO_MAY, WHOM, speaker, whose
from saleor_relacional.graphql.permissions import MANAGE_RELATIONSHIPS, says
from saleor_relacional.graphql.request import forget_loaded, request
from saleor_relacional.graphql.types.contact import (
    ContactKindEnum,
    RelationshipContact,
    RelationshipContactPolicy,
)


class RelationshipContactPolicyInput(graphene.InputObjectType):
    """What is not given stays as it is. Times of day are HH:MM, of the person's own clock."""

    per_week = graphene.Int(description="Commercial messages to one person in any 7 days.")
    per_month = graphene.Int(description="Commercial messages to one person in any 30 days.")
    between_acts = graphene.Int(description="Commercial messages between two own acts of a person.")
    gap_days = graphene.Int(description="Days without selling after an order's fulfilment.")
    gap_most_days = graphene.Int(
        description="Days after a purchase for which an order holds selling back, at most."
    )
    silence_days = graphene.Int(description="Days without selling after a disappointment without an apology.")
    partial_return_days = graphene.Int(description="Days without selling after a partial return.")
    quiet_from = graphene.String(description="When quiet hours begin.")
    quiet_to = graphene.String(description="When quiet hours end.")
    preferred_from = graphene.String(description="When preferred hours begin.")
    preferred_to = graphene.String(description="When preferred hours end.")
    weekends = graphene.Boolean(description="Whether anything leaves on Saturdays and Sundays.")
    holidays = graphene.List(
        graphene.NonNull(graphene.String), description="All days on which nothing leaves: YYYY-MM-DD."
    )


class RelationshipContactPolicyUpdate(graphene.Mutation):
    """How often, when and after what nobody is written to."""

    contact_policy = graphene.Field(RelationshipContactPolicy)
    errors = errors_field()

    class Arguments:
        input = RelationshipContactPolicyInput(required=True)

    class Meta:
        description = "Decide how often, when and after what nobody is written to." + says(
            MANAGE_RELATIONSHIPS
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _decide(cls, root, info, **arguments)


@by_owner
def _decide(cls: Any, _root: Any, info: Any, *, input: dict[str, Any]) -> Any:
    return cls(contact_policy=contact_policy.decide(now=request(info.context).now, **input), errors=[])


class RelationshipContactNote(graphene.Mutation):
    """A contact that no campaign made."""

    contact = graphene.Field(RelationshipContact)
    errors = errors_field()

    class Arguments:
        id = graphene.ID(required=True, description="ID of the relationship.")
        kind = graphene.Argument(ContactKindEnum, required=True, description="All but MESSAGE.")
        at = graphene.String(description="When it was said, as ISO 8601 with a zone. Default: now.")
        commercial = graphene.Boolean(
            description="Of STAFF: whether it sold something, and so counts in the caps. Default: false."
        )
        stars = graphene.Int(description="Of RATING: 1 to 5.")

    class Meta:
        description = (
            "Note that somebody of the shop wrote or spoke to a customer, or what the customer said. An apology ends"
            " the silence after a disappointment; a complaint or a bad rating begins one, and opens a case."
            + says(MANAGE_RELATIONSHIPS)
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _note(cls, root, info, **arguments)


@by_owner
def _note(
    cls: Any, _root: Any, info: Any, *, id: str, kind: str, at: str | None = None, commercial: bool = False,
    stars: int | None = None,
) -> Any:  # fmt: skip
    now, public_id = request(info.context).now, uuid_of("RelationshipProfile", id)
    known = profiles.of_public_ids([public_id]).get(public_id)
    if known is None:
        raise BadInput("There is no relationship of this ID.", code=Code.NOT_FOUND, field="id")
    when = _moment(at) if at else now
    kept = noting.note(known.id, kind=kind, at=when, commercial=commercial, stars=stars, now=now)
    return cls(contact=kept, errors=[])


def _moment(text: str) -> datetime:
    wrong = BadInput("Give a moment with its zone, such as 2027-03-01T10:30:00+01:00.", field="at")
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise wrong from error
    if found.tzinfo is None:
        raise wrong
    return found


class RelationshipTimeZoneDeclare(graphene.Mutation):
    """Where somebody lives, as their clock shows it."""

    time_zone = graphene.String(description="What is kept; empty after it was taken back.")
    errors = errors_field()

    class Arguments:
        id = graphene.ID(description=WHOM)
        time_zone = graphene.String(
            required=True, description="Its name, such as Europe/Madrid; empty to take back what was said."
        )

    class Meta:
        description = (
            "Say in which time zone a customer lives: quiet and preferred hours are those of their own clock. It wins"
            " over what delivery addresses say." + WHO_MAY
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, id: str | None = None, **arguments: Any) -> Any:
        speaker(info, id)
        return _live(cls, root, info, id=id, zone=arguments["time_zone"])


@limited("api_time_zone")
@answering
def _live(cls: Any, _root: Any, info: Any, *, id: str | None, zone: str) -> Any:
    time_zone.declare(whose(info, id).id, zone)
    forget_loaded(info.context)
    return cls(time_zone=zone.strip(), errors=[])
