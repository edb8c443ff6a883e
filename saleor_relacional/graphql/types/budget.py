"""The months of a budget: what was promised, what it cost, what came back, what is left."""

from typing import Any

import graphene
from graphql import GraphQLError

from saleor_relacional.graphql.host_types import amount, listed, money

MOST_MONTHS = 24


def months() -> graphene.Argument:
    """How many months are asked for."""
    return graphene.Argument(
        graphene.Int,
        default_value=3,
        description=f"So many months, this one included: {MOST_MONTHS} at most.",
    )


def so_many(asked: int) -> int:
    """The number of months asked for. Raises GraphQLError where that is none."""
    if not 1 <= asked <= MOST_MONTHS:
        raise GraphQLError(f"Ask for 1 to {MOST_MONTHS} months.")
    return asked


class RelationshipBudgetSums(graphene.ObjectType):
    """What promises of a month come to in one currency."""

    currency = graphene.String(required=True)
    reserved = money("What promises hold that are still live.", required=True)
    settled = money("What redeemed codes took off, as the shop says of each order.", required=True)
    returned = money("What promises held that ended without an order.", required=True)

    class Meta:
        description = "What promises of a month come to in one currency, whenever they were used or ended."

    @staticmethod
    def resolve_currency(root: Any, info: Any) -> str:
        return root[0]

    @staticmethod
    def resolve_reserved(root: Any, info: Any) -> Any:
        return amount(root[1].reserved, root[0])

    @staticmethod
    def resolve_settled(root: Any, info: Any) -> Any:
        return amount(root[1].settled, root[0])

    @staticmethod
    def resolve_returned(root: Any, info: Any) -> Any:
        return amount(root[1].returned, root[0])


class RelationshipBudgetMonth(graphene.ObjectType):
    """One month of a budget."""

    month = graphene.String(required=True, description="The shop's calendar month, YYYY-MM.")
    budget = money("What may be promised at most; null: there is, or was, no limit.")
    carried = money("What the months before came to beyond their budgets: it is charged to this one.")
    left = money("What more may be promised; 0 where the month is used up. Null without a limit.")
    excess = money(
        "What it came to beyond its budget: it is charged to the next month. Null without a limit."
    )
    by_currency = listed(
        RelationshipBudgetSums,
        "As promised and taken off. What nobody has a rate for into the budget's currency counts for nothing above.",
    )

    class Meta:
        description = (
            "One month of a budget. A promise belongs to the month in which it was made,"
            " whenever it is used or ends."
        )

    @staticmethod
    def resolve_month(root: Any, info: Any) -> str:
        return f"{root.month:%Y-%m}"

    @staticmethod
    def resolve_budget(root: Any, info: Any) -> Any:
        return amount(root.budget, root.currency)

    @staticmethod
    def resolve_carried(root: Any, info: Any) -> Any:
        return None if root.budget is None else amount(root.carried, root.currency)

    @staticmethod
    def resolve_left(root: Any, info: Any) -> Any:
        return None if root.left is None else amount(max(root.left, 0), root.currency)

    @staticmethod
    def resolve_excess(root: Any, info: Any) -> Any:
        return None if root.left is None else amount(root.excess, root.currency)

    @staticmethod
    def resolve_by_currency(root: Any, info: Any) -> Any:
        return sorted(root.sums.items())
