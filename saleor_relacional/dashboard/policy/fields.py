"""Forms of the policy."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from saleor_relacional.dashboard.fields import Field, Typed


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
