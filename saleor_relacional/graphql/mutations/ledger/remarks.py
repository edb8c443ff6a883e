"""The customer says what is wrong; staff answer."""

from typing import Any

import graphene

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.ledger import purchase_corrections, remarks
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


class RelationshipRemarkAccept(graphene.Mutation):
    """Staff correct what somebody said of a purchase."""

    remark = graphene.Field(RelationshipRemark)
    errors = errors_field()

    class Arguments:
        id = graphene.ID(required=True, description="ID of a remark that says what is right about an order.")
        answer = graphene.String(
            description="As the customer reads it, at most 2000 characters; without it they read that it was corrected."
        )

    class Meta:
        description = (
            "Accept what somebody said of an order: it counts as a gift, or as not theirs, from now on, and the remark"
            " is answered." + says(MANAGE_RELATIONSHIPS)
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _accept(cls, root, info, **arguments)


class RelationshipPurchaseCorrect(graphene.Mutation):
    """Staff correct a purchase, or undo it."""

    right = graphene.Field(RightEnum, description="As what it counts now; null: as it is told.")
    errors = errors_field()

    class Arguments:
        id = graphene.ID(required=True, description="ID of a relationship.")
        entry = graphene.String(
            required=True, description="Name of the ledger entry that tells of the order."
        )
        right = graphene.Argument(RightEnum, description="What it was; null undoes a correction.")

    class Meta:
        description = (
            "Let an order count as a gift (in money, and not for when or what its buyer buys themselves) or as not"
            " theirs (in nothing of theirs), or as it is told again. It holds whatever the shop tells of the order"
            " later." + says(MANAGE_RELATIONSHIPS)
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _correct(cls, root, info, **arguments)


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


@by_owner
def _accept(cls: Any, _root: Any, info: Any, *, id: str, answer: str | None = None) -> Any:
    said = purchase_corrections.accept(
        uuid_of("RelationshipRemark", id),
        words=answer or "",
        by=actor(info.context),
        now=request(info.context).now,
    )
    return cls(remark=said, errors=[])


@by_owner
def _correct(cls: Any, _root: Any, info: Any, *, id: str, entry: str, right: str | None = None) -> Any:
    person = whose(info, id)
    purchase = purchase_corrections.correct(
        Profile.objects.get(pk=person.id), entry=entry, right=right or "", by=actor(info.context),
        now=request(info.context).now,
    )  # fmt: skip
    return cls(right=purchase.corrected or None, errors=[])
