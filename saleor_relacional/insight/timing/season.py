"""The season of a shop: how much likelier an order is on a day of the year, and time counted accordingly.

An order is as likely on a day of high season as on several of low season. Counted in the shop's own time, in which
every day weighs what its season weighs (on average 1), orders come as evenly as the models expect (operational time:
Cox, Lewis 1966). Formulas, and what a season does not tell: docs/maths.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from saleor_relacional.insight.history import FloatArray, refuse
from saleor_relacional.insight.summary_columns import SummaryColumns

HARMONICS = 12
"""Waves per year at most: the finest is a month long, so that a peak of two weeks can be told."""
_FIRST, _LAST = date(1970, 1, 1).toordinal(), date(2100, 1, 1).toordinal()
"""Days between which the season is counted; outside every day weighs 1."""
_DAYS = np.arange(_LAST - _FIRST + 1, dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """Logarithm of a day's weight as waves over the calendar year. No waves: every day weighs 1."""

    cosine: tuple[float, ...] = ()
    sine: tuple[float, ...] = ()
    """Of the first, second … wave, as many as of `cosine`."""
    days_lacking: int = 0
    """Days of history that lack before it has been seen twice: until then what is told may have happened once, and
    what is not told may come. 0: none."""

    @property
    def flat(self) -> bool:
        """Whether the shop's time is the calendar's."""
        return not any((*self.cosine, *self.sine))

    def weights(self, day: npt.ArrayLike) -> FloatArray:
        """What these days (whole day numbers) weigh; the days of a year weigh 1 on average."""
        return np.asarray(np.exp(self._waves(phase(np.asarray(day)))) / self._mean())

    def at(self, day: npt.ArrayLike) -> FloatArray:
        """The shop's own time at a day number (its beginning; a fraction of it for a fraction). Only differences mean
        something."""
        days = np.asarray(day, dtype=np.float64)
        if self.flat:
            return days
        table = _table(self)
        outside = np.minimum(days - _FIRST, 0.0) + np.maximum(days - _LAST, 0.0)
        return np.asarray(np.interp(days - _FIRST, _DAYS, table) + outside)

    def day(self, time: npt.ArrayLike) -> FloatArray:
        """The day number at which the shop's own time is `time`: the inverse of `at`."""
        times = np.asarray(time, dtype=np.float64)
        if self.flat:
            return times
        table = _table(self)
        outside = np.minimum(times - table[0], 0.0) + np.maximum(times - table[-1], 0.0)
        return np.asarray(_FIRST + np.interp(times, table, _DAYS) + outside)

    def own_time(self, past: SummaryColumns) -> SummaryColumns:
        """The same buyers in whole days of the shop's own time: recency, tenure, and gaps where they were counted so.
        Unchanged where nothing says on which day they stand (`as_of`)."""
        if self.flat or past.as_of is None:
            return past
        end, last = self.at(past.as_of), self.at(past.as_of - past.idle)
        recency = np.rint(last - self.at(past.as_of - past.tenure))
        told = replace(past, recency=recency, tenure=recency + np.rint(end - last))
        if past.season_log_sum is None or past.season_log_square_sum is None:
            return told
        return replace(told, log_sum=past.season_log_sum, log_square_sum=past.season_log_square_sum)

    def gaps(self, start: npt.ArrayLike, end: npt.ArrayLike) -> FloatArray:
        """How long the time from one purchase day to the next is in the shop's own time; never less than a day."""
        begins, ends = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
        return np.asarray(np.maximum(self.at(ends) - self.at(begins), 1.0))

    def horizon(self, past: SummaryColumns, days: float) -> float:
        """How long the `days` after the statistics are in the shop's own time. They must stand for one day."""
        if self.flat or past.as_of is None or len(past) == 0:
            return days
        day = float(past.as_of[0])
        refuse(past.as_of != day, "as_of is another day than in the first row", past.as_of)
        return float(self.at(day + days) - self.at(day))

    def _waves(self, phase: FloatArray) -> FloatArray:
        return np.asarray(waves(phase, len(self.cosine)) @ np.array([*self.cosine, *self.sine]))

    def _mean(self) -> float:
        return float(np.exp(self._waves((np.arange(365) + 0.5) / 365)).mean())


FLAT = Season()
"""There is no season."""
SWING = 0.25
"""How far the logarithm of a day's weight may lie off, at most, while the season has not been seen twice."""


@lru_cache(maxsize=16)
def possible(told: Season) -> tuple[Season, ...]:
    """What the season may be, all equally likely: as it is told, once it has been seen twice; else with one wave more,
    high in any quarter of the year."""
    if told.days_lacking == 0:
        return (told,)
    cosine, sine = (told.cosine, told.sine) if told.cosine else ((0.0,), (0.0,))
    return tuple(
        Season(
            cosine=(cosine[0] + SWING * math.cos(0.5 * math.pi * quarter), *cosine[1:]),
            sine=(sine[0] + SWING * math.sin(0.5 * math.pi * quarter), *sine[1:]),
        )
        for quarter in range(4)
    )


def waves(phase: FloatArray, harmonics: int = HARMONICS) -> FloatArray:
    """Cosines, then sines, of each wave at a place in the year (0 to 1). A row per place."""
    angle = 2.0 * math.pi * phase[:, None] * np.arange(1, harmonics + 1)
    return np.hstack([np.cos(angle), np.sin(angle)])


@lru_cache(maxsize=32)
def _table(season: Season) -> FloatArray:
    """Own time at the beginning of each day from `_FIRST` on."""
    return np.concatenate(([0.0], np.cumsum(season.weights(np.arange(_FIRST, _LAST))))) + _FIRST


def phase(day: npt.NDArray[np.int64] | FloatArray) -> FloatArray:
    """The place of the middle of a day in its calendar year: the same date is the same place, to half a day."""
    dates = (day.astype(np.int64) - date(1970, 1, 1).toordinal()).astype("datetime64[D]")
    years = dates.astype("datetime64[Y]")
    begins, ends = years.astype("datetime64[D]"), (years + 1).astype("datetime64[D]")
    return np.asarray(((dates - begins).astype(np.float64) + 0.5) / (ends - begins).astype(np.float64))
