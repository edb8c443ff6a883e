"""What the owner decided."""

from typing import Any

import graphene

from saleor_relacional.flows.learning import fit
from saleor_relacional.graphql.host_types import amount, listed, moment, money
from saleor_relacional.graphql.request import alias


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
    soft_opt_in_text = graphene.String(required=True, description="What buyers were told.")
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
    counting_anew = graphene.Boolean(
        required=True,
        description="Reporting currency or rates have changed since money was last counted: all of it is counted anew"
        " with the next refit, which is due within the hour. Until then beliefs about money are in the old one.",
    )
    updated_at = moment("When it was last decided.", required=True)

    class Meta:
        description = "How much may leave per day, on what ground, and in which currency money is shown."

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
