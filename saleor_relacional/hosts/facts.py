"""The facts that a host tells. Knows neither Django nor anything of ours.

A fact is frozen and complete in itself. Its `source` and `reference` name it for ever; recording it twice changes
nothing. Money is `Decimal` in the currency beside it, tax and shipping included (docs/glossary.md, *sold*); what is
called net is without tax.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class FactKind(StrEnum):
    """The kinds of facts a host keeps, in the order in which a sync reads them."""

    CUSTOMER = "customer"
    ORDER = "order"
    CHECKOUT = "checkout"


class OrderState(StrEnum):
    """What an order means for a relationship, whatever the host calls it."""

    COUNTS = "counts"
    """A sale that stands."""
    PENDING = "pending"
    """Draft, unconfirmed, expired, or unpaid where the shop counts paid orders only: not a purchase (yet)."""
    WITHDRAWN = "withdrawn"
    """Was a sale and was taken back whole: cancelled."""
    REISSUE = "reissue"
    """A replacement sent for another order: no purchase."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFact:
    """An account at the host."""

    source: str
    reference: str
    """The host's own key for the account."""
    email: str
    vouched: bool
    """The host vouches that the address belongs to this account (confirmed). An unconfirmed address proves nothing."""
    first_name: str
    language: str
    joined_at: datetime
    changed_at: datetime
    vouched_since: datetime | None = None
    """Since when the host vouches for it. None where it keeps no date: then since we first read so."""
    customer: bool = True
    """False of staff who have never bought: they make no customer. Whoever was one before stays one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFact:
    """One line of an order."""

    product_key: str
    """The variant's stable key at the host; empty when it is unknown."""
    name: str
    quantity: int
    total: Decimal
    """After all discounts."""
    net: Decimal | None = None
    """`total` without tax. None where the host does not tell the tax."""
    list_net: Decimal | None = None
    """What it would have been without any discount, without tax. None where the host does not tell it."""
    cost: Decimal | None = None
    """What one unit costs the shop today, without tax, in the order's currency. None: nobody has said. It is no part of
    what the order is: a new cost price changes no order."""
    returned: int = 0
    """Units that the host says have come back."""
    category: str = ""
    """Key of the product's category now; empty when the product has none or is deleted."""
    category_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFact:
    """Money given back. A fact of its own, dated; the order may be unknown."""

    source: str
    reference: str
    order: str | None
    """Reference of the order it belongs to, in the same source."""
    amount: Decimal
    """More than 0."""
    currency: str
    happened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFact:
    """One order reduced to what a relationship cares about, with its lines and all its refunds so far."""

    source: str
    reference: str
    number: str
    """What people call it; unique within the shop. Empty when there is none."""
    state: OrderState
    customer: str | None
    """Reference of the account that the host itself names as the buyer."""
    email: str
    language: str
    first_name: str
    channel: str
    currency: str
    total: Decimal
    """What the buyer paid or owes, tax and shipping included, after discounts."""
    placed_at: datetime
    changed_at: datetime
    checkout: str | None
    """Reference of the checkout it came from."""
    codes: tuple[str, ...]
    """Voucher codes that the order used."""
    lines: tuple[LineFact, ...]
    refunds: tuple[RefundFact, ...]
    country: str = ""
    """ISO 3166 code of the country that the order was sent to, else billed to. In memory only: one keyed hash of
    country and postal code is stored (flows/ingest/places.py), and the name of a time zone."""
    postal_code: str = ""
    region: str = ""
    """Code of the state or province there, as its post uses it. In memory only: with the two above it says in which
    time zone somebody lives, of which the name is kept (rules/contact/zones.py)."""
    vouched: bool = True
    """The host vouches for that account now (confirmed)."""
    vouched_then: bool | None = None
    """The host vouches that the account was confirmed when the order was placed: what an unconfirmed account buys is
    the typed address's. None where the host cannot tell: then we say it, by when we first read of the account that it
    is vouched for."""
    fulfilled_at: datetime | None = None
    """When its first fulfilment that stands was made; when the parcel arrived no host tells. None: none was."""
    discount: Decimal = Decimal(0)
    """What its codes took off: what the buyer would have paid without them, tax and shipping included, less
    `total`."""
    net: Decimal | None = None
    """`total` without tax. None where the host does not tell the tax."""
    shipping_net: Decimal | None = None
    """What the buyer paid for sending it, after discounts, without tax. None where nothing is sent, or the host does
    not tell."""
    shipping_list_net: Decimal | None = None
    """What sending it would have been without any discount, without tax. None likewise."""
    newsletter: str = ""
    """What its buyer agreed to by ticking the box at the checkout, word for word (docs/consent.md); empty: they did
    not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutFact:
    """An open checkout."""

    source: str
    reference: str
    customer: str | None
    email: str
    language: str
    channel: str
    currency: str
    total: Decimal
    code: str
    """The voucher code that the checkout carries; empty when none."""
    changed_at: datetime
    vouched: bool
    """The host vouches for the account that the checkout is of (confirmed). False without an account: anybody can type
    an address."""
    filled: bool
    """Something is in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutLine:
    """What is in an open checkout, as its buyer sees it. Asked when a mail tells of it, and kept nowhere."""

    name: str
    quantity: int
    variant: str = ""
    """As the shop's API knows it."""


Fact = CustomerFact | OrderFact | CheckoutFact


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """The place of a sweep in one kind: keyset (changed_at, reference)."""

    changed_at: datetime
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What changed, by name, in keyset order. The facts are read by `Host.fetch` once their references are locked:
    reading an order with its lines and payments twice would be most of the cost of a sync."""

    references: Sequence[str]
    last: Position | None
    """Where the next page begins; None when this page is empty."""
    more: bool
