"""The shop-wide control group, and what all campaigns together brought."""

from typing import Any

import graphene

from saleor_relacional.flows.evidence.outcome import Outcome
from saleor_relacional.graphql.host_types import listed, moment
from saleor_relacional.graphql.types.evidence.outcome import (
    RelationshipMoneyCap,
    compared,
    known_cost,
    later_cost,
)
from saleor_relacional.graphql.types.evidence.results import RelationshipArmResult


class RelationshipShopControlResult(graphene.ObjectType):
    """Both arms in one currency."""

    currency = graphene.String(required=True)
    came_back = compared(Outcome.CAME_BACK, "Share who bought.")
    orders = compared(Outcome.ORDERS, "Orders.")
    kept = compared(Outcome.KEPT, "Money kept, up to the cap that was fixed when the period began.")
    uncapped = compared(Outcome.UNCAPPED, "All money kept, which one large order may decide.")
    margin = compared(
        Outcome.MARGIN,
        "What was earned of it; null while it is not known of everybody.",
        required=False,
    )
    cost_known = known_cost()
    cost_estimated = later_cost()
    objected = compared(Outcome.OBJECTED, "Share who opted out.")
    treated = graphene.Field(
        RelationshipArmResult,
        required=True,
        description="Windows that have closed, of whoever is written to.",
    )
    control = graphene.Field(
        RelationshipArmResult, required=True, description="Windows that have closed, of whoever is held out."
    )

    @staticmethod
    def resolve_treated(root: Any, info: Any) -> Any:
        return root.treated, root.currency

    @staticmethod
    def resolve_control(root: Any, info: Any) -> Any:
        return root.control, root.currency

    class Meta:
        description = (
            "Those who are written to against those who are held out of everything commercial, each in the 90 days"
            " after they entered, at most until the period ends."
        )


class RelationshipShopControlPeriod(graphene.ObjectType):
    """A year of the shop, or what the owner made of it."""

    begins_at = moment("When people were drawn anew.", required=True)
    ends_at = moment("When they will be, or when the owner ended it.", required=True)
    treated = graphene.Int(required=True, description="Who entered and is written to like everybody.")
    control = graphene.Int(
        required=True, description="Who entered and is held out of everything commercial until it ends."
    )

    words = graphene.String(
        required=True, description="What all that is commercial brought together, in the reader's language."
    )
    cap = graphene.Field(
        RelationshipMoneyCap, description="Null where too little of the past was known: nothing is capped."
    )
    results = listed(RelationshipShopControlResult, "The currency in which most people entered comes first.")

    class Meta:
        description = "Everybody is drawn anew with each period, which ends with the shop's year."

    @staticmethod
    def resolve_cap(root: Any, info: Any) -> Any:
        return root if root.cap is not None else None

    @staticmethod
    def resolve_results(root: Any, info: Any) -> Any:
        return root.compare()


class RelationshipShopControl(graphene.ObjectType):
    """Who is held out of everything commercial."""

    share = graphene.Float(
        required=True,
        description="Of the people whom any campaign would first start, who is held out. 0: nobody.",
    )
    periods = listed(RelationshipShopControlPeriod, "The latest first.")

    class Meta:
        description = (
            "The shop-wide control group: people whom nothing commercial reaches, so that it can be told what all"
            " campaigns together bring. Service still reaches them."
        )

    @staticmethod
    def resolve_share(root: Any, info: Any) -> float:
        return float(root.share)
