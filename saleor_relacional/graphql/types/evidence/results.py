"""What came of a campaign: lift first, then counts, credit and cost, each under its own name."""

from typing import Any

import graphene

from saleor_relacional.flows.evidence import results_words
from saleor_relacional.flows.evidence.outcome import Outcome
from saleor_relacional.graphql.host_types import amount, listed, moment, money, money_type
from saleor_relacional.graphql.types.evidence.outcome import (
    RelationshipHarm,
    RelationshipMoneyCap,
    VerdictEnum,
    compared,
    known_cost,
    later_cost,
)


class RelationshipReasonCount(graphene.ObjectType):
    """How many for one reason."""

    reason = graphene.String(required=True)
    count = graphene.Int(required=True)

    class Meta:
        description = "How many for one reason."


def counted(reasons: dict[str, int]) -> list[RelationshipReasonCount]:
    """The counts as a list, in order of the reasons' names."""
    return [RelationshipReasonCount(reason=reason, count=count) for reason, count in sorted(reasons.items())]


class RelationshipArmResult(graphene.ObjectType):
    """The people of one arm."""

    people = graphene.Int(required=True)
    buyers = graphene.Int(required=True, description="Who bought within their window.")
    orders = graphene.Int(required=True, description="Their orders within it.")
    objected = graphene.Int(required=True, description="Who opted out within it: the harm beside the lift.")
    complained = graphene.Int(required=True, description="Of whom staff noted a complaint within it.")
    refunded = graphene.Int(required=True, description="Who gave something back of what they bought in it.")
    erased = graphene.Int(
        required=True,
        description="Who was forgotten since: they stay in their arm with outcomes that name nobody.",
    )
    unseen = graphene.Int(required=True, description="Of these, those whose window still ran then.")
    kept = money("Kept of all of them together.", required=True)
    kept_per_person = money("Kept per person, buyer or not.", required=True)

    class Meta:
        description = "The people of one arm, whether or not anything reached them."

    @staticmethod
    def resolve_people(root: Any, info: Any) -> int:
        return root[0].people

    @staticmethod
    def resolve_buyers(root: Any, info: Any) -> int:
        return root[0].buyers

    @staticmethod
    def resolve_orders(root: Any, info: Any) -> int:
        return root[0].orders

    @staticmethod
    def resolve_objected(root: Any, info: Any) -> int:
        return root[0].objected

    @staticmethod
    def resolve_complained(root: Any, info: Any) -> int:
        return root[0].complained

    @staticmethod
    def resolve_refunded(root: Any, info: Any) -> int:
        return root[0].refunded

    @staticmethod
    def resolve_erased(root: Any, info: Any) -> int:
        return root[0].erased

    @staticmethod
    def resolve_unseen(root: Any, info: Any) -> int:
        return root[0].unseen

    @staticmethod
    def resolve_kept(root: Any, info: Any) -> Any:
        return amount(root[0].kept, root[1])

    @staticmethod
    def resolve_kept_per_person(root: Any, info: Any) -> Any:
        return amount(root[0].mean, root[1])


class RelationshipLift(graphene.ObjectType):
    """Kept money per person: treated minus control."""

    verdict = graphene.Field(VerdictEnum, required=True)
    words = graphene.String(
        required=True, description="The verdict with its interval, in the reader's language."
    )
    provisional_until = moment(
        "Until then refunds of the last purchases may still change the verdict; null when it is settled."
    )
    estimate = money("Difference in kept money per person. Null while an arm is empty.")
    low = money("Lower end of the interval, valid however often one looks. Null while there is none.")
    high = money("Upper end of it.")

    class Meta:
        description = "Treated minus control, in kept money per person: what the campaign changed."

    @staticmethod
    def resolve_verdict(root: Any, info: Any) -> Any:
        return root.kept.verdict.value

    @staticmethod
    def resolve_words(root: Any, info: Any) -> str:
        return results_words.sentence(root.kept, root.currency)

    @staticmethod
    def resolve_estimate(root: Any, info: Any) -> Any:
        return amount(root.lift.estimate, root.currency)

    @staticmethod
    def resolve_low(root: Any, info: Any) -> Any:
        return amount(root.lift.low, root.currency)

    @staticmethod
    def resolve_high(root: Any, info: Any) -> Any:
        return amount(root.lift.high, root.currency)


class RelationshipSampleRatioMismatch(graphene.ObjectType):
    """Not as many are held out as were meant to be."""

    people = graphene.Int(required=True, description="Everybody who has started.")
    control = graphene.Int(required=True, description="Of them, held out.")
    expected = graphene.Float(
        required=True, description="How many would be by the shares they were drawn under."
    )

    class Meta:
        description = (
            "Why nothing can be concluded: something besides the draw decided who is held out, so that the two arms"
            " are not alike. Of sound campaigns at most one in a thousand is ever called so."
        )


class RelationshipCurrencyResult(graphene.ObjectType):
    """Both arms in one currency."""

    currency = graphene.String(required=True)
    lift = graphene.Field(
        RelationshipLift,
        required=True,
        description="People are compared within the control share under which they were drawn: with several shares"
        " it is no longer the difference of the two arms below.",
    )
    came_back = compared(Outcome.CAME_BACK, "Share who bought within their window: decided soonest.")
    orders = compared(Outcome.ORDERS, "Orders within it.")
    kept = compared(Outcome.KEPT, "Money kept, up to the cap: what `lift` tells.")
    uncapped = compared(Outcome.UNCAPPED, "All money kept, which one large order may decide.")
    margin = compared(
        Outcome.MARGIN,
        "What was earned, in the proportion in which the cap counts their money; null while something that was kept"
        " has neither a cost nor a default margin, an order tells no tax, or nothing was bought.",
        required=False,
    )
    cost_known = known_cost()
    cost_estimated = later_cost()
    harm = graphene.Field(RelationshipHarm, required=True, resolver=lambda root, info: root)
    treated = graphene.Field(RelationshipArmResult, required=True, description="Windows that have closed.")
    control = graphene.Field(RelationshipArmResult, required=True, description="Windows that have closed.")
    running_treated = graphene.Field(
        RelationshipArmResult, required=True, description="Windows that still run."
    )
    running_control = graphene.Field(
        RelationshipArmResult, required=True, description="Windows that still run."
    )
    sample_ratio_mismatch = graphene.Field(
        RelationshipSampleRatioMismatch,
        resolver=lambda root, info: root.mismatch,
        description="Null while the sizes of both arms fit the draw. Where they do not, no verdict is given.",
    )

    class Meta:
        description = "Both arms in one currency. Money of different currencies is never added up."

    @staticmethod
    def resolve_lift(root: Any, info: Any) -> Any:
        return root

    @staticmethod
    def resolve_treated(root: Any, info: Any) -> Any:
        return root.treated, root.currency

    @staticmethod
    def resolve_control(root: Any, info: Any) -> Any:
        return root.control, root.currency

    @staticmethod
    def resolve_running_treated(root: Any, info: Any) -> Any:
        return root.running_treated, root.currency

    @staticmethod
    def resolve_running_control(root: Any, info: Any) -> Any:
        return root.running_control, root.currency


class RelationshipLeftOut(graphene.ObjectType):
    """Money without a rate."""

    currency = graphene.String(required=True)
    buyers = graphene.Int(required=True, description="Who paid in it within their window.")
    treated = money("Kept of all of them who were treated.", required=True)
    control = money("Kept of all of them in the control group.", required=True)

    class Meta:
        description = "What people paid in a currency without a rate into that of the comparison: in no lift."

    @staticmethod
    def resolve_treated(root: Any, info: Any) -> Any:
        return amount(root.treated, root.currency)

    @staticmethod
    def resolve_control(root: Any, info: Any) -> Any:
        return amount(root.control, root.currency)


class RelationshipResults(graphene.ObjectType):
    """One campaign, all its versions together."""

    as_of = moment("Until when.", required=True)
    sentence = graphene.String(
        required=True,
        description="Both verdicts in one sentence, in the reader's language: whether it brings people back, and"
        " whether it pays.",
    )
    works = graphene.Boolean(
        required=True,
        description="Whether it is certain that it both brings people back and earns: false while margin is not known.",
    )
    provisional_until = moment(
        "Until then refunds of the last purchases may still change one of the two verdicts; null when both are settled,"
        " or not certain yet."
    )
    verdict = graphene.Field(VerdictEnum, required=True, description="Of money kept.")
    cap = graphene.Field(
        RelationshipMoneyCap,
        description="Null before the first activation, and where too little of the past was known: nothing is capped.",
    )
    by_currency = listed(RelationshipCurrencyResult, "The currency in which most people started comes first.")
    left_out = listed(
        RelationshipLeftOut, "What no lift can count, in closed windows: give its currency a rate."
    )
    considered = graphene.Int(required=True, description="treated + control + waiting + suppressed.")
    treated = graphene.Int(required=True)
    control = graphene.Int(required=True)
    waiting = graphene.Int(required=True, description="May be written to and wait for capacity.")
    suppressed = graphene.Int(required=True)
    reasons = listed(RelationshipReasonCount, "Why the suppressed ones are.")
    sent = graphene.Int(required=True, description="Mails handed over.")
    touches = listed(RelationshipReasonCount, "Touches by state.")
    redeemed = graphene.Int(required=True, description="Codes that were used.")
    discounts = listed(money_type, "What they took off, at most.")
    credited = listed(money_type, "Sold of the first orders after a mail. Credit, not lift.")

    class Meta:
        description = "What came of a campaign, all its versions together."

    @staticmethod
    def resolve_verdict(root: Any, info: Any) -> Any:
        return root.verdict.value

    @staticmethod
    def resolve_cap(root: Any, info: Any) -> Any:
        return root if root.cap is not None else None

    @staticmethod
    def resolve_by_currency(root: Any, info: Any) -> Any:
        return [*([root.main] if root.main else []), *root.others]

    @staticmethod
    def resolve_considered(root: Any, info: Any) -> int:
        return root.counts.considered

    @staticmethod
    def resolve_treated(root: Any, info: Any) -> int:
        return root.counts.treated

    @staticmethod
    def resolve_control(root: Any, info: Any) -> int:
        return root.counts.control

    @staticmethod
    def resolve_waiting(root: Any, info: Any) -> int:
        return root.counts.waiting

    @staticmethod
    def resolve_suppressed(root: Any, info: Any) -> int:
        return root.counts.suppressed

    @staticmethod
    def resolve_reasons(root: Any, info: Any) -> Any:
        return counted(root.counts.reasons)

    @staticmethod
    def resolve_touches(root: Any, info: Any) -> Any:
        return counted(root.touches)

    @staticmethod
    def resolve_discounts(root: Any, info: Any) -> Any:
        return [amount(value, currency) for currency, value in root.discounts.items()]

    @staticmethod
    def resolve_credited(root: Any, info: Any) -> Any:
        return [amount(value, currency) for currency, value in root.credited.items()]
