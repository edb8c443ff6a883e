"""When a customer buys: as we infer it, and as they said."""

from typing import Any

import graphene

from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.graphql.host_types import moment
from saleor_relacional.graphql.types.period import RelationshipPeriod


class RelationshipRhythm(graphene.ObjectType):
    """A customer's own gap between purchases."""

    own_gaps = graphene.Int(
        required=True,
        description="Gaps of their own that stand behind it. With 0 it is the rhythm of the shop as a whole.",
    )
    typical_days = graphene.Float(
        required=True, description="After a purchase, as likely to be back before as after so many days."
    )
    overdue = graphene.Float(
        required=True, description="Probability that a customer with this rhythm would have been back by now."
    )
    expected_next_order = graphene.Field(
        RelationshipPeriod,
        required=True,
        description="If there is a next order within a year, it falls in this period in 8 of 10 cases. Whether there is"
        " one: see beliefs.",
    )

    class Meta:
        description = "A customer's own gap between purchases."

    @staticmethod
    def resolve_expected_next_order(root: Any, info: Any) -> Any:
        return RelationshipPeriod(from_=root.earliest, until=root.latest)


class RelationshipDeclaration(graphene.ObjectType):
    """What was said about when they buy."""

    every_days = graphene.Float(description="So many days between purchases.")
    not_before = graphene.String(description="No purchase is expected before this day: YYYY-MM-DD.")
    declared_by = graphene.String(required=True, description="customer or staff.")
    declared_at = moment("When it was said.", required=True)

    class Meta:
        description = (
            "What the customer, or the staff for them, said about when they buy. It wins over what we infer."
        )

    @staticmethod
    def resolve_not_before(root: Relationship, info: Any) -> Any:
        return root.not_before.isoformat() if root.not_before else None
