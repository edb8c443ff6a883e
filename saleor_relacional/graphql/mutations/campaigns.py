"""Campaigns are made, edited (which makes a version), switched on and off, finished."""

from datetime import date
from decimal import Decimal
from typing import Any

import graphene

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.graphql import ids
from saleor_relacional.graphql.errors import Code
from saleor_relacional.graphql.mutations import ladder
from saleor_relacional.graphql.mutations.answer import by_owner, errors_field
from saleor_relacional.graphql.mutations.ladder import RelationshipRungInput, RelationshipRungRuleInput
from saleor_relacional.graphql.permissions import MANAGE_RELATIONSHIPS, says
from saleor_relacional.graphql.request import actor, forget_loaded, request
from saleor_relacional.graphql.types.campaign import RelationshipCampaign
from saleor_relacional.graphql.types.enums import CampaignKindEnum, ObjectiveEnum, OfferKindEnum, StageEnum
from saleor_relacional.models import Campaign
from saleor_relacional.rules.contact.policy import CampaignContactPolicy


class RelationshipCampaignStepInput(graphene.InputObjectType):
    """One message of a campaign."""

    message = graphene.String(required=True, description="Name of the mail.")
    wait_days = graphene.Int(
        description="Days since the cycle began (the first step), or since the message before it. Default: 0."
    )
    wait_rhythms = graphene.Float(
        description="Instead of days: how many of the person's own rhythms it waits, such as 0.5; at most a year."
        " Default: 0."
    )
    discount = OfferKindEnum(
        description="Instead of a ladder of one rung: PERCENTAGE or FIXED. Null, without rungs: just a word."
    )
    value = graphene.Float(
        description="Of that: per cent, or an amount in the one currency of the campaign's channels."
    )
    rungs = graphene.List(
        graphene.NonNull(RelationshipRungInput),
        description="Its ladder, in the order of its cost: what people may get by it. Default: just a word.",
    )
    default_rung = graphene.Int(
        description="Number of the rung that people get for whom no rule holds. Default: 1, the cheapest."
    )
    rules = graphene.List(
        graphene.NonNull(RelationshipRungRuleInput),
        description="The first whose segment somebody is in says their rung.",
    )
    offer_days = graphene.Int(description="Days from issue to expiry. Default: 14.")


class RelationshipCampaignContactPolicyInput(graphene.InputObjectType):
    """In what a campaign is stricter than the shop's contact policy. What is not given is as the shop decided; nothing
    may be looser."""

    per_week = graphene.Int(
        description="It writes to nobody who has had so many commercial messages of the shop in 7 days."
    )
    per_month = graphene.Int(description="The same in 30 days.")
    gap_days = graphene.Int(description="Days without selling after an order's fulfilment.")
    weekends = graphene.Boolean(description="False: nothing of it leaves on Saturdays and Sundays.")


class RelationshipCampaignTermsInput(graphene.InputObjectType):
    """Whom a campaign considers and what it says. What is not given stays as it is."""

    stages = graphene.List(graphene.NonNull(StageEnum), description="Stages whose people are considered.")
    channels = graphene.List(
        graphene.NonNull(graphene.String), description="Slugs; empty means every channel that has a sender."
    )
    steps = graphene.List(
        graphene.NonNull(RelationshipCampaignStepInput),
        description="All its messages, in order. Default: those of its kind.",
    )
    daily_capacity = graphene.Int(description="Mails per day at most; 0 sends nothing.")
    segment = graphene.ID(
        description="The segment for whose people it is, saved or native; empty: for none. A campaign of the kind"
        " SEGMENT needs one, any other may be narrowed by it."
    )
    objective = ObjectiveEnum(
        description="What a campaign of the kind SEGMENT is after: RECOVER, RETAIN (the default) or ACQUIRE."
    )
    control_share = graphene.Float(
        description="Of the people who are enrolled from now on, from 0 up to, not including, 1; whoever is enrolled"
        " keeps their arm. Default: that of its kind."
    )
    learning = graphene.Boolean(
        description="Whether the rung of its first step is drawn by what was learnt, instead of by its rules. Its"
        " ladder needs nothing, a word and one rung more, and a control group is kept. Default: false."
    )
    topic = graphene.String(
        description="Key of the topic that it is about: whoever does not want to hear about that is passed by. Empty:"
        " of none."
    )
    starts_on = graphene.String(
        description="First day of the shop on which anybody starts, YYYY-MM-DD; empty: at once."
    )
    ends_on = graphene.String(
        description="Last day on which anybody starts; those who have started hear the rest. Empty: no end."
    )
    languages = graphene.List(
        graphene.NonNull(graphene.String),
        description="Whose readers are written to, such as es, which es-MX reads too; empty means everybody.",
    )
    month_budget = graphene.Float(
        description="What its offers may take off at most per calendar month of the shop, as it is believed before they"
        " are used."
    )
    budget_currency = graphene.String(
        description="Of the month's budget: that of the campaign's channels. Empty: there is no budget."
    )
    contact_policy = graphene.InputField(
        RelationshipCampaignContactPolicyInput,
        description="All in what it is stricter than the shop's contact policy; empty: nothing.",
    )


class RelationshipCampaignInput(graphene.InputObjectType):
    """A new campaign. The limits of harm never change afterwards, the window not once it was switched on."""

    name = graphene.String(required=True)
    kind = CampaignKindEnum(description="Default: WIN_BACK.")
    goal = graphene.String()
    hypothesis = graphene.String()
    window_days = graphene.Int(description="Length of the outcome window. Default: that of its kind.")
    objection_limit = graphene.Float(
        description="Share of the people whom it may make object, beyond the control group, before it pauses itself."
        " Default: 0.01."
    )
    complaint_limit = graphene.Float(description="The same of complaints. Default: 0.001.")
    terms = RelationshipCampaignTermsInput()


class RelationshipCampaignCreate(graphene.Mutation):
    """A draft."""

    campaign = graphene.Field(RelationshipCampaign)
    errors = errors_field()

    class Arguments:
        input = RelationshipCampaignInput(required=True)

    class Meta:
        description = "Make a campaign, as a draft." + says(MANAGE_RELATIONSHIPS)

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _create(cls, root, info, **arguments)


@by_owner
def _create(cls: Any, _root: Any, info: Any, *, input: dict[str, Any]) -> Any:
    given = {key: value for key, value in input.items() if value is not None and key != "terms"}
    for limit in given.keys() & {"objection_limit", "complaint_limit"}:
        given[limit] = Decimal(str(given[limit]))
    terms = Terms(**_terms(input.get("terms") or {}))
    asked = request(info.context)
    made = campaigns.create(now=asked.now, by=actor(info.context), terms=terms, **given)
    return cls(campaign=made, errors=[])


class RelationshipCampaignUpdate(graphene.Mutation):
    """An edit of the terms."""

    campaign = graphene.Field(RelationshipCampaign)
    errors = errors_field()

    class Arguments:
        id = graphene.ID(required=True, description="ID of the campaign.")
        input = RelationshipCampaignTermsInput()
        name = graphene.String()
        goal = graphene.String()
        hypothesis = graphene.String()
        window_days = graphene.Int(
            description="Length of the outcome window; it cannot change once the campaign was switched on."
        )

    class Meta:
        description = (
            "Change what a campaign says and offers. Other terms make a version; whoever has started keeps theirs."
            + says(MANAGE_RELATIONSHIPS)
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _update(cls, root, info, **arguments)


@by_owner
def _update(
    cls: Any, _root: Any, info: Any, *, id: str, input: dict[str, Any] | None = None, **words: Any
) -> Any:
    campaign, now, by = _known(id), request(info.context).now, actor(info.context)
    if input:
        campaigns.edit(campaign, now=now, by=by, **_terms(input))
    campaign = campaigns.describe(campaign, now=now, by=by, **words)
    forget_loaded(info.context)
    return cls(campaign=campaign, errors=[])


class RelationshipCampaignActivate(graphene.Mutation):
    """Switch it on."""

    campaign = graphene.Field(RelationshipCampaign)
    errors = errors_field()

    class Arguments:
        id = graphene.ID(required=True, description="ID of the campaign.")
        confirm = graphene.Boolean(
            description="Needed when it was activated at another address (this may be a copy of the shop), or when it"
            " paused itself."
        )
        version = graphene.Int(
            description="Number of the version that was read: where another one holds by now nothing is switched on,"
            " and the code is CONFLICT. Without it: whichever holds."
        )

    class Meta:
        description = "Switch a campaign on, here." + says(MANAGE_RELATIONSHIPS)

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _activate(cls, root, info, **arguments)


@by_owner
def _activate(
    cls: Any, _root: Any, info: Any, *, id: str, confirm: bool | None = None, version: int | None = None
) -> Any:
    now, by = request(info.context).now, actor(info.context)
    campaign = campaigns.activate(_known(id), now=now, confirm=bool(confirm), by=by, version=version)
    forget_loaded(info.context)
    return cls(campaign=campaign, errors=[])


class RelationshipCampaignPause(graphene.Mutation):
    """Switch it off."""

    campaign = graphene.Field(RelationshipCampaign)
    errors = errors_field()

    class Arguments:
        id = graphene.ID(required=True, description="ID of the campaign.")

    class Meta:
        description = "Nobody is considered and nothing leaves until it is activated again." + says(
            MANAGE_RELATIONSHIPS
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _pause(cls, root, info, **arguments)


@by_owner
def _pause(cls: Any, _root: Any, info: Any, *, id: str) -> Any:
    campaign = campaigns.pause(_known(id), now=request(info.context).now, by=actor(info.context))
    forget_loaded(info.context)
    return cls(campaign=campaign, errors=[])


class RelationshipCampaignFinish(graphene.Mutation):
    """End it."""

    campaign = graphene.Field(RelationshipCampaign)
    errors = errors_field()

    class Arguments:
        id = graphene.ID(required=True, description="ID of the campaign.")

    class Meta:
        description = (
            "End a campaign for good: nobody is considered any more, whoever waits expires, what is queued is stopped;"
            " windows that run, run on, and results stay." + says(MANAGE_RELATIONSHIPS)
        )

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _finish(cls, root, info, **arguments)


@by_owner
def _finish(cls: Any, _root: Any, info: Any, *, id: str) -> Any:
    campaign = campaigns.finish(_known(id), now=request(info.context).now, by=actor(info.context))
    forget_loaded(info.context)
    return cls(campaign=campaign, errors=[])


def _known(given: str) -> Campaign:
    campaign = ids.campaign(given)
    if campaign is None:
        raise BadInput("There is no such campaign.", code=Code.NOT_FOUND, field="id")
    return campaign


def _terms(given: dict[str, Any]) -> dict[str, Any]:
    """The fields of Terms that change. Null changes nothing."""
    changes = {key: value for key, value in given.items() if value is not None}
    for name in ("stages", "channels", "languages"):
        if name in changes:
            changes[name] = tuple(changes[name])
    if "segment" in changes:
        asked = changes["segment"]
        changes["segment"] = ids.uuid_of("RelationshipSegment", asked) if asked else None
    if "control_share" in changes:
        changes["control_share"] = Decimal(str(changes["control_share"]))
    for name, field in (("starts_on", "startsOn"), ("ends_on", "endsOn")):
        if name in changes:
            changes[name] = _day(changes[name], field)
    if "month_budget" in changes:
        changes["month_budget"] = Decimal(str(changes["month_budget"]))
    if changes.get("budget_currency") == "":
        changes["month_budget"] = None
    if "contact_policy" in changes:
        changes["contact_policy"] = CampaignContactPolicy(**changes["contact_policy"])
    if "steps" in changes:
        changes["steps"] = tuple(_step(step) for step in changes["steps"])
    return changes


def _day(text: str, field: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadInput("Give a day as YYYY-MM-DD, or nothing.", field=field) from error


def _step(given: dict[str, Any]) -> Step:
    told = {key: value for key, value in given.items() if value is not None}
    for name in told.keys() & {"value", "wait_rhythms"}:
        told[name] = Decimal(str(told[name]))
    told["rungs"] = tuple(ladder.rung(one) for one in told.get("rungs", ()))
    told["rules"] = tuple(ladder.rule(one) for one in told.get("rules", ()))
    return Step(**told)
