"""Why somebody drew the rung that they drew: codes that are kept with the decision."""

from enum import StrEnum


class RungReason(StrEnum):
    """The first says what decided; the others what was closed to them on the way there."""

    CONTROL = "control"
    """They are in the control group: nothing."""
    RULE = "rule"
    """The first rule of the step whose segment they are in."""
    DEFAULT = "default"
    """The step's default: they are in no segment of a rule."""
    LEARNT = "learnt"
    """It was drawn with probabilities that were learnt."""
    STOPPED = "stopped"
    """A rung was closed: it is stopped in their segment."""
    UNAVAILABLE = "unavailable"
    """A rung was closed: it cannot be given now."""
    BUDGET = "budget"
    """A rung was closed: what it holds does not fit into what is left of the month's money."""
    DOUBTED = "doubted"
    """A rung was closed: what is known of it leaves hardly any hope."""
