"""Tasks of staff."""

from typing import Any

import graphene
from graphql import GraphQLError

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.incentives import staff_tasks
from saleor_relacional.graphql.cursors import cursor, page_info, values, whole
from saleor_relacional.graphql.permissions import MANAGE_USERS, needs, says
from saleor_relacional.graphql.request import alias
from saleor_relacional.graphql.types.staff_task import (
    RelationshipStaffTaskCountableConnection,
    RelationshipStaffTaskCountableEdge,
)


class StaffTaskQueries(graphene.ObjectType):
    """Tasks of staff."""

    relationship_staff_tasks = graphene.Field(
        RelationshipStaffTaskCountableConnection,
        first=graphene.Int(
            default_value=20, description="Retrieve the first n elements from the list: 100 at most."
        ),
        after=graphene.String(description="Return the elements that come after the specified cursor."),
        description="What people were promised that staff do: open ones first, those due first before the others."
        + says(MANAGE_USERS),
    )

    @staticmethod
    @needs(MANAGE_USERS)
    def resolve_relationship_staff_tasks(
        _root: Any, info: Any, first: int | None = None, after: str | None = None
    ) -> Any:
        using = alias(info.context)
        try:
            past = values(after, whole)[0] if after else None
            page = staff_tasks.page(first=20 if first is None else first, after=past, using=using)
        except BadInput as error:
            raise GraphQLError(error.message) from error
        edges = [RelationshipStaffTaskCountableEdge(node=one, cursor=cursor(one.pk)) for one in page.tasks]
        return RelationshipStaffTaskCountableConnection(
            page_info=page_info([edge.cursor for edge in edges], earlier=bool(after), more=page.more),
            edges=edges,
            total_count=lambda: staff_tasks.count(using=using),
        )
