"""Rows of an imported file → rows to stage, and those that cannot be read, each with its line and reason."""

import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from saleor_relacional.db import sql
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.importing import file_layout
from saleor_relacional.flows.importing.file_layout import Layout
from saleor_relacional.flows.people.tombstones import email_key

STAGED = (
    "line", "ord", "cancelled", "who", "customer", "email", "first_name", "placed_at", "quantity", "amount", "product",
    "name", "currency",
)  # fmt: skip
"""Columns of the staging table. who: c:<customer number>, or e:<e-mail key>."""

LARGEST = Decimal(10) ** 12
"""Bound of an amount of money; of a number of pieces it is a thousandth. What is larger is no order but a slip."""

EARLIEST = 1971
"""First year of a date that is believed. Systems write 0001, 1900 or 1970 where there is no date."""


class Unreadable(Exception):
    """A row cannot be used; the message is the reason."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was seen while reading."""

    lines: int = 0
    without_customer: int = 0
    rejects: list[tuple[int, str, list[str]]] = field(default_factory=list)
    """Line number in the file, reason, the row."""


@contextmanager
def opened(path: Path, encoding: str) -> Iterator[TextIO]:
    """The file as text, unpacked if its name ends in .gz. Raises BadInput when it cannot be read at all."""
    with (
        _readable(path, encoding),
        _unpacked(path) as raw,
        io.TextIOWrapper(raw, encoding=encoding, newline="") as file,
    ):
        yield file


def fingerprint(path: Path) -> str:
    """SHA-256 of what the file holds, in hexadecimal; of a packed file, of what is packed, so that a packed copy is the
    same file. Raises BadInput when it cannot be read."""
    with _readable(path, ""), _unpacked(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unpacked(path: Path) -> gzip.GzipFile | io.BufferedReader:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")


@contextmanager
def _readable(path: Path, encoding: str) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as error:
        raise BadInput(
            f"{path.name} is not {encoding}: try --encoding cp1252. Nothing was imported.", field="encoding"
        ) from error
    except (OSError, EOFError, LookupError, csv.Error, zlib.error) as error:
        why = getattr(error, "strerror", None) or error
        raise BadInput(f"{path.name} cannot be read: {why}. Nothing was imported.", field="file") from error


def delimiter(header: str) -> str:
    """The separator that a header line uses most."""
    return max(",;\t|", key=header.count)


def staged(
    rows: Iterator[list[str]], number: Callable[[], int], reader: "Reader", tally: Tally
) -> Iterator[str]:
    """Lines for COPY, one per row that names somebody and can be read. The tally counts the others."""
    for row in rows:
        if not row:
            continue
        tally.lines += 1
        line = number()
        try:
            values = reader.read(row)
        except Unreadable as error:
            tally.rejects.append((line, str(error), row))
            continue
        if values is None:
            tally.without_customer += 1
        else:
            text = sql.copy_line((str(line), *values))
            if "\0" in text:
                tally.rejects.append((line, "a NUL character", row))
            else:
                yield text


class Reader:
    """Reads rows with a layout. Texts of dates repeat, so each is parsed once."""

    def __init__(self, layout: Layout, *, zone: ZoneInfo, currency: str, now: datetime) -> None:
        self.layout, self.at, self.zone, self.currency = layout, layout.at, zone, currency
        self.latest = now + timedelta(days=1)
        self.prefix, self.decimal_comma = layout.options.cancellation_prefix, layout.options.decimal_comma
        self.moments: dict[str, str] = {}
        where = {meaning: self.at.get(meaning, -1) for meaning in (*file_layout.COLUMNS, "currency")}
        self.order, self.customer, self.email = where["order"], where["customer"], where["email"]
        self.first_name, self.currency_at = where["first_name"], where["currency"]
        self.product, self.product_name = where["product"], where["product_name"]

    def read(self, row: list[str]) -> tuple[str, ...] | None:
        """The row's values in the order of STAGED, without the line number; None when it names nobody. Raises
        Unreadable."""
        if len(row) != self.layout.width:
            raise Unreadable(f"{len(row)} fields instead of {self.layout.width}")
        row = [*map(str.strip, row), ""]  # what the file does not have is read from the end: empty
        order, customer, email = row[self.order], row[self.customer], row[self.email]
        email = email if "@" in email else ""  # "n/a", "-", "none": not the address of one person
        if not customer and not email:
            return None
        if not order:
            raise Unreadable("no order number")
        if len(order) > 64 or len(customer) > 254 or len(email) > 254:
            raise Unreadable("the order number, customer or address is too long")
        quantity, amount = self._money(row)
        moment = self._moment(row[self.at["placed_at"]])
        currency = (row[self.currency_at] or self.currency).upper()
        if not file_layout.CURRENCY.fullmatch(currency):
            raise Unreadable(f"{currency!r} is not a currency")
        who = f"c:{customer}" if customer else f"e:{email_key(email)}"
        cancelled = "t" if self.prefix and order.startswith(self.prefix) else "f"
        return (
            order, cancelled, who, customer, email, row[self.first_name], moment, str(quantity), str(amount),
            row[self.product], row[self.product_name], currency,
        )  # fmt: skip

    def _money(self, row: list[str]) -> tuple[Decimal, Decimal]:
        quantity = self._number(row, "quantity", LARGEST / 1000) if "quantity" in self.at else Decimal(1)
        if quantity == 0:
            raise Unreadable("quantity is 0")
        if "total" not in self.at:
            price = self._number(row, "price", LARGEST)
            if abs(quantity * price) >= LARGEST:
                raise Unreadable(f"{quantity} times {price} is out of range")
            return quantity, quantity * price
        total = self._number(row, "total", LARGEST)
        return quantity, -abs(total) if quantity < 0 else total

    def _number(self, row: list[str], meaning: str, most: Decimal) -> Decimal:
        text = written = row[self.at[meaning]]
        if self.decimal_comma:
            text = text.replace(".", "").replace(",", ".")
        try:
            number = Decimal(text)
        except InvalidOperation:
            hint = " (say --decimal-comma if 1,50 is one and a half)" if "," in text else ""
            raise Unreadable(f"{meaning} {written!r} is not a number{hint}") from None
        if not number.is_finite() or abs(number) >= most:
            raise Unreadable(f"{meaning} {written!r} is out of range")
        return number

    def _moment(self, text: str) -> str:
        moment = self.moments.get(text)
        if moment is None:
            moment = self.moments[text] = self._understood(text)
        return moment

    def _understood(self, text: str) -> str:
        form = self.layout.options.date_format
        try:
            moment = datetime.strptime(text, form) if form else datetime.fromisoformat(text)
            aware = moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
            if aware > self.latest:
                raise Unreadable(f"{text} is in the future")
            if aware.year < EARLIEST:
                raise Unreadable(f"{text} is before {EARLIEST}: no date, most likely")
            return aware.isoformat()
        except (ValueError, OverflowError):
            raise Unreadable(f"{text!r} is not a date {form or 'of ISO 8601'}") from None
