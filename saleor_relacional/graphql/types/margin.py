"""What purchases leave, and what the owner says of costs."""

from decimal import Decimal
from typing import Any

import graphene

from saleor_relacional.graphql.host_types import amount, listed, money


class RelationshipMarginPerCurrency(graphene.ObjectType):
    """Margin in one currency."""

    currency = graphene.String(required=True)
    margin = money(
        "What they left: net, less the cost of what stayed with the buyers, sending, refunds, messages and what was"
        " given without a code. Null: not known, for want of a cost and of any default margin."
    )
    net = money("What was sold without tax, after discounts and before refunds.", required=True)
    known_share = graphene.Float(
        required=True, description="Share of net with a cost of the day on which it was sold, from 0 to 1."
    )
    estimated_share = graphene.Float(required=True, description="Share of net with a cost of a later day.")
    default_share = graphene.Float(required=True, description="Share of net at a default margin.")
    unknown_share = graphene.Float(
        required=True, description="Share of net without a cost or a default margin."
    )
    purchases = graphene.Int(required=True, description="Purchases in these amounts.")
    left_out = graphene.Int(
        required=True,
        description="Purchases in none of these amounts: they tell no tax (imported ones), or have no rate.",
    )
    messages = graphene.Int(required=True, description="Messages that cost something.")
    sending = money("What these messages cost; it is taken off the margin.", required=True)
    given = money(
        "What was given without a code (priority service, calls, early access) cost, as you say what each costs; it is"
        " taken off the margin too.",
        required=True,
    )

    class Meta:
        description = "What purchases left, in one currency. All amounts are without tax."

    @staticmethod
    def resolve_margin(root: Any, info: Any) -> Any:
        return amount(root.margin, root.currency)

    @staticmethod
    def resolve_net(root: Any, info: Any) -> Any:
        return amount(root.net, root.currency)

    @staticmethod
    def resolve_sending(root: Any, info: Any) -> Any:
        return amount(root.sending, root.currency)

    @staticmethod
    def resolve_given(root: Any, info: Any) -> Any:
        return amount(root.given, root.currency)

    @staticmethod
    def resolve_known_share(root: Any, info: Any) -> float:
        return _share(root.known, root.net)

    @staticmethod
    def resolve_estimated_share(root: Any, info: Any) -> float:
        return _share(root.estimated, root.net)

    @staticmethod
    def resolve_default_share(root: Any, info: Any) -> float:
        return _share(root.by_default, root.net)

    @staticmethod
    def resolve_unknown_share(root: Any, info: Any) -> float:
        return _share(root.unknown, root.net)


class RelationshipMargin(graphene.ObjectType):
    """Margin of purchases."""

    per_currency = listed(RelationshipMarginPerCurrency, "In each currency, the most used first.")
    reporting = graphene.Field(
        RelationshipMarginPerCurrency,
        description="All of it in the reporting currency; null while the shop has named none.",
    )

    class Meta:
        description = "What purchases left: those of a period, or of one customer."


class RelationshipDefaultMargin(graphene.ObjectType):
    """What a product leaves whose cost nobody has said."""

    channel = graphene.String(description="Slug. Null: every channel for which nothing else is said.")
    category = graphene.String(
        description="Key of a category in the shop. Null: every product for which nothing else is said."
    )
    share = graphene.Float(
        required=True, description="Part of the price before discounts, without tax, from 0 to 1."
    )

    class Meta:
        description = "Which part of its price a product leaves whose cost nobody has said."

    @staticmethod
    def resolve_channel(root: Any, info: Any) -> Any:
        return root.channel or None

    @staticmethod
    def resolve_category(root: Any, info: Any) -> Any:
        return root.category or None


class RelationshipShippingCost(graphene.ObjectType):
    """What sending an order costs."""

    channel = graphene.String(required=True, description="Slug.")
    amount = graphene.Float(required=True, description="In the channel's currency, without tax.")

    class Meta:
        description = "What sending an order of a channel costs the shop."


class RelationshipSendingCost(graphene.ObjectType):
    """What a message costs."""

    amount = graphene.Float(required=True, description="For one message, without tax.")
    currency = graphene.String(required=True)

    class Meta:
        description = "What a message costs the shop."


class RelationshipMarginSettings(graphene.ObjectType):
    """What the owner says of costs."""

    default_margins = listed(RelationshipDefaultMargin, "All of them; the most specific one counts.")
    shipping_costs = listed(
        RelationshipShippingCost,
        "Per channel. In others sending costs what is charged for it without discounts.",
    )
    mail_cost = graphene.Field(RelationshipSendingCost, description="What a mail costs; null: nothing.")

    class Meta:
        description = "What margins are computed with where the shop's products say nothing."

    @staticmethod
    def resolve_mail_cost(root: Any, info: Any) -> Any:
        return root.mail


def _share(part: Decimal, whole: Decimal) -> float:
    return float(part / whole) if whole else 0.0
