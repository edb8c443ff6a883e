"""Learning the season of a shop from how many come back on each day.

Buyers come back the less the longer they have been known, and a growing shop has more of them: what is expected of a
day is therefore the number of buyers of each age on it, times the rate at which buyers of that age come back (age and
period, without a cohort's own). What is left is the season, a trend, and noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from saleor_relacional.insight.history import FloatArray, IntArray
from saleor_relacional.insight.timing import season
from saleor_relacional.insight.timing.season import HARMONICS, Season

AGES: tuple[int, ...] = (
    1, 8, 15, *range(31, 366, 30), 366, 457, 548, 731, 1096,
)  # fmt: skip
"""Days since the first purchase from which on the next class of age begins. So fine that where all begin at once, what
comes of age explains what comes of the calendar: nothing is then taken for a season."""
A_YEAR = 365
"""Days of history below which some days of the year have never been seen: nothing is told of them."""
ENOUGH_DAYS = 548
"""Days of history below which a season may be what happened once: half of the year has not been seen twice."""
_SURE = 3.0
"""Logarithm of the odds that the counts must give for a season against none (Kass, Raftery 1995: strong)."""
_SPREADS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
_FADES = (1.0, 2.0, 3.0)
"""Standard deviation of the first wave, and the power by which the variance falls with finer ones; the best of all
pairs is taken (empirical Bayes)."""
_TREND_SD = 1.0
"""Of the yearly change in the logarithm of the rate."""
_BLOCK = 28
"""Days over which counts are added up to see how much more they vary than at random."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Purchase days of the shop, by day. Rows are days, one after the other."""

    first: int
    """The day number of the first row."""
    joined: FloatArray
    """Buyers whose first purchase it is."""
    returned: FloatArray
    """Other buyers, a column per class of age."""

    @classmethod
    def of(cls, day: npt.ArrayLike, age: npt.ArrayLike, count: npt.ArrayLike, last: int) -> Counts:
        """From rows (day number, class of age, how many) in any order; class 0 is a first purchase, class i + 1 begins
        at AGES[i]. Days after `last` do not count."""
        when, group = np.asarray(day, dtype=np.int64), np.asarray(age, dtype=np.int64)
        many = np.asarray(count, dtype=np.float64)
        kept = when <= last
        if not kept.any():
            return cls(first=last, joined=np.zeros(1), returned=np.zeros((1, len(AGES))))
        first = int(when[kept].min())
        table = np.zeros((last - first + 1, len(AGES) + 1))
        np.add.at(table, (when[kept] - first, group[kept]), many[kept])
        return cls(first=first, joined=table[:, 0], returned=table[:, 1:])

    def __len__(self) -> int:
        return len(self.joined)


def counts(customer: npt.ArrayLike, day: npt.ArrayLike, last: float) -> Counts:
    """The counts of orders, a row each: who and on which day."""
    who, when = np.asarray(customer, dtype=np.int64), np.asarray(day, dtype=np.int64)
    kept = when <= last
    pairs = np.unique(np.column_stack([who[kept], when[kept]]), axis=0)
    if len(pairs) == 0:
        return Counts.of([], [], [], int(last))
    begins = np.append(True, pairs[1:, 0] != pairs[:-1, 0])
    start = pairs[begins, 1][np.cumsum(begins) - 1]
    return Counts.of(pairs[:, 1], age_class(pairs[:, 1] - start), np.ones(len(pairs)), int(last))


def age_class(days: npt.ArrayLike) -> IntArray:
    """The class of buyers who first bought so many days ago; 0 on that day."""
    return np.searchsorted(np.array(AGES), np.asarray(days), side="right").astype(np.int64)


def learn(seen: Counts) -> Season:
    """The season, drawn toward none as far as the counts are few; none where the history is under a year, or where
    the counts do not speak for one. `days_lacking` says that it has not been seen twice."""
    lacking = max(ENOUGH_DAYS - len(seen), 0)
    if len(seen) < A_YEAR or seen.returned.sum() == 0:
        return Season(days_lacking=lacking)
    exposed = _exposed(seen.joined)
    problem = _Problem.of(seen, exposed)
    best, waves = problem.solve(0.0, 1.0), None
    for fade in _FADES:
        for spread in _SPREADS:
            found = problem.solve(spread, fade)
            if found.evidence > (best.evidence + (_SURE if waves is None else 0.0)):
                best, waves = found, found.parameters[1:]
    if waves is None:
        return Season(days_lacking=lacking)
    cosine, sine = tuple(waves[:HARMONICS].tolist()), tuple(waves[HARMONICS:].tolist())
    return Season(cosine=cosine, sine=sine, days_lacking=lacking)


def _exposed(joined: FloatArray) -> FloatArray:
    """Buyers of each class of age on each day."""
    known = np.concatenate(([0.0], np.cumsum(joined)))
    ends = (*AGES[1:], len(joined) + 1)
    day = np.arange(1, len(joined) + 1)
    since = [known[np.maximum(day - youngest, 0)] for youngest in AGES]
    before = [known[np.maximum(day - oldest, 0)] for oldest in ends]
    return np.asarray(np.column_stack(since) - np.column_stack(before))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Solution:
    parameters: FloatArray
    """Trend per year, cosines, sines."""
    evidence: float
    """Logarithm of how probable the counts are under this prior, up to a constant (Laplace)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    happened: FloatArray
    exposed: FloatArray
    design: FloatArray
    returned: FloatArray
    noise: float

    @classmethod
    def of(cls, seen: Counts, exposed: FloatArray) -> _Problem:
        days = seen.first + np.arange(len(seen))
        trend = (np.arange(len(seen)) - 0.5 * len(seen)) / 365.0
        design = np.column_stack([trend, season.waves(season.phase(days))])
        bare = cls(
            happened=seen.returned.sum(axis=1), exposed=exposed, design=design, returned=seen.returned.sum(axis=0),
            noise=1.0,
        )  # fmt: skip
        rough = bare.solve(0.4, 2.0)
        return cls(
            happened=bare.happened, exposed=exposed, design=design, returned=bare.returned,
            noise=bare.overdispersion(rough.parameters),
        )  # fmt: skip

    def solve(self, spread: float, fade: float) -> _Solution:
        """Most probable parameters where the first wave has this standard deviation."""
        wave = np.arange(1, HARMONICS + 1, dtype=np.float64)
        variance = np.maximum(spread**2 * wave**-fade, 1e-12)
        precision = 1.0 / np.concatenate(([_TREND_SD**2], variance, variance))
        parameters = np.zeros(len(precision))
        for _ in range(30):
            expected = self._expected(parameters)
            slope = self.design.T @ (self.happened - expected) / self.noise - precision * parameters
            curve = (self.design * (expected / self.noise)[:, None]).T @ self.design + np.diag(precision)
            step = np.clip(np.linalg.solve(curve, slope), -0.5, 0.5)
            parameters = parameters + step
            if np.abs(step).max() < 1e-5:
                break
        expected = self._expected(parameters)
        likelihood = float(self.happened @ np.log(np.maximum(expected, 1e-12)) - expected.sum()) / self.noise
        log_det = float(np.linalg.slogdet(curve)[1] - np.log(precision).sum())
        return _Solution(
            parameters=parameters,
            evidence=likelihood - 0.5 * float(precision @ parameters**2) - 0.5 * log_det,
        )

    def _expected(self, parameters: FloatArray) -> FloatArray:
        """Counts per day: rates by age are those that fit best beside the season."""
        season_of_day = np.exp(self.design @ parameters)
        weighed = season_of_day @ self.exposed
        rates = np.where(weighed > 0, self.returned / np.maximum(weighed, 1e-12), 0.0)
        return np.asarray(season_of_day * (self.exposed @ rates))

    def overdispersion(self, parameters: FloatArray) -> float:
        """Variance over mean of the counts of four weeks; 1 at random."""
        begins = np.arange(0, len(self.happened), _BLOCK)
        happened = np.add.reduceat(self.happened, begins)
        expected = np.add.reduceat(self._expected(parameters), begins)
        some = expected > 0
        squares = float(((happened - expected)[some] ** 2 / expected[some]).sum())
        return max(1.0, squares / max(int(some.sum()) - 1, 1))
