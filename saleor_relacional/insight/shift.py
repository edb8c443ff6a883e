"""Habit shift: a change in how somebody buys is news of its own, not the beginning of their end.

Change-point on the own history. Numbers (log gaps, log values) by the largest two-sample t over all places, names
(category, channel, address) by the last purchases all being of a kind never seen before. Both p-values count every
place looked at (Bonferroni), so that a history without a change is called changed in at most `ALARM` of cases.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

ALARM = 0.01
"""Chance of calling a shift where there is none, at most, each time a history is looked at."""
_SIDE = 3
"""Values on each side of a change: fewer cannot show one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Where a history changed."""

    at: int
    """Index of the first value after the change: learn anew from here."""
    before: float
    """Mean before (of what was given), or nan for names."""
    after: float
    p_value: float
    """Chance of as clear a change somewhere in a history that has none."""


def in_numbers(values: Sequence[float], alarm: float = ALARM) -> Shift | None:
    """The clearest change of mean, or None. Give logarithms of gaps or of positive order values, oldest first."""
    y = np.asarray(values, dtype=np.float64)
    if not np.isfinite(y).all():
        raise ValueError(
            "values are not all finite: leave out orders of 0.00 or less before taking logarithms"
        )
    n = len(y)
    if n < 2 * _SIDE or float(np.ptp(y)) == 0.0:
        return None
    places = np.arange(_SIDE, n - _SIDE + 1)
    total, squares = np.cumsum(y), np.cumsum(y * y)
    before = total[places - 1] / places
    after = (total[-1] - total[places - 1]) / (n - places)
    scatter = np.maximum(squares[-1] - places * before**2 - (n - places) * after**2, 1e-12 * squares[-1])
    t = np.abs(after - before) / np.sqrt(scatter / (n - 2) * (1.0 / places + 1.0 / (n - places)))
    best = int(np.argmax(t))
    p = min(1.0, 2.0 * len(places) * float(special.stdtr(n - 2, -t[best])))
    if p > alarm:
        return None
    return Shift(at=int(places[best]), before=float(before[best]), after=float(after[best]), p_value=p)


def in_names(names: Sequence[Hashable], alarm: float = ALARM) -> Shift | None:
    """The last purchases all of kinds never seen before them, or None.

    In an order without meaning the m odd ones of n stand last with probability 1 / (n over m).
    """
    n = len(names)
    best: Shift | None = None
    for at in range(_SIDE, n - _SIDE + 1):
        if set(names[:at]) & set(names[at:]):
            continue
        p = min(1.0, (n - 2 * _SIDE + 1) / math.comb(n, at))
        if p <= alarm and (best is None or p < best.p_value):
            best = Shift(at=at, before=math.nan, after=math.nan, p_value=p)
    return best
