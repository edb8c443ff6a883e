"""Both arms beside each other: each outcome by itself, never merged.

- Only windows that have closed count; those that still run are shown beside it, without a verdict. Of a window's last
  purchases some are still given back, so a verdict is provisional until the refund period of the last closed window is
  over, or until the windows whose period is over say the same by themselves.
- People are compared with people who were drawn under the same control share, and each share weighs by its people: who
  came before a change of the share differs from who came after it in more than the arm (docs/maths.md).
- What was believed of each person before they started is taken off (insight/inference/adjusted.py).
- Whoever is forgotten stays in their arm. Of the rest of their window nothing is known: a verdict stands only where it
  would also stand if all of them had done their worst for it (`Compared.worst`). Where nothing bounds that (money
  without a cap, orders), there is none. The margin of whoever is forgotten before it was known (for want of a cost) is
  bounded likewise, on both sides.
- Where the sizes of the arms do not fit the draw, they are not alike and there is no verdict at all
  (insight/inference/sample_ratio.py).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from saleor_relacional.flows.evidence.arm_results import ArmResult, together
from saleor_relacional.flows.evidence.beliefs_before import COLUMNS
from saleor_relacional.flows.evidence.outcome import Outcome
from saleor_relacional.flows.evidence.sums import Group, Windows
from saleor_relacional.insight.inference import adjusted, sample_ratio
from saleor_relacional.insight.inference.experiment import TUNING, Lift, Verdict
from saleor_relacional.insight.inference.moments import MomentStratum
from saleor_relacional.insight.inference.sample_ratio import Drawn, Mismatch
from saleor_relacional.models import Arm

Shares = Mapping[Decimal, ArmResult]
"""Control share → its people of one arm."""


Asked = frozenset[Windows]
_CLOSED, _SETTLED = frozenset({Windows.CLOSED}), frozenset({Windows.SETTLED})
_SO_FAR = _CLOSED | {Windows.RUNNING}
"""Everybody who has started."""
_WINDOWS: Mapping[Outcome, Asked] = {
    Outcome.AFTER: frozenset({Windows.FOLLOWED}), Outcome.OBJECTED: _SO_FAR, Outcome.COMPLAINED: _SO_FAR,
}  # fmt: skip
"""Of whom each is told, where it is not those whose window has closed. Harm does not wait for that."""


class Interval(NamedTuple):
    """Ends of an interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One outcome, compared between the arms."""

    outcome: Outcome
    lift: Lift
    """Treated minus control, per person, adjusted. Its verdict knows nothing of those who were forgotten."""
    treated: float | None
    """Mean of the treated; None while there is nobody."""
    control: float | None
    adjusted: bool
    """Whether what was believed of them before is taken off; it is not yet where an arm is small."""
    worst: Interval | None
    """The interval, if whoever was forgotten while their window ran had done their worst on either side; None while
    there is no interval, or where nothing bounds what they may have done: then there is no verdict."""
    provisional_until: datetime | None = None
    """When the refund period of the last closed window is over, while refunds may still change the verdict; None when
    it is settled."""
    mismatch: Mismatch | None = None
    """Why the arms cannot be compared; None: they can."""

    @property
    def verdict(self) -> Verdict:
        """What the interval says, and would say at worst."""
        stands = (
            self.mismatch is None and self.worst is not None and (self.worst.low > 0 or self.worst.high < 0)
        )
        return self.lift.verdict if stands else Verdict.NOT_ENOUGH_EVIDENCE

    @property
    def people(self) -> int:
        return self.lift.people_treated + self.lift.people_control


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyResult:
    """Both arms in one currency."""

    currency: str
    treated: ArmResult
    control: ArmResult
    """Windows that have closed, of all control shares together."""
    measured: Mapping[Outcome, Compared]
    """Of the people of each share by themselves: with several, more than the difference of the two above."""
    running_treated: ArmResult
    running_control: ArmResult
    """Windows that still run, up to now: no verdict is taken from them."""
    mismatch: Mismatch | None
    """Of everybody who has started: why the arms cannot be compared; None: they can."""

    @property
    def came_back(self) -> Compared:
        return self.measured[Outcome.CAME_BACK]

    @property
    def kept(self) -> Compared:
        return self.measured[Outcome.KEPT]

    @property
    def pays(self) -> Compared:
        """What decides whether it pays: margin where it is known, else money kept."""
        return self.measured.get(Outcome.MARGIN, self.kept)

    @property
    def margin(self) -> Compared | None:
        """None while it is not known of everybody, or nothing was bought."""
        return self.measured.get(Outcome.MARGIN)

    @property
    def started(self) -> tuple[ArmResult, ArmResult]:
        """Everybody who has started, by arm: treated, control."""
        return together([self.treated, self.running_treated]), together([self.control, self.running_control])

    @property
    def priced(self) -> tuple[Decimal, Decimal] | None:
        """Of the money bought in closed windows, the shares whose cost is known as of its day, and as of a later one;
        None while nothing was bought. The rest has a default margin, or none."""
        net = self.treated.net + self.control.net
        if net <= 0:
            return None
        known, later = (
            getattr(self.treated, name) + getattr(self.control, name) for name in ("known", "estimated")
        )
        return known / net, later / net

    @property
    def lift(self) -> Lift:
        """Of money kept."""
        return self.kept.lift

    @property
    def provisional_until(self) -> datetime | None:
        """As of money kept: the refund period of its last closed window."""
        return self.kept.provisional_until

    @property
    def arms(self) -> tuple[ArmResult, ...]:
        """Everybody who has started, in four parts."""
        return self.treated, self.control, self.running_treated, self.running_control

    @property
    def people(self) -> int:
        return sum(arm.people for arm in self.arms)


class _Arms:
    """The people of one currency."""

    def __init__(self, groups: Mapping[Group, ArmResult], currency: str, cap: Decimal | None) -> None:
        self._groups, self._currency, self._cap = groups, currency, cap

    def shares(self, windows: Asked, arm: str) -> Shares:
        found: dict[Decimal, list[ArmResult]] = {}
        for each, people in self._groups.items():
            if each.currency == self._currency and each.arm == arm and each.windows in windows:
                found.setdefault(each.share, []).append(people)
        return {share: together(some) for share, some in found.items()}

    def whole(self, windows: Asked, arm: str) -> ArmResult:
        return together([*self.shares(windows, arm).values()])

    def lift(self, windows: Asked, outcome: Outcome) -> Lift:
        """The shares in their order: whoever asks twice is told the same."""
        treated, control = self.shares(windows, Arm.TREATED), self.shares(windows, Arm.CONTROL)
        nobody = ArmResult()
        strata = [
            MomentStratum(
                treated=treated.get(share, nobody).of(outcome), control=control.get(share, nobody).of(outcome)
            )
            for share in sorted({*treated, *control})
        ]
        return adjusted.compare(strata, binary=outcome.binary)

    def tells(self, outcome: Outcome) -> bool:
        """Whether it is known of everybody. Margin is where every product that was kept has a cost or a default; of
        those who were forgotten without, where a cap bounds what it may have been."""
        both = [self.whole(_CLOSED, arm) for arm in (Arm.TREATED, Arm.CONTROL)]
        lacking = any(arm.unpriced or (arm.never_priced and self._cap is None) for arm in both)
        return outcome is not Outcome.MARGIN or (not lacking and any(arm.net for arm in both))

    def adjusts(self, windows: Asked) -> bool:
        """Whether any share has people enough in both arms for it."""
        treated, control = self.shares(windows, Arm.TREATED), self.shares(windows, Arm.CONTROL)
        least = TUNING.least_per_covariate * len(COLUMNS)
        both = treated.keys() & control.keys()
        return any(min(treated[share].people, control[share].people) >= least for share in both)

    def worst(self, lift: Lift, outcome: Outcome) -> Interval | None:
        """See Compared.worst."""
        if lift.low is None or lift.high is None:
            return None
        treated, control = (self._not_seen(outcome, arm) for arm in (Arm.TREATED, Arm.CONTROL))
        if treated is None or control is None:
            return None
        either = sum(self._never_priced(outcome, arm) for arm in (Arm.TREATED, Arm.CONTROL))
        return Interval(lift.low - control - either, lift.high + treated + either)

    def _never_priced(self, outcome: Outcome, arm: str) -> float:
        """By how much, per person of the arm, margin may be greater or less for those who were forgotten before it was
        known: what each bought may have left the cap, or cost it."""
        found = self.whole(_CLOSED, arm)
        if outcome is not Outcome.MARGIN or self._cap is None or not found.never_priced:
            return 0.0
        return float(self._cap) * found.never_priced / found.people

    def _not_seen(self, outcome: Outcome, arm: str) -> float | None:
        """By how much, per person of the arm, an outcome may be greater for what was not seen of it: each of those may
        have done it, or spent up to the cap. None: nothing bounds it."""
        found = self.whole(_WINDOWS.get(outcome, _CLOSED), arm)
        people = found.unseen
        if outcome is Outcome.CAME_BACK:
            people = found.not_back
        elif outcome is Outcome.AFTER:
            people = found.erased  # nobody knows of whom the window after theirs was seen to its end
        if not people:
            return 0.0
        if outcome.binary:
            return people / found.people
        if outcome in (Outcome.KEPT, Outcome.MARGIN) and self._cap is not None:
            return float(self._cap) * people / found.people
        return None


def by_currency(
    groups: Mapping[Group, ArmResult], period: timedelta, caps: Mapping[str, Decimal]
) -> Iterable[CurrencyResult]:
    """Each currency by itself; whether the arms fit the draw, which knows no currency, of all of them together.
    `period`: how long refunds are waited for. `caps`: currency → what a person's money counts up to."""
    mismatch = _mismatch(groups)
    for currency in sorted({each.currency for each in groups}):
        arms = _Arms(groups, currency, caps.get(currency))
        yield CurrencyResult(
            currency=currency,
            treated=arms.whole(_CLOSED, Arm.TREATED), control=arms.whole(_CLOSED, Arm.CONTROL),
            running_treated=arms.whole(_SO_FAR - _CLOSED, Arm.TREATED),
            running_control=arms.whole(_SO_FAR - _CLOSED, Arm.CONTROL), mismatch=mismatch,
            measured={one: _measured(arms, one, period, mismatch) for one in Outcome if arms.tells(one)},
        )  # fmt: skip


def _mismatch(groups: Mapping[Group, ArmResult]) -> Mismatch | None:
    """Whether the sizes of both arms, of everybody who has started, fit the shares they were drawn under."""
    drawn: dict[Decimal, Counter[str]] = {}
    for each, found in groups.items():
        if each.windows in _SO_FAR:
            drawn.setdefault(each.share, Counter())[each.arm] += found.people
    return sample_ratio.mismatch(
        Drawn(share=share, treated=people[Arm.TREATED], control=people[Arm.CONTROL])
        for share, people in sorted(drawn.items())
    )


def _measured(arms: _Arms, outcome: Outcome, period: timedelta, mismatch: Mismatch | None) -> Compared:
    windows = _WINDOWS.get(outcome, _CLOSED)
    lift = arms.lift(windows, outcome)
    treated, control = (arms.whole(windows, arm) for arm in (Arm.TREATED, Arm.CONTROL))
    return Compared(
        outcome=outcome, lift=lift, worst=arms.worst(lift, outcome), adjusted=arms.adjusts(windows),
        treated=treated.of(outcome).mean if treated.people else None,
        control=control.of(outcome).mean if control.people else None,
        provisional_until=_provisional(arms, outcome, lift, period), mismatch=mismatch,
    )  # fmt: skip


def _provisional(arms: _Arms, outcome: Outcome, lift: Lift, period: timedelta) -> datetime | None:
    if outcome in _WINDOWS:
        return None
    closed = [arms.whole(_CLOSED, arm) for arm in (Arm.TREATED, Arm.CONTROL)]
    settled = [arms.whole(_SETTLED, arm) for arm in (Arm.TREATED, Arm.CONTROL)]
    if [arm.people for arm in closed] == [arm.people for arm in settled]:
        return None
    told = lift.verdict != Verdict.NOT_ENOUGH_EVIDENCE
    if told and arms.lift(_SETTLED, outcome).verdict == lift.verdict:
        return None  # the windows for which no refund is waited any more say the same by themselves
    return max(arm.window_ends_at for arm in closed if arm.window_ends_at is not None) + period
