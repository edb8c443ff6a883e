"""A belief as people read it: a value with its interval, the facts behind it, and how much of it is their own."""

from math import isfinite
from typing import Any

import graphene

from saleor_relacional.flows.profiles.beliefs.named import Name, Unit
from saleor_relacional.graphql import loaders
from saleor_relacional.graphql.host_types import listed, moment
from saleor_relacional.graphql.types.enums import enum_of
from saleor_relacional.graphql.types.period import RelationshipPeriod
from saleor_relacional.insight.sufficiency import Sufficiency

BeliefEnum = enum_of("RelationshipBeliefEnum", Name, "What can be believed of a customer.")
UnitEnum = enum_of("RelationshipBeliefUnitEnum", Unit, "What a belief counts.")
SufficiencyEnum = enum_of(
    "RelationshipSufficiencyEnum", Sufficiency,
    "How much of the customer's own data stands behind a belief: NOTHING (shipped priors speak), PRIOR_MOSTLY (less"
    " than a third; the rest is the shop's other customers), SOME (up to two thirds), OWN.",
)  # fmt: skip


class RelationshipFact(graphene.ObjectType):
    """One fact behind a belief."""

    fact = graphene.String(
        required=True,
        description="purchases, gap_days, regularity, idle_days, order_value, own_gaps, shop_rhythm, own_orders,"
        " shop_average, declared, not_before, season, season_unknown, expected_orders, days_watched, kept.",
    )
    value = graphene.Float(
        description="The fact itself: days, a number, an amount. Null where it is not known. Of season: what the day"
        " in the middle weighs in the shop's season, an average day being 1. Of season_unknown: days of history that"
        " the shop lacks before its season has been seen twice; until then the window is wider."
    )
    weight = graphene.Float(
        required=True,
        description="What it adds to the belief of a typical customer, in the belief's unit (Shapley value); a share of"
        " one for rhythm and order value.",
    )

    class Meta:
        description = "A fact that made a belief."

    @staticmethod
    def resolve_fact(root: Any, info: Any) -> str:
        return str(root.name)

    @staticmethod
    def resolve_value(root: Any, info: Any) -> float | None:
        return root.value if isfinite(root.value) else None


class RelationshipBelief(graphene.ObjectType):
    """One belief about one customer."""

    name = graphene.Field(BeliefEnum, required=True)
    unit = graphene.Field(UnitEnum, required=True)
    value = graphene.Float(required=True)
    low = graphene.Float(
        description="With 8 chances in 10 between low and high. Null where nothing can be said."
    )
    high = graphene.Float(description="See low.")
    currency = graphene.String(description="Of an amount.")
    method = graphene.String(
        description="Who says so, where the shop's own past decided between two: own_average or gamma_gamma (values),"
        " probability or orders (ranking)."
    )
    day = moment("Of NEXT_ORDER_DAY: the middle as a moment.")
    period = graphene.Field(RelationshipPeriod, description="Of NEXT_ORDER_DAY: where 8 of 10 cases lie.")
    likely_period = graphene.Field(
        RelationshipPeriod, description="Of NEXT_ORDER_DAY: where half of them lie."
    )
    because = listed(RelationshipFact, "The facts that made it, strongest first.")
    sufficiency = graphene.Field(SufficiencyEnum, required=True)
    as_of = moment("When it was computed.", required=True)

    class Meta:
        description = "What is believed of a customer, with its interval and its reasons."

    @staticmethod
    def resolve_name(root: Any, info: Any) -> str:
        return str(root.belief.name.value)

    @staticmethod
    def resolve_unit(root: Any, info: Any) -> str:
        return str(root.belief.unit.value)

    @staticmethod
    def resolve_value(root: Any, info: Any) -> Any:
        return root.belief.value

    @staticmethod
    def resolve_low(root: Any, info: Any) -> Any:
        return root.belief.low

    @staticmethod
    def resolve_high(root: Any, info: Any) -> Any:
        return root.belief.high

    @staticmethod
    def resolve_currency(root: Any, info: Any) -> Any:
        return root.belief.currency or None

    @staticmethod
    def resolve_method(root: Any, info: Any) -> Any:
        return root.belief.method or None

    @staticmethod
    def resolve_day(root: Any, info: Any) -> Any:
        return root.belief.window and root.belief.window.middle

    @staticmethod
    def resolve_period(root: Any, info: Any) -> Any:
        window = root.belief.window
        return window and RelationshipPeriod(from_=window.earliest, until=window.latest)

    @staticmethod
    def resolve_likely_period(root: Any, info: Any) -> Any:
        window = root.belief.window
        return window and RelationshipPeriod(from_=window.likely_from, until=window.likely_until)

    @staticmethod
    def resolve_because(root: Any, info: Any) -> Any:
        return loaders.because(info.context, root.person, root.belief.name)

    @staticmethod
    def resolve_sufficiency(root: Any, info: Any) -> str:
        return str(root.belief.sufficiency.value)

    @staticmethod
    def resolve_as_of(root: Any, info: Any) -> Any:
        return root.belief.as_of
