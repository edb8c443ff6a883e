"""What came of the people of one arm: of those who were drawn under one control share, and of several together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from saleor_relacional.flows.evidence.beliefs_before import COLUMNS
from saleor_relacional.flows.evidence.outcome import Outcome
from saleor_relacional.insight.inference.moments import ArmMoments

_NONE = (0.0,) * len(COLUMNS)
NOBODY = ArmMoments(people=0, buyers=0, x=_NONE, xx=(_NONE,) * len(COLUMNS), xy=_NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmResult:
    """The people of one arm, each with the first time they started."""

    people: int = 0
    kept: Decimal = Decimal(0)
    """Sum over them, uncapped."""
    moments: Mapping[Outcome, ArmMoments] = field(default_factory=dict, repr=False)
    """Sums of each outcome, beside what was believed before; empty when there is nobody."""
    erased: int = 0
    """People who were forgotten since; their outcomes are frozen."""
    unseen: int = 0
    """Of them, those whose window still ran then."""
    not_back: int = 0
    """Of these, those who had not bought by then."""
    unpriced: int = 0
    """People whose margin is not known, for want of a cost and of any default, or of the tax in what they bought; but
    those who were forgotten."""
    never_priced: int = 0
    """Of the erased, those whose margin was not known by then: nobody can tell any more what it was."""
    net: Decimal = Decimal(0)
    """Their purchases without tax; of whoever was forgotten nothing is known of this any more."""
    known: Decimal = Decimal(0)
    """Of it, what has a cost of its day."""
    estimated: Decimal = Decimal(0)
    """Of it, what has a cost of a later day."""
    first_at: datetime | None = None
    """When the first of them started; None when there is nobody."""
    window_ends_at: datetime | None = None
    """Of the last of them; None when there is nobody."""

    @property
    def mean(self) -> Decimal:
        """Money kept per person, uncapped."""
        return self.kept / self.people if self.people else Decimal(0)

    @property
    def buyers(self) -> int:
        """Who came back: bought within their window."""
        return self.count(Outcome.CAME_BACK)

    @property
    def orders(self) -> int:
        """Of all of them together."""
        return round(self.moments[Outcome.ORDERS].total) if self.moments else 0

    @property
    def objected(self) -> int:
        """People who opted out within their window: the harm beside the lift."""
        return self.count(Outcome.OBJECTED)

    @property
    def complained(self) -> int:
        return self.count(Outcome.COMPLAINED)

    @property
    def refunded(self) -> int:
        """People who gave something back of what they bought in it."""
        return self.count(Outcome.REFUNDED)

    def count(self, outcome: Outcome) -> int:
        """Of how many an outcome that is yes or no is true."""
        return self.moments[outcome].buyers if self.moments else 0

    def of(self, outcome: Outcome) -> ArmMoments:
        """The sums of one outcome; of nobody when there is nobody."""
        return self.moments.get(outcome, NOBODY)


def together(arms: Sequence[ArmResult]) -> ArmResult:
    """People of several control shares as one arm: for counts and totals. Lift is never taken from these."""
    some = [arm for arm in arms if arm.people]
    if len(some) < 2:
        return some[0] if some else ArmResult()
    first, *rest = some
    moments = dict(first.moments)
    for arm in rest:
        moments = {outcome: moments[outcome] + arm.moments[outcome] for outcome in moments}
    return ArmResult(
        people=sum(arm.people for arm in some), kept=sum((arm.kept for arm in some), Decimal(0)), moments=moments,
        erased=sum(arm.erased for arm in some), unseen=sum(arm.unseen for arm in some),
        not_back=sum(arm.not_back for arm in some),
        unpriced=sum(arm.unpriced for arm in some), never_priced=sum(arm.never_priced for arm in some),
        net=sum((arm.net for arm in some), Decimal(0)),
        known=sum((arm.known for arm in some), Decimal(0)),
        estimated=sum((arm.estimated for arm in some), Decimal(0)),
        first_at=min(arm.first_at for arm in some if arm.first_at is not None),
        window_ends_at=max(arm.window_ends_at for arm in some if arm.window_ends_at is not None),
    )  # fmt: skip
