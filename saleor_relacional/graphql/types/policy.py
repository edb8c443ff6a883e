"""What the owner decided, and the months of a budget: what was promised, what it cost, what came back, what is left."""

from typing import Any

import graphene
from graphql import GraphQLError

from saleor_relacional.flows import policy
from saleor_relacional.flows.learning import fit
from saleor_relacional.graphql.host_types import amount, listed, moment, money
from saleor_relacional.graphql.request import alias, writing

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


class RelationshipRate(graphene.ObjectType):
    """What one unit of a currency is worth in the reporting currency."""

    currency = graphene.String(required=True)
    rate = graphene.String(required=True, description="A decimal number.")


class RelationshipPolicy(graphene.ObjectType):
    """How much may leave, and on what ground."""

    daily_capacity = graphene.Int(
        description="Commercial mails per day over all campaigns. Null: not decided, and nothing leaves."
    )
    soft_opt_in = graphene.Boolean(
        required=True,
        description="Buyers may be written to without an opt-in, as they were told when they bought.",
    )
    soft_opt_in_text = graphene.String(
        required=True,
        description="What buyers are told, in the language in which it was first written; see"
        " relationshipConsentText for the others.",
    )
    soft_opt_in_language = graphene.String(required=True, description="Of that text; empty: there is none.")
    reporting_currency = graphene.String(
        description="Currency in which money of all currencies is also shown; null: each customer's in that of their"
        " last purchase."
    )
    rates = listed(
        RelationshipRate,
        "What one of each currency is worth in the reporting currency. Purchases in others are left out of value.",
    )
    month_budget = money(
        "What the offers of all campaigns together may take off at most per calendar month; null: no limit."
    )
    answer_hours = graphene.Int(
        required=True,
        description="Within how many hours of opening days staff answer what customers tell the shop.",
    )
    opening_days = listed(
        graphene.Int, "Days of the week on which somebody is there to answer, Monday is 1; empty: all."
    )
    counting_anew = graphene.Boolean(
        required=True,
        description="Reporting currency or rates have changed since money was last counted: all of it is counted anew"
        " with the next refit, which is due within the hour. Until then beliefs about money are in the old one.",
    )
    updated_at = moment("When it was last decided.", required=True)

    class Meta:
        description = "How much may leave per day, on what ground, and in which currency money is shown."

    @staticmethod
    def resolve_soft_opt_in_text(root: Any, info: Any) -> str:
        with writing():
            return policy.told_buyers().text

    @staticmethod
    def resolve_soft_opt_in_language(root: Any, info: Any) -> str:
        with writing():
            return policy.told_buyers().language

    @staticmethod
    def resolve_reporting_currency(root: Any, info: Any) -> Any:
        return root.reporting_currency or None

    @staticmethod
    def resolve_rates(root: Any, info: Any) -> Any:
        return [RelationshipRate(currency=currency, rate=rate) for currency, rate in root.rates.items()]

    @staticmethod
    def resolve_month_budget(root: Any, info: Any) -> Any:
        return amount(root.month_budget, root.budget_currency)

    @staticmethod
    def resolve_counting_anew(root: Any, info: Any) -> bool:
        counted = fit.known(using=alias(info.context)).get(None)
        return bool(counted and root.money_changed_at and root.money_changed_at > counted.as_of)


class RelationshipSender(graphene.ObjectType):
    """The name and the addresses in which a channel's mails leave."""

    channel = graphene.String(required=True, description="Slug.")
    name = graphene.String(required=True)
    address = graphene.String(required=True, description="From.")
    reply_to = graphene.String(required=True, description="Empty when answers go to From.")
    postal_address = graphene.String(required=True)
    updated_at = moment("When it was last set.", required=True)

    class Meta:
        description = "In whose name a channel's mails leave. Without one nothing commercial leaves in it."


class RelationshipStorefront(graphene.ObjectType):
    """Where mails send the customers of one channel."""

    channel = graphene.String(required=True, description="Slug.")
    url = graphene.String(required=True, description="Empty when it is not configured: mails have no button.")
    offer_url = graphene.String(
        required=True, description="Where a mail with an offer leads; CODE stands for the offer's code."
    )

    class Meta:
        description = "Where mails send the customers of one channel."


class RelationshipShop(graphene.ObjectType):
    """Where the shop is."""

    time_zone = graphene.String(
        required=True, description="IANA name of the zone in which a purchase day is a day."
    )
    offer_link = graphene.String(
        required=True,
        description="Where the storefront takes an offer's code. Empty: its own address, with promoCode.",
    )
    storefronts = listed(RelationshipStorefront, "Channel by channel.")

    class Meta:
        description = "Where the shop is: its time zone, and where mails send customers."
