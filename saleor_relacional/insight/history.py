"""How customers have bought, reduced to the four numbers of the literature."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """How one customer has bought, up to a date. Days throughout."""

    frequency: int
    """Purchase days after the first; a first-time buyer has 0. The literature's x."""
    recency: float
    """From first to last purchase; 0 for a first-time buyer. The literature's t_x. For time since the last,
    see `idle`."""
    tenure: float
    """From first purchase to the date up to which facts count. The literature's T."""
    monetary: float = 0.0
    """Mean value of a repeat purchase day; 0 for a first-time buyer. The literature's m."""

    def __post_init__(self) -> None:
        check_histories([self.frequency], [self.recency], [self.tenure])
        if not math.isfinite(self.monetary):
            raise ValueError(f"monetary is {self.monetary}: give a finite number")

    @property
    def idle(self) -> float:
        """Days since the last purchase: what marketers call recency."""
        return self.tenure - self.recency


class GapStatistics(NamedTuple):
    """Sufficient statistics of the gaps between one customer's purchase days."""

    gaps: int
    """Number of gaps: purchase days minus one."""
    log_sum: float
    """Sum of the natural logarithms of the gaps in days."""
    log_square_sum: float
    """Sum of the squares of those logarithms."""
    last_gap: float
    """The latest gap in days; nan when there is none."""


def from_purchase_days(days: Sequence[float], as_of: float, values: Sequence[float] | None = None) -> History:
    """The history of one customer from the days on which they bought.

    `days` are day numbers in any order, repeats allowed (two orders on one day are one purchase day and their
    `values` add up); days after `as_of` do not count. Raises ValueError when no day is left.
    """
    amounts: dict[float, float] = {}
    for day, value in zip(days, values if values is not None else [0.0] * len(days), strict=True):
        if day <= as_of:
            amounts[day] = amounts.get(day, 0.0) + value
    if not amounts:
        raise ValueError("no purchase on or before as_of: a prospect has no history")
    first, last = min(amounts), max(amounts)
    repeats = [value for day, value in amounts.items() if day != first]
    return History(
        frequency=len(repeats),
        recency=float(last - first),
        tenure=float(as_of - first),
        monetary=math.fsum(repeats) / len(repeats) if repeats else 0.0,
    )


def gap_statistics(days: Sequence[float]) -> GapStatistics:
    """Sufficient statistics for `rhythm` from one customer's purchase days, in any order, repeats allowed."""
    ordered = sorted(set(days))
    gaps = [later - earlier for earlier, later in itertools.pairwise(ordered)]
    logs = [math.log(gap) for gap in gaps]
    return GapStatistics(
        gaps=len(gaps),
        log_sum=math.fsum(logs),
        log_square_sum=math.fsum(log * log for log in logs),
        last_gap=float(gaps[-1]) if gaps else math.nan,
    )


def idle(recency: npt.ArrayLike, tenure: npt.ArrayLike) -> FloatArray:
    """Days since the last purchase, for arrays of any one shape."""
    return np.asarray(tenure, dtype=np.float64) - np.asarray(recency, dtype=np.float64)


def check_histories(frequency: npt.ArrayLike, recency: npt.ArrayLike, tenure: npt.ArrayLike) -> None:
    """Raise ValueError, naming the first wrong row, unless every row can be a history."""
    x, t_x, big_t = columns(frequency=frequency, recency=recency, tenure=tenure)
    refuse(x < 0, "frequency is negative", x)
    refuse(x != np.floor(x), "frequency is not a whole number", x)
    refuse(t_x < 0, "recency is negative", t_x)
    refuse(t_x > big_t, "recency is greater than tenure", t_x)
    refuse((x == 0) & (t_x > 0), "recency is positive without a repeat purchase", t_x)


def history_columns(
    frequency: npt.ArrayLike, recency: npt.ArrayLike, tenure: npt.ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """(x, t_x, T) as float64 vectors of one length. Raises ValueError as `check_histories` does."""
    check_histories(frequency, recency, tenure)
    x, t_x, big_t = columns(frequency=frequency, recency=recency, tenure=tenure)
    return x, t_x, big_t


def columns(**named: npt.ArrayLike) -> list[FloatArray]:
    """The named columns as float64 vectors of one length (scalars become length 1).

    Raises ValueError when a column is not one-dimensional, lengths differ, or a value is not finite.
    """
    vectors = [np.atleast_1d(np.asarray(values, dtype=np.float64)) for values in named.values()]
    for name, vector in zip(named, vectors, strict=True):
        if vector.ndim != 1:
            raise ValueError(f"{name} has {vector.ndim} dimensions: give one value per customer")
        if len(vector) != len(vectors[0]):
            raise ValueError(f"{name} has {len(vector)} rows, {next(iter(named))} has {len(vectors[0])}")
        refuse(~np.isfinite(vector), f"{name} is not a finite number", vector)
    return vectors


def evenly(most: int, *vectors: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """At most `most` rows, evenly spaced in the order of their values (the first vector counts most); all of them as
    they come when they are no more. The same whatever order they come in: two shops that give the same people other
    keys learn the same."""
    count = len(vectors[0])
    step = -(-count // most)
    return np.arange(count) if step <= 1 else np.lexsort(vectors[::-1])[step // 2 :: step]


def refuse(wrong: BoolArray, what: str, values: FloatArray) -> None:
    """Raise ValueError naming the first row where `wrong` is true."""
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(f"row {row}: {what} ({values.flat[row]:g})")
