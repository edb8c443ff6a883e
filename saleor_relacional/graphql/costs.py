"""What a host that limits queries by cost counts for each field of ours. A test walks the schema: every query,
mutation, list and field with arguments stands here or in FREE."""

from typing import Any

Costs = dict[str, dict[str, dict[str, Any]]]

_ONE: dict[str, Any] = {"complexity": 1}
"""A statement for everybody whom the request asks about."""
_SOME: dict[str, Any] = {"complexity": 5}
"""Several statements, or much to compute."""
_MUCH: dict[str, Any] = {"complexity": 10}
"""A pass over many people, or a write."""


def _each(cost: dict[str, Any]) -> dict[str, Any]:
    """The cost of each one asked for."""
    return {**cost, "multipliers": ["first"]}


MUTATIONS: Costs = {
    "Mutation": {
        "relationshipConsentUpdate": _MUCH,
        "relationshipCampaignCreate": _MUCH,
        "relationshipCampaignUpdate": _MUCH,
        "relationshipCampaignActivate": _MUCH,
        "relationshipCampaignPause": _MUCH,
        "relationshipCalendarRefresh": _MUCH,
        "relationshipCampaignFinish": _MUCH,
        "relationshipMarginSettingsUpdate": _MUCH,
        "relationshipPolicyUpdate": _MUCH,
        "relationshipShopControlUpdate": _MUCH,
        "relationshipContactPolicyUpdate": _MUCH,
        "relationshipContactNote": _MUCH,
        "relationshipTimeZoneDeclare": _MUCH,
        "relationshipExclusionCreate": _MUCH,
        "relationshipExclusionDelete": _MUCH,
        "relationshipSenderUpdate": _MUCH,
        "relationshipRhythmDeclare": _MUCH,
        "relationshipRhythmWithdraw": _MUCH,
        "relationshipSegmentCreate": _MUCH,
        "relationshipSegmentUpdate": _MUCH,
        "relationshipSegmentDelete": _MUCH,
        "relationshipOfferApply": _MUCH,
        "relationshipStaffTaskTake": _MUCH,
        "relationshipTell": _MUCH,
        "relationshipCaseTake": _MUCH,
        "relationshipCaseAnswer": _MUCH,
        "relationshipCaseClose": _MUCH,
        "relationshipReplyNote": _MUCH,
        "relationshipStaffTaskFinish": _MUCH,
        "relationshipShopUpdate": _MUCH,
        "relationshipRemarkCreate": _MUCH,
        "relationshipRemarkDelete": _MUCH,
        "relationshipRemarkAnswer": _MUCH,
        "relationshipDataExport": _MUCH,
        "relationshipErase": _MUCH,
    },
}

QUERIES: Costs = {
    "Query": {
        "relationshipProfile": _ONE,
        "relationshipProfiles": _each(_ONE),
        "relationshipCampaign": _ONE,
        "relationshipCampaigns": _each(_ONE),
        "relationshipCampaignDryRun": _each(_MUCH),
        "relationshipCalendar": _MUCH,
        "relationshipCalendarEntries": _each(_ONE),
        "relationshipHealth": _MUCH,
        "relationshipCalibration": _MUCH,
        "relationshipMargin": _MUCH,
        "relationshipMarginSettings": _ONE,
        "relationshipPolicy": _ONE,
        "relationshipShop": _ONE,
        "relationshipShopControl": _SOME,
        "relationshipBudget": _SOME,
        "relationshipContactPolicy": _ONE,
        "relationshipExclusions": _ONE,
        "relationshipSenders": _ONE,
        "relationshipSegment": _ONE,
        "relationshipSegments": _ONE,
        "relationshipSegmentPreview": _ONE,
        "relationshipStaffTasks": _each(_ONE),
        "relationshipCases": _each(_ONE),
        "relationshipPromises": _SOME,
        "relationshipRemarks": _each(_ONE),
        "relationshipDataRequests": _each(_ONE),
        "relationshipLeaveReasons": _ONE,
    },
    "RelationshipRemark": {"profile": _ONE},
    "RelationshipRemarkCountableConnection": {"totalCount": _ONE},
    "RelationshipRung": {"words": _SOME, "marginCost": _SOME, "problem": _SOME},
    "RelationshipCase": {"profile": _ONE},
    "RelationshipCaseCountableConnection": {"totalCount": _ONE},
    "RelationshipStaffTask": {"profile": _ONE, "campaign": _ONE},
    "RelationshipStaffTaskCountableConnection": {"totalCount": _ONE},
    "User": {"relationship": _ONE},
    "RelationshipProfile": {
        "plan": _ONE,
        "feedback": _SOME,
        "promises": _SOME,
        "ledger": _MUCH,
        "user": _ONE,
        "offers": _SOME,
        "consents": _ONE,
        "consentBasis": _ONE,
        "consentStatements": _ONE,
        "stageHistory": _each(_ONE),
        "stageOn": _ONE,
        "rhythm": _ONE,
        "categoryRhythms": _SOME,
        "beliefs": _SOME,
        "margin": _SOME,
        "money": _ONE,
        "habitShifts": _ONE,
        "segments": _SOME,
        "why": _SOME,
    },
    "RelationshipProfileCountableConnection": {"totalCount": _MUCH},
    "RelationshipBelief": {"because": _ONE},
    "RelationshipCampaign": {
        "terms": _ONE,
        "history": _ONE,
        "missing": _SOME,
        "hindrance": _SOME,
        "results": _MUCH,
        "power": _MUCH,
        "budget": _SOME,
        "rungDecisions": _each(_ONE),
        "rungLearning": _SOME,
        "rungStops": _ONE,
    },
    "RelationshipCampaignCountableConnection": {"totalCount": _ONE},
    "RelationshipCalendarCampaign": {"campaign": _ONE},
    "RelationshipCalendarEntry": {"profile": _ONE, "campaign": _ONE},
    "RelationshipProposal": {"profile": _ONE},
    "RelationshipPolicy": {"countingAnew": _ONE},
    "RelationshipShopControl": {"periods": _ONE},
    "RelationshipShopControlPeriod": {"words": _MUCH, "results": _MUCH},
    "RelationshipSegment": {"count": _MUCH, "members": _each(_MUCH)},
    "RelationshipSegmentPreview": {"count": _MUCH, "members": _each(_MUCH)},
}

COSTS: Costs = {**QUERIES, **MUTATIONS}
"""Type → field → its cost, as Saleor's cost map takes it."""

FREE = {
    "RelationshipBudgetMonth.byCurrency",
    "RelationshipContactPolicy.holidays", "RelationshipPolicy.openingDays", "RelationshipCase.told",
    "edges", "errors",
    "RelationshipCalendar.days", "RelationshipCalendarDay.campaigns", "RelationshipCalendarCampaign.cost",
    "RelationshipCalendarCampaign.gain",
    "RelationshipCalibration.periods", "RelationshipCalibrationMeasure.deciles",
    "RelationshipCalibrationMeasure.months", "RelationshipCampaignTerms.channels",
    "RelationshipCampaignTerms.languages", "RelationshipCampaignChange.differences",
    "RelationshipCampaignTerms.stages", "RelationshipCampaignTerms.steps",
    "RelationshipDryRun.proposals", "RelationshipDryRunSummary.cost", "RelationshipDryRunSummary.costAll",
    "RelationshipDryRunSummary.suppressed", "RelationshipHealth.problems", "RelationshipHealth.sweeps",
    "RelationshipLedger.headline", "RelationshipLedger.sections", "RelationshipLedger.remarks",
    "RelationshipLedgerSection.entries", "RelationshipErase.remains",
    "RelationshipMargin.perCurrency", "RelationshipMarginSettings.defaultMargins",
    "RelationshipMarginSettings.shippingCosts", "RelationshipMoney.perCurrency",
    "RelationshipOffer.channels", "RelationshipPolicy.rates",
    "RelationshipResults.byCurrency", "RelationshipResults.credited", "RelationshipResults.discounts",
    "RelationshipResults.leftOut",
    "RelationshipShop.storefronts",
    "RelationshipRungDecision.probabilities", "RelationshipRungDecision.reasons", "RelationshipRungLearning.effects",
    "RelationshipCampaignStep.rungs", "RelationshipCampaignStep.rules", "RelationshipRung.amounts",
    "RelationshipRung.minimum", "RelationshipRung.products", "RelationshipRung.variants",
    "RelationshipRung.categories", "RelationshipRung.collections", "RelationshipRung.countries",
    "RelationshipRung.channels", "RelationshipRung.cost", "RelationshipOffer.amounts", "RelationshipOffer.minimum",
    "RelationshipOffer.products", "RelationshipOffer.variants", "RelationshipOffer.categories",
    "RelationshipOffer.collections", "RelationshipOffer.countries",
    "RelationshipResults.reasons", "RelationshipResults.touches", "RelationshipSegmentWhy.reasons",
}  # fmt: skip
"""Lists that come with what holds them: no statement, nothing to compute. A name alone means that field anywhere."""
