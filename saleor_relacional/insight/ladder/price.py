"""Budget as a price: what a unit of reserved money has to earn beyond itself while there is not enough of it.

The dual of "spend at most the budget" (Agrawal, Devanur 2016, bandits with knapsacks): a multiplier that rises while
more is reserved than the budget bears, and falls while it is not. The budget itself holds whatever the price says:
what does not fit is not open.
"""

from __future__ import annotations

AIM = 0.9
"""Part of the budget that may be reserved before the price rises: what is left is for those who come last."""
STEP = 0.1
"""How much the price moves per update for each budget that is reserved beyond the aim."""


def updated(price: float, reserved: float, budget: float | None) -> float:
    """The next price, from what is reserved and spent now of a budget. 0 without a budget; never below 0."""
    if budget is None:
        return 0.0
    if budget <= 0 or reserved < 0:
        raise ValueError(
            f"budget {budget} and reserved {reserved}: a budget is above 0, money reserved not below"
        )
    return max(0.0, price + STEP * (reserved / budget - AIM))
