"""Labels and notes of staff. Put on the profile's own type here, as the plan is."""

from collections.abc import Mapping, Sequence
from typing import Any

import graphene
from graphene.relay import Node

from saleor_relacional.flows.contact import labels, staff_notes
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.graphql.host_types import listed, moment
from saleor_relacional.graphql.permissions import MANAGE_USERS, needs, says
from saleor_relacional.graphql.request import alias, load
from saleor_relacional.graphql.types.profile.profile import RelationshipProfile
from saleor_relacional.models import StaffNote


class RelationshipLabel(graphene.ObjectType):
    """A word of the shop's on one person."""

    name = graphene.String(required=True)
    set_by = graphene.String(required=True, description="Who did: staff:ID or app:ID.")
    set_at = moment("When.", required=True)

    class Meta:
        description = "A label that staff set on a customer. Rules of segments can ask about it."


class RelationshipLabelCount(graphene.ObjectType):
    """A label that the shop uses."""

    name = graphene.String(required=True)
    people = graphene.Int(required=True, description="How many have it.")

    class Meta:
        description = "A label that the shop uses, and how many have it."

    @staticmethod
    def resolve_name(root: tuple[str, int], info: Any) -> str:
        return root[0]

    @staticmethod
    def resolve_people(root: tuple[str, int], info: Any) -> int:
        return root[1]


class RelationshipStaffNote(graphene.ObjectType):
    """What a member of staff wrote about one person."""

    id = graphene.ID(required=True)
    text = graphene.String(required=True)
    written_by = graphene.String(required=True, description="Who did: staff:ID or app:ID.")
    written_at = moment("When.", required=True)

    class Meta:
        description = "What a member of staff wrote about a customer, for colleagues. Their export holds it."

    @staticmethod
    def resolve_id(root: StaffNote, info: Any) -> str:
        return str(Node.to_global_id("RelationshipStaffNote", root.public_id))


@needs(MANAGE_USERS)
def resolve_labels(root: Relationship, info: Any) -> Any:
    """One query for all profiles of the request."""

    def batch(keys: Sequence[int], context: Any) -> Mapping[int, Any]:
        return labels.of(keys, using=alias(context))

    return load(info.context, "labels", batch, root.id, default=[])


@needs(MANAGE_USERS)
def resolve_notes(root: Relationship, info: Any) -> Any:
    """One query per profile that the request asks this of."""

    def batch(keys: Sequence[int], context: Any) -> Mapping[int, Any]:
        return {key: staff_notes.of(key, using=alias(context)) for key in keys}

    return load(info.context, "staff_notes", batch, root.id, default=[])


FIELDS = {
    "labels": listed(
        RelationshipLabel,
        "The labels that they have, by name." + says(MANAGE_USERS),
        resolver=resolve_labels,
    ),
    "staff_notes": listed(
        RelationshipStaffNote,
        f"What staff wrote about them, the latest first ({staff_notes.MOST} at most)." + says(MANAGE_USERS),
        resolver=resolve_notes,
    ),
}


def mount() -> None:
    """Put the fields on RelationshipProfile. `graphql.schema` calls this, before a host can build a schema."""
    RelationshipProfile._meta.fields.update(FIELDS)
