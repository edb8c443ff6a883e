"""One outcome of people, compared between the arms."""

from typing import Any

import graphene

from saleor_relacional.flows.evidence.outcome import Outcome
from saleor_relacional.graphql.host_types import amount, moment, money
from saleor_relacional.graphql.types.enums import enum_of
from saleor_relacional.insight.inference.experiment import Verdict

VerdictEnum = enum_of("RelationshipVerdictEnum", Verdict, "What the interval says.")


class RelationshipOutcome(graphene.ObjectType):
    """One outcome."""

    verdict = graphene.Field(
        VerdictEnum,
        required=True,
        description="What the interval says, and would say if whoever was forgotten while their window ran had done"
        " their worst for it.",
    )
    estimate = graphene.Float(
        description="Treated minus control per person, within the control share under which they were drawn, with what"
        " was believed of each before they started taken off. Null while an arm is empty."
    )
    low = graphene.Float(
        description="Lower end of the interval, valid however often one looks; null: there is none."
    )
    high = graphene.Float(description="Upper end of it.")
    worst_low = graphene.Float(
        description="The same ends, if whoever was forgotten meanwhile had done their worst on either side. Null where"
        " nothing bounds what they may have done: then there is no verdict."
    )
    worst_high = graphene.Float()
    treated = graphene.Float(description="Mean per treated person, as it is. Null while there is nobody.")
    control = graphene.Float(description="Mean per person of the control group, as it is.")
    people = graphene.Int(required=True, description="Who is compared, of both arms together.")
    adjusted = graphene.Boolean(
        required=True,
        description="Whether what was believed before is taken off: not yet while an arm is small.",
    )
    provisional_until = moment(
        "Until then refunds of the last purchases may still change the verdict; null when it is settled."
    )

    class Meta:
        description = (
            "One outcome per person, compared between the arms: a share (who came back, objected, complained, gave"
            " something back), a number of orders, or money in the currency of the result."
        )

    @staticmethod
    def resolve_verdict(root: Any, info: Any) -> str:
        return root.verdict.value

    @staticmethod
    def resolve_estimate(root: Any, info: Any) -> float | None:
        return root.lift.estimate

    @staticmethod
    def resolve_low(root: Any, info: Any) -> float | None:
        return root.lift.low

    @staticmethod
    def resolve_high(root: Any, info: Any) -> float | None:
        return root.lift.high

    @staticmethod
    def resolve_worst_low(root: Any, info: Any) -> float | None:
        return root.worst.low if root.worst else None

    @staticmethod
    def resolve_worst_high(root: Any, info: Any) -> float | None:
        return root.worst.high if root.worst else None


def compared(outcome: Outcome, description: str, *, required: bool = True) -> graphene.Field:
    """A field of a comparison (CurrencyResult) that tells this outcome."""
    return graphene.Field(
        RelationshipOutcome, required=required, description=description,
        resolver=lambda root, info: root.measured.get(outcome),
    )  # fmt: skip


def known_cost() -> graphene.Float:
    """A field of whatever has `priced`."""
    return graphene.Float(
        description="Of the money bought in closed windows, without tax, the share whose cost is known as of its day."
        " Null while nothing was bought.",
        resolver=lambda root, info: float(root.priced[0]) if root.priced else None,
    )


def later_cost() -> graphene.Float:
    """As known_cost."""
    return graphene.Float(
        description="The share whose cost is known as of a later day. The rest has a default margin, or none.",
        resolver=lambda root, info: float(root.priced[1]) if root.priced else None,
    )


class RelationshipHarm(graphene.ObjectType):
    """What it may have harmed."""

    objected = compared(Outcome.OBJECTED, "Share who opted out within their window.")
    complained = compared(Outcome.COMPLAINED, "Share of whom staff noted a complaint.")
    refunded = compared(Outcome.REFUNDED, "Share who gave something back of what they bought in it.")
    after = compared(
        Outcome.AFTER,
        "Money kept in the window after it, which is as long, of people for whom that has closed too: what was only"
        " brought forward is missing there.",
    )

    class Meta:
        description = (
            "What a campaign may have harmed, compared as its effect is. More is worse, but for `after`."
        )


class RelationshipMoneyCap(graphene.ObjectType):
    """The cap."""

    amount = money("What a person's money counts up to.", required=True)
    fixed_at = moment(
        "When it was fixed: at the first activation, of the shop-wide control group when its period began.",
        required=True,
    )

    class Meta:
        description = (
            "What a person's money in their window counts up to: a quantile of what people who came back used to spend,"
            " fixed before anybody started. What is estimated is the mean of capped money."
        )

    @staticmethod
    def resolve_amount(root: Any, info: Any) -> Any:
        return amount(root.cap, root.cap_currency)
