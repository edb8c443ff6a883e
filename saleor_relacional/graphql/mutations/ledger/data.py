"""All that we hold of a person as a file, and its end: asked by the customer, or by staff for them."""

from base64 import b64encode
from typing import Any

import graphene

from saleor_relacional.flows.consent import links
from saleor_relacional.flows.ledger import data_requests, erase, export, files, ledger
from saleor_relacional.graphql.host_types import listed
from saleor_relacional.graphql.mutations.answer import answering, errors_field, limited
from saleor_relacional.graphql.mutations.speaker import WHO_MAY, WHOM, speaker, whose
from saleor_relacional.graphql.permissions import MANAGE_USERS, require
from saleor_relacional.graphql.request import actor, forget_loaded, request
from saleor_relacional.graphql.types.ledger.data import ExportFormEnum, RelationshipExport
from saleor_relacional.models import DataRequestDoor, DataRequestKind, Profile

MOST_FILES = 10
"""So many files may one account take in an hour: each holds all of somebody."""


class RelationshipDataExport(graphene.Mutation):
    """A file with everything."""

    export = graphene.Field(RelationshipExport)
    errors = errors_field()

    class Arguments:
        id = graphene.ID(description=WHOM + " Staff need MANAGE_USERS, too.")
        form = graphene.Argument(ExportFormEnum, required=True)

    class Meta:
        description = (
            "All that the shop's relationships hold of a customer. It is kept that it was asked for."
            + WHO_MAY
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, form: str, id: str | None = None) -> Any:
        speaker(info, id)
        if id is not None:
            require(info, MANAGE_USERS)
        return _export(cls, root, info, id=id, form=form)


class RelationshipErase(graphene.Mutation):
    """Asked twice."""

    sure = graphene.String(description="What to give to have it done; null once it is. Good for an hour.")
    remains = listed(graphene.String, "What is left of the customer, and why, in the reader's language.")
    erased = graphene.Boolean(required=True)
    errors = errors_field()

    class Arguments:
        id = graphene.ID(description=WHOM)
        sure = graphene.String(description="As the first call gave it. Without it nothing is erased.")

    class Meta:
        description = (
            "Forget a customer for good. The first call says what remains, the second does it." + WHO_MAY
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, id: str | None = None, sure: str | None = None) -> Any:
        speaker(info, id)
        answer = _erase(cls, root, info, id=id, sure=sure or "")
        if answer.remains is None:
            answer.remains, answer.erased = [], False
        return answer


@limited("api_export", most=MOST_FILES)
@answering
def _export(cls: Any, _root: Any, info: Any, *, id: str | None, form: str) -> Any:
    now = request(info.context).now
    profile = Profile.objects.get(pk=whose(info, id).id)
    data_requests.record(
        profile, kind=DataRequestKind.EXPORT, by=_by(info, id), through=DataRequestDoor.API, now=now
    )
    found = export.of(profile, now)
    if form == "json":
        file, media, ends = files.as_json(found, ledger.of(profile, now)), "application/json", "json"
    else:
        file, media, ends = files.as_zip(found), "application/zip", "zip"
    made = RelationshipExport(file=b64encode(file).decode(), media_type=media, file_name=f"my-data.{ends}")
    return cls(export=made, errors=[])


@limited("api_erase")
@answering
def _erase(cls: Any, _root: Any, info: Any, *, id: str | None, sure: str) -> Any:
    person = whose(info, id)
    if links.who_erases(sure) != person.public_id:
        token = links.erase_token(person.public_id)
        return cls(sure=token, remains=erase.remains(), erased=False, errors=[])
    profile = Profile.objects.get(pk=person.id)
    erase.erase(profile, by=_by(info, id), through=DataRequestDoor.API, now=request(info.context).now)
    forget_loaded(info.context)
    return cls(sure=None, remains=erase.remains(), erased=True, errors=[])


def _by(info: Any, id: str | None) -> str:
    return data_requests.CUSTOMER if id is None else actor(info.context)
