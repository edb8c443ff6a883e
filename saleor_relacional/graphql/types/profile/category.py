"""A customer's own rhythm in each category they buy."""

from typing import Any

import graphene

from saleor_relacional.graphql.host_types import moment
from saleor_relacional.graphql.types.period import RelationshipPeriod
from saleor_relacional.graphql.types.profile.belief import SufficiencyEnum


class RelationshipCategoryNextOrder(graphene.ObjectType):
    """A customer's next order in one category."""

    middle = moment("As likely before as after.", required=True)
    period = graphene.Field(RelationshipPeriod, required=True, description="Where 8 of 10 cases lie.")
    likely_period = graphene.Field(RelationshipPeriod, required=True, description="Where half of them lie.")
    never = graphene.Float(
        required=True, description="Probability that they never buy of it again, by this rhythm."
    )

    class Meta:
        description = "When a customer buys of a category next, if they do within a year."

    @staticmethod
    def resolve_period(root: Any, info: Any) -> Any:
        return RelationshipPeriod(from_=root.earliest, until=root.latest)

    @staticmethod
    def resolve_likely_period(root: Any, info: Any) -> Any:
        return RelationshipPeriod(from_=root.likely_from, until=root.likely_until)


class RelationshipCategoryRhythm(graphene.ObjectType):
    """One category."""

    category = graphene.String(required=True, description="Its key in the shop.")
    name = graphene.String(required=True)
    own_gaps = graphene.Int(
        required=True,
        description="Gaps of their own that stand behind it. With 0 it is the rhythm of the category as a whole.",
    )
    typical_days = graphene.Float(
        required=True, description="As likely to buy of it again before as after so many days."
    )
    overdue = graphene.Float(
        required=True,
        description="Probability that a customer with this rhythm would have bought of it again by now.",
    )
    last_purchase_at = moment("When they last bought of it.", required=True)
    next_order = graphene.Field(RelationshipCategoryNextOrder, required=True)
    sufficiency = graphene.Field(SufficiencyEnum, required=True)

    class Meta:
        description = "How a customer comes back for one category."

    @staticmethod
    def resolve_last_purchase_at(root: Any, info: Any) -> Any:
        return root.last_at

    @staticmethod
    def resolve_next_order(root: Any, info: Any) -> Any:
        return root

    @staticmethod
    def resolve_sufficiency(root: Any, info: Any) -> str:
        return str(root.sufficiency.value)
