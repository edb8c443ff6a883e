"""Whether a campaign harms: so much that it is stopped, by limits fixed before it was switched on.

Four reasons. It costs more than it earns: even the upper end of the interval is below zero; while margin is not known,
the same is asked of the money that people left, and said of it. Or it makes people object, or complain: the *lower* end
of what it causes beyond the control group is above the limit, so it is not bad luck. Objections and complaints count as
soon as they are made, also while windows run: the arms have had equally long. And it may harm without anybody knowing
where something besides the draw decides who is held out: nothing can be concluded then.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from saleor_relacional.flows.evidence.comparison import CurrencyResult
from saleor_relacional.flows.evidence.outcome import Outcome
from saleor_relacional.flows.evidence.results import Results
from saleor_relacional.insight.inference.experiment import TUNING, Verdict
from saleor_relacional.models import Campaign


class HarmReason(StrEnum):
    """Why a campaign is stopped."""

    LOSS = "loss"
    """It costs more than it earns."""
    LOSS_KEPT = "loss_kept"
    """It lowers what people leave with the shop; what that earned is not known."""
    OBJECTIONS = "objections"
    COMPLAINTS = "complaints"
    SAMPLE_RATIO = "sample_ratio"
    """As many people as were meant to be are not held out: what it does cannot be known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """What was found."""

    reason: HarmReason
    limit: float
    """What it may be at most, as the bound: 0 of a loss, a share of the people else; what it should be, of a draw."""
    bound: float
    """The end of the interval that is beyond it: money per person of a loss, a share of the people else; the share that
    is held out, of a draw."""


def found(campaign: Campaign, results: Results) -> list[Harm]:
    """All that stops it, by what is known in `results`; empty: nothing."""
    every = ([results.main] if results.main else []) + list(results.others)
    harms: dict[HarmReason, Harm] = {}
    for each in every:
        for harm in _of(campaign, each):
            harms.setdefault(harm.reason, harm)
    return [harms[reason] for reason in HarmReason if reason in harms]


def _of(campaign: Campaign, result: CurrencyResult) -> Iterator[Harm]:
    pays = result.pays
    if pays.verdict == Verdict.HARMS and pays.lift.high is not None:
        reason = HarmReason.LOSS if pays.outcome is Outcome.MARGIN else HarmReason.LOSS_KEPT
        yield Harm(reason=reason, limit=0.0, bound=pays.lift.high)
    limits: list[tuple[HarmReason, Outcome, Decimal]] = [
        (HarmReason.OBJECTIONS, Outcome.OBJECTED, campaign.objection_limit),
        (HarmReason.COMPLAINTS, Outcome.COMPLAINED, campaign.complaint_limit),
    ]
    for reason, outcome, limit in limits:
        lift = result.measured[outcome].lift
        enough = min(lift.people_treated, lift.people_control) >= TUNING.least_people
        if enough and lift.low is not None and lift.low > limit:
            yield Harm(reason=reason, limit=float(limit), bound=lift.low)
    if (mismatch := result.mismatch) is not None:
        people = mismatch.people
        yield Harm(
            reason=HarmReason.SAMPLE_RATIO, limit=mismatch.expected / people, bound=mismatch.control / people
        )
