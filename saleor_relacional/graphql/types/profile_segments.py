"""The segments of a profile. A segment's members are profiles, so a profile's own type cannot name segments: its fields
`segments` and `why` are put on it here, where both types are known."""

from typing import Any

import graphene

from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.graphql import loaders
from saleor_relacional.graphql.ids import uuid_of
from saleor_relacional.graphql.permissions import MANAGE_USERS, needs, says
from saleor_relacional.graphql.types.profile.profile import RelationshipProfile
from saleor_relacional.graphql.types.segment import RelationshipSegment, RelationshipSegmentWhy


@needs(MANAGE_USERS)
def resolve_segments(root: Relationship, info: Any) -> Any:
    """The segments that this profile belongs to, now."""
    return loaders.segments_of(info.context, root.id)


@needs(MANAGE_USERS)
def resolve_why(root: Relationship, info: Any, segment: str) -> Any:
    """Each condition of the segment and whether it holds; None where there is no such segment."""
    found = loaders.known_segment(info.context, uuid_of("RelationshipSegment", segment))
    return found.then(lambda known: loaders.why(info.context, root.id, known) if known else None)


FIELDS = {
    "segments": graphene.Field(
        graphene.List(graphene.NonNull(RelationshipSegment)),
        description="Segments that they belong to, now." + says(MANAGE_USERS),
        resolver=resolve_segments,
    ),
    "why": graphene.Field(
        RelationshipSegmentWhy,
        args={"segment": graphene.Argument(graphene.ID, required=True, description="ID of the segment.")},
        description="Why they belong to a segment, or do not." + says(MANAGE_USERS),
        resolver=resolve_why,
    ),
}


def mount() -> None:
    """Put the fields on RelationshipProfile. `graphql.schema` calls this, before a host can build a schema."""
    RelationshipProfile._meta.fields.update(FIELDS)
