"""The plan of a profile: what campaigns have said to somebody, and what comes. Put on the profile's own type here, as
the segments are."""

from typing import Any

import graphene

from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.flows.sending import person_plan
from saleor_relacional.flows.sending.person_plan import PlanEntry, PlanState
from saleor_relacional.graphql import loaders
from saleor_relacional.graphql.host_types import listed, moment
from saleor_relacional.graphql.permissions import MANAGE_USERS
from saleor_relacional.graphql.request import caller, writing
from saleor_relacional.graphql.types.enums import CampaignKindEnum, enum_of
from saleor_relacional.graphql.types.profile.profile import RelationshipProfile

PlanStateEnum = enum_of("RelationshipPlanStateEnum", PlanState, "Where a message stands.")


class RelationshipPlanEntry(graphene.ObjectType):
    """One message to one person."""

    kind = graphene.Field(CampaignKindEnum, required=True, description="Kind of the campaign.")
    what = graphene.String(required=True, description="What it is, in the reader's language.")
    why = graphene.String(required=True, description="What it is for, in the reader's language.")
    because = graphene.String(
        description="Why they got it, in the reader's language, as its foot says: from the record that was kept when it"
        " left. Null until then."
    )
    step = graphene.Int(required=True, description="Which message of its campaign, from 1.")
    state = graphene.Field(PlanStateEnum, required=True)
    reason = graphene.String(
        description="Code of what holds it back or stopped it, such as week_cap or quiet_hours; null otherwise."
    )
    when = moment(
        "When it left; when it leaves, or is tried again, at the earliest. Null while nobody knows."
    )

    class Meta:
        description = "One message of a campaign to one person, past or coming."

    @staticmethod
    def resolve_because(root: PlanEntry, info: Any) -> Any:
        def told(tongue: str) -> str | None:
            with writing():
                return root.told(tongue)

        return loaders.tongue(info.context, root.channel).then(told)

    @staticmethod
    def resolve_what(root: Any, info: Any) -> str:
        return str(root.title)

    @staticmethod
    def resolve_why(root: Any, info: Any) -> str:
        return str(root.why)

    @staticmethod
    def resolve_reason(root: Any, info: Any) -> str | None:
        return root.reason or None


def resolve_plan(root: Relationship, info: Any) -> Any:
    """Staff see all of it; customers what reaches them, once their address is confirmed."""
    asking = caller(info.context)
    if asking.may(MANAGE_USERS):
        return loaders.plan(info.context, root.id)
    if not asking.vouched:
        return []
    return loaders.plan(info.context, root.id).then(person_plan.seen_by_them)


FIELDS = {
    "plan": listed(
        RelationshipPlanEntry,
        "What campaigns have said to them (50 at most) and what comes, the latest first. Of somebody who is held out to"
        " measure against only staff learn.",
        resolver=resolve_plan,
    ),
}


def mount() -> None:
    """Put the field on RelationshipProfile. `graphql.schema` calls this, before a host can build a schema."""
    RelationshipProfile._meta.fields.update(FIELDS)
