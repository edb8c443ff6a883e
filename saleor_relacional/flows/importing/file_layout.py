"""What the columns of an imported file mean: what the owner says, or else what the header lets us assume. What is
assumed is told."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from django.utils.translation import gettext as _

from saleor_relacional.errors import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to read a file of history from elsewhere. Columns are named as in the file's header; an empty one is looked
    for."""

    name: str = ""
    """The facts have the source import:<name>; the file's own name when empty. It names a history, not a file: a
    second file of the same shop has the same name."""
    order: str = ""
    customer: str = ""
    email: str = ""
    first_name: str = ""
    placed_at: str = ""
    quantity: str = ""
    price: str = ""
    """Column of the price of one piece."""
    total: str = ""
    """Column of the row's total: the order's in a file of orders, the line's in a file of lines."""
    product: str = ""
    product_name: str = ""
    currency: str = ""
    """A code such as GBP, or a column; the shop's own when it has only one."""
    time_zone: str = ""
    """IANA name, for times without one; the shop's own when empty."""
    date_format: str = ""
    """Format of dates in strptime's notation; ISO 8601 when empty."""
    cancellation_prefix: str = ""
    """Orders whose number begins with it are cancellations of something: money given back."""
    encoding: str = "utf-8-sig"
    channel: str = ""
    language: str = ""
    refuse_known: bool = False
    """Refuse the whole file when the host has one of its orders, instead of leaving those out."""
    example_addresses: bool = False
    """Give people without an address one under .example, where no mail can ever arrive."""
    consent: str = ""
    """The shop states that these people agreed to this text."""
    decimal_comma: bool = False
    """Amounts are written as 1.234,50."""
    foreign_numbers: bool = False
    """The order numbers are another system's: an equal number of the host's is another order."""
    rejects: str = ""
    """Where rows that cannot be used are written; FILE.rejects.csv beside the file when empty."""


COLUMNS = (
    "order", "customer", "email", "first_name", "placed_at", "quantity", "price", "total", "product", "product_name",
)  # fmt: skip

ONLINE_RETAIL = Options(
    order="InvoiceNo", customer="CustomerID", placed_at="InvoiceDate", quantity="Quantity", price="UnitPrice",
    product="StockCode", product_name="Description", currency="GBP", cancellation_prefix="C",
    time_zone="Europe/London",
)  # fmt: skip
ONLINE_RETAIL_II = replace(ONLINE_RETAIL, order="Invoice", customer="Customer ID", price="Price")

CURRENCY = re.compile("[A-Z]{3}")

PRESETS = {"UCI Online Retail": ONLINE_RETAIL, "UCI Online Retail II": ONLINE_RETAIL_II}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Options with every column found, and what was assumed to find them."""

    options: Options
    at: dict[str, int]
    """Meaning → position in a row."""
    width: int
    """Fields in a row."""
    assumed: tuple[str, ...]
    """What was taken for granted, in the reader's language."""

    @property
    def of_orders(self) -> bool:
        """Whether there is one row per order, rather than one per line."""
        return not self.at.keys() & {"quantity", "price", "product"}


def find(header: Sequence[str], given: Options) -> Layout:
    """The layout of a file with this header. Raises BadInput, naming the columns there are, when one that is needed is
    missing."""
    header = [name.strip() for name in header]
    options, assumed = _preset(header, given)
    at = {}
    for meaning in COLUMNS:
        column = getattr(options, meaning)
        if column and column not in header:
            raise BadInput(
                f"There is no column {column!r}. The file has: {', '.join(header)}.", field=meaning
            )
        if not column and meaning in header and not (meaning == "total" and options.price):
            column = meaning
        if column:
            at[meaning] = header.index(column)
    if options.currency in header and not re.fullmatch("[A-Z]{3}", options.currency):
        at["currency"] = header.index(options.currency)
    elif options.currency and not CURRENCY.fullmatch(options.currency.upper()):
        raise BadInput(
            f"{options.currency!r} is neither a currency code such as EUR nor a column. The file has:"
            f" {', '.join(header)}.",
            field="currency",
        )
    elif not options.currency and "currency" in header:
        at["currency"] = header.index("currency")
    _complete(at, header)
    return Layout(options=options, at=at, width=len(header), assumed=tuple(assumed))


def _preset(header: Sequence[str], given: Options) -> tuple[Options, list[str]]:
    for name, preset in PRESETS.items():
        if {getattr(preset, meaning) for meaning in COLUMNS} - {""} <= set(header):
            said = {field.name: getattr(given, field.name) for field in fields(given)}
            default = Options()
            own = {key: value for key, value in said.items() if value != getattr(default, key)}
            assumed = _(
                "columns of %(name)s: prices in GBP, times of London, orders that begin with C are cancellations"
            ) % {"name": name}
            return replace(preset, **own), [assumed]
    return given, []


def _complete(at: dict[str, int], header: Sequence[str]) -> None:
    needed = {
        "the order's number (--order)": "order" in at,
        "when it was placed (--placed-at)": "placed_at" in at,
        "whose it is (--customer or --email)": bool(at.keys() & {"customer", "email"}),
        "the money (--total, or --quantity with --price)": "total" in at
        or {"quantity", "price"} <= at.keys(),
    }
    missing = [what for what, found in needed.items() if not found]
    if missing:
        raise BadInput(f"Which column is {'; which is '.join(missing)}? The file has: {', '.join(header)}.")
