"""The coming days of all campaigns."""

from typing import Any

import graphene

from saleor_relacional.flows.campaigns.kinds.registry import kind_of
from saleor_relacional.graphql import loaders
from saleor_relacional.graphql.cursors import cursor
from saleor_relacional.graphql.host_types import amount, day, listed, moment, money, money_type
from saleor_relacional.graphql.types.campaign import RelationshipCampaign
from saleor_relacional.graphql.types.enums import StageEnum
from saleor_relacional.graphql.types.profile.profile import RelationshipProfile


class RelationshipCalendarCampaign(graphene.ObjectType):
    """One campaign on one day."""

    campaign = graphene.Field(RelationshipCampaign)
    treated = graphene.Int(required=True, description="Messages that would leave.")
    control = graphene.Int(required=True, description="Messages that would be held out to measure against.")
    waiting = graphene.Int(
        required=True,
        description="People who may be written to and for whom there would be no room by the end of the day.",
    )
    cost = listed(money_type, "What the day's offers take off at most, in each currency.")
    gain = listed(
        money_type,
        "What is expected of those who start, in each currency: their year value times the lift that this kind of"
        " campaign is assumed to bring (assumedLift of the campaign), until evidence says more.",
    )

    class Meta:
        description = "What one campaign would do on one day."

    @staticmethod
    def resolve_campaign(root: Any, info: Any) -> Any:
        return loaders.campaign(info.context, root.campaign_id)

    @staticmethod
    def resolve_cost(root: Any, info: Any) -> Any:
        return [amount(value, currency) for currency, value in sorted(root.cost.items())]

    @staticmethod
    def resolve_gain(root: Any, info: Any) -> Any:
        return [amount(value, currency) for currency, value in sorted(root.gain.items())]


class RelationshipCalendarDay(graphene.ObjectType):
    """One day of all campaigns."""

    day = day("Day of the shop.", required=True)
    treated = graphene.Int(required=True, description="Messages of the shop that would leave.")
    control = graphene.Int(required=True, description="Messages that would be held out.")
    campaigns = listed(RelationshipCalendarCampaign, "Each active campaign.")

    class Meta:
        description = "What all campaigns would do on one day."

    @staticmethod
    def resolve_treated(root: Any, info: Any) -> int:
        return sum(one.treated for one in root.campaigns)

    @staticmethod
    def resolve_control(root: Any, info: Any) -> int:
        return sum(one.control for one in root.campaigns)


class RelationshipCalendarEntry(graphene.ObjectType):
    """One message to one person."""

    at = moment("When it would leave.", required=True)
    day = day("Day of the shop.", required=True)
    profile = graphene.Field(RelationshipProfile)
    campaign = graphene.Field(RelationshipCampaign)
    what = graphene.String(required=True, description="What it is, in the reader's language.")
    why = graphene.String(required=True, description="What it is for, in the reader's language.")
    step = graphene.Int(required=True, description="Which message of its campaign, from 1.")
    arm = graphene.String(required=True, description="treated, or control: held out, and gets nothing.")
    stage = graphene.Field(StageEnum, required=True, description="Of the person, when they were considered.")
    cost = money("What its offer takes off at most; null where it offers nothing.")
    gain = money("As with the campaign's day; null of what expects nothing of its own.")
    cursor = graphene.String(required=True, description="Pass the last one as `after` for the next page.")

    class Meta:
        description = "One message that would leave, or would be held out, and why."

    @staticmethod
    def resolve_profile(root: Any, info: Any) -> Any:
        return loaders.of_id(info.context, root.profile_id)

    @staticmethod
    def resolve_campaign(root: Any, info: Any) -> Any:
        return loaders.campaign(info.context, root.campaign_id)

    @staticmethod
    def resolve_what(root: Any, info: Any) -> str:
        return str(kind_of(root.campaign.kind).title)

    @staticmethod
    def resolve_why(root: Any, info: Any) -> str:
        return str(root.campaign.goal or kind_of(root.campaign.kind).aim)

    @staticmethod
    def resolve_step(root: Any, info: Any) -> int:
        return int(root.step.number)

    @staticmethod
    def resolve_cost(root: Any, info: Any) -> Any:
        return amount(root.cost, root.cost_currency) if root.cost else None

    @staticmethod
    def resolve_gain(root: Any, info: Any) -> Any:
        return amount(round(root.gain, 2), root.currency) if root.gain else None

    @staticmethod
    def resolve_cursor(root: Any, info: Any) -> str:
        return cursor(root.at.isoformat(), root.pk)


class RelationshipCalendar(graphene.ObjectType):
    """The coming days."""

    as_of = moment("The moment whose facts it takes.", required=True)
    being_made = graphene.Boolean(required=True, description="Whether a newer one is wanted or being made.")
    days = listed(RelationshipCalendarDay, "Today and the days after it.")

    class Meta:
        description = (
            "What all campaigns would say in the coming 30 days, if nobody bought, answered or objected: the planner's"
            " own answer, day by day. Made anew every day and after a decision about campaigns."
        )
