"""Staff take a case, answer it, close it; and note that somebody answered a mail."""

from typing import Any

import graphene

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.feedback import cases, tell
from saleor_relacional.graphql.errors import Code
from saleor_relacional.graphql.ids import uuid_of
from saleor_relacional.graphql.mutations.answer import by_owner, errors_field
from saleor_relacional.graphql.mutations.speaker import whose
from saleor_relacional.graphql.permissions import MANAGE_RELATIONSHIPS, says
from saleor_relacional.graphql.request import actor, forget_loaded, request
from saleor_relacional.graphql.types.feedback.case import RelationshipCase
from saleor_relacional.models import FeedbackCase, FeedbackKind, FeedbackSource


class RelationshipCaseTake(graphene.Mutation):
    """Somebody takes it."""

    case = graphene.Field(RelationshipCase)
    errors = errors_field()

    class Arguments:
        id = graphene.ID(required=True, description="ID of the case.")

    class Meta:
        description = "Take a case that waits, also from whoever had it: it is seen, and yours now." + says(
            MANAGE_RELATIONSHIPS
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _take(cls, root, info, **arguments)


@by_owner
def _take(cls: Any, _root: Any, info: Any, *, id: str) -> Any:
    taken = cases.take(_known(id), actor(info.context), request(info.context).now)
    forget_loaded(info.context)
    return cls(case=taken, errors=[])


class RelationshipCaseAnswer(graphene.Mutation):
    """Somebody answers it."""

    case = graphene.Field(RelationshipCase)
    errors = errors_field()

    class Arguments:
        id = graphene.ID(required=True, description="ID of the case.")
        text = graphene.String(required=True, description="What the customer reads.")
        apology = graphene.Boolean(
            required=True,
            description="Whether it says that you are sorry: that, and nothing else that staff do, ends the silence"
            " after a complaint or a bad rating.",
        )
        send = graphene.Boolean(
            default_value=True,
            description="Whether it leaves as a mail, too. False: it was said by telephone; it is on their page.",
        )
        seen = graphene.String(
            description="The case's `version` that was read: where it is another by now nothing is done, and the code"
            " is CONFLICT."
        )

    class Meta:
        description = "Answer what a customer told: by mail, and on their page." + says(MANAGE_RELATIONSHIPS)

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _answer(cls, root, info, **arguments)


@by_owner
def _answer(
    cls: Any, _root: Any, info: Any, *, id: str, text: str, apology: bool, send: bool | None = True,
    seen: str | None = None,
) -> Any:  # fmt: skip
    answered = cases.answer(
        _known(id), text=text, apology=apology, by=actor(info.context), now=request(info.context).now,
        send=send is not False, seen=seen,
    )  # fmt: skip
    forget_loaded(info.context)
    return cls(case=answered, errors=[])


class RelationshipCaseClose(graphene.Mutation):
    """Nothing is left to do."""

    case = graphene.Field(RelationshipCase)
    errors = errors_field()

    class Arguments:
        id = graphene.ID(required=True, description="ID of the case.")
        seen = graphene.String(
            description="The case's `version` that was read: where it is another by now nothing is done, and the code"
            " is CONFLICT."
        )

    class Meta:
        description = (
            "Close a case. One that was not answered by its time counts as a broken promise all the same."
            + says(MANAGE_RELATIONSHIPS)
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _close(cls, root, info, **arguments)


@by_owner
def _close(cls: Any, _root: Any, info: Any, *, id: str, seen: str | None = None) -> Any:
    closed = cases.close(_known(id), actor(info.context), request(info.context).now, seen=seen)
    forget_loaded(info.context)
    return cls(case=closed, errors=[])


class RelationshipReplyNote(graphene.Mutation):
    """A customer answered a mail, and a person read it."""

    case = graphene.Field(RelationshipCase)
    errors = errors_field()

    class Arguments:
        id = graphene.ID(required=True, description="ID of the relationship.")
        text = graphene.String(description="What they wrote.")

    class Meta:
        description = (
            "Note that a customer answered a mail: an act of their own. Nothing is sold to them until somebody has"
            " taken the case that this opens." + says(MANAGE_RELATIONSHIPS)
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _reply(cls, root, info, **arguments)


@by_owner
def _reply(cls: Any, _root: Any, info: Any, *, id: str, text: str | None = "") -> Any:
    told = tell.tell(
        whose(info, id).id, kind=FeedbackKind.ANSWER, text=text or "", source=FeedbackSource.STAFF,
        now=request(info.context).now,
    )  # fmt: skip
    forget_loaded(info.context)
    return cls(case=told.case, errors=[])


def _known(given: str) -> FeedbackCase:
    case = cases.of_public_id(uuid_of("RelationshipCase", given))
    if case is None:
        raise BadInput("There is no such case.", code=Code.NOT_FOUND, field="id")
    return case
