"""Relationships: the caller's own, one, a page of them."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import graphene
from graphql import GraphQLError

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.profiles import profile_list, profiles
from saleor_relacional.flows.profiles.profile_list import Filter, ListPosition, Order
from saleor_relacional.graphql import loaders
from saleor_relacional.graphql.cursors import cursor, exact, instant, page_info, real, values, whole
from saleor_relacional.graphql.host_types import date_time_type, direction_type
from saleor_relacional.graphql.ids import uuid_of
from saleor_relacional.graphql.permissions import MANAGE_USERS, needs, says, sees
from saleor_relacional.graphql.request import alias, request, writing
from saleor_relacional.graphql.types.enums import StageEnum
from saleor_relacional.graphql.types.profile.connection import (
    RelationshipProfileCountableConnection,
    RelationshipProfileCountableEdge,
)
from saleor_relacional.graphql.types.profile.profile import RelationshipProfile

SortField = graphene.Enum("RelationshipProfileSortField", [(order.name, order.value) for order in Order])


class RelationshipMomentRangeInput(graphene.InputObjectType):
    """Both ends included; either may be missing."""

    gte = graphene.InputField(date_time_type, description="Not before.")
    lte = graphene.InputField(date_time_type, description="Not after.")


class RelationshipProfileFilterInput(graphene.InputObjectType):
    """All conditions given must hold."""

    stages = graphene.List(graphene.NonNull(StageEnum), description="In one of these stages.")
    search = graphene.String(description="Beginning of the e-mail address.")
    currency = graphene.String(description="Currency of the last purchase.")
    last_purchase = RelationshipMomentRangeInput(description="Moment of the last purchase.")
    has_consent = graphene.Boolean(description="Whether they may be written to, now.")


class RelationshipProfileSortInput(graphene.InputObjectType):
    """Whoever lacks the value comes last."""

    field = graphene.Argument(
        SortField,
        required=True,
        description="What to order by. KEPT needs filter.currency; so does YEAR_VALUE where people's money is told in"
        " several currencies: amounts of several have no order.",
    )
    direction = graphene.Argument(direction_type, required=True, description="Ascending or descending.")


@dataclass
class Page:
    """A page; what it counts is counted when it is asked for, once."""

    page_info: Any
    edges: list[Any]
    wanted: Filter = field(repr=False)
    using: str
    now: datetime

    @cached_property
    def counted(self) -> tuple[int, bool]:
        found = profile_list.count(self.wanted, now=self.now, using=self.using)
        return found.number, found.estimated

    def count(self) -> tuple[int, bool]:
        """Returns (how many, whether estimated)."""
        return self.counted


PARSERS = {
    Order.YEAR_VALUE: real,
    Order.LAST_PURCHASE: instant,
    Order.KEPT: exact,
    Order.SINCE: instant,
}
"""Order → what reads the value in its cursors."""


class ProfileQueries(graphene.ObjectType):
    """Relationships."""

    relationship_profile = graphene.Field(
        RelationshipProfile,
        id=graphene.Argument(graphene.ID, required=True, description="ID of the relationship."),
        description="Look up a relationship by ID." + says(MANAGE_USERS),
    )
    relationship_profiles = graphene.Field(
        RelationshipProfileCountableConnection,
        filter=graphene.Argument(RelationshipProfileFilterInput, description="Filtering options."),
        sort=graphene.Argument(
            RelationshipProfileSortInput,
            description="Default: YEAR_VALUE, descending; where people's money is told in several currencies and the"
            " filter names none, LAST_PURCHASE.",
        ),
        first=graphene.Int(
            default_value=20, description="Retrieve the first n elements from the list: 100 at most."
        ),
        after=graphene.String(description="Return the elements that come after the specified cursor."),
        description="Relationships in order, page by page." + says(MANAGE_USERS),
    )

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_profile(_root: Any, info: Any, id: str) -> Any:
        public_id = uuid_of("RelationshipProfile", id)
        return profiles.of_public_ids([public_id], using=alias(info.context)).get(public_id)

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_profiles(_root: Any, info: Any, **arguments: Any) -> Any:
        wanted = _filter(arguments.get("filter") or {})
        sort = arguments.get("sort") or {}
        descending = sort.get("direction", "-") == "-"
        after = arguments.get("after")
        now, using = request(info.context).now, alias(info.context)
        order = Order(sort.get("field") or profile_list.usual_order(wanted, using=using))
        try:
            with writing():  # the policy is read where it was decided
                found, more = profile_list.page(
                    wanted, order, descending=descending, after=_place(after, order) if after else None,
                    first=arguments.get("first") or 20, now=now, using=using,
                )  # fmt: skip
        except BadInput as error:
            raise GraphQLError(error.message) from error
        edges = [
            RelationshipProfileCountableEdge(node=one.relationship, cursor=_cursor(order, one.place))
            for one in found
        ]
        about = page_info([edge.cursor for edge in edges], earlier=bool(after), more=more)
        return Page(page_info=about, edges=edges, wanted=wanted, using=using, now=now)


def _filter(given: dict[str, Any]) -> Filter:
    bought = given.get("last_purchase") or {}
    return Filter(
        stages=tuple(given.get("stages") or ()),
        search=given.get("search") or "",
        currency=given.get("currency") or "",
        last_purchase_from=bought.get("gte"),
        last_purchase_until=bought.get("lte"),
        has_consent=given.get("has_consent"),
    )


def _place(after: str, order: Order) -> ListPosition:
    named, value, profile = values(after, Order, PARSERS[order], whole)
    if named is not order or profile is None:
        raise GraphQLError("Received cursor is invalid: it is of another order.")
    return ListPosition(value=value, profile=profile)


def _cursor(order: Order, place: ListPosition) -> str:
    value = place.value
    if value is not None and not isinstance(value, float):
        value = value.isoformat() if isinstance(value, datetime) else str(value)
    return cursor(order, value, place.profile)


def of_user(root: Any, info: Any) -> Any:
    """User.relationship: for the customer themself, and for staff and apps that may read customers."""
    account = str(root.pk)
    sees(info, account)
    return loaders.of_account(info.context, account)


user_field = graphene.Field(
    RelationshipProfile,
    description="What the shop knows and believes about this customer."
    "\n\nRequires one of the following permissions: MANAGE_USERS, OWNER.",
    resolver=of_user,
)
