"""The customer, or the staff for them, say when they buy. The latest word wins."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import graphene

from saleor_relacional import conf
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.profiles import profiles
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.flows.scoring import declarations
from saleor_relacional.graphql.mutations.answer import answering, errors_field, limited
from saleor_relacional.graphql.mutations.speaker import WHO_MAY, WHOM, refuse_while_off, speaker, whose
from saleor_relacional.graphql.permissions import MANAGE_USERS
from saleor_relacional.graphql.request import caller, forget_loaded, request
from saleor_relacional.graphql.types.profile.profile import RelationshipProfile


class RelationshipRhythmDeclare(graphene.Mutation):
    """When somebody buys, in their own words."""

    relationship = graphene.Field(
        RelationshipProfile, description="Of the customer themself, or where the caller may read customers."
    )
    errors = errors_field()

    class Arguments:
        id = graphene.ID(description=WHOM)
        every_days = graphene.Float(description="So many days between purchases: 42 for every six weeks.")
        not_before = graphene.String(description="No purchase is expected before this day: YYYY-MM-DD.")

    class Meta:
        description = (
            "Say when a customer buys: how often, not before when, or both. It takes the place of what was said before,"
            " and wins over what we infer." + WHO_MAY
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, id: str | None = None, **arguments: Any) -> Any:
        by = speaker(info, id)
        return _declare(cls, root, info, id=id, by=by, **arguments)


class RelationshipRhythmWithdraw(graphene.Mutation):
    """Nothing is said any more."""

    relationship = graphene.Field(
        RelationshipProfile, description="Of the customer themself, or where the caller may read customers."
    )
    errors = errors_field()

    class Arguments:
        id = graphene.ID(description=WHOM)

    class Meta:
        description = "Take back what was said about when a customer buys, whoever said it." + WHO_MAY

    @classmethod
    def mutate(cls, root: Any, info: Any, id: str | None = None) -> Any:
        speaker(info, id)
        return _withdraw(cls, root, info, id=id)


@limited("api_rhythm")
@answering
def _declare(
    cls: Any, _root: Any, info: Any, *, id: str | None, by: str, every_days: float | None = None,
    not_before: str | None = None,
) -> Any:  # fmt: skip
    refuse_while_off(id)
    now = request(info.context).now
    person = whose(info, id)
    declarations.declare(
        person.id, every_days=every_days, not_before=_day(not_before) if not_before else None, by=by,
        today=now.astimezone(ZoneInfo(conf.host().time_zone())).date(), now=now,
    )  # fmt: skip
    return _answer(cls, info, person, id)


@limited("api_rhythm")
@answering
def _withdraw(cls: Any, _root: Any, info: Any, *, id: str | None) -> Any:
    refuse_while_off(id)
    person = whose(info, id)
    declarations.withdraw(person.id, now=request(info.context).now)
    return _answer(cls, info, person, id)


def _answer(cls: Any, info: Any, person: Relationship, id: str | None) -> Any:
    """The mutation's answer. A caller who may write about customers but not read them is not shown the profile."""
    forget_loaded(info.context)
    shown = id is None or caller(info.context).may(MANAGE_USERS)
    return cls(relationship=profiles.of_ids([person.id])[person.id] if shown else None, errors=[])


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("Give a day as YYYY-MM-DD, such as 2027-03-01.", field="notBefore") from error
