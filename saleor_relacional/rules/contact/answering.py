"""By when somebody is answered: hours that count on the days alone on which the shop is open."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOOK_AHEAD = 800
"""Days. A shop that opens on none of them answers by the clock alone."""


def due(
    at: datetime, hours: int, zone: ZoneInfo, *, opening_days: Collection[int] = (), closed: Collection[date] = ()
) -> datetime:  # fmt: skip
    """The moment so many hours after `at`, of which those on closed days do not count. A day is the shop's, from
    midnight to midnight, as long as its clock makes it. `opening_days`: of the week, Monday is 1; empty: all."""
    left, moment = timedelta(hours=hours), at.astimezone(UTC)
    first = at.astimezone(zone).date()
    for ahead in range(LOOK_AHEAD):
        day = first + timedelta(days=ahead)
        ends = datetime.combine(day + timedelta(days=1), time(0), zone).astimezone(UTC)
        if (opening_days and day.isoweekday() not in opening_days) or day in closed:
            moment = ends
        elif moment + left <= ends:
            return moment + left
        else:
            left, moment = left - (ends - moment), ends
    return at.astimezone(UTC) + timedelta(hours=hours)
