"""The owner decides."""

from decimal import Decimal
from typing import Any

import graphene

from saleor_relacional.flows import policy
from saleor_relacional.flows.operations import place
from saleor_relacional.graphql.mutations.answer import by_owner, errors_field
from saleor_relacional.graphql.permissions import MANAGE_RELATIONSHIPS, says
from saleor_relacional.graphql.request import actor, request
from saleor_relacional.graphql.types.policy import (
    RelationshipPolicy,
    RelationshipSender,
    RelationshipShop,
)


class RelationshipRateInput(graphene.InputObjectType):
    """What one unit of a currency is worth in the reporting currency."""

    currency = graphene.String(required=True, description="Three letters.")
    rate = graphene.String(required=True, description="A decimal number above zero, such as 0.92.")


class RelationshipPolicyInput(graphene.InputObjectType):
    """What is not given stays as it is."""

    daily_capacity = graphene.Int(description="Commercial mails per day over all campaigns.")
    soft_opt_in = graphene.Boolean(description="Whether buyers may be written to without an opt-in.")
    soft_opt_in_text = graphene.String(
        description="What buyers are told from now on; required where softOptIn is on and nothing was said before."
    )
    soft_opt_in_language = graphene.String(
        description="Language of that text, such as es-MX. Default: the one in which it stands, else English."
    )
    reporting_currency = graphene.String(
        description="Currency in which money of all currencies is also shown; empty to end that. A new one drops the"
        " rates of the old one."
    )
    rates = graphene.List(
        graphene.NonNull(RelationshipRateInput), description="All rates into the reporting currency."
    )
    month_budget = graphene.Float(
        description="What the offers of all campaigns may take off at most per calendar month of the shop."
    )
    budget_currency = graphene.String(
        description="Of the month's budget; every currency that the shop sells in needs a rate into it. Empty: there is"
        " no budget."
    )
    answer_hours = graphene.Int(
        description="Within how many hours of opening days staff answer customers: 1 to 720."
    )
    opening_days = graphene.List(
        graphene.NonNull(graphene.Int),
        description="All days of the week on which somebody is there to answer, Monday is 1; empty: every day. Holidays"
        " of the contact policy are closed days, too.",
    )


class RelationshipPolicyUpdate(graphene.Mutation):
    """How much may leave per day, and on what ground."""

    policy = graphene.Field(RelationshipPolicy)
    errors = errors_field()

    class Arguments:
        input = RelationshipPolicyInput(required=True)

    class Meta:
        description = "Decide how much may leave per day, and on what ground." + says(MANAGE_RELATIONSHIPS)

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _decide(cls, root, info, **arguments)


@by_owner
def _decide(cls: Any, _root: Any, info: Any, *, input: dict[str, Any]) -> Any:
    rates = input.pop("rates", None)
    if rates is not None:
        input["rates"] = [(each["currency"], each["rate"]) for each in rates]
    if input.get("month_budget") is not None:
        input["month_budget"] = Decimal(str(input["month_budget"]))
    if input.get("soft_opt_in_language") is None:
        input.pop("soft_opt_in_language", None)
    decided = policy.decide(now=request(info.context).now, who=actor(info.context), **input)
    return cls(policy=decided, errors=[])


class RelationshipSenderInput(graphene.InputObjectType):
    """The name and the addresses in which a channel's mails leave."""

    channel = graphene.String(required=True, description="Slug.")
    name = graphene.String(required=True)
    address = graphene.String(required=True, description="From.")
    reply_to = graphene.String(description="Where answers go; to From when it is not given.")
    postal_address = graphene.String(required=True, description="Stands in every commercial mail.")


class RelationshipSenderUpdate(graphene.Mutation):
    """The name and the addresses in which a channel's mails leave."""

    sender = graphene.Field(RelationshipSender)
    errors = errors_field()

    class Arguments:
        input = RelationshipSenderInput(required=True)

    class Meta:
        description = "Set in whose name a channel's mails leave." + says(MANAGE_RELATIONSHIPS)

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _name(cls, root, info, **arguments)


@by_owner
def _name(cls: Any, _root: Any, info: Any, *, input: dict[str, Any]) -> Any:
    return cls(sender=policy.name_sender(now=request(info.context).now, **input), errors=[])


class RelationshipShopInput(graphene.InputObjectType):
    """What is not given stays as it is."""

    storefront_url = graphene.String(
        description="Where mails send customers: a whole address; {channel} stands for a channel's slug."
    )
    offer_link = graphene.String(
        description="Where the storefront takes an offer's code: a path such as /offer?code={code}, read like a link on"
        " the storefront's first page, or a whole address. {code} must stand in it, {channel} may. Empty: the"
        " storefront's own address, with promoCode."
    )
    time_zone = graphene.String(
        description="IANA name, such as Europe/Madrid. A change computes all days anew."
    )


class RelationshipShopUpdate(graphene.Mutation):
    """Where the shop is."""

    shop = graphene.Field(RelationshipShop)
    errors = errors_field()

    class Arguments:
        input = RelationshipShopInput(required=True)

    class Meta:
        description = "Say where mails send customers, and the shop's time zone." + says(MANAGE_RELATIONSHIPS)

    @classmethod
    def mutate(cls, root: Any, info: Any, **arguments: Any) -> Any:
        return _settle(cls, root, info, **arguments)


@by_owner
def _settle(cls: Any, _root: Any, _info: Any, *, input: dict[str, Any]) -> Any:
    place.decide(**input)
    return cls(shop=place.current(), errors=[])
