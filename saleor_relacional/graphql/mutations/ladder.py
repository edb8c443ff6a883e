"""What staff say of a step's ladder."""

from decimal import Decimal
from typing import Any

import graphene

from saleor_relacional.flows.incentives.rungs import LISTS, Amount, RungRule, RungTerms
from saleor_relacional.graphql import ids
from saleor_relacional.graphql.types.enums import RungKindEnum


class RelationshipAmountInput(graphene.InputObjectType):
    """So much of a currency."""

    currency = graphene.String(required=True)
    amount = graphene.Float(required=True)


def _amounts(description: str) -> Any:
    return graphene.List(graphene.NonNull(RelationshipAmountInput), description=description)


def _ids(description: str) -> Any:
    return graphene.List(graphene.NonNull(graphene.ID), description=description)


class RelationshipRungInput(graphene.InputObjectType):
    """One rung of a ladder: what somebody may get, on what terms."""

    kind = RungKindEnum(required=True)
    value = graphene.Float(description="Of a percentage: per cent.")
    amounts = _amounts("Of a fixed one: how much it takes off, in each currency of its channels.")
    minimum = _amounts(
        "What must be in the basket at least, before delivery, in each currency of its channels."
    )
    products = _ids("For which it holds, as the shop's API knows them; none with the three below: for all.")
    variants = _ids("The same of variants; of a gift the one that is given.")
    categories = _ids("The same of categories, without those below them.")
    collections = _ids("The same of collections; of early access the one that opens early.")
    countries = graphene.List(
        graphene.NonNull(graphene.String), description="Of free delivery: where it is sent; none: everywhere."
    )
    once_per_order = graphene.Boolean(
        description="It takes off one unit of the cheapest that it holds for. Default: false."
    )
    channels = graphene.List(
        graphene.NonNull(graphene.String), description="Slugs, of the campaign's; none: all of them."
    )
    cost = _amounts("What it costs the shop each time, as margin, where you know better than we reckon.")
    person = graphene.String(description="Who calls or serves, as the message names them.")
    note = graphene.String(description="What staff are to do.")
    days = graphene.Int(description="Within how many days staff do it. Default: 3.")


class RelationshipRungRuleInput(graphene.InputObjectType):
    """Which rung the people of a segment get."""

    segment = graphene.ID(required=True, description="The segment.")
    rung = graphene.Int(required=True, description="Number of the rung.")


def rung(given: dict[str, Any]) -> RungTerms:
    """As flows read it. Null says nothing."""
    told = {name: value for name, value in given.items() if value is not None}
    for name in told.keys() & set(LISTS):
        told[name] = tuple(told[name])
    for name in told.keys() & {"amounts", "minimum", "cost"}:
        told[name] = tuple(
            Amount(currency=one["currency"], amount=Decimal(str(one["amount"]))) for one in told[name]
        )
    if "value" in told:
        told["value"] = Decimal(str(told["value"]))
    return RungTerms(**told)


def rule(given: dict[str, Any]) -> RungRule:
    """As flows read it."""
    segment = ids.uuid_of("RelationshipSegment", given["segment"])
    return RungRule(segment=segment, rung=given["rung"])
