"""What a code takes off one open checkout, in the host's own computation, or why it takes nothing off now."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class WhyNot(StrEnum):
    """Why a code takes nothing off this checkout now."""

    NOT_WORKING = "not_working"
    """It gives nothing anywhere: ended, spent, not begun, or staff deleted, deactivated or limited it."""
    CHANNEL = "channel"
    """It works, but not in the checkout's channel."""
    EMPTY = "empty"
    """Nothing is in the checkout."""
    UNAVAILABLE = "unavailable"
    """Something in the checkout can no longer be bought: the host grants no code until it is taken out."""
    MINIMUM_SPEND = "minimum_spend"
    """`TakesOff.missing` says how much."""
    MINIMUM_QUANTITY = "minimum_quantity"
    NOT_IN_BASKET = "not_in_basket"
    """Nothing of what it is for is in the checkout."""
    COUNTRY = "country"
    """It does not hold where the checkout is sent to."""
    NO_DELIVERY = "no_delivery"
    """It is for the delivery, and none is chosen yet, or nothing has to be sent."""
    ALREADY_USED = "already_used"
    """Staff limited the voucher to one per customer, and they had theirs."""
    STAFF_ONLY = "staff_only"
    NOTHING_OFF = "nothing_off"
    """The host would grant it, but what is to be paid would not fall: all is free, or a promotion that it takes the
    place of takes off as much."""
    OWNER = "owner"
    """It is bound to another account of theirs."""
    HELD = "held"
    """Another checkout of theirs tried to complete with it and still carries it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakesOff:
    """What becomes of what is to be paid, tax and delivery included, when a code is on a checkout."""

    amount: Decimal
    """By so much less than without any code; 0 exactly where `why_not` says why."""
    currency: str
    why_not: WhyNot | None = None
    missing: Decimal | None = None
    """To the minimum spend, in `currency`; only with MINIMUM_SPEND."""
    carried: bool = False
    """The checkout carries the code already."""
