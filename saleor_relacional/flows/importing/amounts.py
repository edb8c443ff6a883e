"""Amounts as people write them, read by the rules of one language, strictly: what does not fit them is refused."""

import re
from collections.abc import Iterable
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.numbers import NumberFormatError, get_decimal_symbol, parse_decimal

from saleor_relacional.errors import BadInput

POINT, COMMA = "en", "de"
"""Languages that stand for the two ways, where nobody said one."""

_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?")
_PARTS = re.compile(
    r"(?P<before>[^0-9]*?)\s*(?P<number>[.,]?[0-9](?:[0-9., '’]*[0-9])?[.,]?)\s*(?P<after>[^0-9]*)"
)
_BLANKS = re.compile(r"[\s\u00a0\u2000-\u200b\u202f\u2060]+")
_SPACED = re.compile(r"[0-9]{1,3}([ '’][0-9]{3})+([.,][0-9]+)?")
_NO_CENTS = re.compile(r"[.,][-\u2013\u2014]{1,2}(?=\s|$|€)")
"""How "5,-" says that there are no cents; it is no minus."""
_MINUS = re.compile("[-\u2010-\u2015\u2212\ufe63\uff0d]")

SIGNS = {
    "€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB", "₺": "TRY", "₴": "UAH", "ZŁ": "PLN", "KČ": "CZK", "FT": "HUF",
    "₩": "KRW", "฿": "THB", "₪": "ILS", "R$": "BRL", "US$": "USD", "$US": "USD", "AU$": "AUD", "A$": "AUD",
    "CA$": "CAD",
    "C$": "CAD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD", "MX$": "MXN", "SFR.": "CHF", "FR.": "CHF", "LEI": "RON",
    "EURO": "EUR", "EUROS": "EUR",
}  # fmt: skip
"""Sign, in capitals → its currency."""

_DOLLARS = "USD AUD CAD NZD HKD SGD MXN ARS CLP COP TWD UYU DOP BSD BBD"
_CROWNS = frozenset({"SEK", "NOK", "DKK", "ISK"})
SHARED = {
    "$": frozenset(_DOLLARS.split()), "¥": frozenset({"JPY", "CNY"}), "KR": _CROWNS, "KR.": _CROWNS,
}  # fmt: skip
"""Signs of several currencies."""

_CODE = re.compile("[A-Z]{3}")


class NoAmount(Exception):
    """The text is no amount by the rules of the language; the message says why."""


def core(text: str) -> tuple[str, bool, str]:
    """(digits with their points, commas and blanks; whether it is negative; sign or code of the currency) of an amount.
    Raises NoAmount."""
    plain = _NO_CENTS.sub("", _BLANKS.sub(" ", text).strip())
    bracketed = plain.startswith("(") and plain.endswith(")")
    if bracketed:
        plain = plain[1:-1].strip()
    parts = _PARTS.fullmatch(plain)
    if parts is None:
        raise NoAmount("is not a number")
    before, negative = _MINUS.subn("", parts["before"])
    after, behind = _MINUS.subn("", parts["after"])
    before, after = before.replace("+", "").replace(" ", ""), after.replace(" ", "")
    if negative + behind + bracketed > 1 or (before and after):
        raise NoAmount("is not a number")
    sign = (before or after).upper()
    if sign and sign not in SIGNS and sign not in SHARED and not _CODE.fullmatch(sign):
        raise NoAmount("is not a number")
    return parts["number"], bool(negative or behind or bracketed), sign


class Amounts:
    """Reads amounts by the rules of one language. Texts repeat, so each is read once."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self.comma = decimal_sign(locale) == ","
        self.read: dict[str, tuple[Decimal, str]] = {}

    def parse(self, text: str) -> tuple[Decimal, str]:
        """(number, sign or code of the currency, or empty). Raises NoAmount."""
        found = self.read.get(text)
        if found is None:
            if len(self.read) > 200_000:
                self.read.clear()
            found = self.read[text] = self._parse(text)
        return found

    def _parse(self, text: str) -> tuple[Decimal, str]:
        if not self.comma and _PLAIN.fullmatch(text):
            return Decimal(text), ""
        if not text:
            raise NoAmount("is empty")
        number, negative, sign = core(text)
        if _SPACED.fullmatch(number):
            number = re.sub("[ '’]", "", number)
        try:
            value = parse_decimal(number, locale=self.locale, strict=True)
        except NumberFormatError:
            raise NoAmount(self._why(number)) from None
        return (-value if negative else value), sign

    def _why(self, number: str) -> str:
        if not re.search("[.,]", number):
            return "is not a number"
        decimal, group = (",", ".") if self.comma else (".", ",")
        other = "en" if self.comma else "es"
        return (
            f"does not fit the file's other amounts, which have {decimal!r} before the cents and {group!r}"
            f" only before three"
            f" digits (--locale {other} reads them the other way)"
        )


def decimal_sign(locale: str) -> str:
    """What a language writes before the cents. Raises BadInput for a language that does not exist."""
    try:
        return str(get_decimal_symbol(Locale.parse(locale.replace("-", "_"))))
    except (UnknownLocaleError, ValueError) as error:
        raise BadInput(
            f"There is no language {locale!r}: say one such as es or en_GB.", field="locale"
        ) from error


def guessed(texts: Iterable[tuple[int, str]]) -> tuple[str, bool]:
    """(language whose rules all these amounts follow, whether anything showed it). `texts`: line, amount. Raises
    BadInput where they contradict each other, or where nothing tells thousands from cents."""
    point: tuple[int, str] | None = None
    comma: tuple[int, str] | None = None
    unclear: tuple[int, str] | None = None
    for line, text in texts:
        way = _way(text)
        if way == POINT:
            point = point or (line, text)
        elif way == COMMA:
            comma = comma or (line, text)
        elif way:
            unclear = unclear or (line, text)
    if point and comma:
        raise BadInput(
            f"Amounts are written in two ways: {point[1]!r} on line {point[0]}, {comma[1]!r} on line"
            f" {comma[0]}. Say --locale"
            " (es: 1.234,50; en: 1,234.50); rows that do not fit it are left out.",
            field="locale",
        )
    if unclear and not point and not comma:
        raise BadInput(
            f"{unclear[1]!r} on line {unclear[0]} may be more than a thousand, or a fraction: say --locale"
            f" (es: 1.234,50; en:"
            " 1,234.50).",
            field="locale",
        )
    return (COMMA if comma else POINT), bool(point or comma)


def _way(text: str) -> str:
    """POINT or COMMA where the text shows which stands before the cents, "?" where it may be either, else empty."""
    if text.isdigit():
        return ""
    try:
        number = core(text)[0]
    except NoAmount:
        return ""
    points, commas = number.count("."), number.count(",")
    if not points and not commas:
        return ""
    if points and commas:
        return POINT if number.rfind(".") > number.rfind(",") else COMMA
    sign = "." if points else ","
    if points + commas > 1:
        return COMMA if points else POINT
    before, after = number.split(sign)
    if len(after) == 3 and 0 < len(before) <= 3 and not before.startswith("0"):
        return "?"
    return POINT if points else COMMA
