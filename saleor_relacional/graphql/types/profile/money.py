"""What a customer bought: per currency, and in the shop's reporting currency."""

from typing import Any

import graphene

from saleor_relacional.graphql.host_types import amount, listed, money


class RelationshipMoneyPerCurrency(graphene.ObjectType):
    """Money in one currency."""

    currency = graphene.String(required=True)
    sold = money("Bought, tax and shipping included.", required=True)
    refunded = money("What went back of it.", required=True)
    kept = money("Sold less refunded.", required=True)
    purchases = graphene.Int(required=True, description="Purchases that count.")

    class Meta:
        description = "What a customer bought in one currency."

    @staticmethod
    def resolve_sold(root: Any, info: Any) -> Any:
        return amount(root.sold, root.currency)

    @staticmethod
    def resolve_refunded(root: Any, info: Any) -> Any:
        return amount(root.refunded, root.currency)

    @staticmethod
    def resolve_kept(root: Any, info: Any) -> Any:
        return amount(root.kept, root.currency)


class RelationshipMoneyReported(graphene.ObjectType):
    """Money in the reporting currency."""

    currency = graphene.String(required=True)
    sold = money("Bought, tax and shipping included.", required=True)
    refunded = money("What went back of it.", required=True)
    kept = money("Sold less refunded.", required=True)
    valued_purchases = graphene.Int(required=True, description="Purchases in these amounts.")
    left_out = graphene.Int(
        required=True, description="Purchases in currencies without a rate: in none of these amounts."
    )

    class Meta:
        description = "What a customer bought, in the shop's reporting currency."

    @staticmethod
    def resolve_sold(root: Any, info: Any) -> Any:
        return amount(root.sold, root.currency)

    @staticmethod
    def resolve_refunded(root: Any, info: Any) -> Any:
        return amount(root.refunded, root.currency)

    @staticmethod
    def resolve_kept(root: Any, info: Any) -> Any:
        return amount(root.kept, root.currency)


class RelationshipMoney(graphene.ObjectType):
    """What a customer bought."""

    per_currency = listed(RelationshipMoneyPerCurrency, "In each currency they used, the most used first.")
    reporting = graphene.Field(
        RelationshipMoneyReported,
        description="All of it; null while the shop has named no reporting currency.",
    )

    class Meta:
        description = "What a customer bought, from the facts as they stand."
