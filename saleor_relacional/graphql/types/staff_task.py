"""Tasks of staff: priority service, or a call, that somebody was promised."""

from typing import Any

import graphene
from graphene.relay import Node, PageInfo

from saleor_relacional.flows.incentives import rungs
from saleor_relacional.graphql import loaders
from saleor_relacional.graphql.host_types import moment
from saleor_relacional.graphql.types.campaign import RelationshipCampaign
from saleor_relacional.graphql.types.enums import RungKindEnum, TaskStateEnum
from saleor_relacional.graphql.types.profile.profile import RelationshipProfile
from saleor_relacional.models import StaffTask


class RelationshipStaffTask(graphene.ObjectType):
    """One task."""

    kind = graphene.Field(RungKindEnum, required=True, description="SERVICE or CALL.")
    state = graphene.Field(TaskStateEnum, required=True)
    profile = graphene.Field(RelationshipProfile, required=True, description="For whom.")
    campaign = graphene.Field(RelationshipCampaign, required=True, description="Which promised it.")
    person = graphene.String(required=True, description="Who does it, as the message names them.")
    note = graphene.String(required=True, description="What is to be done, in the owner's words.")
    made_at = moment("When the message that promises it left.", required=True)
    due_at = moment("By when it is to be done.", required=True)
    owner = graphene.String(description="Who took it: staff:ID or app:ID; null: nobody yet.")
    ended_at = moment("When it was ticked off, or stopped.")
    ended_by = graphene.String(description="Who ticked it off; null where it was stopped.")

    class Meta:
        interfaces = (Node,)
        description = "What somebody was promised that a person of the shop does."

    @classmethod
    def is_type_of(cls, root: Any, info: Any) -> bool:
        return isinstance(root, StaffTask)

    @staticmethod
    def resolve_id(root: StaffTask, info: Any) -> str:
        return str(root.public_id)

    @staticmethod
    def resolve_profile(root: StaffTask, info: Any) -> Any:
        return loaders.of_id(info.context, root.profile_id)

    @staticmethod
    def resolve_campaign(root: StaffTask, info: Any) -> Any:
        return root.enrolment.campaign

    @staticmethod
    def resolve_person(root: StaffTask, info: Any) -> str:
        return rungs.of(root.rung).person

    @staticmethod
    def resolve_note(root: StaffTask, info: Any) -> str:
        return rungs.of(root.rung).note

    @staticmethod
    def resolve_owner(root: StaffTask, info: Any) -> str | None:
        return root.owner or None

    @staticmethod
    def resolve_ended_by(root: StaffTask, info: Any) -> str | None:
        return root.ended_by or None


class RelationshipStaffTaskCountableEdge(graphene.ObjectType):
    """One of a page."""

    node = graphene.Field(
        RelationshipStaffTask, required=True, description="The item at the end of the edge."
    )
    cursor = graphene.String(required=True, description="A cursor for use in pagination.")


class RelationshipStaffTaskCountableConnection(graphene.ObjectType):
    """A page of tasks."""

    page_info = graphene.Field(PageInfo, required=True, description="Pagination data for this connection.")
    edges = graphene.List(graphene.NonNull(RelationshipStaffTaskCountableEdge), required=True)
    total_count = graphene.Int(description="A total count of items.")

    @staticmethod
    def resolve_total_count(root: Any, info: Any) -> int:
        return root.total_count()
