"""What we keep, one file per family of nouns, with no foreign key to a host's table. Personal data: docs/privacy.md."""

from saleor_relacional.models.beliefs import (
    CustomerSummary,
    Declaration,
    Fit,
    HabitShift,
    Prediction,
    Rebuild,
    RebuildRange,
    RebuildState,
    Stage,
    StageChange,
    Stale,
)
from saleor_relacional.models.campaigns import (
    Arm,
    Campaign,
    CampaignState,
    CampaignStep,
    CampaignVersion,
    Enrolment,
    EnrolmentState,
    Touch,
    TouchState,
)
from saleor_relacional.models.consent import Basis, Consent, Objection, Purpose
from saleor_relacional.models.facts import (
    Basket,
    BasketState,
    ProductCategory,
    Purchase,
    PurchaseLine,
    Refund,
)
from saleor_relacional.models.incentives import Entitlement, Incentive, IncentiveState
from saleor_relacional.models.operation import Cursor, ErrorCount, ImportBatch, Installation
from saleor_relacional.models.people import Identity, IdentityKind, Merge, Profile, Tombstone
from saleor_relacional.models.policy import Policy, Sender
from saleor_relacional.models.segments import Segment

__all__ = [
    "Arm",
    "Basis",
    "Basket",
    "BasketState",
    "Campaign",
    "CampaignState",
    "CampaignStep",
    "CampaignVersion",
    "Consent",
    "Cursor",
    "CustomerSummary",
    "Declaration",
    "Enrolment",
    "EnrolmentState",
    "Entitlement",
    "ErrorCount",
    "Fit",
    "HabitShift",
    "Identity",
    "IdentityKind",
    "ImportBatch",
    "Incentive",
    "IncentiveState",
    "Installation",
    "Merge",
    "Objection",
    "Policy",
    "Prediction",
    "ProductCategory",
    "Profile",
    "Purchase",
    "PurchaseLine",
    "Purpose",
    "Rebuild",
    "RebuildRange",
    "RebuildState",
    "Refund",
    "Segment",
    "Sender",
    "Stage",
    "StageChange",
    "Stale",
    "Tombstone",
    "Touch",
    "TouchState",
]
