"""One thing that is wrong with a template."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FaultCode(StrEnum):
    """What is wrong, for programs. flows/messages/fault_words.py says it to people."""

    UNKNOWN_VARIABLE = "unknown_variable"
    """The message does not know it."""
    LIQUID = "liquid"
    """The Liquid is broken, or does what is not available."""
    MARKUP = "markup"
    """The MJML or HTML is not well-formed."""
    ELEMENT = "element"
    """An element that a mail of ours does not hold."""
    ATTRIBUTE = "attribute"
    """An attribute that acts, or loads something."""
    LINK = "link"
    """A link that leads nowhere."""
    PICTURE = "picture"
    """A picture's address that is none, or differs from person to person."""
    TOO_LONG = "too_long"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A template fault: what is wrong, and its place."""

    code: FaultCode
    part: str
    """subject, preheader, mjml or text."""
    line: int | None = None
    """From 1; None where it is the whole part."""
    column: int | None = None
    what: str = ""
    """The word at fault, as it stands in the template."""
    near: str = ""
    """What may have been meant, or what is said beside it."""


def place(source: str, index: int) -> tuple[int, int]:
    """(line, column) of a character, from 1."""
    return source.count("\n", 0, index) + 1, index - source.rfind("\n", 0, index)
