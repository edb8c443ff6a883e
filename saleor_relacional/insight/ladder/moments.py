"""What is kept of past decisions: sums per segment, open rungs and rung, weighted by one over each probability.

A mean over people who drew a rung is biased wherever the odds of drawing it moved with anything. Weighted by one over
the stored probability they stand for everybody who could have drawn it (Horvitz, Thompson 1952; normalised by the
weights: Hájek 1971). Rungs are compared only among decisions in which both were open: a stratum is a segment and the
rungs that were open in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from saleor_relacional.insight.history import BoolArray, FloatArray, IntArray, columns, refuse

SUMS = ("people", "weight", "weight_square", "outcome", "outcome_weight", "outcome_square", "cost", "unsure")
"""Of each rung, over the people who drew it: 1, w, w², w·y, w²·y, w²·y², what it took off, and w·u. w is one over the
probability of what was drawn, y their incremental outcome or outcome in money, u by how much y may be wrong, either
way: 0 but of those who were forgotten before it was known."""

Stratum = tuple[str, str]
"""Segment, and which rungs were open: one letter per rung, from the cheapest, 1 for open and 0 for closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RungMoments:
    """Sums of decisions whose windows have closed. Addable."""

    rungs: tuple[str, ...]
    """Names, from the cheapest; the first is to say and give nothing."""
    sums: Mapping[Stratum, FloatArray] = field(default_factory=dict)
    """Stratum → (SUMS, rungs)."""

    def __post_init__(self) -> None:
        shape = (len(SUMS), len(self.rungs))
        for stratum, block in self.sums.items():
            if block.shape != shape or len(stratum[1]) != len(self.rungs):
                raise ValueError(f"sums of {stratum} have the shape {block.shape}: give {shape}")

    def __add__(self, other: RungMoments) -> RungMoments:
        if self.rungs != other.rungs:
            raise ValueError(f"rungs {self.rungs} and {other.rungs} are of two ladders")
        both = dict(self.sums)
        for stratum, block in other.sums.items():
            both[stratum] = both[stratum] + block if stratum in both else block
        return RungMoments(rungs=self.rungs, sums=both)

    def segments(self) -> tuple[str, ...]:
        """In the order of their names."""
        return tuple(sorted({segment for segment, _ in self.sums}))

    def of_segment(self, segment: str) -> list[FloatArray]:
        """The blocks of one segment, in the order of which rungs were open."""
        return [self.sums[stratum] for stratum in sorted(self.sums) if stratum[0] == segment]


def moments(
    rungs: tuple[str, ...],
    stratum: IntArray,
    strata: list[Stratum],
    rung: IntArray,
    probability: npt.ArrayLike,
    outcome: npt.ArrayLike,
    cost: npt.ArrayLike,
    unsure: npt.ArrayLike | None = None,
) -> RungMoments:
    """Sums of decisions, one value each: place of its stratum, place of the rung drawn, the probability with which it
    was drawn (that of the arm included), what came of it, what it took off, by how much what came may be wrong (None:
    all is known). Raises for a probability of 0 or less."""
    wrong = np.zeros(len(rung)) if unsure is None else unsure
    chance, came, took, wrong = columns(probability=probability, outcome=outcome, cost=cost, unsure=wrong)
    refuse((chance <= 0) | (chance > 1), "probability is not above 0 and at most 1", chance)
    w = 1.0 / chance
    terms = (np.ones_like(w), w, w * w, w * came, w * w * came, w * w * came * came, took, w * wrong)
    cell, many = stratum * len(rungs) + rung, len(strata) * len(rungs)
    blocks = [np.bincount(cell, term, many).reshape(len(strata), len(rungs)) for term in terms]
    found = np.stack(blocks, axis=1)
    met = np.bincount(stratum, minlength=len(strata)) > 0
    return RungMoments(rungs=rungs, sums={strata[k]: found[k] for k in np.flatnonzero(met)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """Of one stratum, one value per rung; nan where nobody drew it."""

    mean: FloatArray
    """Hájek's: the mean over all decisions of the stratum, had all drawn this rung."""
    variance: FloatArray
    """Of `mean`."""
    seen: BoolArray
    people: FloatArray


def means(block: FloatArray) -> Means:
    """Hájek means and their variances. A rung that few drew gets at least the stratum's pooled variance: money is
    skewed, and who has not met a large order yet would be called certain."""
    people, weight, square, outcome, by_weight, by_square, *_ = block
    seen = people > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = outcome / weight
        scatter = np.maximum(by_square - 2 * mean * by_weight + mean**2 * square, 0.0)
        share = square / weight**2
    total = float(square[seen].sum())
    freedom = max(float(people.sum()) - float(seen.sum()), 0.0)
    pooled = (
        float(scatter[seen].sum()) / total * float(people.sum()) / freedom if freedom and total else np.inf
    )
    with np.errstate(invalid="ignore"):
        variance = np.where(seen, np.maximum(scatter / weight**2, pooled * share), np.nan)
    return Means(mean=np.where(seen, mean, np.nan), variance=variance, seen=seen, people=people)
