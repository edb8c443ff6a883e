"""Changes of rhythm and basket: the largest two-sample t of each history over all its places. Purchases leave the
database as columns of numbers, and all histories are looked at together."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from saleor_relacional.db import binary, sql, tables
from saleor_relacional.insight.timing import changepoint

Row = tuple[int, str, date, date | None, float | None, float | None, float]
"""(profile, what, day, told before, before, after, p-value)."""
Array = npt.NDArray[Any]

RHYTHM, BASKET = "rhythm", "basket"
SITTING = 4 * 3_600_000_000
"""Microseconds: see learning/sittings.py."""
COLUMNS = {"profile": "i8", "day": "i4", "ended": "i8", "begun": "i8", "sold": "f8", "currency": "S3"}
"""What a purchase, or a purchase day where baskets are compared, says. Moments and days as in db/binary."""
_START = date(2000, 1, 1)


def find(whom: str, parameters: dict[str, Any], kinds: Sequence[str] = (RHYTHM, BASKET)) -> Iterator[Row]:
    """Yields the clearest change of each history, where it reaches its alarm and is not too fresh to be placed."""
    query = _days(whom) if BASKET in kinds else _purchases(whom)
    bought = binary.read(sql.copy_out(binary.packed(query), parameters), COLUMNS)
    if not len(bought):
        return
    told = _told(whom, parameters)
    native = {name: bought[name].astype(np.dtype(kind)) for name, kind in COLUMNS.items()}
    if RHYTHM in kinds:
        yield from _changes(RHYTHM, native, _gaps(native), told)
    if BASKET in kinds:
        yield from _changes(BASKET, native, _baskets(native), told)


def _purchases(whom: str) -> str:
    """The purchases one by one, in order: gaps need no adding up."""
    return f"""
SELECT profile_id, day, placed_at, placed_at, 1::float8, 'EUR'::text
FROM {tables.PURCHASE} WHERE state = 'counts' AND placed_at <= %(now)s AND {whom} ORDER BY profile_id, day, placed_at"""


def _days(whom: str) -> str:
    """What each purchase day is worth, per currency, in order."""
    return f"""
SELECT profile_id, day, max(placed_at) AS ended, min(placed_at), sum(sold)::float8, rpad(currency, 3)
FROM {tables.PURCHASE} WHERE state = 'counts' AND placed_at <= %(now)s AND {whom}
GROUP BY profile_id, day, currency ORDER BY profile_id, day, ended"""


def _told(whom: str, parameters: dict[str, Any]) -> dict[str, dict[int, date]]:
    """Kind → profile → day of the last change that was recorded."""
    statement = f"""
SELECT what, profile_id, max(happened_on) FROM {tables.HABIT_SHIFT} WHERE {whom} GROUP BY what, profile_id"""
    told: dict[str, dict[int, date]] = {RHYTHM: {}, BASKET: {}}
    for what, profile, day in sql.rows(statement, parameters):
        told.setdefault(what, {})[profile] = day
    return told


def _gaps(bought: Mapping[str, Array]) -> Array:
    """Log days from each purchase to the next one of the same person; nan where there is none, and within a sitting."""
    same = bought["profile"][1:] == bought["profile"][:-1]
    apart = bought["begun"][1:] - bought["ended"][:-1] >= SITTING
    days = bought["day"][1:] - bought["day"][:-1]
    return np.append(_logs(np.where(same & apart, days, 0)), np.nan)


def _baskets(bought: Mapping[str, Array]) -> Array:
    """Log of what each purchase day is worth; nan in another currency than the person's last, and for nothing."""
    profile, currency = bought["profile"], bought["currency"]
    ends = np.append(profile[1:] != profile[:-1], True)
    latest = currency[ends][np.cumsum(ends) - ends]
    return _logs(np.where(currency == latest, bought["sold"], 0.0))


def _logs(values: Array) -> Array:
    """Of what is above 0; nan elsewhere."""
    return np.log(values, out=np.full(len(values), np.nan), where=values > 0)


def _changes(
    what: str, bought: Mapping[str, Array], value: Array, told: Mapping[str, Mapping[int, date]]
) -> Iterator[Row]:
    """The clearest change of each history of these values, since what was told before.

    A value belongs to the day on which it begins: a gap to the purchase that opens it."""
    known = told[what]
    since = np.full(len(value), binary.NO_DAY)
    if known:
        profiles = np.array(sorted(known))
        at = np.minimum(np.searchsorted(profiles, bought["profile"]), len(profiles) - 1)
        days = np.array([binary.day(known[profile]) for profile in profiles.tolist()])
        since = np.where(profiles[at] == bought["profile"], days[at], binary.NO_DAY)
    kept = np.isfinite(value) & (bought["day"] >= since)
    profile, day, value, since = bought["profile"][kept], bought["day"][kept], value[kept], since[kept]
    if not len(profile):
        return
    starts = np.flatnonzero(np.append(True, profile[1:] != profile[:-1]))
    earliest = np.where(since[starts] == binary.NO_DAY, changepoint.SIDE, changepoint.SETTLED)
    found = changepoint.in_many(value, starts, earliest)
    for place, before, after, p_value in zip(found.at, found.before, found.after, found.p_value, strict=True):
        one = int(profile[place])
        happened_on = _START + timedelta(days=int(day[place]))
        yield (
            one,
            what,
            happened_on,
            known.get(one),
            float(np.exp(before)),
            float(np.exp(after)),
            float(p_value),
        )
