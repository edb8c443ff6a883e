"""What staff do with several customers at once: labels, notes, exclusions."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import graphene

from saleor_relacional.flows.contact import labels, several, staff_notes
from saleor_relacional.flows.profiles import profiles
from saleor_relacional.graphql.ids import uuid_of
from saleor_relacional.graphql.mutations.answer import by_owner, errors_field
from saleor_relacional.graphql.permissions import MANAGE_RELATIONSHIPS, says
from saleor_relacional.graphql.request import actor, forget_loaded, request
from saleor_relacional.graphql.types.contact import RelationshipExclusion
from saleor_relacional.graphql.types.desk.labels import RelationshipStaffNote
from saleor_relacional.graphql.types.profile.profile import RelationshipProfile


def _ids() -> graphene.Argument:
    return graphene.Argument(
        graphene.List(graphene.NonNull(graphene.ID)),
        required=True,
        description=f"IDs of the relationships: {several.MOST} at most.",
    )


def _words(described: str) -> graphene.Argument:
    return graphene.Argument(graphene.List(graphene.NonNull(graphene.String)), description=described)


def _public(ids: Sequence[str]) -> list[UUID]:
    return [uuid_of("RelationshipProfile", one) for one in ids]


class RelationshipLabelBulkUpdate(graphene.Mutation):
    """Labels of several customers."""

    relationships = graphene.Field(
        graphene.List(graphene.NonNull(RelationshipProfile)),
        description="In the order asked for.",
    )
    errors = errors_field()

    class Arguments:
        ids = _ids()
        add = _words("Labels to set. Small and capital letters make no other label.")
        remove = _words("Labels to remove.")

    class Meta:
        description = "Set and remove labels of customers." + says(MANAGE_RELATIONSHIPS)

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _label(cls, root, info, **arguments)


@by_owner
def _label(
    cls: Any, _root: Any, info: Any, *, ids: list[str], add: list[str] | None = None,
    remove: list[str] | None = None,
) -> Any:  # fmt: skip
    public = _public(ids)
    people = several.people(public)
    labels.change(
        people, add=add or (), remove=remove or (), by=actor(info.context), now=request(info.context).now
    )
    forget_loaded(info.context)
    found = profiles.of_ids(people)
    return cls(relationships=[found[one] for one in people], errors=[])


class RelationshipStaffNoteBulkCreate(graphene.Mutation):
    """A note about several customers."""

    notes = graphene.Field(
        graphene.List(graphene.NonNull(RelationshipStaffNote)),
        description="One for each of them.",
    )
    errors = errors_field()

    class Arguments:
        ids = _ids()
        text = graphene.String(required=True, description="For colleagues. The customer's export holds it.")

    class Meta:
        description = "Write a note about customers." + says(MANAGE_RELATIONSHIPS)

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _note(cls, root, info, **arguments)


@by_owner
def _note(cls: Any, _root: Any, info: Any, *, ids: list[str], text: str) -> Any:
    people = several.people(_public(ids))
    notes = staff_notes.write(people, text=text, by=actor(info.context), now=request(info.context).now)
    return cls(notes=notes, errors=[])


class RelationshipStaffNoteDelete(graphene.Mutation):
    """A note that is wrong, or no longer needed."""

    note = graphene.Field(RelationshipStaffNote, description="As it was.")
    errors = errors_field()

    class Arguments:
        id = graphene.ID(required=True, description="ID of the note.")

    class Meta:
        description = "Take a note away." + says(MANAGE_RELATIONSHIPS)

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _forget_note(cls, root, info, **arguments)


@by_owner
def _forget_note(cls: Any, _root: Any, info: Any, *, id: str) -> Any:
    return cls(note=staff_notes.remove(uuid_of("RelationshipStaffNote", id)), errors=[])


class RelationshipExclusionBulkCreate(graphene.Mutation):
    """Several customers are never written to."""

    exclusions = graphene.Field(
        graphene.List(graphene.NonNull(RelationshipExclusion)),
        description="One for each of them.",
    )
    errors = errors_field()

    class Arguments:
        ids = _ids()
        because = graphene.String(description="Why, in your words.")

    class Meta:
        description = "Exclude customers from all campaigns, service messages included." + says(
            MANAGE_RELATIONSHIPS
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _exclude(cls, root, info, **arguments)


@by_owner
def _exclude(cls: Any, _root: Any, info: Any, *, ids: list[str], because: str | None = None) -> Any:
    people = several.people(_public(ids))
    return cls(
        exclusions=several.exclude(people, because=because or "", now=request(info.context).now), errors=[]
    )
