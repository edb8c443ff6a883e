"""The shop's own time in SQL: gaps between purchase days by what the days between weigh in the shop's season."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Self

import numpy as np

from saleor_relacional.insight.timing.season import FLAT, Season

YEARS = 10
"""Counted back from the day of asking; days before them weigh 1, which moves no rhythm of today."""
AHEAD = 400
"""Days after the day of asking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What to put into a statement so that it counts in the shop's own time."""

    season: Season = FLAT
    parameters: dict[str, object] = field(default_factory=dict)
    """To be given with the statement."""

    @classmethod
    def of(cls, season: Season, today: date) -> Self:
        """The clock of a shop with this season, for purchases up to about `today`."""
        if season.flat:
            return cls(season=season)
        first = today - timedelta(days=round(365.25 * YEARS))
        return cls(season=season, parameters={"origin": first, "clock": _array(season, first)})

    def gap(self, day: str, before: str) -> str:
        """SQL of the own time between two columns of days; at least a day, as in `Season.gaps`. NULL where one is."""
        if self.season.flat:
            return f"({day} - {before})::float8"
        return f"CASE WHEN {day} > {before} THEN greatest({_at(day)} - {_at(before)}, 1.0) END"


def _at(day: str) -> str:
    """Own time at a day since the origin; the calendar's outside of the table."""
    place = f"({day} - %(origin)s::date)"
    return f"coalesce((%(clock)s::float8[])[{place} + 1], {place})"


@lru_cache(maxsize=16)
def _array(season: Season, first: date) -> str:
    """Own time since `first` at the beginning of each day, as an array of SQL."""
    days = first.toordinal() + np.arange(round(365.25 * YEARS) + AHEAD)
    return "{" + ",".join(f"{time:.5f}" for time in (season.at(days) - season.at(days[0])).tolist()) + "}"
