"""Rows of an imported file, read one by one: values of a line (staging.py), or the reason why a row cannot be used."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from saleor_relacional.db import sql
from saleor_relacional.flows.importing import addresses, amounts, dates, file_layout, staging
from saleor_relacional.flows.importing.amounts import Amounts, NoAmount
from saleor_relacional.flows.importing.file_layout import Layout
from saleor_relacional.flows.importing.presets.preset import ORDER
from saleor_relacional.flows.importing.statuses import Meaning
from saleor_relacional.flows.importing.survey import Ways
from saleor_relacional.flows.people.tombstones import email_key

LARGEST = Decimal(10) ** 12
"""Bound of an amount of money; of a number of pieces it is a thousandth. What is larger is no order but a slip."""

EARLIEST = 1971
"""First year of a date that is believed. Systems write 0001, 1900 or 1970 where there is no date."""

NOTHING = Decimal(0)


class Unreadable(Exception):
    """A row cannot be used; the message is the reason."""


class Head(NamedTuple):
    """What an order's first row says for those below it that leave it out."""

    order: str
    who: str
    customer: str
    email: str
    first_name: str
    moment: str
    currency: str
    word: str
    withdrawn: bool


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was seen while reading."""

    lines: int = 0
    without_customer: int = 0
    rejects: list[tuple[int, str, list[str]]] = field(default_factory=list)
    """Line number in the file, reason, the row."""


BLOCK = 10_000
"""Rows that are read before their lines are kept."""

TEXTS = 200_000
"""Different texts of moments that are remembered."""


def blocks(
    batch: int, rows: Iterable[tuple[int, list[str]]], reader: "Reader", tally: Tally
) -> Iterator[list[str]]:
    """Lines for COPY (`staging.keep`), of rows that name somebody and can be read, a block of rows at a time. Each one
    is kept before the next is read, so that nothing grows with the file. The tally counts the other rows."""
    rest = iter(rows)
    while block := list(islice(rest, BLOCK)):
        if reader.whole:
            reader.told = staging.told(batch, reader.orders(row for _line, row in block))
        yield list(_lines(batch, block, reader, tally))


def _lines(
    batch: int, rows: Iterable[tuple[int, list[str]]], reader: "Reader", tally: Tally
) -> Iterator[str]:
    for line, row in rows:
        tally.lines += 1
        try:
            read = reader.read(row)
        except Unreadable as error:
            tally.rejects.append((line, str(error), row))
            continue
        if read is None:
            tally.without_customer += 1
            continue
        text = "".join([sql.copy_line((str(batch), str(line), *values)) for values in read])
        if "\0" in text:
            tally.rejects.append((line, "a NUL character", row))
        else:
            yield text


class Reader:
    """Reads rows with a layout, in the file's order. Texts of dates and amounts repeat, so each is parsed once."""

    def __init__(
        self, layout: Layout, ways: Ways, *, zone: ZoneInfo, currency: str, assumed: bool, now: datetime
    ) -> None:
        """`currency`: of rows that name none; `assumed`: nobody said it, so that a row's own sign says it better."""
        self.layout, self.ways, self.at, self.zone, self.currency = layout, ways, layout.at, zone, currency
        self.currency_assumed, self.width = assumed, len(layout.header)
        self.latest = now + timedelta(days=1)
        self.prefix = layout.options.cancellation_prefix
        self.amounts = Amounts(ways.locale)
        self.moments: dict[tuple[str, str], str] = {}
        self.whole = ways.total_of == ORDER and not layout.of_orders
        """Whether the total is the order's, in a file of lines."""
        self.head: Head | None = None
        self.told: set[str] = set()
        """Orders whose total has been counted, as far as the rows that are being read name them."""
        where = {meaning: self.at.get(meaning, -1) for meaning in (*file_layout.COLUMNS, "currency", "zone")}
        self.order, self.customer, self.email = where["order"], where["customer"], where["email"]
        self.first_name, self.currency_at, self.placed = (
            where["first_name"],
            where["currency"],
            where["placed_at"],
        )
        self.product, self.product_name, self.status = (
            where["product"],
            where["product_name"],
            where["status"],
        )
        self.time, self.zone_at, self.cancelled_at = where["time"], where["zone"], where["cancelled_at"]
        self.refunded = where["refunded"]

    def orders(self, rows: Iterable[list[str]]) -> set[str]:
        """The numbers of the orders that these rows are of."""
        return {addresses.order_number(row[self.order]) for row in rows if len(row) == self.width}

    def read(self, row: list[str]) -> list[tuple[str, ...]] | None:
        """The row's values in the order of staging.STAGED, without the line number; a second time for what was given
        back of it. None when it names nobody. Raises Unreadable."""
        if len(row) != self.width:
            raise Unreadable(f"{len(row)} fields instead of {self.width}")
        row = [*row, ""]  # what the file does not have is read from the end: empty
        order = addresses.order_number(row[self.order])
        first = self.head is None or self.head.order != order
        head = self._head(row, order, None if first else self.head)
        if first:
            self.head = head
        if head is None:
            return None
        if not head.moment:
            raise Unreadable("no date")
        again = self.whole and head.order in self.told
        quantity, amount, item, sign = self._again(row) if again else self._money(row, head)
        if self.whole:
            self.told.add(head.order)
        back = NOTHING if head.withdrawn else self._back(row, head, amount, again=again, first=first)
        if back is None:
            amount, back = -abs(amount), NOTHING
        values = [self._values(row, head, sign, quantity, amount, item)]
        if back:
            values.append(self._values([""] * len(row), head, sign, Decimal(1), -back, NOTHING))
        return values

    def _values(
        self, row: list[str], head: Head, sign: str, quantity: Decimal, amount: Decimal, item: Decimal | None
    ) -> tuple[str, ...]:
        cancelled = "t" if self.prefix and head.order.startswith(self.prefix) else "f"
        product, name = ("", "") if item is None else (row[self.product], row[self.product_name])
        return (
            head.order, cancelled, head.who, head.customer, head.email, head.first_name, head.moment, str(quantity),
            str(amount), product, name, self._currency(head.currency, sign), str(item or NOTHING), head.word,
            "t" if head.withdrawn else "f",
        )  # fmt: skip

    def _head(self, row: list[str], order: str, above: Head | None) -> Head | None:
        """What the row says of its order, the missing parts from the order's first row; None when it names nobody."""
        email = addresses.address(row[self.email])
        customer = addresses.number(row[self.customer])
        if "@" in customer and not email:
            email, customer = addresses.address(customer), ""
        if not customer and not email:
            if above is None:
                return None
            customer, email = above.customer, above.email
        if not order:
            raise Unreadable("no order number")
        if len(order) > 64 or len(customer) > 254 or len(email) > 254:
            raise Unreadable("the order number, customer or address is too long")
        placed = row[self.placed]
        moment = above.moment if above and not placed else self._moment(row)
        word = row[self.status]
        withdrawn = bool(row[self.cancelled_at]) and not addresses.is_nothing(row[self.cancelled_at])
        if self.status >= 0 and (word or above is None):
            withdrawn = withdrawn or self.ways.meanings.get(word) in {Meaning.PENDING, Meaning.CANCELLED}
        elif above:
            word, withdrawn = above.word, withdrawn or above.withdrawn
        if above and self.whole:
            withdrawn = withdrawn or above.withdrawn
        who = f"c:{customer}" if customer else f"e:{email_key(email)}"
        currency = row[self.currency_at].upper() or (above.currency if above else "")
        return Head(order, who, customer, email, row[self.first_name], moment, currency, word, withdrawn)

    def _money(self, row: list[str], head: Head) -> tuple[Decimal, Decimal, Decimal | None, str]:
        """(quantity, amount, money of the row's goods or None where it is not told, sign of the currency)."""
        if head.withdrawn and "total" in self.at and not row[self.at["total"]]:
            return Decimal(1), NOTHING, None, ""
        if self.whole:
            total, sign = self._number(row, "total", LARGEST)
            pieces, goods = self._goods(row)
            return pieces, total, goods, sign
        quantity = self._number(row, "quantity", LARGEST / 1000)[0] if "quantity" in self.at else Decimal(1)
        if quantity == 0:
            raise Unreadable("quantity is 0")
        if "total" not in self.at:
            price, sign = self._number(row, "price", LARGEST)
            if abs(quantity * price) >= LARGEST:
                raise Unreadable(f"{quantity} times {price} is out of range")
            return quantity, quantity * price, quantity * price, sign
        total, sign = self._number(row, "total", LARGEST)
        amount = -abs(total) if quantity < 0 else total
        return quantity, amount, amount, sign

    def _again(self, row: list[str]) -> tuple[Decimal, Decimal, Decimal | None, str]:
        """A further row of an order whose total has been counted: its goods only."""
        pieces, goods = self._goods(row)
        return pieces, NOTHING, goods, ""

    def _goods(self, row: list[str]) -> tuple[Decimal, Decimal | None]:
        """(pieces, their money) of a row whose total is the order's; (1, None) where it does not tell both."""
        if (
            not {"quantity", "price"} <= self.at.keys()
            or not row[self.at["price"]]
            or not row[self.at["quantity"]]
        ):
            return Decimal(1), None
        quantity, price = (
            self._number(row, "quantity", LARGEST / 1000)[0],
            self._number(row, "price", LARGEST)[0],
        )
        told = quantity > 0 and 0 <= quantity * price < LARGEST
        return (quantity, quantity * price) if told else (Decimal(1), None)

    def _back(
        self, row: list[str], head: Head, amount: Decimal, *, again: bool, first: bool
    ) -> Decimal | None:
        """What was given back of the row, 0 or more; None where the row itself is money given back."""
        meaning = self.ways.meanings.get(head.word, Meaning.COUNTS)
        if amount < 0:
            return None if meaning in {Meaning.RETURNED, Meaning.REFUNDED} else NOTHING
        if again:
            return NOTHING
        if meaning is Meaning.RETURNED:
            return amount
        text = row[self.refunded]
        told = NOTHING if addresses.is_nothing(text) else abs(self._number(row, "refunded", LARGEST)[0])
        if meaning is Meaning.REFUNDED and not told:
            return amount
        of_order = self.ways.refunded_of == ORDER
        if of_order and not first:
            return NOTHING
        if told > amount and (self.whole or self.layout.of_orders or not of_order):
            raise Unreadable(f"{told} given back of {amount}: more than was paid")
        return told

    def _number(self, row: list[str], meaning: str, most: Decimal) -> tuple[Decimal, str]:
        text = row[self.at[meaning]]
        try:
            number, sign = self.amounts.parse(text)
        except NoAmount as error:
            raise Unreadable(f"{meaning} {text!r} {error}") from None
        if abs(number) >= most:
            raise Unreadable(f"{meaning} {text!r} is out of range")
        return number, sign

    def _currency(self, said: str, sign: str) -> str:
        """The row's currency. Raises Unreadable where its amount has another's sign."""
        code = amounts.SIGNS.get(sign, sign if sign not in amounts.SHARED else "")
        currency = said or (code if code and self.currency_assumed else self.currency)
        if not file_layout.CURRENCY.fullmatch(currency):
            raise Unreadable(f"{currency!r} is not a currency")
        if (code and code != currency) or (sign in amounts.SHARED and currency not in amounts.SHARED[sign]):
            raise Unreadable(f"the amount is in {code or sign}, not in {currency}: say --currency")
        return currency

    def _moment(self, row: list[str]) -> str:
        text = row[self.placed]
        if self.time >= 0 and row[self.time]:
            text = f"{text} {row[self.time]}"
        key = text, row[self.zone_at]
        moment = self.moments.get(key)
        if moment is None:
            if len(self.moments) > TEXTS:
                self.moments.clear()
            moment = self.moments[key] = self._understood(*key)
        return moment

    def _understood(self, text: str, zone: str) -> str:
        form = self.layout.options.date_format
        said = self.layout.options.time_zone
        try:
            own = dates.zone_of("" if said else zone, self.zone)
            aware = dates.moment(text, own, self.ways.date_order, form)
            if aware > self.latest:
                raise Unreadable(f"{text} is in the future")
            if aware.year < EARLIEST:
                raise Unreadable(f"{text} is before {EARLIEST}: no date, most likely")
            return aware.isoformat()
        except (ValueError, OverflowError):
            raise Unreadable(f"{text!r} is not a date{f' of the form {form}' if form else ''}") from None
