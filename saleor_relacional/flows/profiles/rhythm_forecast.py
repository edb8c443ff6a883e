"""Customers' own rhythms as they look at an instant: how overdue they are, and when the next order falls.

The window is that of an order within a year (`next_order.REACH`), mixed with the whole shop's gaps as the back-test
says. What was declared wins, from the moment on when it was said: the next scoring stores it, and stages follow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from saleor_relacional.flows.learning import fit
from saleor_relacional.flows.profiles import own_rhythms
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.insight.timing import declared, intervals, next_order, rhythm
from saleor_relacional.insight.timing.season import FLAT, Season

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class RhythmForecast:
    """One customer's own rhythm, as it looks at an instant."""

    own_gaps: int
    """Gaps of their own behind it; 0 means that it is the shop's."""
    declared: bool
    """They or the staff said how often: that is the rhythm."""
    typical_days: float
    """Days after which they are as likely to be back already as not."""
    days_80: tuple[float, float]
    """The gap lies between these two in 8 of 10 cases."""
    days_50: tuple[float, float]
    """And between these two in half of the cases."""
    overdue: float
    """Probability that a customer with this rhythm would have been back by now."""
    overdue_80: tuple[float, float]
    """It would lie between these two if we knew their own rhythm."""
    not_before: date | None
    """Declared, and still to come: the window begins no earlier."""
    middle: datetime
    """The next order, if one comes within a year: as likely before as after."""
    earliest: datetime
    """It falls between these two in 8 of 10 cases."""
    latest: datetime
    likely_from: datetime
    """And between these two in half of the cases."""
    likely_until: datetime
    season_lacks_days: int
    """Days of history that the shop lacks before its season has been seen twice: until then the window is wider. 0:
    none, or the rhythm is declared."""


def of(
    people: Sequence[Relationship],
    shop: fit.ShopModel,
    now: datetime,
    zone: ZoneInfo,
    *,
    using: str | None = None,
) -> Mapping[int, RhythmForecast]:
    """Our id → rhythm at `now`, days being days of `zone`. Whoever has not bought yet, or is not scored yet, is left
    out. One statement in a shop with a season, none in others."""
    known = [one for one in people if one.last_at and one.log_mean is not None and one.log_sd is not None]
    if not known:
        return {}
    own = rhythms(known)
    idle = np.array([_days(one.last_at, now) for one in known])
    window = _window(known, _by_season(known, own, shop, now, zone, using), idle, shop, zone)
    gaps = _gaps(own)
    late = rhythm.overdue(own, idle)
    doubt = _doubt(known, own, idle, shop)
    return {
        one.id: RhythmForecast(
            own_gaps=one.rhythm_gaps, declared=one.every_days is not None, typical_days=gaps[2][i],
            days_80=(gaps[0][i], gaps[4][i]), days_50=(gaps[1][i], gaps[3][i]), overdue=float(late[i]),
            overdue_80=(doubt[0][i], doubt[1][i]), not_before=_still_to_come(one, now, zone),
            earliest=window[0][i], likely_from=window[1][i], middle=window[2][i], likely_until=window[3][i],
            latest=window[4][i], season_lacks_days=0 if one.every_days is not None else shop.season.days_lacking,
        )
        for i, one in enumerate(known)
    }  # fmt: skip


def rhythms(people: Sequence[Relationship]) -> rhythm.Rhythm:
    """Their stored rhythms, or what was declared since."""
    stored = rhythm.Rhythm(
        log_mean=np.array([one.log_mean for one in people], dtype=float),
        log_sd=np.array([one.log_sd for one in people], dtype=float),
    )
    every = [np.nan if one.every_days is None else one.every_days for one in people]
    return declared.rhythm(stored, every)


_QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)


def _gaps(own: rhythm.Rhythm) -> list[list[float]]:
    return [rhythm.quantile(own, p).tolist() for p in _QUANTILES]


_Ruled = tuple[rhythm.Rhythm, Season, npt.NDArray[np.bool_]]
"""A rhythm of all, the season in whose own time it counts, and whose window it rules."""


def _by_season(
    known: Sequence[Relationship], own: rhythm.Rhythm, shop: fit.ShopModel, now: datetime, zone: ZoneInfo,
    using: str | None,
) -> list[_Ruled]:  # fmt: skip
    """What was declared is meant in days of the calendar; what we infer follows the shop's season."""
    said = np.array([one.every_days is not None for one in known])
    inferred = own if shop.season.flat else own_rhythms.of(known, shop, now, zone, using=using)
    ruled = [(inferred, shop.season, ~said), (own, FLAT, said)]
    return [one for one in ruled if one[2].any()]


def _window(
    known: Sequence[Relationship], ruled: list[_Ruled], idle: Floats, shop: fit.ShopModel, zone: ZoneInfo
) -> list[list[datetime]]:
    """Moments, as `next_order.windows` lists them."""
    ends = np.zeros((5, len(known)))
    waited = declared.idle(idle, [_not_before(one, zone) for one in known])
    last = np.array([_day_number(one.last_at, zone) for one in known])
    for own, season, whose in ruled:
        within = next_order.Within(
            rhythm=own, idle=waited, reach=next_order.REACH, shop=shop.gaps, own_share=shop.weights.own_share,
            season=season, last=last,
        )  # fmt: skip
        ends = np.where(whose, np.stack(next_order.windows(within)), ends)
    return [
        [_after(one.last_at, days) for one, days in zip(known, end, strict=True)] for end in ends.tolist()
    ]


def _day_number(moment: datetime | None, zone: ZoneInfo) -> float:
    """The shop's day of a moment, with the part of it that is gone."""
    here = (moment or datetime.min.replace(tzinfo=UTC)).astimezone(zone)
    return here.toordinal() + (here.hour * 60 + here.minute) / 1440


def _doubt(
    known: Sequence[Relationship], own: rhythm.Rhythm, idle: Floats, shop: fit.ShopModel
) -> tuple[list[float], list[float]]:
    """Who says a rhythm rounds it: of a declared one half the spread is taken as doubt about it."""
    scatter = intervals.own_scatter(own, shop.rhythm.between_variance, [one.rhythm_gaps for one in known])
    said = np.array([one.every_days is not None for one in known])
    low, high = intervals.overdue(own, np.where(said, 0.5 * own.log_sd**2, scatter), idle)
    return low.tolist(), high.tolist()


def _still_to_come(one: Relationship, now: datetime, zone: ZoneInfo) -> date | None:
    return one.not_before if one.not_before and opens(one.not_before, zone) > now else None


def _not_before(one: Relationship, zone: ZoneInfo) -> float:
    """The declared day, in days after the last purchase; nan where none is declared."""
    return np.nan if one.not_before is None else _days(one.last_at, opens(one.not_before, zone))


def idle_days(one: Relationship, now: datetime) -> float:
    """Days since the last purchase; 0 before the first."""
    return _days(one.last_at, now)


def opens(day: date, zone: ZoneInfo) -> datetime:
    """When this day begins in the zone."""
    return datetime.combine(day, time(), zone)


def _days(start: datetime | None, end: datetime) -> float:
    return max((end - start).total_seconds(), 0) / 86400 if start else 0.0


def _after(moment: datetime | None, days: float) -> datetime:
    return (moment or datetime.min.replace(tzinfo=UTC)) + timedelta(days=days)
