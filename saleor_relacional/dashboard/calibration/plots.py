"""Where things lie in the two plots of a prediction beside what happened: by tenth, and by month. Geometry alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import floor, log10

from saleor_relacional.flows.learning.calibration import Group, Measure, Month

WIDTH, HEIGHT = 440, 250
LEFT, RIGHT, TOP, BOTTOM = 56, 8, 10, 26
MOST_DAYS = 6
"""Days written under the months at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A value written at the left, and its height."""

    at: float
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A number of a tenth, or a day, and how far from the left it is written below the plot."""

    at: float
    value: int | date


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What was predicted of a tenth or a month, and what happened, with its interval. Places are middles."""

    x: float
    predicted: float
    happened: float
    low: float
    high: float
    left: float
    """Corner of the bar of what was predicted, and its height."""
    top: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Marks that one line joins."""

    marks: tuple[Mark, ...]

    @property
    def band(self) -> str:
        """Points of the area between both ends of the intervals."""
        there = [f"{mark.x},{mark.high}" for mark in self.marks]
        return " ".join([*there, *(f"{mark.x},{mark.low}" for mark in reversed(self.marks))])

    @property
    def happened(self) -> str:
        """Points of the line of what happened."""
        return " ".join(f"{mark.x},{mark.happened}" for mark in self.marks)

    @property
    def predicted(self) -> str:
        """Points of the line of what was predicted."""
        return " ".join(f"{mark.x},{mark.predicted}" for mark in self.marks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """One plot; lengths in units of a viewBox WIDTH by HEIGHT."""

    width: int
    height: int
    left: int
    right: int
    floor: float
    """Height of the line at 0."""
    bar: float
    """Width of a bar."""
    marks: tuple[Mark, ...]
    heights: tuple[Tick, ...]
    """Values written at the left."""
    places: tuple[Label, ...]
    """Numbers or days written below."""

    runs: tuple[Run, ...] = ()
    """Months predicted from one day hang together."""


def by_tenth(measure: Measure) -> Plot:
    """A bar for each tenth, and what happened in it."""
    groups = measure.deciles
    step = (WIDTH - LEFT - RIGHT) / max(len(groups), 1)
    places = [LEFT + step * (place + 0.5) for place in range(len(groups))]
    written = [Label(at=round(at, 1), value=group.number) for at, group in zip(places, groups, strict=True)]
    return _plot(groups, places, written, bar=step * 0.62)


def by_month(measure: Measure) -> Plot:
    """What happened month by month, as a line with a band."""
    months = measure.months
    start = months[0].first.toordinal() if months else 0
    span = max((months[-1].last.toordinal() - start) if months else 1, 1)
    middles = [(month.first.toordinal() + month.last.toordinal()) / 2 - start for month in months]
    places = [LEFT + (WIDTH - LEFT - RIGHT) * middle / span for middle in middles]
    days = {month.first: round(at, 1) for at, month in zip(places, months, strict=True)}
    every = max(1, -(-len(days) // MOST_DAYS))
    written = [Label(at=at, value=day) for day, at in days.items()][::every]
    plot = _plot(months, places, written, bar=0)
    known = list(dict.fromkeys(month.known for month in months))
    runs = [
        Run(marks=tuple(mark for mark, month in zip(plot.marks, months, strict=True) if month.known == day))
        for day in known
    ]
    return replace(plot, runs=tuple(runs))


def _plot(
    rows: Sequence[Group | Month], places: Sequence[float], written: Sequence[Label], *, bar: float
) -> Plot:
    ends = [value for row in rows for value in (row.predicted, row.happened, max(row.low, 0.0), row.high)]
    values = _written(min([0.0, *ends]), max([0.0, *ends]))
    least, most = values[0], values[-1]

    def up(value: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (most - value) / (most - least), 1)

    def mark(x: float, row: Group | Month) -> Mark:
        top = min(up(row.predicted), up(0))
        return Mark(
            x=round(x, 1), predicted=up(row.predicted), happened=up(row.happened), low=up(max(row.low, least)),
            high=up(row.high), left=round(x - bar / 2, 1), top=top, height=round(abs(up(row.predicted) - up(0)), 1),
        )  # fmt: skip

    return Plot(
        width=WIDTH, height=HEIGHT, left=LEFT, right=WIDTH - RIGHT, floor=up(0), bar=round(bar, 1),
        marks=tuple(mark(x, row) for x, row in zip(places, rows, strict=True)),
        heights=tuple(Tick(at=up(value), value=value) for value in values), places=tuple(written),
    )  # fmt: skip


def _written(least: float, most: float) -> list[float]:
    """Four or five round numbers whose range holds both ends."""
    if most - least <= 0:
        return [0.0, 1.0]
    rough = (most - least) / 4
    size = 10.0 ** floor(log10(rough))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough * 0.999)
    first = floor(least / step + 1e-9)
    last = -floor(-most / step + 1e-9)
    return [round(step * place, 10) for place in range(first, last + 1)]
