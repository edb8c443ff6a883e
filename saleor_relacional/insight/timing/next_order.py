"""When the next order comes, asked so that it can be answered: if it comes within `reach` days.

A log-normal rhythm puts part of its weight years ahead, where nobody can tell late from never and no history of
a shop has looked. The window is therefore that of an order within reach (a year, unless told otherwise), and
`never` is the chance of none within it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import special

from saleor_relacional.insight.history import FloatArray, columns, refuse
from saleor_relacional.insight.timing.rhythm import Rhythm
from saleor_relacional.insight.timing.season import FLAT, Season, possible

REACH = 365.0
"""Days within which an order counts as a return. A year: the longest that owners plan for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopGaps:
    """The gaps between purchase days that a shop has seen close: distinct lengths, rising, and how often."""

    days: FloatArray
    count: FloatArray

    @classmethod
    def of(cls, gaps: npt.ArrayLike) -> ShopGaps:
        """From the gaps themselves, in any order."""
        days, count = np.unique(np.asarray(gaps, dtype=np.float64), return_counts=True)
        return cls(days=days, count=count.astype(np.float64))

    def thinned(self, most: int) -> ShopGaps:
        """At most so many lengths; `up_to` stays exact at those that are kept."""
        if len(self.days) <= most:
            return self
        total = np.cumsum(self.count)
        kept = np.unique(np.searchsorted(total, np.linspace(0.0, total[-1], most + 1)[1:], side="left"))
        return ShopGaps(days=self.days[kept], count=np.diff(total[kept], prepend=0.0))

    def up_to(self, days: FloatArray) -> FloatArray:
        """How many gaps were of at most this many days."""
        total = np.concatenate(([0.0], np.cumsum(self.count)))
        return np.asarray(total[np.searchsorted(self.days, days, side="right")])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ends:
    """Where a wait begins and ends in the rhythm of each customer."""

    lower: npt.NDArray[np.bool_]
    """Whether it begins below the middle: the tail below is the shorter one."""
    sign: FloatArray
    """1 there, else -1."""
    near: FloatArray
    """Logarithm of the tail at the beginning, on the side of the sign."""
    far: FloatArray
    """The same at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """The next order's distribution, for each customer, given that it comes in (idle, idle + reach] days after
    their last."""

    rhythm: Rhythm
    idle: FloatArray
    """Days since the last purchase, when we ask."""
    reach: float
    """Days from now within which it comes."""
    shop: ShopGaps | None = None
    """Where given, what the whole shop's gaps say is mixed in ..."""
    own_share: float = 1.0
    """... with this much left to the own rhythm. `backtest.study` decides."""
    season: Season = FLAT
    """The rhythm is in the own time of a shop with this season; all else here is in days of the calendar."""
    last: FloatArray | None = None
    """Day number of the last purchase, where there is a season."""
    _ends: dict[Season, _Ends] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Where the wait begins and ends, which no guess of a quantile moves."""
    _crowds: list[tuple[FloatArray, FloatArray]] = field(
        default_factory=list, init=False, repr=False, compare=False
    )
    """The gaps of the shop that are shorter than the wait so far, and those within reach; none moves either."""

    def __post_init__(self) -> None:
        if self.last is None and not self.season.flat:
            raise ValueError(
                "there is a season, but last is not given: say on which day the last purchase was"
            )
        idle = columns(log_mean=self.rhythm.log_mean, idle=self.idle)[1]
        refuse(idle < 0, "idle is negative", idle)
        if not (math.isfinite(self.reach) and self.reach > 0):
            raise ValueError(f"reach is {self.reach}: give a positive number of days")
        object.__setattr__(self, "idle", idle)

    def cdf(self, days: FloatArray) -> FloatArray:
        """Probability that it has come `days` after the last purchase."""
        bounded = np.clip(days, self.idle, self.idle + self.reach)
        if self.shop is None or self.own_share >= 1.0:
            return self._own_of_all(bounded)
        if not self._crowds:
            start = self.shop.up_to(self.idle)
            self._crowds.append((start, self.shop.up_to(self.idle + self.reach) - start))
        [(start, seen)] = self._crowds
        enough = seen >= _SMALLEST_CROWD
        crowd = (self.shop.up_to(bounded) - start) / np.maximum(seen, 1.0)
        if self.own_share <= 0.0 and enough.all():
            return crowd
        own = self._own_of_all(bounded)
        return self.own_share * own + (1.0 - self.own_share) * np.where(enough, crowd, own)

    def _own_of_all(self, days: FloatArray) -> FloatArray:
        """By the own rhythm, in the mean of what the season may be."""
        return np.asarray(np.mean([self._own(days, season) for season in self._seasons()], axis=0))

    def quantile(self, p: float) -> FloatArray:
        """Days after the last purchase by which it has come with probability `p`."""
        if not 0 < p < 1:
            raise ValueError(f"p is {p}: give a probability between 0 and 1")
        seasons = self._seasons()
        if len(seasons) == 1 and (self.shop is None or self.own_share >= 1.0):
            return self._own_quantile(p, seasons[0])
        low, high = self.idle.copy(), self.idle + self.reach
        for _ in range(26):  # of a year, to a second
            middle = 0.5 * (low + high)
            short = self.cdf(middle) < p
            low, high = np.where(short, middle, low), np.where(short, high, middle)
        return high

    def _seasons(self) -> tuple[Season, ...]:
        """What the season may be. Nothing is counted where nobody says on which day the last purchase was."""
        if self.last is None:
            return (FLAT,)
        return possible(self.season)

    def _own(self, days: FloatArray, season: Season) -> FloatArray:
        ends = self._at_the_ends(season)
        near, far = ends.near, ends.far
        here = special.log_ndtr(ends.sign * _score(self.rhythm, self._own_time(days, season)))
        # the tail that is short: below where the wait lies below the middle, else above
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            below = (np.exp(here - far) - np.exp(near - far)) / -np.expm1(near - far)
            above = np.expm1(here - near) / np.expm1(far - near)
        found = np.where(ends.lower, below, above)
        return np.where(np.isfinite(found), np.clip(found, 0.0, 1.0), (days - self.idle) / self.reach)

    def _own_quantile(self, p: float, season: Season) -> FloatArray:
        ends = self._at_the_ends(season)
        with np.errstate(invalid="ignore", over="ignore"):
            tail = np.logaddexp(ends.near + math.log1p(-p), ends.far + math.log(p))
            days = np.exp(self.rhythm.log_mean + self.rhythm.log_sd * ends.sign * special.ndtri_exp(tail))
        days = np.where(np.isnan(days), self.idle + p * self.reach, self._calendar(days, season))
        return np.asarray(np.clip(days, self.idle, self.idle + self.reach))

    def _at_the_ends(self, season: Season) -> _Ends:
        if season not in self._ends:
            start = _score(self.rhythm, self._own_time(self.idle, season))
            end = _score(self.rhythm, self._own_time(self.idle + self.reach, season))
            lower = start < 0
            sign = np.where(lower, 1.0, -1.0)
            self._ends[season] = _Ends(
                lower=lower, sign=sign, near=special.log_ndtr(sign * start), far=special.log_ndtr(sign * end)
            )
        return self._ends[season]

    def _own_time(self, days: FloatArray, season: Season) -> FloatArray:
        """How long the first `days` after the last purchase are in the shop's own time."""
        if self.last is None or season.flat:
            return days
        return season.at(self.last + days) - season.at(self.last)

    def _calendar(self, time: FloatArray, season: Season) -> FloatArray:
        """The inverse of `_own_time`."""
        if self.last is None or season.flat:
            return time
        return season.day(season.at(self.last) + time) - self.last


_SMALLEST_CROWD = 5


NARROWEST_50, NARROWEST_80 = 1.0, 1.6
"""Days. Gaps are counted in whole days, so no window says less than a day; in an even spread the window of 80 % is 1.6
times that of 50 %."""


def windows(within: Within) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """(low_80, low_50, middle, high_50, high_80), days after the last purchase: the window of 50 % in that of 80 %,
    neither narrower than a day. Where all gaps of a shop are of one length, they are that day."""
    low_80, low_50, middle, high_50, high_80 = (within.quantile(p) for p in (0.1, 0.25, 0.5, 0.75, 0.9))
    start, end = within.idle, within.idle + within.reach
    low_80, high_80 = _widened(low_80, high_80, min(NARROWEST_80, within.reach), start, end)
    rest = (
        high_80 - low_80 - np.minimum(NARROWEST_50, 0.625 * within.reach)
    ) / 2  # on either side of the inner one
    rest = np.minimum(rest, 0.1875 * (high_80 - low_80))
    low_50, high_50 = _widened(
        low_50, high_50, min(NARROWEST_50, 0.625 * within.reach), low_80 + rest, high_80 - rest
    )
    between = (low_50 < middle) & (middle < high_50)
    return low_80, low_50, np.where(between, middle, 0.5 * (low_50 + high_50)), high_50, high_80


def _widened(
    low: FloatArray, high: FloatArray, least: float, start: FloatArray, end: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Both ends moved apart until `least` fits, where it fits between `start` and `end`."""
    lacking = np.maximum(least - (high - low), 0.0)
    width = high - low + lacking
    begin = np.maximum(np.minimum(low - 0.5 * lacking, end - width), start)
    return np.where(lacking > 0, begin, low), np.where(lacking > 0, begin + width, high)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextOrder:
    """What an owner reads. Days after the last purchase; one value per customer."""

    low_80: FloatArray
    low_50: FloatArray
    middle: FloatArray
    """As likely before as after."""
    high_50: FloatArray
    high_80: FloatArray
    never: FloatArray
    """Probability of no order within reach."""


def expected(within: Within, probability_of_order: npt.ArrayLike) -> NextOrder:
    """The two windows, the day in the middle and the chance of never, from the probability of an order within
    reach."""
    chance = columns(idle=within.idle, probability_of_order=probability_of_order)[1]
    refuse((chance < 0) | (chance > 1), "probability_of_order is not between 0 and 1", chance)
    low_80, low_50, middle, high_50, high_80 = windows(within)
    return NextOrder(
        low_80=low_80, low_50=low_50, middle=middle, high_50=high_50, high_80=high_80, never=1.0 - chance
    )


def interval_score(low: FloatArray, high: FloatArray, came: FloatArray, coverage: float = 0.8) -> FloatArray:
    """Width plus the penalty for a miss: Gneiting, Raftery (2007), eq. 43. Small is good; proper."""
    rate = 2.0 / (1.0 - coverage)
    return (high - low) + rate * np.maximum(low - came, 0.0) + rate * np.maximum(came - high, 0.0)


def _score(rhythm: Rhythm, days: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore"):
        return np.asarray((np.log(days) - rhythm.log_mean) / rhythm.log_sd)
