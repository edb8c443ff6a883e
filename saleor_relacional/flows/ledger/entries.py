"""What a ledger is made of: sections of entries, each with a name that stays, so that somebody can say "that is wrong"
of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

MOST = 20
"""Entries of a kind that are shown, the latest; the export holds all."""


class SectionKind(StrEnum):
    """The sections, in their order."""

    KNOW = "know"
    """Facts: who they are to us, what they bought and gave back, what lies in a checkout."""
    BELIEVE = "believe"
    """What we conclude from them, and why."""
    SENT = "sent"
    """What we wrote and said, and why."""
    PLAN = "plan"
    OFFERS = "offers"
    PROMISED = "promised"
    """What they were promised, and whether it was kept."""
    ALLOWED = "allowed"
    """What they agreed and objected to, word for word."""


class Correctable(StrEnum):
    """What the person can set right about an entry, beside saying so in words."""

    NOTHING = ""
    RHYTHM = "rhythm"
    """They say how often they buy, and that holds at once."""
    PURCHASE = "purchase"
    """It was a gift, or is not theirs: staff accept it, and it counts as that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A ledger entry: one thing, in words, in the reader's language."""

    name: str
    """Stays the same as long as the thing does; tells nothing to whoever does not hold our tables."""
    title: str
    detail: str = ""
    """Why, or how sure; empty where the title says all."""
    at: datetime | None = None
    """When it happened, or is to happen; None where it has no moment."""
    correctable: Correctable = Correctable.NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A ledger section: one part of it."""

    kind: SectionKind
    summary: str
    """All of it in one line."""
    entries: Sequence[Entry] = field(default=())
    """The latest first where they have a moment; at most MOST of each kind."""
    left_out: int = 0
    """Older ones that only the export holds."""


def name(kind: str, key: object) -> str:
    """The name of the entry that tells of our row `key` of this kind. It changes with neither language nor merge."""
    digest = hashlib.sha256(f"relacional:{kind}:{key}".encode()).hexdigest()[:16]
    return f"{kind}-{digest}"
