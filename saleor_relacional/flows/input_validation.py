"""What people typed, made fit to be kept and shown: no control characters, no marks that turn the reading direction,
and no longer than its column. Every function raises BadInput with the field at fault."""

import unicodedata
from decimal import Decimal, InvalidOperation

from saleor_relacional.errors import BadInput

UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode categories that have no place in a name: controls, half characters, separators of lines."""
TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the reading direction: they make a name read as another one."""
BREAKS = frozenset("\n\r\t")


def line(text: str, *, field: str, most: int, required: bool = True) -> str:
    """The text as one line, trimmed; empty only when it is not `required`. At most `most` characters."""
    kept = _plain(text.strip(), field, most, frozenset(), "Give one line of text, without line breaks.")
    if required and not kept:
        raise BadInput("Give one line of text.", code="REQUIRED", field=field)
    return kept


def words(text: str, *, field: str, most: int = 10_000) -> str:
    """The text, trimmed; line breaks and tabs stay. At most `most` characters."""
    return _plain(text.strip(), field, most, BREAKS, "Leave out control characters.")


def amount(value: Decimal | int, *, field: str, places: str) -> Decimal:
    """The number, rounded as it is stored. `places` is a unit of the last decimal, such as 0.001."""
    try:
        number = Decimal(value)
        if not number.is_finite():
            raise BadInput("Give a number.", field=field)
        return number.quantize(Decimal(places))
    except InvalidOperation as error:
        raise BadInput("This number is too large.", field=field) from error


def _plain(text: str, field: str, most: int, allowed: frozenset[str], cure: str) -> str:
    if len(text) > most:
        raise BadInput(f"Give at most {most} characters.", field=field)
    if any(
        letter in TURNS or unicodedata.category(letter) in UNSEEN for letter in text if letter not in allowed
    ):
        raise BadInput(cure, field=field)
    return text
