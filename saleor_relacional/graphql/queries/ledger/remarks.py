"""What staff read: remarks that wait for an answer, requests for data, why people left."""

from typing import Any

import graphene
from graphql import GraphQLError

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.ledger import data_requests, leaving, remarks
from saleor_relacional.graphql.cursors import cursor, page_info, values, whole
from saleor_relacional.graphql.permissions import MANAGE_USERS, needs, says
from saleor_relacional.graphql.request import alias
from saleor_relacional.graphql.types.ledger.data import (
    RelationshipDataRequest,
    RelationshipLeaveReasonCount,
)
from saleor_relacional.graphql.types.ledger.remark import (
    RelationshipRemarkCountableConnection,
    RelationshipRemarkCountableEdge,
)


class LedgerQueries(graphene.ObjectType):
    """Remarks and requests."""

    relationship_remarks = graphene.Field(
        RelationshipRemarkCountableConnection,
        answered=graphene.Boolean(description="Only those that are, or are not. Default: both."),
        first=graphene.Int(
            default_value=20, description="Retrieve the first n elements from the list: 100 at most."
        ),
        after=graphene.String(description="Return the elements that come after the specified cursor."),
        description="What customers say of their ledgers, whoever waits longest first." + says(MANAGE_USERS),
    )
    relationship_data_requests = graphene.Field(
        graphene.List(graphene.NonNull(RelationshipDataRequest)),
        description="Who asked for a customer's data or for its end, the latest first. None of them names the customer."
        + says(MANAGE_USERS),
        args={
            "first": graphene.Argument(graphene.Int, default_value=20, description="How many: 100 at most.")
        },
    )
    relationship_leave_reasons = graphene.Field(
        graphene.List(graphene.NonNull(RelationshipLeaveReasonCount)),
        description="Why people left, as far as they said." + says(MANAGE_USERS),
    )

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_remarks(
        _root: Any,
        info: Any,
        answered: bool | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Any:
        using = alias(info.context)
        state = "" if answered is None else "answered" if answered else "open"
        try:
            past = values(after, whole)[0] if after else None
            page = remarks.page(first=20 if first is None else first, state=state, after=past, using=using)
        except BadInput as error:
            raise GraphQLError(error.message) from error
        edges = [RelationshipRemarkCountableEdge(node=one, cursor=cursor(one.pk)) for one in page.remarks]
        return RelationshipRemarkCountableConnection(
            page_info=page_info([edge.cursor for edge in edges], earlier=bool(after), more=page.more),
            edges=edges,
            total_count=lambda: remarks.seen(state, using=using).count(),
        )

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_data_requests(_root: Any, info: Any, first: int | None = None) -> Any:
        try:
            return data_requests.latest(first=20 if first is None else first, using=alias(info.context))
        except BadInput as error:
            raise GraphQLError(error.message) from error

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_leave_reasons(_root: Any, info: Any) -> Any:
        found = leaving.reasons(using=alias(info.context))
        return [RelationshipLeaveReasonCount(reason=reason, people=found[reason]) for reason in sorted(found)]
