"""The calendar of all campaigns."""

from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import graphene
from graphql import GraphQLError

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.calendar import calendars
from saleor_relacional.graphql import ids
from saleor_relacional.graphql.cursors import instant, values, whole
from saleor_relacional.graphql.host_types import date_type
from saleor_relacional.graphql.permissions import MANAGE_USERS, needs, says
from saleor_relacional.graphql.request import alias, limit, request, writing
from saleor_relacional.graphql.types.calendar import RelationshipCalendar, RelationshipCalendarEntry

PAGES = 5
"""Pages of entries in one request at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A calendar with its days."""

    as_of: datetime
    being_made: bool
    days: list[Any]


class CalendarQueries(graphene.ObjectType):
    """The coming days."""

    relationship_calendar = graphene.Field(
        RelationshipCalendar,
        description="What all campaigns would do in the coming days; null until it has been made."
        + says(MANAGE_USERS),
    )
    relationship_calendar_entries = graphene.Field(
        graphene.List(graphene.NonNull(RelationshipCalendarEntry)),
        first=graphene.Int(default_value=20, description="So many: 100 at most."),
        after=graphene.String(description="cursor of the last entry of the page before."),
        day=graphene.Argument(date_type, description="Of this day of the shop only."),
        campaign=graphene.ID(description="ID of a campaign: its entries only."),
        description="Who would hear what, and when, by the moment." + says(MANAGE_USERS),
    )

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_calendar(_root: Any, info: Any) -> Any:
        using, now = alias(info.context), request(info.context).now
        limit(info.context, "the calendar", 1)
        found = calendars.latest(using=using)
        if found is None:
            return None
        days = [
            SimpleNamespace(day=day, campaigns=campaigns)
            for day, campaigns in calendars.days(found, using=using).items()
        ]
        with writing():
            wanted = calendars.wanted(now)
        return Shown(as_of=found.as_of, being_made=wanted, days=days)

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_calendar_entries(
        _root: Any, info: Any, first: int | None = None, after: str | None = None, day: date | None = None,
        campaign: str | None = None,
    ) -> Any:  # fmt: skip
        limit(info.context, "pages of the calendar", PAGES)
        using = alias(info.context)
        at, key = values(after, instant, whole) if after else (None, None)
        place = (at, key) if at is not None and key is not None else None
        if after and place is None:
            raise GraphQLError("Received cursor is invalid.")
        known = ids.campaign(campaign, using=using) if campaign else None
        found = calendars.latest(using=using)
        if found is None or (campaign and known is None):
            return []
        try:
            return calendars.page(
                found, first=20 if first is None else first, after=place, day=day,
                campaign_id=known.pk if known else None, using=using,
            )  # fmt: skip
        except BadInput as error:
            raise GraphQLError(error.message) from error
