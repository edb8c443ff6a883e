"""Where things lie in the drawing of a difference over time: a band between both ends, a line, and the height of
nothing. Geometry alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import floor, log10

from saleor_relacional import conf

WIDTH, HEIGHT = 440, 200
LEFT, RIGHT, TOP, BOTTOM = 60, 12, 12, 26
MOST_DAYS = 4

Point = tuple[datetime, float, float, float]
"""Moment, lower end, estimate, upper end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One look."""

    x: float
    low: float
    at: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A value at the left, or a day below."""

    at: float
    value: float = 0.0
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Lengths in units of a viewBox WIDTH by HEIGHT."""

    marks: Sequence[Mark]
    zero: float
    heights: Sequence[Tick]
    days: Sequence[Tick]
    currency: str
    """Of the heights; empty: they count people or orders."""
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    written: int = HEIGHT - 8

    @property
    def band(self) -> str:
        """Points of the area between both ends."""
        there = [f"{mark.x},{mark.high}" for mark in self.marks]
        return " ".join([*there, *(f"{mark.x},{mark.low}" for mark in reversed(self.marks))])

    @property
    def line(self) -> str:
        """Points of the line of what is believed most."""
        return " ".join(f"{mark.x},{mark.at}" for mark in self.marks)


def chart(points: Sequence[Point], *, currency: str) -> Chart:
    """Of one look at least."""
    low, high = min(0.0, *(one[1] for one in points)), max(0.0, *(one[3] for one in points))
    if high == low:
        low, high = low - 1, high + 1
    first, last = points[0][0], points[-1][0]
    length = (last - first).total_seconds()

    def x(at: datetime) -> float:
        part = (at - first).total_seconds() / length if length else 0.5
        return round(LEFT + 12 + part * (WIDTH - LEFT - RIGHT - 24), 1)

    def y(value: float) -> float:
        return round(TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM), 1)

    every = max(1, -(-len(points) // MOST_DAYS))
    zone = conf.time_zone()
    return Chart(
        marks=[Mark(x=x(at), low=y(bottom), at=y(middle), high=y(top)) for at, bottom, middle, top in points],
        zero=y(0.0),
        heights=[Tick(at=y(value), value=value) for value in _values(low, high)],
        days=[
            Tick(at=x(one[0]), day=one[0].astimezone(zone).date())
            for number, one in enumerate(reversed(points)) if not number % every
        ],
        currency=currency,
    )  # fmt: skip


def _values(low: float, high: float) -> list[float]:
    """Some round values between them, nothing among them."""
    rough = (high - low) / 4
    step = 10 ** floor(log10(rough))
    step *= next(times for times in (1, 2, 5, 10) if times * step >= rough)
    first, last = -floor(-low / step), floor(high / step)
    return [round(number * step, 6) for number in range(first, last + 1)]
