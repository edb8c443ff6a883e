"""The customer, or the staff for them, say how often, when and about what they want to hear from the shop."""

from datetime import date, datetime
from typing import Any

import graphene

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.preferences import preferences, topics
from saleor_relacional.flows.profiles import profiles
from saleor_relacional.graphql.mutations.answer import answering, by_owner, errors_field, limited
from saleor_relacional.graphql.mutations.speaker import WHO_MAY, WHOM, refuse_while_off, speaker, whose
from saleor_relacional.graphql.permissions import MANAGE_RELATIONSHIPS, MANAGE_USERS, says
from saleor_relacional.graphql.request import caller, forget_loaded, request
from saleor_relacional.graphql.types.profile.preferences import RelationshipPreferences, RelationshipTopic
from saleor_relacional.graphql.types.profile.profile import RelationshipProfile
from saleor_relacional.models import Profile


class RelationshipPreferencesInput(graphene.InputObjectType):
    """What is not given stays as it is; null, or an empty text, takes a wish back."""

    per_week = graphene.Int(description="Messages in any 7 days, at most.")
    per_month = graphene.Int(description="Messages in any 30 days, at most.")
    paused_until = graphene.String(
        description="Nothing but service before this moment: ISO 8601 with a zone."
    )
    unwanted_topics = graphene.List(
        graphene.NonNull(graphene.String), description="Keys of all topics not to be heard about."
    )
    quiet_from = graphene.String(
        description="When quiet hours begin, HH:MM of their own clock. Both or none."
    )
    quiet_to = graphene.String(description="When they end.")
    time_zone = graphene.String(description="Its name, such as Europe/Madrid.")
    language = graphene.String(description="Its code, such as es.")
    not_before = graphene.String(description="No reminder before this day: YYYY-MM-DD.")
    every_days = graphene.Float(description="So many days between purchases: 42 for every six weeks.")
    just_looking = graphene.Boolean(description="Nothing but what they ask for.")
    do_not_sell = graphene.Boolean(description="Service and content, no offers.")
    no_profiling = graphene.Boolean(
        description="Nothing is concluded about them: what was believed is deleted, and never computed again."
    )


class RelationshipPreferencesUpdate(graphene.Mutation):
    """What a customer asks of the shop."""

    preferences = graphene.Field(RelationshipPreferences, description="What holds from now on.")
    relationship = graphene.Field(
        RelationshipProfile, description="Of the customer themself, or where the caller may read customers."
    )
    errors = errors_field()

    class Arguments:
        id = graphene.ID(description=WHOM)
        input = RelationshipPreferencesInput(required=True)

    class Meta:
        description = (
            "Say how often, when and about what a customer wants to hear from the shop. It holds at once, for what is"
            " on its way too; of it and the shop's contact policy the stricter holds." + WHO_MAY
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, id: str | None = None, **arguments: Any) -> Any:
        return _update(cls, root, info, id=id, by=speaker(info, id), **arguments)


@limited("api_preferences")
@answering
def _update(cls: Any, _root: Any, info: Any, *, id: str | None, by: str, input: dict[str, Any]) -> Any:
    refuse_while_off(id)
    person = whose(info, id)
    told = dict(input)
    if told.get("paused_until") is not None:
        told["paused_until"] = _moment(told["paused_until"])
    if told.get("not_before") is not None:
        told["not_before"] = _day(told["not_before"])
    for name in ("time_zone", "language"):
        if name in told:
            told[name] = told[name] or ""
    held = preferences.change(
        Profile.objects.get(pk=person.id), now=request(info.context).now, source=by, **told
    )
    forget_loaded(info.context)
    shown = id is None or caller(info.context).may(MANAGE_USERS)
    found = profiles.of_ids([person.id])[person.id] if shown else None
    return cls(preferences=held, relationship=found, errors=[])


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    wrong = BadInput("Give a moment with its zone, such as 2027-03-01T10:30:00+01:00.", field="pausedUntil")
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise wrong from error
    if found.tzinfo is None:
        raise wrong
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadInput("Give a day as YYYY-MM-DD, such as 2027-03-01.", field="notBefore") from error


class RelationshipTopicInput(graphene.InputObjectType):
    """How customers read a topic in one language."""

    language = graphene.String(required=True, description="Its code, such as es.")
    name = graphene.String(required=True)


class RelationshipTopicDeclare(graphene.Mutation):
    """A topic, new or named anew."""

    topic = graphene.Field(RelationshipTopic)
    errors = errors_field()

    class Arguments:
        key = graphene.String(
            required=True, description="Small letters, digits and hyphens, such as new-teas."
        )
        names = graphene.List(
            graphene.NonNull(RelationshipTopicInput), required=True, description="How customers read it."
        )

    class Meta:
        description = (
            "Declare what messages may be about, or name it anew: customers say which topics they do not want."
            + says(MANAGE_RELATIONSHIPS)
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _declare(cls, root, info, **arguments)


@by_owner
def _declare(cls: Any, _root: Any, info: Any, *, key: str, names: list[dict[str, str]]) -> Any:
    told = {one["language"]: one["name"] for one in names}
    return cls(topic=topics.declare(key, told, now=request(info.context).now), errors=[])


class RelationshipTopicDelete(graphene.Mutation):
    """A topic that customers no longer choose about."""

    deleted = graphene.Boolean(description="Whether there was one.")
    errors = errors_field()

    class Arguments:
        key = graphene.String(required=True)

    class Meta:
        description = "Take a topic away: nobody chooses about it any more." + says(MANAGE_RELATIONSHIPS)

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _delete(cls, root, info, **arguments)


@by_owner
def _delete(cls: Any, _root: Any, info: Any, *, key: str) -> Any:
    return cls(deleted=topics.remove(key), errors=[])
