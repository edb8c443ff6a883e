"""After how many days the buyers of a shop most often come back for the first time.

The gaps between first and second purchases, smoothed on a logarithmic scale (a Gaussian kernel, the rule of thumb of
Silverman 1986, eq. 3.28), as returns per day. A shop that has seen few has the mode of its rhythm, which is log-normal.
"""

from __future__ import annotations

import math

import numpy as np

from saleor_relacional.insight.timing.next_order import ShopGaps
from saleor_relacional.insight.timing.rhythm import ShopRhythm

ENOUGH = 30
"""First gaps from which on they speak for themselves."""
EARLIEST, LATEST = 7, 180
"""Days. Sooner people are still unpacking, and half a year later nobody connects the two."""
_NARROWEST = 0.05


def most_often(first_gaps: ShopGaps, rhythm: ShopRhythm) -> float:
    """Days after the first purchase, between EARLIEST and LATEST."""
    known = first_gaps.days > 0
    days, count = first_gaps.days[known], first_gaps.count[known]
    if count.sum() < ENOUGH:
        mode = math.exp(min(rhythm.log_mean - rhythm.between_variance - rhythm.within_variance, 20.0))
        return float(min(max(mode, EARLIEST), LATEST))
    logs, weight = np.log(days), count / count.sum()
    mean = float(weight @ logs)
    spread = math.sqrt(float(weight @ (logs - mean) ** 2))
    width = max(1.06 * spread * float(count.sum()) ** -0.2, _NARROWEST)
    day = np.arange(EARLIEST, LATEST + 1, dtype=np.float64)
    away = (np.log(day)[:, None] - logs[None, :]) / width
    a_day = (np.exp(-0.5 * away**2) @ weight) / day
    return float(day[int(np.argmax(a_day))])
