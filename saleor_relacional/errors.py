"""Our exceptions, each with a sentence that says what to do. Expected outcomes are values, not exceptions."""

from collections.abc import Sequence


class RelacionalError(Exception):
    """Base of what we raise on purpose. The message names the place and the cure and holds no personal data."""

    def __init__(self, message: str, *, code: str = "INVALID", field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.field = field


class Misconfigured(RelacionalError):
    """A setting is missing or contradicts another."""


class Refused(RelacionalError):
    """The caller may not do this, or it is not allowed now. Nothing has changed."""


class Several(Refused):
    """More than one thing stands in the way, each a refusal of its own: `problems`, one at least."""

    def __init__(self, problems: Sequence[Refused]) -> None:
        words = " ".join(one.message for one in problems)
        super().__init__(words, code=problems[0].code, field=problems[0].field)
        self.problems = problems


class BadInput(RelacionalError):
    """The input cannot be used. Nothing has changed."""
