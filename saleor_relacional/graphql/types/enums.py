"""Words of ours that the API shows as enums."""

from enum import StrEnum

import graphene
from django.db.models import TextChoices

from saleor_relacional.flows.campaigns.kinds.kind import CampaignPurpose, Goal
from saleor_relacional.flows.campaigns.kinds.registry import kinds
from saleor_relacional.flows.incentives.rungs import CODED
from saleor_relacional.hosts.takes_off import WhyNot
from saleor_relacional.models import Basis, CampaignState, Purpose, RungKind, StaffTaskState, Stage


def enum_of(name: str, members: type[StrEnum] | type[TextChoices], description: str) -> type:
    """A GraphQL enum of these members; the description is the enum's own."""
    return graphene.Enum(
        name, [(each.name, each.value) for each in members],
        description=lambda member: None if member else description,
    )  # fmt: skip


StageEnum = enum_of("RelationshipStageEnum", Stage, "Where a relationship stands.")
BasisEnum = enum_of("RelationshipConsentBasisEnum", Basis, "On what ground we may, or may no longer, write.")
PurposeEnum = enum_of("RelationshipConsentPurposeEnum", Purpose, "What a consent is for.")
CampaignStateEnum = enum_of(
    "RelationshipCampaignStateEnum",
    CampaignState,
    "Only an active campaign considers anybody or sends anything. A finished one stays so.",
)
CampaignKindEnum = graphene.Enum(
    "RelationshipCampaignKindEnum",
    [(name.upper(), name) for name in kinds()],
    description=lambda member: None if member else "What a campaign is for.",
)
ObjectiveEnum = graphene.Enum(
    "RelationshipObjectiveEnum",
    [(goal.name, goal.value) for goal in Goal],
    description=lambda member: None
    if member
    else "What a campaign is after, in the order in which they come first.",
)

CampaignPurposeEnum = enum_of(
    "RelationshipCampaignPurposeEnum", CampaignPurpose, "What the messages of a kind of campaign are for."
)
OfferKindEnum = graphene.Enum(
    "RelationshipOfferKindEnum",
    [(kind.name, kind.value) for kind in RungKind if kind in CODED],
    description=lambda member: None if member else "What an offer gives.",
)
RungKindEnum = graphene.Enum(
    "RelationshipRungKindEnum",
    [(kind.name, kind.value) for kind in RungKind],
    description=lambda member: None
    if member
    else "What somebody may get, in the order of its cost: money comes last.",
)
TaskStateEnum = graphene.Enum(
    "RelationshipStaffTaskStateEnum",
    [(state.name, state.value) for state in StaffTaskState if state is not StaffTaskState.PROMISED],
    description=lambda member: None if member else "Where a task of staff stands.",
)
OfferWhyNotEnum = enum_of(
    "RelationshipOfferWhyNotEnum", WhyNot, "Why an offer takes nothing off a checkout now."
)
