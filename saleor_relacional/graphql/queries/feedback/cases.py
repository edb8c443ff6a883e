"""The inbox of staff, and what became of promises."""

from typing import Any

import graphene
from graphql import GraphQLError

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.feedback import cases, promises
from saleor_relacional.graphql.cursors import cursor, instant, page_info, values, whole
from saleor_relacional.graphql.permissions import MANAGE_USERS, needs, says
from saleor_relacional.graphql.request import alias, request
from saleor_relacional.graphql.types.feedback.case import (
    RelationshipCaseCountableConnection,
    RelationshipCaseCountableEdge,
    RelationshipPromisedMonth,
)


class FeedbackQueries(graphene.ObjectType):
    """What customers told, as staff handle it."""

    relationship_cases = graphene.Field(
        RelationshipCaseCountableConnection,
        first=graphene.Int(
            default_value=20, description="Retrieve the first n elements from the list: 100 at most."
        ),
        after=graphene.String(description="Return the elements that come after the specified cursor."),
        waiting=graphene.Boolean(
            default_value=True, description="Those that wait for an answer; false: those answered or closed."
        ),
        description="What customers told the shop and staff answer: those that wait, the first due, and so the overdue,"
        " before the others; or those that have ended, the last due first." + says(MANAGE_USERS),
    )
    relationship_promises = graphene.Field(
        graphene.List(graphene.NonNull(RelationshipPromisedMonth)),
        months=graphene.Int(
            default_value=6, description="Since the beginning of so many months ago: 24 at most."
        ),
        description="Promises of the shop by the month in which they were, or are, due: kept, broken, or open; the last"
        " month first." + says(MANAGE_USERS),
    )

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_cases(
        _root: Any, info: Any, first: int | None = None, after: str | None = None, waiting: bool | None = None
    ) -> Any:
        using, waits = alias(info.context), waiting is not False
        try:
            past = values(after, instant, whole) if after else None
            page = cases.page(
                waiting=waits, first=20 if first is None else first, after=(past[0], past[1]) if past else None,
                using=using,
            )  # fmt: skip
        except BadInput as error:
            raise GraphQLError(error.message) from error
        edges = [
            RelationshipCaseCountableEdge(node=one, cursor=cursor(one.due_at.isoformat(), one.pk))
            for one in page.cases
        ]
        return RelationshipCaseCountableConnection(
            page_info=page_info([edge.cursor for edge in edges], earlier=bool(after), more=page.more),
            edges=edges,
            total_count=lambda: cases.count(waiting=waits, using=using),
        )

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_promises(_root: Any, info: Any, months: int | None = None) -> Any:
        try:
            return promises.per_month(
                6 if months is None else months, request(info.context).now, using=alias(info.context)
            )
        except BadInput as error:
            raise GraphQLError(error.message) from error
