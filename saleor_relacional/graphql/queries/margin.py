"""What purchases leave."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import graphene
from graphql import GraphQLError

from saleor_relacional import conf
from saleor_relacional.errors import BadInput
from saleor_relacional.flows import policy
from saleor_relacional.flows.evidence import costs, margin_report
from saleor_relacional.graphql.host_types import date_type
from saleor_relacional.graphql.permissions import MANAGE_USERS, needs, says
from saleor_relacional.graphql.request import alias, limit, request, writing
from saleor_relacional.graphql.types.margin import RelationshipMargin, RelationshipMarginSettings

PERIODS = 2
"""Periods in one request at most: each is a pass over its purchases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The margin of a period."""

    per_currency: Any
    reporting: margin_report.Margin | None


class MarginQueries(graphene.ObjectType):
    """Margins and what they are computed with."""

    relationship_margin = graphene.Field(
        RelationshipMargin,
        description="What was bought in a period left, with its refunds until now." + says(MANAGE_USERS),
        since=graphene.Argument(
            date_type, required=True, description="Its first day, in the shop's time zone."
        ),
        until=graphene.Argument(
            date_type, required=True, description="Its last day, within a year of the first."
        ),
    )
    relationship_margin_settings = graphene.Field(
        RelationshipMarginSettings,
        description="What margins are computed with where the shop's products say nothing."
        + says(MANAGE_USERS),
    )

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_margin(_root: Any, info: Any, since: date, until: date) -> Any:
        limit(info.context, "a margin", PERIODS)
        now, using = request(info.context).now, alias(info.context)
        try:
            told = margin_report.per_currency(
                since, until, zone=ZoneInfo(conf.host().time_zone()), now=now, using=using
            )
        except BadInput as error:
            raise GraphQLError(error.message) from error
        with writing():
            decided = policy.current(now)
        return Told(per_currency=told, reporting=margin_report.reported(decided, told))

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_margin_settings(_root: Any, info: Any) -> Any:
        with writing():
            return costs.current()
