"""Which rung people drew with which probability, what rungs bring, and which are stopped for whom."""

from typing import Any

import graphene
from graphene.relay import Node, PageInfo
from graphql import GraphQLError

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.campaigns.deciding import audit
from saleor_relacional.flows.campaigns.deciding.reasons import RungReason
from saleor_relacional.graphql.cursors import cursor, page_info, values, whole
from saleor_relacional.graphql.host_types import amount, listed, moment, money
from saleor_relacional.graphql.request import alias, limit
from saleor_relacional.graphql.types.enums import RungKindEnum, enum_of
from saleor_relacional.models import Campaign

RungReasonEnum = enum_of(
    "RelationshipRungReasonEnum", RungReason, "Why somebody drew the rung that they drew."
)


def _segment(segment: str) -> str | None:
    return Node.to_global_id("RelationshipSegment", segment) if segment else None


class RelationshipRungProbability(graphene.ObjectType):
    """With which probability somebody could have drawn a rung."""

    kind = graphene.Field(RungKindEnum, required=True)
    value = graphene.Float(description="Of a percentage: per cent.")
    probability = graphene.Float(required=True, description="0: it was closed to them.")

    class Meta:
        description = (
            "With which probability a rung could have been drawn, the draw of the arm included: where it is learnt,"
            " each that is open has 5 % or more of what the control group leaves."
        )


class RelationshipRungDecision(graphene.ObjectType):
    """Which rung somebody drew when they started."""

    kind = graphene.Field(RungKindEnum, required=True, description="What was drawn.")
    value = graphene.Float(description="Of a percentage: per cent.")
    segment = graphene.ID(description="The first segment of the step's rules that they were in; null: none.")
    probability = graphene.Float(required=True, description="Of what was drawn.")
    probabilities = listed(RelationshipRungProbability, "Of every rung, the cheapest first.")
    reasons = listed(RungReasonEnum, "What decided, then what was closed to them.")
    known_as_of = moment("Up to when windows had closed that were learnt from; null where rules decided.")
    model_digest = graphene.String(description="SHA-256 of what was known; null where rules decided.")
    at = moment("When they started.", required=True)

    class Meta:
        description = "Which rung somebody drew when they started, in either arm. It names nobody."


class RelationshipRungDecisionCountableEdge(graphene.ObjectType):
    """One of a page."""

    node = graphene.Field(
        RelationshipRungDecision, required=True, description="The item at the end of the edge."
    )
    cursor = graphene.String(required=True, description="A cursor for use in pagination.")


class RelationshipRungDecisionCountableConnection(graphene.ObjectType):
    """A page of decisions."""

    page_info = graphene.Field(PageInfo, required=True, description="Pagination data for this connection.")
    edges = graphene.List(graphene.NonNull(RelationshipRungDecisionCountableEdge), required=True)


class RelationshipRungEffect(graphene.ObjectType):
    """What a rung brings over a cheaper one."""

    segment = graphene.ID(description="Of whose people; null: those in no segment of a rule.")
    kind = graphene.Field(RungKindEnum, required=True)
    value = graphene.Float(description="Of a percentage: per cent.")
    cheaper = graphene.Field(RungKindEnum, required=True, description="What it is held against.")
    people = graphene.Int(required=True, description="Who drew it, where both were open.")
    per_person = money("What it brings more per person, by inverse-probability weights.", required=True)
    low = money("Lower end of the interval of 95 of 100, valid at every look.", required=True)
    high = money("Upper end.", required=True)
    cost = money(
        "What it cost for all of them together: what its codes took off, and what was given without a code.",
        required=True,
    )

    class Meta:
        description = (
            "What a rung brings over the next cheaper one that enough people drew where both were open."
        )


class RelationshipRungLearning(graphene.ObjectType):
    """What is known of the ladder of a campaign's first step."""

    as_of = moment("Windows that had closed by then are in it.", required=True)
    outcome = graphene.String(
        required=True, description="What is measured: margin, or kept while margin is not known of everybody."
    )
    cost_known = graphene.Float(
        description="Of the money that people bought for, without tax, the share whose cost is known as of its day."
        " Null while nothing was bought."
    )
    cost_estimated = graphene.Float(
        description="The share whose cost is known as of a later day. The rest has a default margin, or none."
    )
    digest = graphene.String(required=True, description="SHA-256 of what is stored of it.")
    effects = listed(RelationshipRungEffect, "By segment, from the cheapest rung up.")

    class Meta:
        description = "What is known of the ladder of a campaign's first step, made anew every night."


class RelationshipRungModel(graphene.ObjectType):
    """What was known when somebody drew."""

    as_of = moment("Windows that had closed by then are in it.", required=True)
    digest = graphene.String(required=True, description="SHA-256 of `state`, as decisions name it.")
    state = graphene.String(
        required=True,
        description="JSON: names of the rungs, sums per segment and set of open rungs, what the shop knew of its money,"
        " the price of its budget. From these the probabilities of a decision follow (docs/maths.md, Which rung for"
        " whom). It names nobody.",
    )

    class Meta:
        description = (
            "What was known of the ladder of a campaign's first step on one night: decisions refer to it."
        )


class RelationshipRungStop(graphene.ObjectType):
    """A rung that is stopped for the people of a segment."""

    segment = graphene.ID(description="For whose people; null: those in no segment of a rule.")
    kind = graphene.Field(RungKindEnum, required=True)
    value = graphene.Float(description="Of a percentage: per cent.")
    outcome = graphene.String(
        required=True,
        description="What it was judged by: margin, or kept where margin was not known of everybody.",
    )
    cost = money("What it cost for them; with tax where it was judged by money kept.", required=True)
    brought_at_most = money("What it brought of that at most before its cost, 95 of 100.", required=True)
    cost_known = graphene.Float(
        description="Of the money that margin was measured of, the share whose cost was known as of its day."
        " Null where it was judged by money kept."
    )
    cost_estimated = graphene.Float(description="The share whose cost was known as of a later day.")
    sentence = graphene.String(required=True, description="The same in the reader's language.")
    at = moment("When it was stopped.", required=True)

    class Meta:
        description = "A rung that is stopped for the people of a segment: it cost more than it brought."


def decisions_field() -> graphene.Field:
    """A field that `decisions` answers."""
    return graphene.Field(
        RelationshipRungDecisionCountableConnection,
        first=graphene.Int(default_value=20, description="So many: 100 at most."),
        after=graphene.String(description="Return the elements that come after the specified cursor."),
        description="Which rung people drew when they started, the latest first.",
    )


def decisions(info: Any, campaign: Campaign, first: int | None, after: str | None) -> Any:
    """A page of them. Raises GraphQLError for a size or a cursor that cannot be."""
    limit(info.context, "rungDecisions", 10)
    try:
        past = values(after, whole)[0] if after else None
        page = audit.page(
            campaign, first=20 if first is None else first, after=past, using=alias(info.context)
        )
    except BadInput as error:
        raise GraphQLError(error.message) from error
    edges = [
        RelationshipRungDecisionCountableEdge(node=_decision(one), cursor=cursor(one.key))
        for one in page.decisions
    ]
    return RelationshipRungDecisionCountableConnection(
        page_info=page_info([edge.cursor for edge in edges], earlier=bool(after), more=page.more), edges=edges
    )


def _decision(one: audit.Decision) -> RelationshipRungDecision:
    kind, value, _ = one.chances[one.place]
    return RelationshipRungDecision(
        kind=kind, value=value, segment=_segment(one.segment), probability=one.chances[one.place][2],
        probabilities=[
            RelationshipRungProbability(kind=kind, value=value, probability=chance)
            for kind, value, chance in one.chances
        ],
        reasons=list(one.reasons), known_as_of=one.as_of, model_digest=one.digest, at=one.at,
    )  # fmt: skip


def learning(info: Any, campaign: Campaign) -> RelationshipRungLearning | None:
    """None before the first night."""
    limit(info.context, "rungLearning", 10)
    known = audit.learnt(campaign, using=alias(info.context))
    if known is None:
        return None
    known_cost, later_cost = known.priced or (None, None)
    return RelationshipRungLearning(
        cost_known=known_cost, cost_estimated=later_cost,
        as_of=known.as_of, outcome=known.outcome, digest=known.digest,
        effects=[
            RelationshipRungEffect(
                segment=_segment(one.segment), kind=known.rungs[one.rung][0], value=known.rungs[one.rung][1],
                cheaper=known.rungs[one.cheaper][0], people=one.people,
                **{
                    name: amount(round(told, 3), known.currency)
                    for name, told in (
                        ("per_person", one.estimate), ("low", one.low), ("high", one.high), ("cost", one.cost),
                    )
                },
            )
            for one in known.effects
        ],
    )  # fmt: skip


def model_field() -> graphene.Field:
    """A field that `model` answers."""
    return graphene.Field(
        RelationshipRungModel,
        digest=graphene.String(required=True, description="modelDigest of a decision."),
        description="What was known when decisions were made that name this digest; null: nothing of this campaign.",
    )


def model(info: Any, campaign: Campaign, digest: str) -> Any:
    """The state of this digest."""
    limit(info.context, "rungModel", 10)
    return audit.model(campaign, digest, using=alias(info.context))


def stops(info: Any, campaign: Campaign) -> list[RelationshipRungStop]:
    """The latest first."""
    return [
        RelationshipRungStop(
            segment=_segment(one.segment), kind=one.kind, value=one.value, sentence=sentence, at=one.at,
            outcome=one.outcome, cost_known=one.cost_known, cost_estimated=one.cost_estimated,
            cost=amount(one.cost, one.currency), brought_at_most=amount(one.brought_at_most, one.currency),
        )
        for one, sentence in audit.stopped(campaign, using=alias(info.context))
    ]  # fmt: skip
