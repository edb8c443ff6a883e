"""The ladder of a step: what people may get by it, rung by rung, and who gets which."""

from dataclasses import dataclass
from typing import Any

import graphene
from graphene.relay import Node

from saleor_relacional.flows.campaigns import rung_report
from saleor_relacional.flows.incentives.rungs import RungTerms
from saleor_relacional.graphql.host_types import listed, money_type
from saleor_relacional.graphql.request import request, writing
from saleor_relacional.graphql.types.enums import RungKindEnum
from saleor_relacional.models import Rung


@dataclass(frozen=True, slots=True, kw_only=True)
class RungRow:
    """What a rung's fields are resolved from."""

    number: int
    terms: RungTerms
    row: Rung


def _said(name: str, default: Any, root: RungRow, info: Any, **_: Any) -> Any:
    """What its owner said of it."""
    return root.number if name == "number" else getattr(root.terms, name)


class RelationshipRung(graphene.ObjectType):
    """What somebody may get, on what terms."""

    number = graphene.Int(required=True, description="Place on the ladder; 1 for the cheapest.")
    kind = graphene.Field(RungKindEnum, required=True)
    value = graphene.Float(description="Of a percentage: per cent.")
    amounts = listed(money_type, "Of a fixed one: how much it takes off, once per currency.")
    minimum = listed(money_type, "What must be in the basket at least, before delivery, once per currency.")
    products = listed(
        graphene.ID, "For which it holds, as the shop's API knows them; empty with the three below: for all."
    )
    variants = listed(graphene.ID, "The same of variants; of a gift the one that is given.")
    categories = listed(graphene.ID, "The same of categories, without those below them.")
    collections = listed(graphene.ID, "The same of collections; of early access the one that opens early.")
    countries = listed(graphene.String, "Of free delivery: where it is sent; empty: everywhere.")
    once_per_order = graphene.Boolean(
        required=True, description="It takes off one unit of the cheapest that it holds for."
    )
    channels = listed(graphene.String, "Slugs of the channels where it holds; empty: those of the campaign.")
    cost = listed(money_type, "What its owner says it costs each time, as margin; empty: nobody said.")
    person = graphene.String(required=True, description="Who calls or serves, as the message names them.")
    note = graphene.String(required=True, description="What staff are to do.")
    days = graphene.Int(required=True, description="Within how many days staff do it.")
    words = graphene.String(required=True, description="What somebody gets, in a sentence.")
    margin_cost = listed(
        money_type,
        "What it costs each time that it is used, as margin, once per currency: as its owner says; else what it takes"
        " off, of a percentage with the shop's usual order, of a gift what it costs you, of free delivery what is"
        " usually charged. Empty: nothing.",
    )
    problem = graphene.String(
        description="Why it cannot be given at the moment, and what people get instead; null: it can."
    )

    class Meta:
        description = "One rung of a ladder: what somebody may get, on what terms."
        default_resolver = _said

    @staticmethod
    def resolve_words(root: RungRow, info: Any) -> str:
        with writing():
            return rung_report.words(root.terms)

    @staticmethod
    def resolve_margin_cost(root: RungRow, info: Any) -> Any:
        with writing():
            return rung_report.margin_cost(
                root.terms, root.row.step.version.channels, request(info.context).now
            )

    @staticmethod
    def resolve_problem(root: RungRow, info: Any) -> str | None:
        with writing():
            return rung_report.problem(root.row) or None


class RelationshipRungRule(graphene.ObjectType):
    """Which rung the people of a segment get."""

    segment = graphene.ID(required=True, description="The segment.")
    rung = graphene.Int(required=True, description="Number of the rung.")

    class Meta:
        description = "Which rung the people of a segment get."

    @staticmethod
    def resolve_segment(root: Any, info: Any) -> str:
        return str(Node.to_global_id("RelationshipSegment", root[0]))

    @staticmethod
    def resolve_rung(root: Any, info: Any) -> int:
        return int(root[1])
