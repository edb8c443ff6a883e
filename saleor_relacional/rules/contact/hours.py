"""Open hours in a person's zone: neither quiet, nor outside the preferred ones, nor on a closed day.

Whether a moment is open is asked of what the clock on the person's wall shows then. Where clocks go forward an hour
that does not exist opens nothing and closes nothing; where they go back the same hour is open, or quiet, both times.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from saleor_relacional.rules.contact.policy import ContactPolicy

LOOK_AHEAD = 400
"""Days that are looked through for an open hour. A policy that has none in them is refused when it is decided."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Hours in which messages may leave, one after the other."""

    opens: datetime
    closes: datetime
    """The first moment after `opens` that is not open any more; a day later where none comes before."""


Quiet = tuple[time, time]
"""A person's own quiet hours, by their own clock, beside the shop's: from, to."""


def is_open(now: datetime, zone: ZoneInfo, policy: ContactPolicy, own: Quiet | None = None) -> bool:
    """Whether a message may leave now. `own`: quiet hours of the person."""
    wall = now.astimezone(zone)
    if wall.date() in policy.holidays or (wall.weekday() >= 5 and not policy.weekends):
        return False
    clock = wall.time()
    quiet = policy.quiet_from != policy.quiet_to and _within(clock, policy.quiet_from, policy.quiet_to)
    unwanted = policy.preferred_from != policy.preferred_to and not _within(
        clock, policy.preferred_from, policy.preferred_to
    )
    hushed = own is not None and own[0] != own[1] and _within(clock, *own)
    return not quiet and not unwanted and not hushed


def next_open(
    now: datetime, zone: ZoneInfo, policy: ContactPolicy, own: Quiet | None = None
) -> datetime | None:
    """The first open moment from `now` on, in UTC; None when no day of the next 400 has one. `own` as in `is_open`."""
    if is_open(now, zone, policy, own):
        return now.astimezone(UTC)
    edges = _edges(now, zone, policy, LOOK_AHEAD, own or ())
    return next((at for at in edges if is_open(at, zone, policy, own)), None)


def span(now: datetime, zone: ZoneInfo, policy: ContactPolicy) -> Span | None:
    """The open hours that run now or come next; None when there are none."""
    opens = next_open(now, zone, policy)
    if opens is None:
        return None
    ends = (at for at in _edges(opens, zone, policy, 2, ()) if not is_open(at, zone, policy))
    return Span(opens=opens, closes=min(next(ends, opens + _DAY), opens + _DAY))


def _within(clock: time, begin: time, end: time) -> bool:
    """Whether the clock is in these hours, which may go past midnight. The end is outside of them."""
    return begin <= clock < end if begin < end else clock >= begin or clock < end


def _edges(
    now: datetime, zone: ZoneInfo, policy: ContactPolicy, days: int, own: Sequence[time]
) -> Iterator[datetime]:
    """Moments after `now` at which it may open or close, in order: what the clock shows changes there."""
    today = now.astimezone(zone).date()
    begin, after = _begin(today, zone), now.astimezone(UTC)
    for ahead in range(1, days + 2):
        day, end = today + (ahead - 1) * _DAY, _begin(today + ahead * _DAY, zone)
        found = {begin, *_turn(begin, end, zone)}
        for clock in (policy.quiet_from, policy.quiet_to, policy.preferred_from, policy.preferred_to, *own):
            found.update(_shown(day, clock, zone))
        yield from sorted(at for at in found if at > after)
        begin = end


def _begin(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins: at midnight, or where clocks go forward over it when they have."""
    return datetime.combine(day, time(0), zone).astimezone(UTC)


def _shown(day: date, clock: time, zone: ZoneInfo) -> Iterator[datetime]:
    """When the wall shows this: once, twice where clocks go back, never where they go forward over it."""
    for fold in (0, 1):
        wall = datetime.combine(day, clock, zone).replace(fold=fold)
        at = wall.astimezone(UTC)
        if at.astimezone(zone).replace(tzinfo=None, fold=0) == wall.replace(tzinfo=None, fold=0):
            yield at


def _turn(begin: datetime, end: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The second at which clocks are changed between two moments, if they are."""
    before = begin.astimezone(zone).utcoffset()
    if before == end.astimezone(zone).utcoffset():
        return
    low, high = int(begin.timestamp()), int(end.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        same = datetime.fromtimestamp(middle, zone).utcoffset() == before
        low, high = (middle, high) if same else (low, middle)
    yield datetime.fromtimestamp(high, UTC)
