"""Campaigns, and what came of them."""

from decimal import Decimal
from typing import Any

import graphene
from graphene.relay import Node

from saleor_relacional.flows.campaigns import campaigns, cycles
from saleor_relacional.flows.campaigns.campaign import lint, missing
from saleor_relacional.flows.campaigns.hindrance import hindrance
from saleor_relacional.flows.campaigns.kinds.registry import kind_of
from saleor_relacional.flows.campaigns.planning import foretold
from saleor_relacional.flows.contact import contact_policy
from saleor_relacional.flows.evidence import harm_words, results
from saleor_relacional.flows.incentives import accounts, rungs
from saleor_relacional.graphql import loaders
from saleor_relacional.graphql.host_types import amount, listed, moment, money
from saleor_relacional.graphql.request import alias, limit, request, writing
from saleor_relacional.graphql.types.campaign_history import RelationshipCampaignChange
from saleor_relacional.graphql.types.campaign_missing import RelationshipCampaignMissing
from saleor_relacional.graphql.types.enums import (
    CampaignKindEnum,
    CampaignPurposeEnum,
    CampaignStateEnum,
    ObjectiveEnum,
    OfferKindEnum,
    StageEnum,
)
from saleor_relacional.graphql.types.evidence.power import RelationshipPower
from saleor_relacional.graphql.types.evidence.results import RelationshipResults
from saleor_relacional.graphql.types.ladder import decisions
from saleor_relacional.graphql.types.ladder.rungs import RelationshipRung, RelationshipRungRule, RungRow
from saleor_relacional.graphql.types.messages.faults import RelationshipCampaignRemark
from saleor_relacional.graphql.types.policy import RelationshipBudgetMonth, months, so_many
from saleor_relacional.models import Campaign, CampaignStep, Rung


class RelationshipCampaignStep(graphene.ObjectType):
    """One message of a campaign."""

    number = graphene.Int(required=True, description="1 for the first.")
    wait_days = graphene.Int(
        required=True,
        description="Days since the cycle began (the first step), or since the message before it.",
    )
    wait_rhythms = graphene.Float(
        required=True,
        description="Instead of days: how many of the person's own rhythms it waits; at most a year.",
    )
    message = graphene.String(required=True, description="Name of the mail.")
    rungs = listed(RelationshipRung, "Its ladder, the cheapest first: what people may get by it.")
    default_rung = graphene.Int(
        required=True, description="Number of the rung that people get for whom no rule holds."
    )
    rules = listed(
        RelationshipRungRule, "The first whose segment somebody is in says their rung, in the owner's order."
    )
    discount = graphene.Field(
        OfferKindEnum, description="What the code gives that people get by default; null where they get none."
    )
    value = graphene.Float(description="Of a percentage that people get by default: per cent.")
    offer_days = graphene.Int(required=True, description="Days from issue to expiry.")

    class Meta:
        description = "One message of a campaign: how long it waits, what it says and what it offers."

    @staticmethod
    def resolve_rungs(root: Any, info: Any) -> Any:
        return [RungRow(number=rung.number, terms=rungs.of(rung), row=rung) for rung in root.rungs.all()]

    @staticmethod
    def resolve_discount(root: Any, info: Any) -> Any:
        rung = _default(root)
        return rung.kind if rung.kind in rungs.CODED else None

    @staticmethod
    def resolve_value(root: Any, info: Any) -> Any:
        return _default(root).value


def _default(step: CampaignStep) -> Rung:
    return next(rung for rung in step.rungs.all() if rung.number == step.default_rung)


class RelationshipCampaignContactPolicy(graphene.ObjectType):
    """In what a campaign is stricter than the shop."""

    per_week = graphene.Int(
        description="It writes to nobody who has had so many commercial messages of the shop in 7 days."
    )
    per_month = graphene.Int(description="The same in 30 days.")
    gap_days = graphene.Int(description="Days without selling after an order's fulfilment.")
    weekends = graphene.Boolean(description="False: nothing of it leaves on Saturdays and Sundays.")

    class Meta:
        description = (
            "In what a campaign is stricter than the shop's contact policy; null: as the shop's. Where the shop has"
            " become stricter since, that holds."
        )


class RelationshipCampaignTerms(graphene.ObjectType):
    """What a campaign says and offers."""

    number = graphene.Int(required=True, description="Editing makes the next one.")
    stages = listed(StageEnum, "Stages whose people are considered.")
    channels = listed(graphene.String, "Slugs of the channels; empty means every channel that has a sender.")
    steps = listed(RelationshipCampaignStep, "Its messages, in order.")
    daily_capacity = graphene.Int(required=True, description="Mails per day at most.")
    segment = graphene.ID(description="The segment for whose people it is; null when for none.")
    objective = graphene.Field(ObjectiveEnum, required=True, description="What it is after.")
    control_share = graphene.Float(
        required=True,
        description="Share of the people enrolled under it who get nothing, to measure against.",
    )
    learning = graphene.Boolean(
        required=True,
        description="Whether the rung of its first step is drawn by what was learnt, instead of by its rules.",
    )
    topic = graphene.String(required=True, description="Key of the topic that it is about; empty: of none.")
    starts_on = graphene.String(
        description="First day of the shop on which anybody starts, YYYY-MM-DD; null: at once."
    )
    ends_on = graphene.String(description="Last one; null: no end.")
    languages = listed(graphene.String, "Whose readers are written to; empty means everybody.")
    month_budget = money("What its offers may take off at most per calendar month; null: no limit.")
    contact_policy = graphene.Field(
        RelationshipCampaignContactPolicy,
        required=True,
        description="In what it is stricter than the shop's contact policy.",
    )
    made_at = moment("When it was made.", required=True)
    made_by = graphene.String(
        required=True, description="Who made it: staff:ID or app:ID of the shop's own, or `system`."
    )

    class Meta:
        description = "Whom a campaign considers and what it says, from one edit to the next."

    @staticmethod
    def resolve_segment(root: Any, info: Any) -> str | None:
        return Node.to_global_id("RelationshipSegment", str(root.segment)) if root.segment else None

    @staticmethod
    def resolve_objective(root: Any, info: Any) -> str:
        return cycles.goal(root).value

    @staticmethod
    def resolve_steps(root: Any, info: Any) -> Any:
        return root.steps.all()

    @staticmethod
    def resolve_starts_on(root: Any, info: Any) -> str | None:
        return root.starts_on.isoformat() if root.starts_on else None

    @staticmethod
    def resolve_ends_on(root: Any, info: Any) -> str | None:
        return root.ends_on.isoformat() if root.ends_on else None

    @staticmethod
    def resolve_month_budget(root: Any, info: Any) -> Any:
        return amount(root.month_budget, root.budget_currency)

    @staticmethod
    def resolve_contact_policy(root: Any, info: Any) -> Any:
        return contact_policy.own(root)

    @staticmethod
    def resolve_made_at(root: Any, info: Any) -> Any:
        return root.created_at


class RelationshipCampaign(graphene.ObjectType):
    """A standing intention."""

    kind = graphene.Field(CampaignKindEnum, required=True)
    purpose = graphene.Field(
        CampaignPurposeEnum,
        required=True,
        description="What messages of its kind are for: service sells nothing.",
    )
    name = graphene.String(required=True)
    goal = graphene.String(required=True)
    hypothesis = graphene.String(required=True)
    state = graphene.Field(CampaignStateEnum, required=True)
    window_days = graphene.Int(
        required=True,
        description="Length of the outcome window; fixed when it is activated for the first time.",
    )
    objection_limit = graphene.Float(
        required=True,
        description="Share of the people whom it may make object, beyond the control group, before it pauses itself;"
        " fixed before the start.",
    )
    complaint_limit = graphene.Float(required=True, description="The same of complaints.")
    paused_because = graphene.String(
        description="Why it paused itself, in the reader's language; null where it is not paused, or somebody did it."
    )
    assumed_lift = graphene.Float(
        required=True,
        description="What this kind is assumed to add, as a share of the year value of those who start, until evidence"
        " says more: who comes first where two campaigns of one goal want the same person.",
    )
    created_at = moment("When it was made.", required=True)
    activated_at = moment("When it was last switched on.")
    terms = graphene.Field(RelationshipCampaignTerms, required=True, description="The version that holds.")
    history = listed(
        RelationshipCampaignChange, "What was changed of it, by whom and when: the latest first."
    )
    missing = listed(
        RelationshipCampaignMissing,
        "All that activating it would refuse, each with its cure; empty: nothing.",
    )
    remarks = listed(
        RelationshipCampaignRemark,
        "What the linter points out in its messages; what is grave is also missing.",
    )
    hindrance = graphene.String(
        description="What keeps it as a whole from sending at the moment; null when nothing."
    )

    power = graphene.Field(
        RelationshipPower,
        required=True,
        weeks=graphene.Int(
            description="After how many. Default: 13, and as many more as a window is longer than 30 days."
        ),
        control_share=graphene.Float(description="Instead of its own, from 0 to below 1."),
        description="What will be known of it, and when: also of a draft.",
    )
    budget = listed(
        RelationshipBudgetMonth,
        "What its offers hold and took off, by the month in which they were promised: this month first.",
        months=months(),
    )
    results = graphene.Field(RelationshipResults, required=True, description="What came of it so far.")
    rung_decisions = decisions.decisions_field()
    rung_model = decisions.model_field()
    rung_learning = graphene.Field(
        decisions.RelationshipRungLearning,
        description="What is known of the ladder of its first step; null before the first night, and where the ladder"
        " leaves no choice.",
    )
    rung_stops = listed(
        decisions.RelationshipRungStop, "Rungs that are stopped, for whom and why: the latest first."
    )

    class Meta:
        interfaces = (Node,)
        description = "A standing intention. Editing it makes a version."

    @classmethod
    def is_type_of(cls, root: Any, info: Any) -> bool:
        return isinstance(root, Campaign)

    @staticmethod
    def resolve_id(root: Campaign, info: Any) -> str:
        return str(root.public_id)

    @staticmethod
    def resolve_purpose(root: Campaign, info: Any) -> str:
        return kind_of(root.kind).purpose.value

    @staticmethod
    def resolve_terms(root: Campaign, info: Any) -> Any:
        return loaders.terms(info.context, root.pk)

    @staticmethod
    def resolve_assumed_lift(root: Campaign, info: Any) -> float:
        return kind_of(root.kind).prior_lift

    @staticmethod
    def resolve_paused_because(root: Campaign, info: Any) -> str | None:
        return harm_words.because(root.paused_for) or None

    @staticmethod
    def resolve_history(root: Campaign, info: Any) -> Any:
        return loaders.history(info.context, root.pk)

    @staticmethod
    def resolve_missing(root: Campaign, info: Any) -> Any:
        with writing():
            return missing.missing(campaigns.current(root), request(info.context).now)

    @staticmethod
    def resolve_remarks(root: Campaign, info: Any) -> Any:
        with writing():
            return lint.of_version(campaigns.current(root))

    @staticmethod
    def resolve_hindrance(root: Campaign, info: Any) -> Any:
        with writing():
            return hindrance(root, request(info.context).now)

    @staticmethod
    def resolve_power(
        root: Campaign, info: Any, weeks: int | None = None, control_share: float | None = None
    ) -> Any:
        limit(info.context, "power", 20)
        share = None if control_share is None else Decimal(str(control_share))
        with writing():
            return foretold.foretold(
                campaigns.current(root), request(info.context).now, weeks=weeks, control_share=share
            )

    @staticmethod
    def resolve_budget(root: Campaign, info: Any, months: int) -> Any:
        limit(info.context, "a budget", 100)
        with writing():
            return accounts.of_campaign(root.pk, request(info.context).now, months=so_many(months))

    @staticmethod
    def resolve_rung_decisions(
        root: Campaign, info: Any, first: int | None = None, after: str | None = None
    ) -> Any:
        return decisions.decisions(info, root, first, after)

    @staticmethod
    def resolve_rung_model(root: Campaign, info: Any, digest: str) -> Any:
        return decisions.model(info, root, digest)

    @staticmethod
    def resolve_rung_learning(root: Campaign, info: Any) -> Any:
        return decisions.learning(info, root)

    @staticmethod
    def resolve_rung_stops(root: Campaign, info: Any) -> Any:
        return decisions.stops(info, root)

    @staticmethod
    def resolve_results(root: Campaign, info: Any) -> Any:
        limit(info.context, "results", 100)
        return results.results(root, request(info.context).now, using=alias(info.context))
