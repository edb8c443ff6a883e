"""Orders of one sitting are one purchase occasion: whoever orders at 23:59 and again at 00:01 has no rhythm of a day.

An order that is placed less than `SITTING` after the last one of the purchase day before belongs to that day. Two on
one day are one occasion in any case.
"""

SITTING = "interval '4 hours'"


def previous(owner: str) -> str:
    """A window over purchases, by the columns of `owner`: those of the purchase day before."""
    return f"previous AS (PARTITION BY {owner} ORDER BY day GROUPS BETWEEN 1 PRECEDING AND 1 PRECEDING)"


PREVIOUS = previous("profile_id")
"""In the order of the index of purchase days."""

OCCASION = f"""CASE WHEN placed_at - max(placed_at) OVER previous < {SITTING}
    THEN max(day) OVER previous ELSE day END"""
"""The day of the occasion that a purchase belongs to, over the columns day and placed_at and the window PREVIOUS."""

LATE = "gap <= 1 AND placed_at < (day + time '05:00') AT TIME ZONE %(zone)s"
"""Condition over a purchase (columns gap, day, placed_at): it may belong to the sitting of an evening. Parameter: the
shop's zone. An hour more than a sitting, because clocks change at night."""
