"""Forms of the policy."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from saleor_relacional.dashboard.fields import Field, Typed, version


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
        return version(self.fields)
