"""How the machine is."""

from datetime import timedelta
from typing import Any

import graphene

from saleor_relacional.graphql.host_types import listed, moment


class RelationshipSweepHealth(graphene.ObjectType):
    """One kind of facts."""

    kind = graphene.String(required=True, description="customer, order or checkout.")
    finished_at = moment("When it was last read to the end.")
    age_seconds = graphene.Int(description="How long ago that is.")
    late = graphene.Boolean(required=True)

    class Meta:
        description = "How fresh one kind of facts is, hooks aside."

    @staticmethod
    def resolve_age_seconds(root: Any, info: Any) -> int | None:
        return _seconds(root.age)


class RelationshipErrorCount(graphene.ObjectType):
    """One kind of error in one place."""

    place = graphene.String(required=True)
    kind = graphene.String(required=True)
    count = graphene.Int(required=True)
    last_at = moment("When it last happened.", required=True)

    class Meta:
        description = "One kind of error of ours in one place, over the last three days."


class RelationshipProblem(graphene.ObjectType):
    """Something to do."""

    code = graphene.String(required=True)
    problem = graphene.String(required=True)
    cure = graphene.String(required=True)

    class Meta:
        description = "Something to do, in the reader's language."


class RelationshipHealth(graphene.ObjectType):
    """How the machine is."""

    healthy = graphene.Boolean(required=True, description="There is nothing to do.")
    as_of = moment("On the shop's clock.", required=True)
    problems = listed(RelationshipProblem, "What to do, with its cure.")
    sweeps = listed(RelationshipSweepHealth, "How fresh the facts are.")
    due_touches = graphene.Int(required=True, description="Messages that are due and wait.")
    queue_age_seconds = graphene.Int(description="How long the oldest of them has been waiting.")
    stale_age_seconds = graphene.Int(description="How long the oldest news has been waiting to be taken in.")
    unknown_touches = graphene.Int(
        required=True, description="Messages of which it is not known whether they left."
    )
    errors = listed(RelationshipErrorCount, "Errors of ours over the last three days.")
    last_fit_at = moment("As of when the shop was last estimated.")

    class Meta:
        description = "How the machine is: what runs late, what waits, what went wrong."

    @staticmethod
    def resolve_queue_age_seconds(root: Any, info: Any) -> int | None:
        return _seconds(root.queue_age)

    @staticmethod
    def resolve_stale_age_seconds(root: Any, info: Any) -> int | None:
        return _seconds(root.stale_age)

    @staticmethod
    def resolve_last_fit_at(root: Any, info: Any) -> Any:
        return root.fit_at


def _seconds(age: timedelta | None) -> int | None:
    return int(age.total_seconds()) if age is not None else None
