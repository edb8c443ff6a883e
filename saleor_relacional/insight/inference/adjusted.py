"""Treated against control, with what was believed of each person before they started taken off.

Lin (2013), "Agnostic notes on regression adjustments to experimental data", Annals of Applied Statistics 7: a
regression of its own for each arm, read at the mean of the covariates of both arms. Consistent whatever the outcome
depends on; never wider than the plain difference, to first order. Within each control share by itself, as
`experiment.stratified_lift`. Intervals hold at every look (the same asymptotic confidence sequence), or, if asked, at
one look fixed beforehand. Derivation, rules for few people and what was measured: docs/maths.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import special

from saleor_relacional.insight.inference.experiment import TUNING, Lift, Tuning, Verdict, boundary
from saleor_relacional.insight.inference.moments import ArmMoments, Floats, MomentStratum


class _Read(NamedTuple):
    """One arm's regression, read at the mean of the covariates of its stratum."""

    arm: ArmMoments
    mean: float
    variance: float
    """Of what the regression leaves over, per person."""
    freedom: int
    """People less coefficients."""
    far: float
    """How far the arm's covariates lie from where it is read: the mean's variance is variance · (1/people + far)."""
    slopes: Floats


class _Compared(NamedTuple):
    """The people of one control share."""

    stratum: MomentStratum
    weight: float
    """Its part of the people who are compared."""
    treated: _Read
    control: _Read


class _Spread(NamedTuple):
    """How wide the interval is, and about what."""

    error: float
    freedom: float
    shift: float = 0.0
    """How far the middle of the interval lies above the estimate."""


def compare(
    strata: Sequence[MomentStratum], *, confidence: float = 0.95, tuning: Tuning = TUNING, binary: bool = False,
    fixed: bool = False,
) -> Lift:  # fmt: skip
    """The lift, adjusted for the covariates of the moments, with an interval that holds at every look.

    `binary`: y is 0 or 1 (came back, objected): the interval is there from the first person of each arm on. Of other
    outcomes (money, orders) there is none before `tuning`'s least people in each arm and least buyers in both together.
    `fixed`: an interval for one look whose time was fixed before the start, a third narrower; of money it waits for
    `tuning`'s least buyers each, too. Raises ValueError for a confidence that is none, and for binary outcomes other
    than 0 or 1.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}: give a number between 0 and 1")
    arms = [arm for one in strata for arm in (one.treated, one.control)]
    if binary and any(arm.total != arm.squares or not 0 <= arm.total <= arm.people for arm in arms):
        raise ValueError("y is not 0 or 1 throughout: compare it without binary=True")
    chosen = [one for one in strata if one.compares] or list(strata)
    treated, control = (sum(one.treated.people for one in chosen), sum(one.control.people for one in chosen))
    estimate, spread = None, None
    if treated and control:
        compared = [_compared(one, treated + control, tuning) for one in chosen]
        estimate = sum(one.weight * (one.treated.mean - one.control.mean) for one in compared)
        enough = binary or _enough(compared, treated, control, tuning, fixed)
        spread = (_of_yes_or_no(compared) if binary else _of_numbers(compared, tuning)) if enough else None
    low, high = None, None
    if estimate is not None and spread is not None:
        half = spread.error * _reach(spread, treated + control, 1 - confidence, tuning, fixed)
        low, high = estimate + spread.shift - half, estimate + spread.shift + half
        if binary:
            low, high = max(low, -1.0), min(high, 1.0)
    return Lift(
        estimate=estimate, low=low, high=high, verdict=_verdict(low, high, min(treated, control), tuning),
        people_treated=treated, people_control=control,
    )  # fmt: skip


def _compared(stratum: MomentStratum, people: int, tuning: Tuning) -> _Compared:
    k = len(stratum.treated.x)
    adjusts = (
        bool(k) and min(stratum.treated.people, stratum.control.people) >= tuning.least_per_covariate * k
    )
    centre = np.array(stratum.treated.x) / stratum.people + np.array(stratum.control.x) / stratum.people
    read = _regression if adjusts else _plain
    return _Compared(
        stratum, stratum.people / people, read(stratum.treated, centre), read(stratum.control, centre)
    )


def _plain(arm: ArmMoments, centre: Floats) -> _Read:
    own, freedom = arm.centred(covariates=False), arm.people - 1
    return _Read(arm, own.mean, own.square / freedom if freedom else 0.0, freedom, 0.0, np.zeros(len(centre)))


def _regression(arm: ArmMoments, centre: Floats) -> _Read:
    """Ordinary least squares of the arm. Columns that do not vary, or repeat others, are left out by the
    pseudo-inverse."""
    own = arm.centred()
    scale = np.sqrt(np.diag(own.xx))
    scale[scale == 0] = 1.0
    values, vectors = np.linalg.eigh(own.xx / np.outer(scale, scale))
    kept = values > 1e-8 * len(values)
    basis = vectors[:, kept] / np.sqrt(values[kept])
    inverse = (basis @ basis.T) / np.outer(scale, scale)
    slopes, away = inverse @ own.xy, centre - own.x_mean
    freedom = arm.people - 1 - int(kept.sum())
    square = max(own.square - float(slopes @ own.xy), 0.0)
    return _Read(
        arm, own.mean + float(slopes @ away), square / freedom, freedom, float(away @ inverse @ away), slopes
    )


def _enough(
    compared: Sequence[_Compared], treated: int, control: int, tuning: Tuning, fixed: bool
) -> bool:  # fmt: skip
    buyers = sum(one.treated.arm.buyers + one.control.arm.buyers for one in compared)
    smaller = min(treated, control)
    if smaller < max(tuning.least_people, 2) or buyers < tuning.least_buyers:
        return False
    return not fixed or buyers * smaller >= tuning.least_buyers_each * (treated + control)


def _of_numbers(compared: Sequence[_Compared], tuning: Tuning) -> _Spread | None:
    """None while nothing varies.

    Money is skewed: a small arm that has not met its large orders has a low mean and a low variance, and would be
    called different for it. So an arm's variance counts beside the pooled one as its buyers allow.
    """
    reads = [arm for one in compared for arm in (one.treated, one.control)]
    freedom = sum(arm.freedom for arm in reads)
    pooled = sum(arm.freedom * arm.variance for arm in reads) / freedom if freedom else 0.0
    if not pooled:
        return None
    parts = []
    for one in compared:
        for read in (one.treated, one.control):
            buyers = read.arm.buyers if read.freedom else 0
            trust = buyers / (buyers + tuning.pooled_buyers) if buyers else 0.0
            variance = trust * read.variance + (1 - trust) * pooled
            parts.append((one.weight**2 * variance * (1 / read.arm.people + read.far), max(read.freedom, 1)))
        parts.append((one.weight**2 * _uneven(one), one.stratum.people))
    square = sum(part for part, _ in parts)
    return _Spread(math.sqrt(square), square**2 / sum(part**2 / free for part, free in parts))


def _of_yes_or_no(compared: Sequence[_Compared]) -> _Spread:
    """Agresti, Caffo (2000), "Simple and effective confidence intervals for proportions", American Statistician 54: as
    if one more of each arm had said yes and one more no, so that 0 of 60 has a variance too. What covariates explain
    of it is taken off."""
    square = shift = 0.0
    for one in compared:
        square += one.weight**2 * _uneven(one)
        for sign, read in ((1, one.treated), (-1, one.control)):
            arm = read.arm
            share = (arm.total + 1) / (arm.people + 2)
            plain = arm.total * (1 - arm.mean) / (arm.people - 1) if arm.people > 1 else 0.0
            left = min(read.variance / plain, 1.0) if plain else 1.0
            square += one.weight**2 * share * (1 - share) * left * (1 / (arm.people + 2) + read.far)
            shift += one.weight * sign * (share - arm.mean)
    return _Spread(math.sqrt(square), math.inf, shift)


def _uneven(one: _Compared) -> float:
    """Variance of the mean of x where the arms' slopes differ: whoever comes next may have other covariates."""
    apart = one.treated.slopes - one.control.slopes
    if not apart.any():
        return 0.0
    around = one.stratum.treated.centred().xx + one.stratum.control.centred().xx
    return float(apart @ around @ apart) / (one.stratum.people - 2) / one.stratum.people


def _reach(spread: _Spread, people: int, alpha: float, tuning: Tuning, fixed: bool) -> float:
    """Standard errors on each side: Student's, with the degrees of freedom of Welch (1947), for one look."""
    if not fixed:
        return boundary(people, alpha, tuning.tightest_at)
    if math.isinf(spread.freedom):
        return float(special.ndtri(1 - alpha / 2))
    return float(special.stdtrit(spread.freedom, 1 - alpha / 2))


def _verdict(low: float | None, high: float | None, smaller: int, tuning: Tuning) -> Verdict:
    if low is None or high is None or smaller < tuning.least_people or low <= 0 <= high:
        return Verdict.NOT_ENOUGH_EVIDENCE
    return Verdict.HELPS if low > 0 else Verdict.HARMS
