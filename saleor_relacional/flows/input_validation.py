"""What people typed, made fit to be kept and shown: no control characters, no marks that turn the reading direction,
and no longer than its column. Every function raises BadInput with the field at fault."""

import unicodedata
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from saleor_relacional.errors import BadInput

UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode categories that have no place in a name: controls, half characters, separators of lines."""
TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the reading direction: they make a name read as another one."""
BREAKS = frozenset("\n\r\t")
MOST_MAILS = 1_000_000
"""No shop sends more per day: whoever types more has slipped, and the column ends at two thousand million."""


def line(text: str, *, field: str, most: int, required: bool = True) -> str:
    """The text as one line, trimmed; empty only when it is not `required`. At most `most` characters."""
    kept = _plain(text.strip(), field, most, frozenset(), _("Give one line of text, without line breaks."))
    if required and not kept:
        raise BadInput(_("Give one line of text."), code="REQUIRED", field=field)
    return kept


def words(text: str, *, field: str, most: int = 10_000) -> str:
    """The text, trimmed; tabs stay, and so do line breaks, as one character each: a browser sends two. At most `most`
    characters."""
    return _plain(text.replace("\r\n", "\n").strip(), field, most, BREAKS, _("Leave out control characters."))


def amount(value: Decimal | int, *, field: str, places: str) -> Decimal:
    """The number, rounded as it is stored. `places` is a unit of the last decimal, such as 0.001."""
    try:
        number = Decimal(value)
        if not number.is_finite():
            raise BadInput(_("Give a number."), field=field)
        return number.quantize(Decimal(places))
    except InvalidOperation as error:
        raise BadInput(_("This number is too large."), field=field) from error


def mails_per_day(number: int, *, field: str) -> int:
    """The number, where it can be one of mails per day."""
    if not 0 <= number <= MOST_MAILS:
        raise BadInput(
            _("It counts mails per day: give 0 or more, and at most %(most)s.") % {"most": MOST_MAILS},
            field=field,
        )
    return number


def _plain(text: str, field: str, most: int, allowed: frozenset[str], cure: str) -> str:
    if len(text) > most:
        raise BadInput(_("Give at most %(most)s characters.") % {"most": most}, field=field)
    if any(
        letter in TURNS or unicodedata.category(letter) in UNSEEN for letter in text if letter not in allowed
    ):
        raise BadInput(cure, field=field)
    return text
