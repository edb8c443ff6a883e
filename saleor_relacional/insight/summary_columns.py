"""What was known of each buyer on some day, and what they did in the days after, for back-tests.

Columns, one value per buyer. The same statistics are aggregated in SQL where there are millions of orders; here
they come from arrays of orders.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from saleor_relacional.insight.history import FloatArray, columns, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryColumns:
    """Buyers as they stood at the end of a day. Whole days throughout."""

    frequency: FloatArray
    """Purchase days after the first; the number of own gaps too, unless habits changed (`rhythm_gaps`)."""
    recency: FloatArray
    """From first to last purchase."""
    tenure: FloatArray
    """From first purchase to the day the statistics stand for."""
    log_sum: FloatArray
    """Sum of natural logarithms of the gaps between purchase days; of those since habits changed, if they did."""
    log_square_sum: FloatArray
    """Sum of the squares of those."""
    value: FloatArray
    """Mean value of a purchase day in one currency; nan where it is not known."""
    value_square_sum: FloatArray
    """Sum of the squares of those values; nan where they are not known."""
    rhythm_gaps: FloatArray | None = None
    """Gaps that the two sums of logarithms are of, where habits changed on the way; None: all of them."""
    as_of: FloatArray | None = None
    """Day number that the statistics stand for; None where it is not known, and no season is counted then."""
    season_log_sum: FloatArray | None = None
    """`log_sum` of the same gaps counted in the shop's own time (`timing.season`); None: as in the calendar."""
    season_log_square_sum: FloatArray | None = None
    """`log_square_sum` in that time."""

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if name in _OPTIONAL and getattr(self, name) is None:
                continue
            object.__setattr__(self, name, np.atleast_1d(np.asarray(getattr(self, name), dtype=np.float64)))
            if getattr(self, name).shape != self.frequency.shape:
                raise ValueError(f"{name} has not as many rows as frequency")

    def __len__(self) -> int:
        return len(self.frequency)

    @property
    def gaps(self) -> FloatArray:
        """Gaps that the rhythm is learnt from."""
        return self.frequency if self.rhythm_gaps is None else self.rhythm_gaps

    @property
    def idle(self) -> FloatArray:
        """Days since the last purchase."""
        return self.tenure - self.recency

    def of(self, rows: npt.NDArray[np.int64]) -> SummaryColumns:
        """Some of the buyers."""
        some = {name: getattr(self, name)[rows] for name in self.__slots__ if getattr(self, name) is not None}
        return SummaryColumns(**some)


_OPTIONAL = ("rhythm_gaps", "as_of", "season_log_sum", "season_log_square_sum")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A past and what came of it in the `days` that followed: one window of a back-test."""

    past: SummaryColumns
    days: float
    """Length of the window."""
    orders: FloatArray
    """Purchase days in the window."""
    gap: FloatArray
    """Days from the last purchase before the window to the first in it; nan where none came."""
    spent: FloatArray
    """Value of the purchases in the window; negative net values count like any other."""

    @property
    def came(self) -> npt.NDArray[np.bool_]:
        """Who ordered at least once."""
        return self.orders > 0


def at(
    customer: npt.ArrayLike, day: npt.ArrayLike, value: npt.ArrayLike, cut: float, days: float,
    own_gaps: Callable[[FloatArray, FloatArray], FloatArray] | None = None,
) -> tuple[Period, npt.NDArray[np.int64]]:  # fmt: skip
    """The period of `days` after the day `cut`, and which customer each row is.

    `customer` are whole numbers, `day` whole day numbers, one row per order in any order; several orders of a
    day are one purchase day. Orders after cut + days are not looked at: a clock that ran ahead does no harm.
    `own_gaps`: how long the time from one day to another is in the shop's own time (`Season.gaps`).
    """
    who, when, worth = columns(customer=customer, day=day, value=value)
    refuse(when != np.floor(when), "day is not a whole number", when)
    kept = when <= cut + days
    who, when, worth = who[kept], when[kept], worth[kept]
    order = np.lexsort((when, who))
    who, when, worth = who[order], when[order], worth[order]
    new = np.ones(len(who), dtype=bool)
    new[1:] = (who[1:] != who[:-1]) | (when[1:] != when[:-1])
    begins = np.flatnonzero(new)
    worth = np.add.reduceat(worth, begins) if len(begins) else worth
    return _period(who[begins], when[begins], worth, cut, days, own_gaps)


def _period(
    who: FloatArray, when: FloatArray, worth: FloatArray, cut: float, days: float,
    own_gaps: Callable[[FloatArray, FloatArray], FloatArray] | None,
) -> tuple[Period, npt.NDArray[np.int64]]:  # fmt: skip
    before = when <= cut
    people, row = np.unique(who[before], return_inverse=True)
    count = len(people)
    day = when[before]
    first, last = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(first, row, day)
    np.maximum.at(last, row, day)
    same = row[1:] == row[:-1]
    begin, end = day[:-1][same], day[1:][same]
    log_gap = np.log(end - begin)
    own = log_gap if own_gaps is None else np.log(own_gaps(begin, end))
    number = np.bincount(row, minlength=count).astype(np.float64)
    known = np.isin(who, people) & ~before
    after = np.searchsorted(people, who[known])
    nearest = np.full(count, np.inf)
    np.minimum.at(nearest, after, when[known])
    past = SummaryColumns(
        frequency=number - 1, recency=last - first, tenure=cut - first,
        log_sum=_sums(row[1:][same], log_gap, count),
        log_square_sum=_sums(row[1:][same], log_gap**2, count),
        value=_sums(row, worth[before], count) / np.maximum(number, 1),
        value_square_sum=_sums(row, worth[before] ** 2, count), as_of=np.full(count, float(cut)),
        season_log_sum=_sums(row[1:][same], own, count),
        season_log_square_sum=_sums(row[1:][same], own**2, count),
    )  # fmt: skip
    period = Period(
        past=past, days=days, orders=np.bincount(after, minlength=count).astype(np.float64),
        gap=np.where(np.isfinite(nearest), nearest - last, np.nan),
        spent=_sums(after, worth[known], count),
    )  # fmt: skip
    return period, people.astype(np.int64)


def _sums(row: npt.NDArray[np.int64], values: FloatArray, count: int) -> FloatArray:
    return np.bincount(row, values, count).astype(np.float64)


def cuts(first_day: float, as_of: float, horizon: float, most: int = 4) -> list[tuple[float, float]]:
    """Where to cut a shop's own past, newest first: (last day known, days judged after it).

    The judged length is the horizon, or a third of the history where that is shorter, so that every cut has
    at least as much before it as after it. Under three weeks of history there is nothing to cut.
    """
    span = as_of - first_day
    days = float(min(horizon, span // 3))
    if days < 7:
        return []
    newest, oldest = as_of - days, max(first_day + span // 3, as_of - most * days)
    return [(float(cut), days) for cut in np.unique(np.round(np.linspace(oldest, newest, most)))[::-1]]
