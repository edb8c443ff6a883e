"""Predicted beside happened."""

from typing import Any

import graphene

from saleor_relacional.flows.learning import calibration_words
from saleor_relacional.graphql.host_types import day, listed, moment


class RelationshipCalibrationGroup(graphene.ObjectType):
    """Customers to whom about the same was given."""

    number = graphene.Int(required=True, description="1 the lowest to 10.")
    customers = graphene.Int(required=True)
    predicted = graphene.Float(required=True, description="Mean over them.")
    happened = graphene.Float(required=True, description="Mean over them.")
    low = graphene.Float(required=True, description="Lower end of the 95 % interval of what happened.")
    high = graphene.Float(required=True, description="Upper end of it.")
    words = graphene.String(required=True, description="As a sentence, in the reader's language.")

    class Meta:
        description = "A tenth of the customers judged, by what was predicted of them."

    @staticmethod
    def resolve_words(root: Any, info: Any) -> str:
        return calibration_words.group(*root)

    @staticmethod
    def resolve_number(root: Any, info: Any) -> int:
        return root[1].number

    @staticmethod
    def resolve_customers(root: Any, info: Any) -> int:
        return root[1].customers

    @staticmethod
    def resolve_predicted(root: Any, info: Any) -> float:
        return root[1].predicted

    @staticmethod
    def resolve_happened(root: Any, info: Any) -> float:
        return root[1].happened

    @staticmethod
    def resolve_low(root: Any, info: Any) -> float:
        return root[1].low

    @staticmethod
    def resolve_high(root: Any, info: Any) -> float:
        return root[1].high


class RelationshipCalibrationMonth(graphene.ObjectType):
    """A month that was predicted from a day before it."""

    first = day(required=True)
    last = day(required=True)
    known = day("Nothing after this day was looked at.", required=True)
    customers = graphene.Int(required=True)
    predicted = graphene.Float(required=True)
    happened = graphene.Float(required=True)
    low = graphene.Float(required=True, description="Lower end of the 95 % interval of what happened.")
    high = graphene.Float(required=True, description="Upper end of it.")

    class Meta:
        description = "A month that was predicted from a day before it, per customer known on that day."


class RelationshipCalibrationMeasure(graphene.ObjectType):
    """One prediction."""

    title = graphene.String(required=True, description="In the reader's language.")
    currency = graphene.String(required=True, description="Of money; empty else.")
    customers = graphene.Int(required=True, description="Who was judged in two periods counts twice.")
    predicted = graphene.Float(required=True, description="Mean over all.")
    happened = graphene.Float(required=True, description="Mean over all.")
    bias = graphene.Float(description="All predicted over all happened, less 1. Null when nothing happened.")
    error = graphene.Float(
        required=True, description="Mean distance of a tenth's prediction from what happened."
    )
    words = graphene.String(required=True, description="The bias as a sentence, in the reader's language.")
    deciles = listed(RelationshipCalibrationGroup, "By what was predicted, the lowest first.")
    months = listed(RelationshipCalibrationMonth, "The oldest first.")

    class Meta:
        description = "One prediction beside what happened, per customer and period."

    @staticmethod
    def resolve_title(root: Any, info: Any) -> str:
        return calibration_words.title(root)

    @staticmethod
    def resolve_words(root: Any, info: Any) -> str:
        return calibration_words.bias(root)

    @staticmethod
    def resolve_deciles(root: Any, info: Any) -> Any:
        return [(root, group) for group in root.deciles]


class RelationshipCalibrationLevel(graphene.ObjectType):
    """Whether everybody's prediction is shifted."""

    applied = graphene.Boolean(required=True)
    value = graphene.Float(
        required=True,
        description="Log-odds of a chance, logarithm of a factor on orders; 0 where not applied.",
    )
    error_without = graphene.Float(
        description="On periods not learnt from. Null when there were not two periods to try it on."
    )
    error_with = graphene.Float(description="The same with it.")
    words = graphene.String(required=True, description="Whether and why, in the reader's language.")

    class Meta:
        description = (
            "Whether everybody's prediction is shifted: only where the back-test says that it helps."
        )

    @staticmethod
    def resolve_words(root: Any, info: Any) -> str:
        return calibration_words.level(root)


class RelationshipCalibrationPeriod(graphene.ObjectType):
    """One cut of the past."""

    known = day("The last day known.", required=True)
    days = graphene.Int(required=True, description="Days judged after it.")
    customers = graphene.Int(required=True)
    predicted_share = graphene.Float(required=True, description="Mean chance of an order.")
    happened_share = graphene.Float(required=True)
    predicted_orders = graphene.Float(required=True)
    happened_orders = graphene.Float(required=True)
    auc = graphene.Float(
        description="Chance that of two customers, one who came and one who did not, the first was ranked higher."
    )

    class Meta:
        description = "One cut of the past, predicted with what the other cuts say."


class RelationshipCalibration(graphene.ObjectType):
    """What the back-test showed."""

    as_of = moment("Of what was learnt.", required=True)
    failed_at = moment("A later attempt to learn the shop found no stable answer; this one stands.")
    words = graphene.String(required=True, description="What was compared, in the reader's language.")
    days = graphene.Int(required=True, description="That each period judged.")
    chance = graphene.Field(RelationshipCalibrationMeasure, required=True, description="Of an order.")
    orders = graphene.Field(RelationshipCalibrationMeasure, required=True, description="How many.")
    money = graphene.Field(RelationshipCalibrationMeasure, required=True, description="What they are worth.")
    level = graphene.Field(RelationshipCalibrationLevel, required=True, description="Of chances.")
    orders_level = graphene.Field(
        RelationshipCalibrationLevel, required=True, description="Of numbers of orders."
    )
    valuer = graphene.String(
        required=True, description="Who says what an order is worth: own_average or gamma_gamma."
    )
    periods = listed(RelationshipCalibrationPeriod, "Newest first.")

    class Meta:
        description = "What was predicted beside what happened, on the shop's own past."

    @staticmethod
    def resolve_words(root: Any, info: Any) -> str:
        return calibration_words.basis(root)
