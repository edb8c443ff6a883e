"""What an owner types in, chooses or ticks: fields of the checklist's and the policy's forms."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from saleor_relacional.errors import BadInput, RelacionalError

CONFLICT = "CONFLICT"
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
    """text, email, url, number, time, colour, zone, words (several lines), tick, choice, ticks or hidden."""
    hint: str = ""
    options: Sequence[tuple[str, str]] = ()
    """Of a choice or of ticks: value and words."""
    required: bool = False
    said: str = ""
    """What holds beside it, such as a contrast."""
    held: str | None = None
    """What holds, where the form begins with something else."""

    @property
    def chosen(self) -> Sequence[str]:
        """Of ticks: those that are set."""
        return self.value.split(",")

    @property
    def told(self) -> str:
        """What it says, in the words of the form itself."""
        if self.kind == "tick":
            return _("Yes") if self.value else _("No")
        if self.kind == "ticks":
            return ", ".join(words for value, words in self.options if value in self.chosen) or "–"
        words = dict(self.options).get(self.value, self.value) if self.kind == "choice" else self.value
        return words or "–"


def version(fields: Sequence[Field]) -> str:
    """Changes whenever what a form holds does: two who edit at once are told by it."""
    told = "\0".join(f"{field.name}\1{field.value if field.held is None else field.held}" for field in fields)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def changed_meanwhile() -> RelacionalError:
    """Somebody else has saved the form since it was read."""
    said = _("Somebody else has changed this meanwhile. Nothing of yours is saved yet: look, and save again.")
    return RelacionalError(said, code=CONFLICT)


def said_now(held: Sequence[Field], typed: Sequence[Field]) -> list[dict[str, str]]:
    """What holds by now, of the fields of which something else was typed."""
    return [
        {"label": now.label, "value": now.told}
        for now, mine in zip(held, typed, strict=True) if now.value != mine.value
    ]  # fmt: skip


def sent(request: HttpRequest) -> dict[str, str]:
    """What a form sends."""
    return {name: ",".join(map(str, values)) for name, values in request.POST.lists()}


def whole(text: str, *, field: str) -> int:
    """The whole number that was typed. Raises BadInput."""
    try:
        return int(text.strip())
    except ValueError as error:
        raise BadInput(_("Give a whole number."), field=field) from error


def day(text: str, *, field: str) -> date:
    """The day that was chosen. Raises BadInput."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise BadInput(_("Give a day."), field=field) from error


def uuid_of(text: str) -> UUID | None:
    """The id that was sent; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
