"""Staff take their tasks and tick them off."""

from typing import Any

import graphene

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.incentives import staff_tasks
from saleor_relacional.graphql.errors import Code
from saleor_relacional.graphql.ids import uuid_of
from saleor_relacional.graphql.mutations.answer import by_owner, errors_field
from saleor_relacional.graphql.permissions import MANAGE_RELATIONSHIPS, says
from saleor_relacional.graphql.request import actor, request
from saleor_relacional.graphql.types.staff_task import RelationshipStaffTask
from saleor_relacional.models import StaffTask


class RelationshipStaffTaskTake(graphene.Mutation):
    """Somebody takes it."""

    staff_task = graphene.Field(RelationshipStaffTask)
    errors = errors_field()

    class Arguments:
        id = graphene.ID(required=True, description="ID of the task.")

    class Meta:
        description = "Take an open task, also from whoever had it: it is yours now." + says(
            MANAGE_RELATIONSHIPS
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _take(cls, root, info, **arguments)


@by_owner
def _take(cls: Any, _root: Any, info: Any, *, id: str) -> Any:
    return cls(staff_task=staff_tasks.take(_known(id), actor(info.context)), errors=[])


class RelationshipStaffTaskFinish(graphene.Mutation):
    """Somebody ticks it off."""

    staff_task = graphene.Field(RelationshipStaffTask)
    errors = errors_field()

    class Arguments:
        id = graphene.ID(required=True, description="ID of the task.")

    class Meta:
        description = "Tick an open task off: it is done." + says(MANAGE_RELATIONSHIPS)

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _finish(cls, root, info, **arguments)


@by_owner
def _finish(cls: Any, _root: Any, info: Any, *, id: str) -> Any:
    done = staff_tasks.done(_known(id), actor(info.context), request(info.context).now)
    return cls(staff_task=done, errors=[])


def _known(given: str) -> StaffTask:
    public_id = uuid_of("RelationshipStaffTask", given)
    task = staff_tasks.seen().filter(public_id=public_id).first()
    if task is None:
        raise BadInput("There is no such task.", code=Code.NOT_FOUND, field="id")
    return task
