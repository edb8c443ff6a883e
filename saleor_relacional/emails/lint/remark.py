"""One thing that a mail should not say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RemarkCode(StrEnum):
    """What is pointed out, for programs. flows/messages/remark_words.py says it to people."""

    FALSE_REPLY = "false_reply"
    """A subject that looks like an answer to somebody who has not written."""
    URGENCY = "urgency"
    """Hurry without a day on which it ends."""
    PRICE = "price"
    """A price or a code in a message that offers nothing."""
    NO_ALT = "no_alt"
    """A picture without words."""
    LINK_TEXT = "link_text"
    """A link whose words do not say where it leads."""
    BUTTONS = "buttons"
    """More than one button."""
    LONG = "long"
    """It takes longer than a minute to read."""
    VOICE = "voice"
    """It says tú where the shop says usted."""


GRAVE = frozenset({RemarkCode.FALSE_REPLY, RemarkCode.URGENCY, RemarkCode.PRICE})
"""What deceives or breaks a promise: a campaign with it is not switched on. Of the others the owner is only told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A template remark: what is pointed out, and its place."""

    code: RemarkCode
    part: str
    """subject, preheader, mjml or text."""
    line: int | None = None
    """From 1; None where it is the whole part."""
    column: int | None = None
    what: str = ""
    """The words at fault, as they stand in the template, or a number."""

    @property
    def grave(self) -> bool:
        """Whether it keeps a campaign from being switched on."""
        return self.code in GRAVE
