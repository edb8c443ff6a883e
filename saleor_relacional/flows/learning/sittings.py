"""Orders of one sitting are one purchase occasion: whoever orders at 23:59 and again at 00:01 has no rhythm of a day.

An order continues a sitting when the person's order before it was placed less than `SITTING` earlier. Across midnight
its purchase day is no occasion of its own: the occasion's day is that of the sitting's first order, and the next gap is
counted from the day of its last.
"""

SITTING = "interval '4 hours'"


def continues(window: str) -> str:
    """Condition over a purchase (columns day, placed_at) that it continues a sitting begun on an earlier day. `window`:
    name of a window over the purchases of one person by day and moment."""
    return f"(day <> lag(day) OVER {window} AND placed_at - lag(placed_at) OVER {window} < {SITTING})"


def gap(window: str) -> str:
    """Days since the purchase before: 0 within a day or a sitting, null for the first. `window` as in `continues`."""
    return f"CASE WHEN {continues(window)} THEN 0 ELSE day - lag(day) OVER {window} END"
