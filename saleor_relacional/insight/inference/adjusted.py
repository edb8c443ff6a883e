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

    mean: float
    square: float
    """Residual sum of squares."""
    freedom: int
    far: float
    """How far the arm's covariates lie from where it is read: variance is residual variance · (1/people + far)."""
    slopes: Floats
    people: int


def compare(
    strata: Sequence[MomentStratum], *, confidence: float = 0.95, tuning: Tuning = TUNING, binary: bool = False,
    fixed: bool = False,
) -> Lift:  # fmt: skip
    """The lift, adjusted for the covariates of the moments, with an interval that holds at every look.

    `binary`: y is 0 or 1 (came back, objected): the interval is there from the first person of each arm on. Other
    outcomes (money, orders) have none before there are `tuning`'s least people in each arm and least buyers in both
    together. `fixed`: an interval for one look whose time was fixed before the start, a third narrower.
    Raises ValueError for a confidence that is none, and for binary outcomes other than 0 or 1.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}: give a number between 0 and 1")
    arms = [arm for one in strata for arm in (one.treated, one.control)]
    if binary and any(arm.total != arm.squares or not 0 <= arm.total <= arm.people for arm in arms):
        raise ValueError("y is not 0 or 1 throughout: compare it without binary=True")
    compared = [one for one in strata if one.compares] or list(strata)
    people = sum(one.people for one in compared)
    counts = {
        "people_treated": sum(one.treated.people for one in compared),
        "people_control": sum(one.control.people for one in compared),
    }
    nothing = Lift(estimate=None, low=None, high=None, verdict=Verdict.NOT_ENOUGH_EVIDENCE, **counts)
    if not people or not all(one.compares for one in compared):
        return nothing
    read = [(_read(one.treated, one, tuning), _read(one.control, one, tuning)) for one in compared]
    weights = [one.people / people for one in compared]
    estimate = sum(
        w * (treated.mean - control.mean) for w, (treated, control) in zip(weights, read, strict=True)
    )
    spread = _binary(compared, read, weights) if binary else _money(compared, read, weights, tuning)
    if spread is None:
        return Lift(estimate=estimate, low=None, high=None, verdict=nothing.verdict, **counts)
    error, shift, freedom = spread
    alpha = 1 - confidence
    reach = special.stdtrit(freedom, 1 - alpha / 2) if fixed else boundary(people, alpha, tuning.tightest_at)
    low, high = estimate + shift - error * reach, estimate + shift + error * reach
    if binary:
        low, high = max(low, -1.0), min(high, 1.0)
    return Lift(estimate=estimate, low=low, high=high, verdict=_verdict(counts, low, high, tuning), **counts)


def _read(arm: ArmMoments, stratum: MomentStratum, tuning: Tuning) -> _Read:
    """Ordinary least squares of the arm, at the stratum's mean of x; the plain mean where an arm has too few people
    for regression. Columns that do not vary, or repeat others, are left out by the pseudo-inverse."""
    k = len(arm.x)
    fewest = min(stratum.treated.people, stratum.control.people)
    own = arm.centred(covariates=bool(k) and fewest >= tuning.least_per_covariate * k)
    p = len(own.x_mean)
    if not p:
        return _Read(own.mean, own.square, arm.people - 1, 0.0, np.empty(0), arm.people)
    centre = (np.array(stratum.treated.x) + np.array(stratum.control.x)) / stratum.people
    scale = np.sqrt(np.diag(own.xx))
    scale[scale == 0] = 1.0
    values, vectors = np.linalg.eigh(own.xx / np.outer(scale, scale))
    kept = values > 1e-8 * p
    basis = vectors[:, kept] / np.sqrt(values[kept])
    inverse = (basis @ basis.T) / np.outer(scale, scale)
    slopes = inverse @ own.xy
    away = centre - own.x_mean
    return _Read(
        mean=own.mean + float(slopes @ away), square=max(own.square - float(slopes @ own.xy), 0.0),
        freedom=arm.people - 1 - int(kept.sum()), far=float(away @ inverse @ away), slopes=slopes,
        people=arm.people,
    )  # fmt: skip


class _Spread(NamedTuple):
    """How wide the interval is, and about what."""

    error: float
    shift: float
    """What the middle of the interval lies above the estimate."""
    freedom: float


def _money(
    compared: Sequence[MomentStratum], read: Sequence[tuple[_Read, _Read]], weights: Sequence[float], tuning: Tuning
) -> _Spread | None:  # fmt: skip
    """None until there is enough of everything (`compare`), or while nothing varies."""
    if not _enough(compared, tuning):
        return None
    freedom = sum(max(arm.freedom, 0) for pair in read for arm in pair)
    pooled = sum(arm.square for pair in read for arm in pair) / freedom if freedom else 0.0
    if not pooled:
        return None
    parts, free = [], []
    for one, w, pair in zip(compared, weights, read, strict=True):
        for arm in pair:
            own = arm.square / arm.freedom if arm.freedom > 0 else 0.0
            parts.append(w * w * max(own, pooled) * (1 / arm.people + arm.far))
            free.append(arm.freedom if own >= pooled else freedom)
        parts.append(w * w * _uneven(one, pair))
        free.append(one.people)
    square = sum(parts)
    return _Spread(
        math.sqrt(square), 0.0, square**2 / sum(a * a / b for a, b in zip(parts, free, strict=True))
    )


def _binary(
    compared: Sequence[MomentStratum], read: Sequence[tuple[_Read, _Read]], weights: Sequence[float]
) -> _Spread:  # fmt: skip
    """Agresti, Caffo (2000): as if one more of each arm had said yes and one more no, so that 0 of 60 has a variance
    too. The part of it that covariates explain is taken off."""
    square = shift = 0.0
    for one, w, pair in zip(compared, weights, read, strict=True):
        square += w * w * _uneven(one, pair)
        for sign, arm, told in ((1, one.treated, pair[0]), (-1, one.control, pair[1])):
            share = (arm.total + 1) / (arm.people + 2)
            plain = arm.total * (1 - arm.mean)
            left = 1.0
            if len(told.slopes) and plain > 0:
                left = min(1.0, told.square / told.freedom / (plain / (arm.people - 1)))
            square += w * w * share * (1 - share) * left * (1 / (arm.people + 2) + told.far)
            shift += w * sign * (share - arm.mean)
    return _Spread(math.sqrt(square), shift, math.inf)


def _uneven(stratum: MomentStratum, pair: tuple[_Read, _Read]) -> float:
    """Variance of the mean of x, where the arms' slopes differ: whoever comes next may have other covariates."""
    apart = pair[0].slopes - pair[1].slopes
    if not len(apart):
        return 0.0
    around = stratum.treated.centred().xx + stratum.control.centred().xx
    return float(apart @ around @ apart) / (stratum.people - 2) / stratum.people


def _enough(compared: Sequence[MomentStratum], tuning: Tuning) -> bool:
    treated, control = (
        sum(one.treated.people for one in compared),
        sum(one.control.people for one in compared),
    )
    buyers = sum(one.treated.buyers + one.control.buyers for one in compared)
    return min(treated, control) >= max(tuning.least_people, 2) and buyers >= tuning.least_buyers


def _verdict(counts: dict[str, int], low: float, high: float, tuning: Tuning) -> Verdict:
    if min(counts.values()) < tuning.least_people or low <= 0 <= high:
        return Verdict.NOT_ENOUGH_EVIDENCE
    return Verdict.HELPS if low > 0 else Verdict.HARMS
