"""The customer, or the staff for them, say when they buy. The latest word wins."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import graphene

from saleor_relacional import conf
from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows.profiles import profiles
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.flows.scoring import declarations
from saleor_relacional.graphql.errors import Code
from saleor_relacional.graphql.ids import uuid_of
from saleor_relacional.graphql.mutations.answer import answering, errors_field
from saleor_relacional.graphql.permissions import (
    MANAGE_RELATIONSHIPS,
    MANAGE_USERS,
    PermissionDenied,
    require,
)
from saleor_relacional.graphql.request import caller, forget_loaded, request
from saleor_relacional.graphql.types.profile.profile import RelationshipProfile

WHOM = (
    "ID of the relationship, for staff with MANAGE_RELATIONSHIPS. Without it the signed-in customer speaks for"
    " themself."
)
WHO_MAY = "\n\nRequires one of the following permissions: MANAGE_RELATIONSHIPS, AUTHENTICATED_USER."


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
        by = _speaker(info, id)
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
        _speaker(info, id)
        return _withdraw(cls, root, info, id=id)


@answering
def _declare(
    cls: Any, _root: Any, info: Any, *, id: str | None, by: str, every_days: float | None = None,
    not_before: str | None = None,
) -> Any:  # fmt: skip
    now = request(info.context).now
    person = _whose(info, id)
    declarations.declare(
        person.id, every_days=every_days, not_before=_day(not_before) if not_before else None, by=by,
        today=now.astimezone(ZoneInfo(conf.host().time_zone())).date(), now=now,
    )  # fmt: skip
    return _answer(cls, info, person, id)


@answering
def _withdraw(cls: Any, _root: Any, info: Any, *, id: str | None) -> Any:
    person = _whose(info, id)
    declarations.withdraw(person.id, now=request(info.context).now)
    return _answer(cls, info, person, id)


def _answer(cls: Any, info: Any, person: Relationship, id: str | None) -> Any:
    """The mutation's answer. A caller who may write about customers but not read them is not shown the profile."""
    forget_loaded(info.context)
    shown = id is None or caller(info.context).may(MANAGE_USERS)
    return cls(relationship=profiles.of_ids([person.id])[person.id] if shown else None, errors=[])


def _speaker(info: Any, id: str | None) -> str:
    """STAFF where an id names the customer, CUSTOMER for the signed-in customer. Raises PermissionDenied."""
    if id is not None:
        require(info, MANAGE_RELATIONSHIPS)
        return declarations.STAFF
    asking = caller(info.context)
    if asking.account is None or asking.app is not None:
        raise PermissionDenied("AUTHENTICATED_USER")
    return declarations.CUSTOMER


def _whose(info: Any, id: str | None) -> Relationship:
    if id is not None:
        public_id = uuid_of("RelationshipProfile", id)
        known = profiles.of_public_ids([public_id]).get(public_id)
        if known is None:
            raise BadInput("There is no relationship of this ID.", code=Code.NOT_FOUND, field="id")
        return known
    asking = caller(info.context)
    if not asking.vouched:
        raise Refused("Confirm your e-mail address first.", code=Code.NOT_CONFIRMED)
    own = profiles.of_accounts([asking.account or ""]).get(asking.account or "")
    if own is None:
        raise BadInput("The shop has not met you yet. Try again in a minute.", code=Code.NOT_FOUND)
    return own


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("Give a day as YYYY-MM-DD, such as 2027-03-01.", field="notBefore") from error
