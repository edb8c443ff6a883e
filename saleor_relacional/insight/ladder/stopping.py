"""The rule without learning: a rung that is proved to earn less than the next cheaper one is stopped in a segment.

The next cheaper one is the dearest below it with which it can be compared: both were open to enough of the same people.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from saleor_relacional.insight.history import FloatArray
from saleor_relacional.insight.inference.experiment import TUNING, Tuning, boundary
from saleor_relacional.insight.ladder.moments import SUMS, RungMoments, means

_WEIGHT, _COST, _UNSURE = (SUMS.index(name) for name in ("weight", "cost", "unsure"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RungEffect:
    """What a rung brings over a cheaper one in a segment, per person, by inverse-probability weights."""

    segment: str
    rung: str
    cheaper: str
    people: int
    """Who drew the rung, among decisions in which both were open."""
    estimate: float
    low: float
    high: float
    """Valid at every look, to first order in the sample size; wider by what may be wrong of those who were
    forgotten."""
    cost: float
    """What the rung took off all of these people together."""

    @property
    def stops(self) -> bool:
        """Proved to earn less than the cheaper one."""
        return self.high < 0

    @property
    def brought_at_most(self) -> float:
        """Margin that it can have brought these people, its cost not taken off: what is set beside the cost."""
        return max(0.0, self.people * self.high + self.cost)


def effect(
    gathered: RungMoments,
    segment: str,
    rung: str,
    cheaper: str,
    *,
    confidence: float = 0.95,
    tuning: Tuning = TUNING,
) -> RungEffect | None:
    """Of one pair; None where fewer than `tuning.least_people` drew either, or nothing varies."""
    r, s = gathered.rungs.index(rung), gathered.rungs.index(cheaper)
    told = [(block, means(block)) for block in gathered.of_segment(segment)]
    told = [(block, one) for block, one in told if one.seen[r] and one.seen[s]]
    drew = [sum(float(one.people[place]) for _, one in told) for place in (r, s)]
    if min(drew) < tuning.least_people:
        return None
    # Each stratum weighs by the decisions that were taken in it.
    decisions = np.array([float(block[0].sum()) for block, _ in told])
    part = decisions / decisions.sum()
    estimate = float(sum(p * (one.mean[r] - one.mean[s]) for p, (_, one) in zip(part, told, strict=True)))
    square = float(
        sum(p**2 * (one.variance[r] + one.variance[s]) for p, (_, one) in zip(part, told, strict=True))
    )
    if not math.isfinite(square) or square == 0:
        return None
    unsure = float(
        sum(p * (_unsure(block, r) + _unsure(block, s)) for p, (block, _) in zip(part, told, strict=True))
    )
    half = math.sqrt(square) * boundary(round(sum(drew)), 1 - confidence, tuning.tightest_at) + unsure
    return RungEffect(
        segment=segment, rung=rung, cheaper=cheaper, people=round(drew[0]), estimate=estimate,
        low=estimate - half, high=estimate + half, cost=float(sum(block[_COST, r] for block, _ in told)),
    )  # fmt: skip


def _unsure(block: FloatArray, place: int) -> float:
    """By how much a rung's mean may be wrong, for those of whom not all is known."""
    return float(block[_UNSURE, place] / block[_WEIGHT, place])


def stopped(
    gathered: RungMoments,
    already: frozenset[tuple[str, str]] = frozenset(),
    *,
    spared: int = 1,
    tuning: Tuning = TUNING,
) -> list[RungEffect]:
    """What is to be stopped now, segment by segment from the cheapest rung up: each is held against the next cheaper
    one that is not stopped and can be compared with it (`_over_next_cheaper`). `already`: (segment, rung) that were
    stopped before. `spared`: so many of the cheapest rungs are never stopped: nothing, and where it is learnt a
    word."""
    found = []
    for segment in gathered.segments():
        drawn = sum(block[0] for block in gathered.of_segment(segment)) > 0
        standing = [gathered.rungs[0]]
        for place, rung in enumerate(gathered.rungs[1:], 1):
            if not drawn[place] or (segment, rung) in already:
                continue
            told = _over_next_cheaper(gathered, segment, rung, standing, tuning)
            if told is not None and told.stops and place >= spared:
                found.append(told)
            else:
                standing.append(rung)
    return found


def effects(gathered: RungMoments, *, tuning: Tuning = TUNING) -> list[RungEffect]:
    """Of each rung that anybody drew over the next cheaper one that can be compared with it, segment by segment from
    the cheapest; without those of whom too few people tell."""
    found = []
    for segment in gathered.segments():
        drawn = sum(block[0] for block in gathered.of_segment(segment)) > 0
        seen = [name for name, many in zip(gathered.rungs, drawn, strict=True) if many]
        told = (
            _over_next_cheaper(gathered, segment, rung, seen[:place], tuning)
            for place, rung in enumerate(seen)
        )
        found += [one for one in told if one is not None]
    return found


def _over_next_cheaper(
    gathered: RungMoments, segment: str, rung: str, cheaper: Sequence[str], tuning: Tuning
) -> RungEffect | None:
    """Over the dearest of these cheaper rungs (the cheapest first) that enough people drew where both were open. After
    a rule was changed the next cheaper one may never have been open beside this one: then the one below it tells, and
    nothing, which the control group draws, at last. None where no rung tells."""
    told = (effect(gathered, segment, rung, one, tuning=tuning) for one in reversed(cheaper))
    return next((one for one in told if one is not None), None)
