"""What a host is: the facts it tells and the few things it does for us. Knows neither Django nor anything of ours.

A fact is frozen and complete in itself. Its `source` and `reference` name it for ever; hearing it twice changes
nothing. Money is `Decimal` in the currency beside it, tax and shipping included (docs/glossary.md, *sold*).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable


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


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFact:
    """One line of an order."""

    product_key: str
    """The variant's stable key at the host; empty when it is unknown."""
    name: str
    quantity: int
    total: Decimal
    category: str = ""
    """Key of the category that the product stands in now; empty when it has none or is gone."""
    category_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFact:
    """Money given back. A fact of its own, dated; the order may be unknown."""

    source: str
    reference: str
    order: str | None
    """Reference of the order it belongs to, in the same source."""
    amount: Decimal
    """Positive."""
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
    """Reference of the account the host itself joined it to."""
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
    """Voucher codes that it used."""
    lines: tuple[LineFact, ...]
    refunds: tuple[RefundFact, ...]
    country: str = ""
    """ISO 3166 code of the country it was sent to, else billed to. In memory only: what is stored of it and of the
    postal code is one keyed hash (flows/ingest/places.py)."""
    postal_code: str = ""


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
    """The voucher code that it carries; empty when none."""
    changed_at: datetime


Fact = CustomerFact | OrderFact | CheckoutFact


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a sweep stands in one kind: keyset (changed_at, reference)."""

    changed_at: datetime
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of facts in keyset order."""

    facts: Sequence[Fact]
    last: Position | None
    """Where the next page begins; None when this page is empty."""
    more: bool


class Discount(StrEnum):
    """How an incentive in money is counted."""

    PERCENTAGE = "percentage"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherRecipe:
    """The host's voucher that codes are added to: one a campaign version, rung and expiry day."""

    key: str
    """Our stable name for it; issuing twice with one key makes one voucher."""
    name: str
    discount: Discount
    value: Decimal
    """Per cent, or an amount in each channel's own currency."""
    channels: Mapping[str, str]
    """Channel slug → currency. Only these get a listing."""
    starts_at: datetime
    ends_at: datetime
    """The host itself refuses every code of it from this moment on."""


class Holder(StrEnum):
    """What became of the checkout that holds a code."""

    CARRIES = "carries"
    """It is open and still carries the code."""
    DROPPED = "dropped"
    """It is open and carries the code no longer."""
    ORDERED = "ordered"
    """It became an order that stands."""
    GONE = "gone"
    """It is gone and no order came of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who is asking, as the host knows them."""

    account: str | None
    """Reference of the account, None for an anonymous caller or an app."""
    vouched: bool
    staff: bool
    app: str | None
    permissions: frozenset[str]
    """Names such as MANAGE_USERS."""

    def may(self, permission: str) -> bool:
        """Staff and apps may do what their permissions list; customers nothing of it."""
        return (self.staff or self.app is not None) and permission in self.permissions


ANONYMOUS = Caller(account=None, vouched=False, staff=False, app=None, permissions=frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A sales channel of the shop."""

    slug: str
    name: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphQLTypes:
    """The host's own GraphQL types that our fields return."""

    money: type
    user: type
    load_users: Any
    """(info, [account references]) → promise of a list of users, None where unknown."""
    date_time: Any = None
    """The host's own DateTime scalar; None where graphene's own serves. A schema knows one type of a name."""
    date: Any = None
    """The host's own Date scalar; None where graphene's own serves."""
    direction: Any = None
    """The host's own OrderDirection enum (ASC is "", DESC is "-"); None where ours serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """Something that an installation still lacks, found by the host. Shown by relacional_doctor and the checks."""

    code: str
    problem: str
    cure: str
    fatal: bool = field(default=True)


@runtime_checkable
class Host(Protocol):
    """The shop we live in. Every method is proved by tests/hosts/contract.py on every host we ship."""

    source: str
    """Name of this host in every fact's `source`."""

    # -- clock and place
    def now(self) -> datetime:
        """The shop's clock: aware, UTC. The standalone shop's can be advanced."""

    def time_zone(self) -> str:
        """IANA name; the purchase day is a day in it."""

    def public_url(self) -> str:
        """Absolute URL under which our views are reachable, without trailing slash; empty when not configured."""

    def channels(self) -> Sequence[Channel]: ...

    def shop_name(self) -> str: ...

    def storefront_url(self, channel: str) -> str:
        """Where a customer of this channel shops; empty when not configured."""

    # -- permission to write to the database, and where to read
    def writing(self) -> AbstractContextManager[None]:
        """Wrap every door that writes outside a request of the host's own."""

    def reading(self, context: Any) -> str:
        """Alias of the database that a GraphQL query reads from."""

    # -- facts
    def changed(self, kind: FactKind, *, after: Position | None, until: datetime, limit: int) -> Page:
        """Facts of this kind in keyset order (changed_at, reference), strictly after `after`, changed before
        `until`."""

    def fetch(self, kind: FactKind, references: Sequence[str]) -> Sequence[Fact]:
        """These facts as they are now; those that do not exist (any more) are left out."""

    def existing(self, kind: FactKind, references: Sequence[str]) -> frozenset[str]:
        """Which of these still exist."""

    def count(self, kind: FactKind) -> int:
        """About how many there are, for a progress bar."""

    # -- vouchers
    def issue(self, recipe: VoucherRecipe, codes: Sequence[str]) -> None:
        """Make the voucher if needed and add these codes, single use each. Idempotent by recipe.key and code."""

    def withdraw(self, codes: Sequence[str]) -> None:
        """These codes work no longer. Unknown codes are no error."""

    def give_back(self, code: str) -> bool:
        """Make a spent, unexpired code usable again (its order was cancelled); one that is usable stays so. False when
        it cannot be."""

    def take_off(self, checkout: str, code: str) -> bool:
        """Take the code off an open checkout; prices are recalculated. False when it was not on it."""

    def holder(self, checkout: str, code: str) -> Holder:
        """What became of the checkout that holds this code."""

    def end_vouchers(self) -> int:
        """End every voucher we ever issued; returns how many. For uninstalling."""

    # -- people
    def caller(self, context: Any) -> Caller:
        """Who is asking, from a GraphQL context or a request."""

    def graphql_types(self) -> GraphQLTypes: ...

    def dashboard_origins(self) -> Sequence[str]:
        """Where the shop's dashboard is served from, as sources of a Content-Security-Policy: only it may frame our
        pages. Empty when not configured: then nobody may."""

    # -- health
    def unmet_requirements(self) -> Sequence[Requirement]:
        """What this installation still lacks on the host's side (beat, worker, mail, permission, …)."""

    def move_in(self) -> None:
        """Make at the host what shows us there (pages in its dashboard). Once: what an admin removed stays removed."""

    def move_out(self) -> None:
        """Remove at the host what we made there: pages, schedule entries, our permission. For uninstalling."""

    def active(self) -> bool:
        """False while the shop's admin has switched us off: nothing may leave then."""
