"""Forms of the policy: what is typed in or ticked, and what came of it."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

Typed = Mapping[str, str]
"""Name of a field → what was typed into it; several ticks of one name are joined by commas."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing to type in, choose or tick."""

    name: str
    """As the flow names it when it refuses; what was typed comes under it."""
    label: str
    value: str = ""
    kind: str = "text"
    """text, email, url, number, time, colour, words (several lines), tick, choice or ticks."""
    hint: str = ""
    options: Sequence[tuple[str, str]] = ()
    """Of a choice or of ticks: value and words."""
    said: str = ""
    """What holds beside it, such as a contrast."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Fields that are saved together."""

    code: str
    about: str = ""
    """Slug of the channel; empty: the whole shop."""
    title: str
    decided: str
    """What holds now, in a few words."""
    lead: str = ""
    fields: tuple[Field, ...]
    save: Callable[[Typed, datetime, str], object]
    """Saves what was typed, at this moment, by whom (Caller.reference). Raises BadInput with the field at fault."""

    @property
    def version(self) -> str:
        """Changes whenever what holds does."""
        told = "\0".join(f"{field.name}\1{field.value}" for field in self.fields)
        return hashlib.sha256(told.encode()).hexdigest()[:16]
