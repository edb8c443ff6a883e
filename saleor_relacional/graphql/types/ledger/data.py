"""Requests for data, and why people left."""

from typing import Any

import graphene
from graphene.relay import Node

from saleor_relacional.flows.ledger.leaving import Reason
from saleor_relacional.graphql.host_types import moment
from saleor_relacional.graphql.types.enums import enum_of
from saleor_relacional.models import DataRequest, DataRequestDoor, DataRequestKind

DataRequestKindEnum = enum_of("RelationshipDataRequestKindEnum", DataRequestKind, "What was asked for.")
DataRequestDoorEnum = enum_of(
    "RelationshipDataRequestDoorEnum", DataRequestDoor, "Through what it was asked for and done."
)
LeaveReasonEnum = enum_of("RelationshipLeaveReasonEnum", Reason, "Why somebody left, in one tap.")
ExportFormEnum = graphene.Enum(
    "RelationshipExportFormEnum", [("JSON", "json"), ("CSV", "csv")],
    description=lambda member: None if member else "How an export is written.",
)  # fmt: skip


class RelationshipDataRequest(graphene.ObjectType):
    """One request."""

    kind = graphene.Field(DataRequestKindEnum, required=True)
    by = graphene.String(
        required=True, description="customer, the member of staff or program (staff:ID, app:ID), or server."
    )
    through = graphene.Field(DataRequestDoorEnum, required=True)
    at = moment("When it was asked for and done.", required=True)

    class Meta:
        interfaces = (Node,)
        description = "Somebody asked for all that we hold of a person, or for its end. It names nobody."

    @classmethod
    def is_type_of(cls, root: Any, info: Any) -> bool:
        return isinstance(root, DataRequest)

    @staticmethod
    def resolve_id(root: DataRequest, info: Any) -> str:
        return str(root.public_id)


class RelationshipLeaveReasonCount(graphene.ObjectType):
    """One reason."""

    reason = graphene.Field(LeaveReasonEnum, required=True)
    people = graphene.Int(required=True)

    class Meta:
        description = "How many people gave a reason when they left."


class RelationshipExport(graphene.ObjectType):
    """One file."""

    file = graphene.String(required=True, description="Its bytes in base64.")
    media_type = graphene.String(required=True)
    file_name = graphene.String(required=True)

    class Meta:
        description = "All that we hold of a person, as a file."
