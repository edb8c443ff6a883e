"""Treated or control, and what the difference between the two arms proves.

Arms are a hash of stable names. Lift is the difference between their means of kept money per person (sold less
refunded), intention to treat, with an asymptotic confidence sequence (Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas
2021, "Time-uniform central limit theory and asymptotic confidence sequences", theorem 2.2): it may be looked at every
day without raising false calls. Symbols beside the formula: t people, rho the sequence's tuning.

People who were drawn under different control shares are compared within their share (`Stratum`): who was enrolled when
differs between the arms otherwise, and with it everything else about them. Why: docs/maths.md.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import numpy as np
import numpy.typing as npt

from saleor_relacional.insight.history import columns


class Arm(StrEnum):
    """What happens to a person in a campaign."""

    TREATED = "treated"
    CONTROL = "control"


class Verdict(StrEnum):
    """What an interval says."""

    HELPS = "helps"
    HARMS = "harms"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"


def draw_arm(salt: bytes, public_id: UUID | str, control_share: Decimal | float) -> Arm:
    """The arm of a profile in a campaign: always the same for the same three arguments, on any machine.

    The first 64 bits of HMAC-SHA-256(key=salt, message=the id's canonical lower-case text) as a fraction of
    2^64, control when under the share. Raising the share never moves anybody from control to treated.
    `salt` is the campaign's stored random salt of at least 16 bytes; raises ValueError for a shorter one or a
    share outside 0 to 1.
    """
    return drawing(salt, control_share)(public_id)


def drawing(salt: bytes, control_share: Decimal | float) -> Callable[[UUID | str], Arm]:
    """draw_arm of one campaign, for many people: id → arm. Raises as it does."""
    part, whole = control_share.as_integer_ratio()  # exact, and quicker than with fractions
    if not 0 <= part <= whole:
        raise ValueError(f"control_share is {control_share}: give a number from 0 to 1")
    if len(salt) < 16:
        raise ValueError(
            f"salt has {len(salt)} bytes: give at least 16 random ones, stored with the campaign"
        )
    below = part << 64

    def drawn(public_id: UUID | str) -> Arm:
        name = str(public_id if isinstance(public_id, UUID) else UUID(public_id))
        fraction = int.from_bytes(hmac.digest(salt, name.encode(), hashlib.sha256)[:8], "big")
        return Arm.CONTROL if fraction * whole < below else Arm.TREATED

    return drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmOutcome:
    """What the people of one arm kept with us in their window, whether or not anything reached them."""

    people: int
    """Everybody enrolled in the arm whose window has closed, buyers or not."""
    mean: float
    """Mean kept money per person."""
    variance: float
    """Variance of it over people (divided by people - 1)."""
    buyers: int
    """People with at least one purchase in the window."""

    def __post_init__(self) -> None:
        if not 0 <= self.buyers <= self.people:
            raise ValueError(f"{self.buyers} buyers among {self.people} people")
        if not (math.isfinite(self.mean) and math.isfinite(self.variance) and self.variance >= 0):
            raise ValueError(
                f"mean {self.mean} and variance {self.variance} must be finite, variance at least 0"
            )


def outcome(kept: npt.ArrayLike, bought: npt.ArrayLike | None = None) -> ArmOutcome:
    """Summarise one arm from kept money per person, zeros included, and whether they bought (default: kept is
    not 0)."""
    (money,) = columns(kept=kept)
    buyers = money != 0 if bought is None else np.asarray(bought, dtype=np.bool_)
    people = len(money)
    return ArmOutcome(
        people=people,
        mean=float(money.mean()) if people else 0.0,
        variance=float(money.var(ddof=1)) if people > 1 else 0.0,
        buyers=int(buyers.sum()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """The people who were drawn under one control share."""

    treated: ArmOutcome
    control: ArmOutcome

    @property
    def people(self) -> int:
        return self.treated.people + self.control.people

    @property
    def compares(self) -> bool:
        """Whether there is somebody in both arms."""
        return bool(self.treated.people and self.control.people)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """Fixed before a campaign starts; changing it while looking at results voids the guarantee."""

    tightest_at: int = 1000
    """People in both arms together at which the interval is tightest; it stays within 5 % of that from half
    to four times as many."""
    least_people: int = 50
    """An arm with fewer gives no verdict: the interval is asymptotic."""
    least_buyers: int = 20
    """Both arms together with fewer buyers give no verdict: the variance is not yet known. Not per arm: that
    next to nobody of the control group comes back by themselves is what a win-back hopes for."""
    least_per_covariate: int = 20
    """People of the smaller arm for each covariate; with fewer nothing is adjusted (`adjusted`)."""
    least_buyers_each: float = 10.0
    """Buyers that the smaller arm would have if both arms bought alike; with fewer, money has no interval of a single
    look (`adjusted`). Not its own buyers: see above."""
    pooled_buyers: int = 7
    """For how many buyers of its own an arm's variance is worth as much as the pooled one (`adjusted`)."""


TUNING = Tuning()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """Difference in kept money per person, treated minus control, in the currency of the outcomes."""

    estimate: float | None
    """None while an arm is empty. With several shares: each share's difference, weighted by its people."""
    low: float | None
    """Ends of the interval; None while it cannot be computed (fewer than two people an arm, or no
    variance)."""
    high: float | None
    verdict: Verdict
    people_treated: int
    people_control: int
    """People who are compared: where no share has both arms, everybody."""


def lift(
    treated: ArmOutcome, control: ArmOutcome, *, confidence: float = 0.95, tuning: Tuning = TUNING
) -> Lift:
    """Compare two arms that were drawn under one control share: see `stratified_lift`."""
    strata = [Stratum(treated=treated, control=control)]
    return stratified_lift(strata, confidence=confidence, tuning=tuning)


def stratified_lift(strata: Sequence[Stratum], *, confidence: float = 0.95, tuning: Tuning = TUNING) -> Lift:
    """Compare the arms within each control share; each share weighs by its people. Valid at any moment and after any
    number of looks, to first order in the sample size.

    A share with an empty arm compares nothing and is left out. With too few people or buyers (see `Tuning`) the
    interval is shown where there is one, but the verdict stays "not enough evidence".
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}: give a number between 0 and 1")
    compared = [one for one in strata if one.compares] or list(strata)
    estimate = _estimate(compared)
    half = _half_width(compared, 1 - confidence, tuning)
    low, high = (None, None) if estimate is None or half is None else (estimate - half, estimate + half)
    return Lift(
        estimate=estimate, low=low, high=high, verdict=_verdict(compared, low, high, tuning),
        people_treated=sum(one.treated.people for one in compared),
        people_control=sum(one.control.people for one in compared),
    )  # fmt: skip


def _estimate(compared: Sequence[Stratum]) -> float | None:
    if not compared or not all(one.compares for one in compared):
        return None
    people = sum(one.people for one in compared)
    return sum(one.people / people * (one.treated.mean - one.control.mean) for one in compared)


def _half_width(compared: Sequence[Stratum], alpha: float, tuning: Tuning) -> float | None:
    """Half the interval: the standard error times Robbins' normal-mixture boundary instead of 1.96."""
    if min(sum(one.treated.people for one in compared), sum(one.control.people for one in compared)) < 2:
        return None
    if not all(one.compares for one in compared) or (pooled := _pooled_variance(compared)) == 0:
        return None
    people = sum(one.people for one in compared)
    square = sum(
        (one.people / people) ** 2
        * sum(max(arm.variance, pooled) / arm.people for arm in (one.treated, one.control))
        for one in compared
    )
    return math.sqrt(square) * boundary(people, alpha, tuning.tightest_at)


def _pooled_variance(compared: Sequence[Stratum]) -> float:
    """Variance over the people of all arms, each about its own mean: the least we believe of any. 0 where every arm is
    one person.

    Money is skewed: a small arm that has not met its large orders yet has both a low mean and a low variance,
    and would be called different for it. Measured in docs/maths.md.
    """
    arms = [arm for one in compared for arm in (one.treated, one.control)]
    freedom = sum(arm.people - 1 for arm in arms)
    return sum((arm.people - 1) * arm.variance for arm in arms) / freedom if freedom else 0.0


def boundary(people: float, alpha: float, tightest_at: int) -> float:
    """Standard errors on each side after `people` people; about 3.0 at alpha .05 near `tightest_at`.

    Theorem 2.2 times sqrt(t): sqrt(2 (t rho^2 + 1) / (t rho^2) log(sqrt(t rho^2 + 1) / alpha)), with rho of
    their equation for the tightest interval at `tightest_at`.
    """
    rho_square = (-2 * math.log(alpha) + math.log(1 - 2 * math.log(alpha))) / tightest_at
    grown = people * rho_square
    return math.sqrt(2 * (grown + 1) / grown * math.log(math.sqrt(grown + 1) / alpha))


def _verdict(compared: Sequence[Stratum], low: float | None, high: float | None, tuning: Tuning) -> Verdict:
    treated, control = [one.treated for one in compared], [one.control for one in compared]
    enough = (
        min(sum(arm.people for arm in arms) for arms in (treated, control)) >= tuning.least_people
        and sum(arm.buyers for arm in (*treated, *control)) >= tuning.least_buyers
    )
    if not enough or low is None or high is None or low <= 0 <= high:
        return Verdict.NOT_ENOUGH_EVIDENCE
    return Verdict.HELPS if low > 0 else Verdict.HARMS
