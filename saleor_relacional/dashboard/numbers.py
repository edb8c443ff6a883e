"""Numbers as people type them. In Madrid 1.000 is a thousand and 1,5 more than one; in London it is the other way
round, and owners of both have pages in both languages. What can be read in one way only is read; of an amount that can
be read in two nothing is guessed: it would be a budget of one euro instead of a thousand.
"""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from saleor_relacional.errors import BadInput

LONGEST = 40
_SIGNED = r"[+-]?"
_ONE_WAY = re.compile(
    rf"""{_SIGNED}(?:
      (?P<plain>\d*(?:[.,]\d+)?|\d+[.,])                 # 1000  1000.5  0,125  .5
    | (?P<blanks>\d{{1,3}}(?:[ '’]\d{{3}})+(?:[.,]\d+)?)  # 1 000,50  1'000.50
    | (?P<dots>\d{{1,3}}(?:\.\d{{3}})+(?:,\d+)?)          # 1.000,50  1.000.000
    | (?P<commas>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?)        # 1,000.50
    )""",
    re.VERBOSE | re.ASCII,
)
_TWO_WAYS = re.compile(rf"{_SIGNED}[1-9]\d{{0,2}}[.,]\d{{3}}", re.ASCII)


def number(text: str, *, field: str) -> Decimal:
    """A share, a number of days or the like: 12.5 and 12,5 are the same, and 1.125 is little more than one. Raises
    BadInput."""
    return _read(text, field)


def amount(text: str, *, field: str) -> Decimal:
    """An amount of money. Raises BadInput, also for one such as 1.000, which is a thousand to one reader and one to
    another."""
    if _TWO_WAYS.fullmatch(text.strip()):
        digits = re.sub("[.,]", "", text.strip())
        said = _("Is that %(thousands)s? Then write it so, without a separator; else with two decimals.")
        raise BadInput(said % {"thousands": digits}, field=field)
    return _read(text, field)


def whole(text: str, *, field: str) -> Decimal:
    """A count: what separates three digits separates thousands. Not yet known to be whole. Raises BadInput."""
    if _TWO_WAYS.fullmatch(text.strip()):
        return Decimal(re.sub("[.,]", "", text.strip()))
    return _read(text, field)


def shown(value: Decimal | str) -> str:
    """What is kept, to stand in a field: without trailing zeros but where it could be read in two ways."""
    text = value if isinstance(value, str) else format(value.normalize(), "f")
    return f"{text}0" if _TWO_WAYS.fullmatch(text) else text


def _read(text: str, field: str) -> Decimal:
    typed = " ".join(text.split())
    found = _ONE_WAY.fullmatch(typed) if len(typed) <= LONGEST else None
    if found is None or not any(sign.isdigit() for sign in typed):
        raise BadInput(_("Give a number."), field=field)
    if found["plain"] is not None:
        return Decimal(typed.replace(",", "."))
    told = re.sub("[ '’]", "", typed)
    return Decimal(told.replace(".", "").replace(",", ".") if found["dots"] else _with_dot(told, found))


def _with_dot(told: str, found: re.Match[str]) -> str:
    return told.replace(",", "") if found["commas"] else told.replace(",", ".")
