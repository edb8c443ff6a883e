"""Changepoints in one customer's history: the product's "habit shift".

Numbers (log gaps, log values) by the largest two-sample t over all places, names
(category, channel, address) by the last purchases all being of kinds never seen before. p-values count every place
looked at, and every set of kinds that could have stood last (Bonferroni). A history is looked at anew after each
order: for numbers the alarm is spent over the looks, so that not each look but a whole life without a change is called
changed in at most about `LIFE` of cases. Measured: docs/maths.md.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from saleor_relacional.insight.history import FloatArray

SIDE = 3
"""Values on each side of a change: fewer cannot show one."""
SETTLED = 2 * SIDE
"""Values that a habit must have lasted, where it began with a change itself, before another change is believed: the
same change, seen a little earlier or later with more data, is no second one."""
LIFE = 0.02
"""Chance, about, of a changepoint in numbers where there is none, over a whole history looked at after each order."""
NAMES_ALARM = 0.01
"""Chance of one in names where there is none, per look: new kinds seldom come, so a whole history has hardly more."""
MOST_NAMES = 300
"""The last names that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changepoint:
    """The place at which a history changed."""

    at: int
    """Index of the first value after the change: learn anew from here."""
    before: float
    """Mean before (of what was given), or nan for names."""
    after: float
    p_value: float
    """Chance of as clear a change somewhere in a history that has none."""


def alarm(n: npt.ArrayLike) -> FloatArray:
    """The p-value at or below which n numbers are called changed: `LIFE` spent over the looks as 1 / n."""
    return np.asarray(LIFE / np.maximum(np.asarray(n, dtype=np.float64), 1.0))


def chance(t: npt.ArrayLike, n: npt.ArrayLike, places: npt.ArrayLike) -> FloatArray:
    """Chance of a largest two-sample t as large as `t`, at so many places of n values without a change, at most."""
    freedom, far = np.asarray(n, dtype=np.float64) - 2.0, np.asarray(t, dtype=np.float64)
    return np.asarray(np.minimum(1.0, 2.0 * np.asarray(places) * special.stdtr(freedom, -far)))


def in_numbers(
    values: Sequence[float], level: float | None = None, earliest: int = SIDE
) -> Changepoint | None:
    """The clearest change of mean, or None. Give logarithms of gaps or of positive order values, oldest first.

    A change that would be clearer still with fewer than `SIDE` values after it is too fresh to be placed: wait.
    `level`: the p-value to reach, `alarm` of the length when not given. `earliest`: the first place looked at,
    `SETTLED` where the history begins with a change.
    """
    y = np.asarray(values, dtype=np.float64)
    if not np.isfinite(y).all():
        raise ValueError(
            "values are not all finite: leave out orders of 0.00 or less before taking logarithms"
        )
    n = len(y)
    if n < earliest + SIDE or float(np.ptp(y)) == 0.0:
        return None
    places = np.arange(earliest, n)
    total, squares = np.cumsum(y), np.cumsum(y * y)
    before = total[places - 1] / places
    after = (total[-1] - total[places - 1]) / (n - places)
    scatter = np.maximum(squares[-1] - places * before**2 - (n - places) * after**2, 1e-12 * squares[-1])
    t = np.abs(after - before) / np.sqrt(scatter / (n - 2) * (1.0 / places + 1.0 / (n - places)))
    best = int(np.argmax(t))
    p = float(chance(t[best], n, n - SIDE - earliest + 1))
    if places[best] > n - SIDE or p > (float(alarm(n)) if level is None else level):
        return None
    return Changepoint(at=int(places[best]), before=float(before[best]), after=float(after[best]), p_value=p)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changepoints:
    """The histories that changed, by rising place; columns as in `Changepoint`."""

    at: npt.NDArray[np.int64]
    """Index into all values of the first one after the change."""
    before: FloatArray
    after: FloatArray
    p_value: FloatArray


def in_many(values: FloatArray, starts: npt.ArrayLike, earliest: npt.ArrayLike) -> Changepoints:
    """As `in_numbers`, of many histories at once. `values`: theirs one after another, all finite; `starts`: index of
    the first value of each, rising from 0; `earliest`: of each."""
    start = np.asarray(starts, dtype=np.int64)
    n = np.diff(np.append(start, len(values)))
    first = np.asarray(earliest, dtype=np.int64)
    enough = n >= first + SIDE
    if not enough.any():
        return Changepoints(at=start[:0], before=values[:0], after=values[:0], p_value=values[:0])
    t, before, after = _two_sample(values, start, n)
    place = np.arange(len(values)) - np.repeat(start, n)
    t[place < np.repeat(first, n)] = -1.0
    best = np.maximum.reduceat(t, start)
    at = np.maximum.reduceat(np.where(t == np.repeat(best, n), -np.arange(len(values)), -len(values)), start)
    clearest, p = -at, chance(np.maximum(best, 0.0), np.maximum(n, 3), np.maximum(n - SIDE - first + 1, 1))
    changed = enough & (best > 0.0) & (p <= alarm(n)) & (place[clearest] <= n - SIDE)
    rows = clearest[changed]
    return Changepoints(at=rows, before=before[rows], after=after[rows], p_value=p[changed])


def _two_sample(
    values: FloatArray, start: npt.NDArray[np.int64], n: npt.NDArray[np.int64]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """t of the values of each history from each place on against those before it, 0 where all are alike, and both
    means. Sums run over differences from each history's mean: those of one history leave nothing in the next."""
    whole = np.repeat(n, n).astype(np.float64)
    mean = np.repeat(np.add.reduceat(values, start) / n, n)
    y = values - mean
    place = (np.arange(len(values)) - np.repeat(start, n)).astype(np.float64)
    running = np.append(0.0, np.cumsum(y)[:-1])
    sums = running - np.repeat(running[start], n)
    scatter, squares = (np.repeat(np.add.reduceat(some, start), n) for some in (y * y, values * values))
    with np.errstate(divide="ignore", invalid="ignore"):
        before, after = sums / place, -sums / (whole - place)
        within = np.maximum(scatter - sums * before + sums * after, 1e-12 * squares)
        t = np.abs(after - before) / np.sqrt(within / (whole - 2.0) * (1.0 / place + 1.0 / (whole - place)))
    return np.where(np.isfinite(t), t, -1.0), mean + before, mean + after


def in_names(
    names: Sequence[Hashable], level: float = NAMES_ALARM, earliest: int = SIDE
) -> Changepoint | None:
    """The last purchases all of kinds never seen before them, or None. The last `MOST_NAMES` are looked at.

    In an order without meaning m given ones of n stand last with probability 1 / (n over m); as many sets of whole
    kinds make up m names, so many times as likely is it that one of those stands last. Who never buys the same kind
    twice changes with every purchase, and so never.
    """
    skipped = max(0, len(names) - MOST_NAMES)
    names = names[skipped:]
    n, best = len(names), None
    fresh = [at for at in _fresh(names) if earliest <= at <= n - SIDE]
    if not fresh:
        return None
    sets = _sets(names)
    for at in fresh:
        p = min(1.0, (n - SIDE - earliest + 1) * float(sets[n - at]) / math.comb(n, at))
        if p <= level and (best is None or p < best.p_value):
            best = Changepoint(at=skipped + at, before=math.nan, after=math.nan, p_value=p)
    return best


def least_new(n: int) -> int:
    """Fewer names than these, of n, on either side, never show a change; n when none does."""
    places = max(n - SIDE - SETTLED + 1, 1)  # looked at least, and so the easiest to pass
    for m in range(SIDE, n // 2 + 1):
        if places / math.comb(n, m) <= NAMES_ALARM:
            return m
    return n


def _fresh(names: Sequence[Hashable]) -> list[int]:
    """Places from which on nothing is of a kind seen before, rising."""
    first: dict[Hashable, int] = {}
    for i, name in enumerate(names):
        first.setdefault(name, i)
    found, oldest = [], len(names)
    for i in range(len(names) - 1, -1, -1):
        oldest = min(oldest, first[names[i]])
        if oldest == i:
            found.append(i)
    return found[::-1]


def _sets(names: Sequence[Hashable]) -> FloatArray:
    """How many sets of whole kinds make up 0, 1, … n of the names."""
    ways = np.zeros(len(names) + 1)
    ways[0] = 1.0
    for count in Counter(names).values():
        ways[count:] += ways[:-count].copy()
    return ways
