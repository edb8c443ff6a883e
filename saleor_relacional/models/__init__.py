"""What we keep, one file per family of nouns, with no foreign key to a host's table. Personal data: docs/privacy.md."""

from saleor_relacional.models.beliefs import (
    ChannelPace,
    CustomerSummary,
    Declaration,
    Fit,
    HabitShift,
    Prediction,
    Rebuild,
    RebuildRange,
    RebuildState,
    RunningOut,
    Stage,
    StageChange,
    Stale,
    Unplanned,
)
from saleor_relacional.models.budget import BudgetEntry, BudgetMonth, EntryKind, ShopBudget
from saleor_relacional.models.calendar import Calendar, CalendarDay, CalendarEntry
from saleor_relacional.models.campaign_changes import SYSTEM, CampaignChange, CampaignEvent
from saleor_relacional.models.campaigns import (
    Arm,
    Audience,
    Campaign,
    CampaignState,
    CampaignStep,
    CampaignVersion,
    Enrolment,
    EnrolmentState,
    Touch,
    TouchState,
)
from saleor_relacional.models.consent.consents import Basis, Consent, Medium, Objection, Purpose
from saleor_relacional.models.consent.knocks import Knock
from saleor_relacional.models.consent.preferences import LeaveReason, Preference, Topic
from saleor_relacional.models.consent.signups import Signup
from saleor_relacional.models.consent.texts import ConsentPlace, ConsentText
from saleor_relacional.models.contact import Contact, ContactKind, Exclusion
from saleor_relacional.models.costs import DefaultMargin, SendingCost, ShippingCost
from saleor_relacional.models.desk.attributes import AttributeChoice, AttributeTurn, Unwritten
from saleor_relacional.models.desk.labels import Label, StaffNote
from saleor_relacional.models.facts import (
    Basket,
    BasketState,
    ProductCategory,
    Purchase,
    PurchaseLine,
    Refund,
)
from saleor_relacional.models.feedback import CaseState, Feedback, FeedbackCase, FeedbackKind, FeedbackSource
from saleor_relacional.models.incentives import Entitlement, Incentive, IncentiveState
from saleor_relacional.models.ladder import Rung, RungKind, StaffTask, StaffTaskState
from saleor_relacional.models.ledger import (
    DataRequest,
    DataRequestDoor,
    DataRequestKind,
    PurchaseCorrection,
    Remark,
    RemarkKind,
)
from saleor_relacional.models.messages import ChannelLook, TemplateVersion
from saleor_relacional.models.operation import (
    Cursor,
    ErrorCount,
    ImportBatch,
    ImportLine,
    ImportPerson,
    Installation,
)
from saleor_relacional.models.people import Identity, IdentityKind, Merge, Profile, Tombstone
from saleor_relacional.models.policy import ContactPolicy, Policy, Sender
from saleor_relacional.models.rung_decisions import RungDecision, RungModel, RungStop
from saleor_relacional.models.segments import Segment
from saleor_relacional.models.sending import DeliveryEvent, DeliveryKind, MailProvider, ServiceMessage
from saleor_relacional.models.shop_control import ShopControlEntry, ShopControlPeriod

__all__ = [
    "SYSTEM",
    "Arm",
    "AttributeChoice",
    "AttributeTurn",
    "Audience",
    "Basis",
    "Basket",
    "BasketState",
    "BudgetEntry",
    "BudgetMonth",
    "Calendar",
    "CalendarDay",
    "CalendarEntry",
    "Campaign",
    "CampaignChange",
    "CampaignEvent",
    "CampaignState",
    "CampaignStep",
    "CampaignVersion",
    "CaseState",
    "ChannelLook",
    "ChannelPace",
    "Consent",
    "ConsentPlace",
    "ConsentText",
    "Contact",
    "ContactKind",
    "ContactPolicy",
    "Cursor",
    "CustomerSummary",
    "DataRequest",
    "DataRequestDoor",
    "DataRequestKind",
    "Declaration",
    "DefaultMargin",
    "DeliveryEvent",
    "DeliveryKind",
    "Enrolment",
    "EnrolmentState",
    "Entitlement",
    "EntryKind",
    "ErrorCount",
    "Exclusion",
    "Feedback",
    "FeedbackCase",
    "FeedbackKind",
    "FeedbackSource",
    "Fit",
    "HabitShift",
    "Identity",
    "IdentityKind",
    "ImportBatch",
    "ImportLine",
    "ImportPerson",
    "Incentive",
    "IncentiveState",
    "Installation",
    "Knock",
    "Label",
    "LeaveReason",
    "MailProvider",
    "Medium",
    "Merge",
    "Objection",
    "Policy",
    "Prediction",
    "Preference",
    "ProductCategory",
    "Profile",
    "Purchase",
    "PurchaseCorrection",
    "PurchaseLine",
    "Purpose",
    "Rebuild",
    "RebuildRange",
    "RebuildState",
    "Refund",
    "Remark",
    "RemarkKind",
    "Rung",
    "RungDecision",
    "RungKind",
    "RungModel",
    "RungStop",
    "RunningOut",
    "Segment",
    "Sender",
    "SendingCost",
    "ServiceMessage",
    "ShippingCost",
    "ShopBudget",
    "ShopControlEntry",
    "ShopControlPeriod",
    "Signup",
    "StaffNote",
    "StaffTask",
    "StaffTaskState",
    "Stage",
    "StageChange",
    "Stale",
    "TemplateVersion",
    "Tombstone",
    "Topic",
    "Touch",
    "TouchState",
    "Unplanned",
    "Unwritten",
]
