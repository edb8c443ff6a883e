"""What is measured of people, fixed before they start."""

from enum import StrEnum


class Outcome(StrEnum):
    """One outcome of a person within their window; the last four are harm, or may show it."""

    CAME_BACK = "came_back"
    """Whether they bought."""
    ORDERS = "orders"
    KEPT = "kept"
    """Money kept, up to the campaign's cap."""
    UNCAPPED = "uncapped"
    """All money kept."""
    MARGIN = "margin"
    """What was earned of it, in the proportion in which the cap counts their money."""
    AFTER = "after"
    """Money kept in the window after it: what was only brought forward is missing there."""
    OBJECTED = "objected"
    COMPLAINED = "complained"
    REFUNDED = "refunded"

    @property
    def binary(self) -> bool:
        """Whether it is yes or no."""
        return self in (Outcome.CAME_BACK, Outcome.OBJECTED, Outcome.COMPLAINED, Outcome.REFUNDED)
