"""Budget as a price: what a unit of reserved money has to earn beyond itself while there is not enough of it.

The dual of "spend at most the budget" (Agrawal, Devanur 2016, bandits with knapsacks): a multiplier that rises while
more is reserved than the budget bears, and falls while it is not. The budget itself holds whatever the price says:
what does not fit is not open.
"""

from __future__ import annotations

from collections.abc import Iterable

AIM = 0.9
"""Part of the budget that may be reserved before the price rises: what is left is for those who come last."""
STEP = 0.1
"""How much the price moves per night for each budget that is reserved beyond the aim."""
LEAST = 1 / 31
"""Part of a month that has passed at least: on its first night a day."""


def updated(price: float, budgets: Iterable[tuple[float, float]], passed: float) -> float:
    """The next price, from (reserved and spent, budget) of each budget that holds, of a month of which this part has
    passed: so much of a budget may have been used by now. The one that is used most says the price. 0 without a budget;
    never below 0. A budget of nothing has no price: nothing fits into it."""
    parts = []
    for reserved, budget in budgets:
        if budget < 0 or reserved < 0:
            raise ValueError(f"budget {budget} and reserved {reserved}: neither is below 0")
        if budget:
            parts.append(reserved / (budget * max(passed, LEAST)))
    return max(0.0, price + STEP * (max(parts) - AIM)) if parts else 0.0
