"""A customer's purchases as a line: a dot for each, today, and the window in which the next is expected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from saleor_relacional.flows.profiles.rhythm_forecast import RhythmForecast

WIDTH = 296
EDGE = 6
LEAST = timedelta(days=30)
AHEAD = 0.45
"""At most this share of the width is future: a long window must not squeeze the past into a corner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Positions from the left, in units of a viewBox `width` wide."""

    width: int
    dots: tuple[float, ...]
    today: float
    window_from: float
    window_width: float
    open_ended: bool
    """The window goes on beyond the drawing."""
    first: datetime
    last: datetime
    """First and last moment of the time shown."""
    days: tuple[datetime, ...]
    """Of the purchases, the latest first."""
    earlier: int
    """How many purchases came before these."""
    earliest: datetime
    latest: datetime
    """Between which the next is expected, from now on."""


def drawn(
    purchases: Sequence[datetime], forecast: RhythmForecast | None, now: datetime, *, of: int
) -> Drawing | None:
    """The drawing of the latest purchases `of` so many; None without a purchase."""
    if not purchases or forecast is None:
        return None
    past = max(now - purchases[0], LEAST)
    ahead = max(min(forecast.latest - now, past * (AHEAD / (1 - AHEAD))), past * 0.06)
    begin, end = now - past, now + ahead

    def place(moment: datetime) -> float:
        inside = min(max(moment, begin), end)
        return round(EDGE + (WIDTH - 2 * EDGE) * ((inside - begin) / (end - begin)), 1)

    left, right = place(forecast.earliest), place(forecast.latest)
    return Drawing(
        width=WIDTH, dots=tuple(place(moment) for moment in purchases), today=place(now), window_from=left,
        window_width=max(round(right - left, 1), 3.0), open_ended=forecast.latest > end, first=begin, last=end,
        days=tuple(reversed(purchases)),
        earlier=max(of - len(purchases), 0), earliest=max(forecast.earliest, now), latest=forecast.latest,
    )  # fmt: skip
