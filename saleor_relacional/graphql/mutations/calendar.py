"""The owner wants the calendar made anew."""

from typing import Any

import graphene

from saleor_relacional.flows.calendar import calendars
from saleor_relacional.graphql.mutations.answer import by_owner, errors_field
from saleor_relacional.graphql.permissions import MANAGE_RELATIONSHIPS, says
from saleor_relacional.graphql.request import request


class RelationshipCalendarRefresh(graphene.Mutation):
    """Make it anew."""

    being_made = graphene.Boolean(required=True, description="True: it is made within minutes.")
    errors = errors_field()

    class Meta:
        description = "Have the calendar of the coming days made anew, by the worker." + says(
            MANAGE_RELATIONSHIPS
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _refresh(cls, root, info, **arguments)


@by_owner
def _refresh(cls: Any, _root: Any, info: Any) -> Any:
    calendars.want(request(info.context).now)
    return cls(being_made=True, errors=[])
