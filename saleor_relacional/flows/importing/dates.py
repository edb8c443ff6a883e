"""Moments as people and systems write them. Which of two numbers is the day is never guessed from one date."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import get_month_names

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.importing.column_names import folded

DMY, MDY = "dmy", "mdy"

LANGUAGES = ("en", "es", "fr", "de", "it", "pt", "nl", "ca")
"""Languages whose months are known."""

OFFSETS = {
    "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "mez": 1, "mesz": 2, "eet": 2,
    "eest": 3, "msk": 3, "jst": 9, "est": -5, "edt": -4, "cst": -6, "cdt": -5,
    "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "aest": 10,
    "aedt": 11, "nzst": 12, "nzdt": 13,
}  # fmt: skip
"""Abbreviation → hours from UTC."""

NAMED = {
    "eastern time": "America/New_York", "central time": "America/Chicago", "mountain time": "America/Denver",
    "pacific time": "America/Los_Angeles", "arizona": "America/Phoenix", "alaska": "America/Anchorage",
    "hawaii": "Pacific/Honolulu", "atlantic time": "America/Halifax",
}  # fmt: skip
"""Names of zones in American exports."""

_UNIX = re.compile(r"[0-9]{10}(?:[0-9]{3})?(?:\.[0-9]+)?")
_SERIAL = re.compile(r"[2-7][0-9]{4}(?:[.,][0-9]+)?")
_ZONE = re.compile(r"\s*(?:\(?(?P<name>[A-Za-z]{1,4})\)?)?\s*(?P<offset>[+-][0-9]{1,2}:?[0-9]{0,2})?")
_CLOCK = (
    r"(?P<hour>[0-9]{1,2})[:.h](?P<minute>[0-9]{2})(?:[:.](?P<second>[0-9]{2})(?:[.,][0-9]+)?)?\s*"
    r"(?P<half>[ap]\.?\s?m\.?)?"
)
_TIME = re.compile(_CLOCK + r"(?P<rest>.*)", re.IGNORECASE)
_NUMBERS = re.compile(
    r"(?P<a>[0-9]{1,4})(?P<between>[/.\-])(?P<b>[0-9]{1,2})(?P=between)(?P<c>[0-9]{1,4})(?:[\s,T]+(?P<time>.*))?"
)
_WEEKDAY = re.compile(r"^[^\W\d]+\.?,\s*(?=[0-9])")
_DAY_FIRST = re.compile(
    r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|\.|º)?[\s\-/]*(?:de\s+|of\s+)?(?P<month>[^\W\d]{3,}\.?)[\s\-/,]*(?:de\s+|del\s+)?(?P<year>[0-9]{4}|[0-9]{2})"
    r"(?:[\s,T]+(?:at\s+|a\s+las\s+|um\s+)?(?P<time>.*))?",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?(?P<month>[^\W\d]{3,}\.?)[\s\-/]+(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?[\s,\-/]+(?P<year>[0-9]{4}|[0-9]{2})"
    r"(?:[\s,T]+(?:at\s+)?(?P<time>.*))?",
    re.IGNORECASE,
)


@cache
def _months() -> dict[str, int]:
    return {
        folded(name): month
        for language in LANGUAGES
        for names in (
            get_month_names("wide", locale=language),
            get_month_names("abbreviated", locale=language),
        )
        for month, name in names.items()
    } | {"sept": 9, "set": 9, "mrz": 3}


def moment(text: str, zone: ZoneInfo | timezone, order: str = "", form: str = "") -> datetime:
    """The moment that the text tells, aware; in `zone` where it names none itself. `order`: dmy or mdy, for dates of
    three numbers; `form`: of strptime, and nothing else is read then. Raises ValueError."""
    if form:
        return _aware(datetime.strptime(text, form), zone)
    text = " ".join(text.split())
    if _UNIX.fullmatch(text):
        seconds = float(text) / (1000 if len(text.partition(".")[0]) == 13 else 1)
        return datetime.fromtimestamp(seconds, UTC)
    if _SERIAL.fullmatch(text):
        days = timedelta(days=float(text.replace(",", ".")))
        return _aware(datetime(1899, 12, 30) + timedelta(seconds=round(days.total_seconds())), zone)
    try:
        return _aware(datetime.fromisoformat(text), zone)
    except ValueError:
        return _spelt(text, zone, order)


def _spelt(text: str, zone: ZoneInfo | timezone, order: str) -> datetime:
    text = _WEEKDAY.sub("", text)
    if found := _NUMBERS.fullmatch(text):
        year, month, day = _of_numbers(found, order)
    elif found := _DAY_FIRST.fullmatch(text) or _MONTH_FIRST.fullmatch(text):
        year, day = _year(found["year"]), int(found["day"])
        month = _months().get(folded(found["month"]), 0)
    else:
        raise ValueError(text)
    return _at(datetime(year, month, day), found["time"] or "", zone)


def _of_numbers(found: re.Match[str], order: str) -> tuple[int, int, int]:
    a, b, c = int(found["a"]), int(found["b"]), found["c"]
    if len(found["a"]) == 4:
        return a, b, int(c)
    if len(found["a"]) > 2 or len(c) not in {2, 4}:
        raise ValueError(found[0])
    if found["between"] == ".":
        order = DMY
    if not order and a != b:
        raise ValueError(found[0])
    return (_year(c), b, a) if order == DMY else (_year(c), a, b)


def _at(day: datetime, text: str, zone: ZoneInfo | timezone) -> datetime:
    if not text:
        return _aware(day, zone)
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(text)
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(text)
        hour = hour % 12 + (12 if found["half"][0] in "pP" else 0)
    after = timedelta(hours=hour, minutes=int(found["minute"]), seconds=int(found["second"] or 0))
    if after > timedelta(days=1) or int(found["minute"]) > 59:
        raise ValueError(text)
    return _aware((day + after).replace(tzinfo=_offset(found["rest"])), zone)


def _offset(text: str) -> timezone | None:
    """The zone that stands behind a time; none where nothing stands there. Raises ValueError."""
    found = _ZONE.fullmatch(text.strip())
    if found is None or (found["name"] and found["name"].lower() not in OFFSETS):
        raise ValueError(text)
    if not found["name"] and not found["offset"]:
        return None
    digits = (found["offset"] or "").replace(":", "")
    hours = OFFSETS[found["name"].lower()] if found["name"] else 0
    minutes = int(digits[3:] or 0) + 60 * int(digits[1:3] or 0)
    return timezone(timedelta(hours=hours, minutes=-minutes if digits.startswith("-") else minutes))


def zone_of(text: str, standard: ZoneInfo) -> ZoneInfo | timezone:
    """The zone that a column of zones names; the standard one where it is empty. Raises ValueError."""
    if not text:
        return standard
    plain = text.lower().partition("(")[0].strip()
    if plain in OFFSETS:
        return timezone(timedelta(hours=OFFSETS[plain]))
    try:
        return ZoneInfo(NAMED.get(plain, text))
    except (ZoneInfoNotFoundError, OSError):
        return _offset(text) or UTC


def _aware(moment: datetime, zone: ZoneInfo | timezone) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) > 2 else year + (2000 if year < 70 else 1900)


def order_of(texts: Iterable[tuple[int, str]], said: str, *, by_preset: str = "") -> tuple[str, bool]:
    """(dmy or mdy, or empty where no date needs it; whether the dates themselves showed it). `texts`: line, date.
    Raises BadInput where they contradict each other or what was said, and where nothing tells."""
    seen: dict[str, tuple[int, str]] = {}
    unclear: tuple[int, str] | None = None
    for line, text in texts:
        found = _NUMBERS.fullmatch(" ".join(text.split()))
        if not found or found["between"] == "." or len(found["a"]) > 2:
            continue
        a, b = int(found["a"]), int(found["b"])
        if a > 12 or b > 12:
            seen.setdefault(DMY if a > 12 else MDY, (line, text))
        elif a != b:
            unclear = unclear or (line, text)
    if len(seen) == 2:
        (day_line, day), (month_line, month) = seen[DMY], seen[MDY]
        raise BadInput(
            f"Dates are written in two ways: {day!r} on line {day_line} has the day first, {month!r} on"
            f" line {month_line} the"
            " month. Write them all as 2024-05-31.",
            field="date_order",
        )
    shown = next(iter(seen), "")
    if said and shown and shown != said:
        line, text = seen[shown]
        raise BadInput(
            f"{text!r} on line {line} is no date of the order {said}: say --date-order {shown}.",
            field="date_order",
        )
    if unclear and not (shown or said or by_preset):
        raise BadInput(
            f"{unclear[1]!r} on line {unclear[0]}: is the first number the day or the month? Say"
            f" --date-order dmy or mdy.",
            field="date_order",
        )
    return shown or said or (by_preset if unclear else ""), bool(shown)
