"""Words of ours that the API shows as enums."""

from enum import StrEnum

import graphene
from django.db.models import TextChoices

from saleor_relacional.flows.campaigns.kinds.registry import kinds
from saleor_relacional.models import Basis, CampaignState, Purpose, Stage


def _enum(name: str, choices: type[TextChoices], description: str) -> type:
    members = [(value.upper(), value) for value in choices.values]
    return graphene.Enum(name, members, description=lambda member: None if member else description)


def enum_of(name: str, members: type[StrEnum], description: str) -> type:
    """Words of the insight and the flows as a GraphQL enum."""
    return graphene.Enum(
        name, [(each.name, each.value) for each in members],
        description=lambda member: None if member else description,
    )  # fmt: skip


StageEnum = _enum("RelationshipStageEnum", Stage, "Where a relationship stands.")
BasisEnum = _enum("RelationshipConsentBasisEnum", Basis, "On what ground we may, or may no longer, write.")
PurposeEnum = _enum("RelationshipConsentPurposeEnum", Purpose, "What a consent is for.")
CampaignStateEnum = _enum(
    "RelationshipCampaignStateEnum",
    CampaignState,
    "Only an active campaign considers anybody or sends anything.",
)
CampaignKindEnum = graphene.Enum(
    "RelationshipCampaignKindEnum",
    [(name.upper(), name) for name in kinds()],
    description=lambda member: None if member else "What a campaign is for.",
)
OfferKindEnum = graphene.Enum(
    "RelationshipOfferKindEnum",
    [("PERCENTAGE", "percentage"), ("FIXED", "fixed")],
    description=lambda member: None if member else "How an offer is counted.",
)
