"""A form of a customer's page that was not saved."""

from dataclasses import dataclass, field

from saleor_relacional.errors import RelacionalError


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What was typed into a form that was not saved."""

    form: str
    error: RelacionalError
    typed: dict[str, str] = field(repr=False)
