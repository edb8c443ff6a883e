"""What the contract suite asks of a shop: the everyday things people do in it, in the shop's own way.

Each host's tests implement `Shop` once (standalone: tests/hosts/standalone.py) and hand it out as the
fixture `shop`.
References are the host's own (`str`), the same that its facts carry. Money is Decimal in the channel's
currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from saleor_relacional.hosts.base import Host
from saleor_relacional.hosts.facts import FactKind, OrderState

UNIT = Decimal("10.00")
"""Price of one unit of the product that every checkout of the driver buys, in every channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """How completing a checkout ended."""

    order: str | None
    """Reference of the order; None when it was refused."""
    refused: str = ""
    """The shop's own error code when refused."""


DELIVERY = Decimal("5.00")
"""Price of sending an order, in every channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """Something that the shop sells, as its API knows it."""

    product: str
    variant: str


class Shelves(Protocol):
    """What shops do with several products; part of `Shop`."""

    def category(self, name: str, *, below: str = "") -> str:
        """A category of this name, below another one (its reference); its reference."""

    def collection(self, name: str, *products: str) -> str:
        """A collection with these products; its reference."""

    def product(
        self, name: str, price: str, *, category: str = "", channel: str = "eur", stock: int | None = None
    ) -> Shelved:
        """Something that is sent by post, sold in one channel at this price, in a category (its reference). `stock`:
        how many are left; None: nobody counts."""

    def unpublish(self, product: str) -> None:
        """It cannot be bought any more, in no channel."""

    def list_it(self, product: str) -> None:
        """Storefronts list it from now on, in every channel."""

    def hide(self, product: str) -> None:
        """Storefronts list it no more; whoever knows its address buys it all the same."""

    def fill(self, lines: Mapping[str, int], *, email: str = "ana@example.com", channel: str = "eur") -> str:
        """An open checkout with so many of these variants."""

    def put_in(self, checkout: str, lines: Mapping[str, int]) -> None:
        """The buyer has so many of these in the basket now; 0 takes one out."""

    def deliver(self, checkout: str, country: str = "ES") -> None:
        """The buyer says where to send it and chooses the delivery, which costs DELIVERY."""

    def code_of(self, checkout: str) -> str:
        """The code that the checkout carries; empty when none."""


class Shop(Shelves, Protocol):
    """A shop that a test can act in."""

    host: Host
    clock_moves: bool
    """`set_clock` works here."""

    # -- time
    def set_clock(self, instant: datetime) -> None:
        """Stop the shop's clock at this instant, when `clock_moves`; raises NotImplementedError otherwise."""

    def touch(self, kind: FactKind, reference: str, changed_at: datetime) -> None:
        """Set the time of the last change of one row, whatever the clock says."""

    # -- place
    def channel(self, slug: str, currency: str) -> str:
        """Make sure that this channel exists and sells the product at UNIT; returns the slug."""

    def shelve(self, category: str) -> None:
        """Put the product into the category of this name, made when it is not there; into none when empty."""

    def discontinue(self) -> None:
        """The product is deleted; orders of it stay."""

    def tax(self, percent: int) -> None:
        """Prices of the euro channel include so many per cent of tax from now on."""

    def cost(self, amount: Decimal | None) -> None:
        """One unit of the product costs the shop so much in the euro channel, without tax; None: nobody says."""

    # -- people
    def customer(
        self, email: str, *, confirmed: bool = True, first_name: str = "", language: str = "en"
    ) -> str:
        """An account."""

    def confirm(self, customer: str) -> None:
        """The customer proves that the address is theirs."""

    def delete_customer(self, customer: str) -> None:
        """The account is deleted; its orders stay without it."""

    def employ(self, customer: str) -> None:
        """The customer becomes a staff member, without any permission."""

    def staff(self, *permissions: str) -> str:
        """A staff account with exactly these permissions."""

    def customers_where(self, attribute: str, value: str) -> set[str]:
        """Accounts that the shop's own list of customers shows, filtered by a customer attribute (both by slug)."""

    def attribute_slugs(self) -> set[str]:
        """Slugs of all customer attributes of the shop."""

    def own_value(self, customer: str, attribute: str, value: str) -> None:
        """Staff give a customer a value of theirs, of an attribute (by slugs): both are made unless they are there."""

    def delete_attribute(self, attribute: str) -> None:
        """Staff delete the customer attribute of this slug."""

    def delete_value(self, attribute: str, value: str) -> None:
        """Staff delete one value of the customer attribute, both by slug."""

    def context(self, *, account: str | None = None, app: tuple[str, ...] | None = None) -> Any:
        """A GraphQL context of a request by this account, by an app with these permissions, or by nobody."""

    # -- orders
    def order(
        self,
        *,
        customer: str | None = None,
        email: str = "",
        total: Decimal = UNIT,
        channel: str = "eur",
        state: OrderState = OrderState.COUNTS,
        placed_at: datetime | None = None,
        country: str = "",
        postal_code: str = "",
    ) -> str:
        """An order with one line in a state that means `state`, without a checkout. Placed now when not
        said; sent nowhere (a download) without a country."""

    def unsettled(self, *, email: str) -> str:
        """An order that a customer placed now and that is no purchase yet: unconfirmed, or unpaid."""

    def accept(self, order: str) -> None:
        """The draft becomes a sale now."""

    def cancel(self, order: str) -> None: ...

    def refund(self, order: str, amount: Decimal) -> None:
        """Give part or all of the money back, without cancelling."""

    def send(self, order: str) -> None:
        """All of it leaves the house."""

    def take_back(self, order: str, quantity: int) -> None:
        """So many units of what was sent have come back. No money goes back by that."""

    def delete_order(self, order: str) -> None:
        """The row is purged."""

    # -- checkouts
    def checkout(
        self, *, customer: str | None = None, email: str = "", channel: str = "eur", quantity: int = 1
    ) -> str:
        """An open checkout with so many units of the product. With neither customer nor e-mail: nobody's
        yet."""

    def storefront_id(self, checkout: str) -> str:
        """What the storefront API calls an open checkout."""

    def empty(self, checkout: str) -> None:
        """The buyer takes everything out; the checkout stays open."""

    def put_code(self, checkout: str, code: str) -> bool:
        """Put a voucher code on an open checkout as the storefront does; False when the shop refuses it."""

    def voucher_of(self, code: str) -> str:
        """The shop's own reference of the voucher of this code."""

    def edit_voucher(self, code: str, *, value: Decimal, minimum: Decimal | None) -> None:
        """Staff change what the voucher of this code gives in every channel."""

    def delete_voucher(self, code: str) -> None:
        """Staff delete the voucher of this code, with all its codes."""

    def remove_code(self, checkout: str) -> None:
        """The buyer takes the code off again."""

    def checkout_total(self, checkout: str) -> Decimal:
        """What the buyer would pay now."""

    def complete(self, checkout: str) -> Completed:
        """Pay and complete, as the storefront does."""

    def abandon(self, checkout: str) -> None:
        """The shop deletes the checkout without an order."""
