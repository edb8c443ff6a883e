"""What the people of one arm kept us: of those who were drawn under one control share, and of several together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from saleor_relacional.insight.inference.experiment import ArmOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmResult:
    """The people of one arm, each with the first time they started."""

    people: int = 0
    kept: Decimal = Decimal(0)
    """Sum over them."""
    variance: float = 0.0
    buyers: int = 0
    objected: int = 0
    """People who opted out within their window: the harm beside the lift."""
    window_ends_at: datetime | None = None
    """Of the last of them; None when there is nobody."""

    @property
    def mean(self) -> Decimal:
        """Money kept per person."""
        return self.kept / self.people if self.people else Decimal(0)

    @property
    def outcome(self) -> ArmOutcome:
        return ArmOutcome(
            people=self.people, mean=float(self.mean), variance=self.variance, buyers=self.buyers
        )


def together(arms: Sequence[ArmResult]) -> ArmResult:
    """People of several control shares as one arm: for counts and totals. Lift is never taken from these."""
    some = [arm for arm in arms if arm.people]
    if len(some) < 2:
        return some[0] if some else ArmResult()
    people, kept = sum(arm.people for arm in some), sum((arm.kept for arm in some), Decimal(0))
    mean = float(kept / people)
    apart = sum((arm.people - 1) * arm.variance + arm.people * (float(arm.mean) - mean) ** 2 for arm in some)
    return ArmResult(
        people=people, kept=kept, variance=apart / (people - 1), buyers=sum(arm.buyers for arm in some),
        objected=sum(arm.objected for arm in some),
        window_ends_at=max(arm.window_ends_at for arm in some if arm.window_ends_at is not None),
    )  # fmt: skip
