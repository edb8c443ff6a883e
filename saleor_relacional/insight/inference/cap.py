"""The cap on money: so that one large order does not decide what a campaign is believed to earn.

Fixed before a campaign starts, from the past of the shop alone; what is estimated is then the mean of capped money.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from saleor_relacional.insight.history import columns

QUANTILE = 0.95
"""Of the returning spends. Measured beside .9 and .975 in docs/maths.md."""
LEAST_SPENDS = 20
"""With fewer there is no cap: such a quantile would be the greatest spend that happens to be known."""


def cap(spends: npt.ArrayLike, *, quantile: float = QUANTILE) -> float | None:
    """What a person's money is counted up to, from the spends per person of windows in which somebody of the shop came
    back in the past, in one currency. None: too few are known, and nothing is capped.

    Spends of nothing are left out. Raises ValueError for a quantile outside 0 to 1.
    """
    if not 0 < quantile < 1:
        raise ValueError(f"quantile is {quantile}: give a number between 0 and 1")
    (money,) = columns(spends=spends)
    money = money[money > 0]
    return float(np.quantile(money, quantile)) if len(money) >= LEAST_SPENDS else None


def counted(bought: npt.ArrayLike, most: float | None) -> npt.NDArray[np.float64]:
    """Which part of a person's money counts: 1 up to the cap, and cap / bought beyond it. `bought` is what they kept
    before anything was taken off. All their money is multiplied by it: kept, margin, what an offer took off.

    Not min(margin, cap): of whoever buys for ten times the cap that would count the margin whole and the offer's cost
    not at all, and offers to great customers would look free.
    """
    (money,) = columns(bought=bought)
    if most is None:
        return np.ones_like(money)
    if not most > 0:
        raise ValueError(f"the cap is {most}: give a number above 0, or None")
    return most / np.maximum(money, most)
