"""What a campaign would do now: whom it would write to, and whom not, for which reason."""

from typing import Any

import graphene

from saleor_relacional.graphql import loaders
from saleor_relacional.graphql.cursors import cursor
from saleor_relacional.graphql.host_types import amount, listed, money, money_type
from saleor_relacional.graphql.types.enums import BasisEnum, StageEnum
from saleor_relacional.graphql.types.evidence.results import RelationshipReasonCount, counted
from saleor_relacional.graphql.types.profile.profile import RelationshipProfile


class RelationshipProposal(graphene.ObjectType):
    """What a campaign would do about one person."""

    profile = graphene.Field(RelationshipProfile)
    arm = graphene.String(required=True, description="treated, or control: would be counted and get nothing.")
    stage = graphene.Field(StageEnum, required=True)
    last_purchase_day = graphene.String(description="YYYY-MM-DD; null of a prospect.")
    overdue = graphene.Float(description="Probability that they would have been back by now.")
    order_in_90_days = graphene.Float(
        required=True, description="Believed probability of an order without us."
    )
    order_value = money("Expected value of an order.")
    year_value = money("What the coming year is expected to bring.")
    channel = graphene.String(required=True, description="In whose name; empty when there is none.")
    basis = graphene.Field(BasisEnum, description="On what ground we may write.")
    reason = graphene.String(
        description="Why nothing would leave today (capacity: waits its turn; budget: for next month's money). Null:"
        " their turn is today."
    )
    on = graphene.String(
        description="Day of their turn as things stand, YYYY-MM-DD; null when there is none."
    )
    cost = money("What the discount costs if they redeem it on an order of the expected value.")
    rung = graphene.Int(
        description="Number of the rung that they would get with the first message; null in the control group."
    )

    class Meta:
        description = "What a campaign would do about one person, and why."

    @staticmethod
    def resolve_profile(root: Any, info: Any) -> Any:
        return loaders.of_id(info.context, root.profile_id)

    @staticmethod
    def resolve_last_purchase_day(root: Any, info: Any) -> str | None:
        return root.last_day.isoformat() if root.last_day else None

    @staticmethod
    def resolve_order_in_90_days(root: Any, info: Any) -> float:
        return root.order_90

    @staticmethod
    def resolve_order_value(root: Any, info: Any) -> Any:
        return amount(root.order_value, root.currency)

    @staticmethod
    def resolve_year_value(root: Any, info: Any) -> Any:
        return amount(root.year_value, root.currency)

    @staticmethod
    def resolve_basis(root: Any, info: Any) -> Any:
        return root.basis or None

    @staticmethod
    def resolve_reason(root: Any, info: Any) -> Any:
        return root.reason or None

    @staticmethod
    def resolve_on(root: Any, info: Any) -> Any:
        return root.on.isoformat() if root.on else None

    @staticmethod
    def resolve_cost(root: Any, info: Any) -> Any:
        return amount(root.cost, root.cost_currency)


class RelationshipDryRunSummary(graphene.ObjectType):
    """All candidates, in counts."""

    considered = graphene.Int(required=True, description="treated + control + waiting + the suppressed ones.")
    treated = graphene.Int(required=True, description="Would be written to today.")
    control = graphene.Int(required=True, description="Would start today and get nothing.")
    waiting = graphene.Int(required=True, description="May be written to, but on another day.")
    over_budget = graphene.Int(
        required=True,
        description="Of those who wait: whose offer does not fit into what today leaves of the month's money.",
    )
    suppressed = listed(RelationshipReasonCount, "By reason, both arms together.")
    cost = listed(money_type, "What today's discounts cost at most.")
    cost_all = listed(money_type, "The same over all days.")
    estimated = graphene.Boolean(
        required=True,
        description="In a large shop, of a campaign that is not active: from a sample of the candidates.",
    )

    class Meta:
        description = "All candidates, in counts."

    @staticmethod
    def resolve_suppressed(root: Any, info: Any) -> Any:
        return counted(root.suppressed)

    @staticmethod
    def resolve_cost(root: Any, info: Any) -> Any:
        return [amount(value, currency) for currency, value in root.cost.items()]

    @staticmethod
    def resolve_cost_all(root: Any, info: Any) -> Any:
        return [amount(value, currency) for currency, value in root.cost_all.items()]


class RelationshipDryRun(graphene.ObjectType):
    """Who would get what, why, when, at what cost. Writes nothing."""

    hindrance = graphene.String(
        description="What keeps the campaign from sending at the moment (a draft is paused); the rest is what would be."
    )
    summary = graphene.Field(RelationshipDryRunSummary, description="On the first page only.")
    proposals = listed(RelationshipProposal, "Down the queue, the most promising first.")
    next_page = graphene.String(description="Pass it as `after` for the next page; null on the last one.")

    class Meta:
        description = "Who would get what, why, when and at what cost. Asking for it changes nothing."

    @staticmethod
    def resolve_next_page(root: Any, info: Any) -> Any:
        if root.next is None:
            return None
        place = root.next
        left = (place.left, place.left_today, place.shop_left, place.shop_left_today)
        money = (None if one is None else str(one) for one in left)
        return cursor(place.place, place.profile_id, place.room, place.treated_above, *money)
