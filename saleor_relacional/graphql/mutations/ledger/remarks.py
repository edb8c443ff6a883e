"""The customer says what is wrong; staff answer."""

from typing import Any

import graphene

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.ledger import remarks
from saleor_relacional.graphql.errors import Code
from saleor_relacional.graphql.ids import uuid_of
from saleor_relacional.graphql.mutations.answer import answering, by_owner, errors_field, limited
from saleor_relacional.graphql.mutations.speaker import WHO_MAY, WHOM, refuse_while_off, speaker, whose
from saleor_relacional.graphql.permissions import MANAGE_RELATIONSHIPS, says
from saleor_relacional.graphql.request import actor, request
from saleor_relacional.graphql.types.ledger.remark import RelationshipRemark, RemarkKindEnum, RightEnum
from saleor_relacional.models import Profile


class RelationshipRemarkCreate(graphene.Mutation):
    """Somebody says something of their ledger."""

    remark = graphene.Field(RelationshipRemark)
    errors = errors_field()

    class Arguments:
        id = graphene.ID(description=WHOM)
        kind = graphene.Argument(RemarkKindEnum, required=True)
        entry = graphene.String(description="Name of the entry; of a NOTE it may be left out.")
        words = graphene.String(description="At most 2000 characters.")
        right = graphene.Argument(RightEnum, description="Of a CORRECTION of an order.")

    class Meta:
        description = (
            "Say of an entry of the ledger that it is wrong, what is right, that it is not to be used, or something to"
            " add. Staff read and answer it." + WHO_MAY
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, id: str | None = None, **arguments: Any) -> Any:
        speaker(info, id)
        return _say(cls, root, info, id=id, **arguments)


class RelationshipRemarkDelete(graphene.Mutation):
    """Taken back."""

    errors = errors_field()

    class Arguments:
        id = graphene.ID(required=True, description="ID of an own remark that is not answered yet.")

    class Meta:
        description = (
            "Take back what nobody has answered yet.\n\nRequires one of the following permissions:"
            " AUTHENTICATED_USER."
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, id: str) -> Any:
        speaker(info, None)
        return _take_back(cls, root, info, id=id)


class RelationshipRemarkAnswer(graphene.Mutation):
    """Staff answer."""

    remark = graphene.Field(RelationshipRemark)
    errors = errors_field()

    class Arguments:
        id = graphene.ID(required=True, description="ID of the remark.")
        answer = graphene.String(
            required=True, description="As the customer reads it; at most 2000 characters."
        )

    class Meta:
        description = "Answer a remark; the latest answer stands on the customer's page." + says(
            MANAGE_RELATIONSHIPS
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _answer(cls, root, info, **arguments)


@limited("api_remark")
@answering
def _say(
    cls: Any, _root: Any, info: Any, *, id: str | None, kind: str, entry: str | None = None,
    words: str | None = None, right: str | None = None,
) -> Any:  # fmt: skip
    refuse_while_off(id)
    person = whose(info, id)
    said = remarks.say(
        Profile.objects.get(pk=person.id), kind=kind, now=request(info.context).now, entry=entry or "",
        words=words or "", right=right or "",
    )  # fmt: skip
    return cls(remark=said, errors=[])


@limited("api_remark")
@answering
def _take_back(cls: Any, _root: Any, info: Any, *, id: str) -> Any:
    refuse_while_off()
    person = whose(info, None)
    if not remarks.take_back(Profile.objects.get(pk=person.id), uuid_of("RelationshipRemark", id)):
        raise BadInput("There is no open remark of yours of this ID.", code=Code.NOT_FOUND, field="id")
    return cls(errors=[])


@by_owner
def _answer(cls: Any, _root: Any, info: Any, *, id: str, answer: str) -> Any:
    said = remarks.answer(
        uuid_of("RelationshipRemark", id), words=answer, by=actor(info.context), now=request(info.context).now
    )
    return cls(remark=said, errors=[])
