"""The filters that write values the way the reader's language does. All of them take what the data
holds (Decimal or text for money, aware instants for time) and refuse what would be a guess."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent, is_currency
from liquid.exceptions import FilterArgumentError

LONGEST_NAME = 40
_LOOKS_LIKE_A_LINK = re.compile(r"://|\bwww\b|@|\w\.\w{2}|\d{3}", re.IGNORECASE)


class BadValue(FilterArgumentError):
    """A filter was given a value it cannot write. Says what it needs, never the value; Liquid adds its place."""

    def __init__(self, needs: str) -> None:
        super().__init__(needs, token=None)


def money(value: object, locale: Locale, zone: str | None) -> str:
    """{amount, currency} → 1.234,50 €. An amount in binary floating point is refused."""
    if not isinstance(value, Mapping) or set(value) < {"amount", "currency"}:
        raise BadValue("`money` needs a mapping with amount and currency")
    currency = str(value["currency"]).upper()
    if not _is_currency(currency):
        raise BadValue("`money` needs a currency of ISO 4217, such as EUR")
    return _money(str(_decimal(value["amount"], "money")), currency, locale)


def number(value: object, locale: Locale, zone: str | None) -> str:
    return _number(str(_decimal(value, "number")), locale)


def percent(value: object, locale: Locale, zone: str | None) -> str:
    """10 → 10%, as a voucher says it (not 0.1)."""
    points = _decimal(value, "percent")
    return _percent(str(points), locale)


def date(value: object, locale: Locale, zone: str | None) -> str:
    """A day in words. An instant is first moved to the zone in the data's `timezone`."""
    day = _parsed(value) if isinstance(value, str) else value
    if isinstance(day, dt.datetime):
        if day.tzinfo is None:
            raise BadValue("`date` needs an instant with its time zone")
        day = day.astimezone(_zone(zone)).date()
    if not isinstance(day, dt.date):
        raise BadValue("`date` needs a date or an instant")
    return _day(day, locale)


def person(value: object, locale: Locale, zone: str | None) -> str:
    """A first name to greet with, or nothing. Names are typed by strangers: one that holds a link, a telephone
    number, or is a sentence, would let them send their words from our address."""
    name = value if isinstance(value, str) else ""
    unfit = len(name) > LONGEST_NAME or _LOOKS_LIKE_A_LINK.search(name)
    return "" if unfit else name


def countries(value: object, locale: Locale, zone: str | None) -> str:
    """Codes of ISO 3166 → the countries' names, as a list of the language."""
    codes = _listed(value, "countries")
    return format_list([locale.territories.get(code, code) for code in codes], locale=locale) if codes else ""


def names(value: object, locale: Locale, zone: str | None) -> str:
    """Names, as a list of the language."""
    found = _listed(value, "names")
    return format_list(found, locale=locale) if found else ""


def _listed(value: object, name: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BadValue(f"`{name}` needs a list of texts")
    return value


_kept = lru_cache(maxsize=2_048)
"""Writing a date takes a hundred times as long as finding it, and a campaign's mails say the same ones."""
_is_currency = _kept(is_currency)


@_kept
def _day(day: dt.date, locale: Locale) -> str:
    return format_date(day, format="long", locale=locale)


@_kept
def _money(exact: str, currency: str, locale: Locale) -> str:
    return format_currency(Decimal(exact), currency, locale=locale)


@_kept
def _number(exact: str, locale: Locale) -> str:
    return format_decimal(Decimal(exact), locale=locale)


@_kept
def _percent(exact: str, locale: Locale) -> str:
    return format_percent(Decimal(exact) / 100, locale=locale, decimal_quantization=False)


def _decimal(value: object, name: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise BadValue(f"`{name}` needs a Decimal, a whole number or text such as 12.50")
    try:
        exact = Decimal(value)
    except InvalidOperation:
        raise BadValue(f"`{name}` needs a number") from None
    if not exact.is_finite() or exact.adjusted() > 15 or exact.adjusted() < -15:
        raise BadValue(f"`{name}` needs a number of an ordinary size")
    return exact


def _parsed(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else dt.datetime.fromisoformat(text)
    except ValueError:
        raise BadValue("`date` needs a date such as 2025-03-14") from None


def _zone(name: str | None) -> ZoneInfo:
    if name is None:
        raise BadValue("`date` of an instant needs `timezone` in the data, such as Europe/Madrid")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadValue("`timezone` in the data is no IANA zone, such as Europe/Madrid") from None


Local = Callable[[object, Locale, "str | None"], str]
LOCAL: dict[str, Local] = {
    "money": money,
    "number": number,
    "percent": percent,
    "date": date,
    "person": person,
    "countries": countries,
    "names": names,
}
