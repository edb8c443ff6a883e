"""Moments as columns: whole microseconds since 1970 in UTC, so that many people are compared at once."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

Moments = npt.NDArray[np.int64]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

LONG_AGO = -(2**62)
"""Before everything: what has not happened, or holds nobody back."""
NEVER = 2**62
"""After everything: what no time brings about."""
DAY = 86_400_000_000


def moment(at: datetime | None, *, missing: int = LONG_AGO) -> int:
    """An aware instant as a number; `missing` where there is none."""
    return missing if at is None else (at - _EPOCH) // _MICROSECOND


def moments(instants: Iterable[datetime | None], *, missing: int = LONG_AGO) -> Moments:
    """Instants as a column."""
    return np.array([moment(at, missing=missing) for at in instants], dtype=np.int64)


def instant(at: int) -> datetime:
    """The instant of a number, in UTC; of LONG_AGO and NEVER the first and the last that Python knows."""
    if at <= LONG_AGO:
        return datetime.min.replace(tzinfo=UTC)
    return datetime.max.replace(tzinfo=UTC) if at >= NEVER else _EPOCH + at * _MICROSECOND
