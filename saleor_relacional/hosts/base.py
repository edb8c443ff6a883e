"""What a host is: the protocol that every shop implements for us. Knows neither Django nor anything of ours.

A host tells facts (hosts/facts.py), makes vouchers, says who is asking, and owns the shop's clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from saleor_relacional.hosts.activity import Buyer, Seen
from saleor_relacional.hosts.attributes import AttributeStore
from saleor_relacional.hosts.cards import Card
from saleor_relacional.hosts.facts import CheckoutLine, Fact, FactKind, Page, Position
from saleor_relacional.hosts.goods import Goods, GoodsKind
from saleor_relacional.hosts.listed import Listed
from saleor_relacional.hosts.takes_off import TakesOff


class Discount(StrEnum):
    """How a voucher is counted."""

    PERCENTAGE = "percentage"
    FIXED = "fixed"
    SHIPPING = "shipping"
    """So many per cent of the price of delivery."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherRecipe:
    """The host's voucher that codes are added to: one per campaign version, rung and expiry day.

    Products and the like are references of the host. Where any are named it holds for what is in one of them, else for
    the whole order.
    """

    key: str
    """Our stable name for the voucher; issuing twice with one key makes one voucher."""
    name: str
    discount: Discount
    value: Decimal
    """Per cent, or an amount in the currency of each channel that `amounts` does not name."""
    channels: Mapping[str, str]
    """Channel slug → currency. Only these get a listing."""
    starts_at: datetime
    ends_at: datetime
    """From this moment on the host itself refuses every code of the voucher."""
    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    """Of a fixed one: currency → how much it takes off."""
    minimum: Mapping[str, Decimal] = field(default_factory=dict)
    """Currency → what must be in the basket at least, before delivery."""
    products: Sequence[str] = ()
    variants: Sequence[str] = ()
    categories: Sequence[str] = ()
    """What lies in these themselves: what lies in a category below one does not count."""
    collections: Sequence[str] = ()
    countries: Sequence[str] = ()
    """Of SHIPPING alone: ISO 3166 codes of where it is sent; empty: everywhere."""
    once_per_order: bool = False
    """It takes off one unit of the cheapest that it holds for, instead of all of them."""

    @property
    def for_some(self) -> bool:
        """Whether it holds for some of what the shop sells."""
        return bool(self.products or self.variants or self.categories or self.collections)

    def worth(self, currency: str) -> Decimal:
        """Per cent, or what it takes off in this currency."""
        return self.amounts.get(currency, self.value) if self.discount is Discount.FIXED else self.value


class Holder(StrEnum):
    """What became of the checkout that holds a code."""

    CARRIES = "carries"
    """It is open and still carries the code."""
    DROPPED = "dropped"
    """It is open and carries the code no longer."""
    ORDERED = "ordered"
    """It became an order that stands."""
    GONE = "gone"
    """It is gone, and it became no order that stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMoney:
    """A checkout that was refused a code after it was paid, and still holds the shopper's money."""

    checkout: str
    amount: Decimal
    """Charged and authorized, and not given back."""
    currency: str


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
        """True for staff and apps that hold this permission; false for every customer."""
        return (self.staff or self.app is not None) and permission in self.permissions

    @property
    def reference(self) -> str:
        """Who they are, for what is kept: app:ID or staff:ID at the host; a customer, or nobody, has none."""
        if self.app is not None:
            return f"app:{self.app}"
        return f"staff:{self.account}" if self.staff and self.account is not None else ""


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
    """(info, [account references]) → promise of a list of users, None where there is none."""
    date_time: Any = None
    """The host's own DateTime scalar; None where graphene's own serves. A schema holds one type per name."""
    date: Any = None
    """The host's own Date scalar; None where graphene's own serves."""
    direction: Any = None
    """The host's own OrderDirection enum (ASC is "", DESC is "-"); None where ours serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """Something that this installation still lacks. relacional_doctor and Django's checks show it."""

    code: str
    """Stable name, such as "worker"."""
    problem: str
    cure: str
    """One sentence that says what to do."""
    fatal: bool = field(default=True)
    """False when everything works without it."""
    about: str = ""
    """Slug of the channel that lacks it; empty: the whole shop."""


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

    def channels(self) -> Sequence[Channel]:
        """All sales channels, by slug."""

    def shop_name(self) -> str:
        """What customers call the shop."""

    def storefront_url(self, channel: str) -> str:
        """Where a customer of this channel shops; empty when not configured."""

    def storefront_pattern(self) -> str:
        """The same as the owner said it, for all channels: {channel} may stand in it; empty when they said nothing."""

    def checkout_url(self, channel: str, reference: str) -> str:
        """Where a customer of this channel goes on with an open checkout; empty when no storefront is configured. It
        opens the checkout, with whatever address was typed into it: it never stands in a mail."""

    def offer_link(self) -> str:
        """Where the storefront takes an offer's code, as the owner said: {code} and {channel} stand in it. Empty: its
        first page, see hosts/storefront.py."""

    def set_place(
        self,
        *,
        storefront_url: str | None = None,
        time_zone: str | None = None,
        offer_link: str | None = None,
    ) -> None:
        """Keep where mails send customers ({channel} stands for a channel's slug), the zone of purchase days and where
        codes are taken, as the owner said. All are checked already; None leaves one as it is."""

    # -- permission to write to the database, and where to read
    def writing(self) -> AbstractContextManager[None]:
        """Permission to write for as long as the block runs. Every task, command and view of ours writes inside one."""

    def reading(self, context: Any) -> str:
        """Alias of the database that this GraphQL request reads from."""

    # -- facts
    def changed(self, kind: FactKind, *, after: Position | None, until: datetime, limit: int) -> Page:
        """References of this kind in keyset order (changed_at, reference), strictly after `after`, changed before
        `until`."""

    def fetch(self, kind: FactKind, references: Sequence[str]) -> Sequence[Fact]:
        """These facts as they are now; those that do not exist (any more) are left out."""

    def existing(self, kind: FactKind, references: Sequence[str]) -> frozenset[str]:
        """Which of these still exist."""

    def bought_since(
        self, buyers: Sequence[Buyer], *, shopping_since: datetime
    ) -> Mapping[int, Sequence[Seen]]:
        """Buyer's key → what they did, asked right before a mail is handed over: orders of any state but draft that
        were placed later than `Buyer.since`, and open checkouts that changed at `shopping_since` or later. By account
        or by typed address, in any case. One query, whatever the number of buyers; on the writer."""

    def checkout_lines(self, reference: str, *, limit: int) -> Sequence[CheckoutLine]:
        """What is in an open checkout, the first `limit` lines in the order in which they were put there; empty when
        there is no such checkout (any more). On the writer."""

    def goods(
        self, kind: GoodsKind, references: Sequence[str], *, channels: Sequence[str], language: str = ""
    ) -> Mapping[str, Goods]:
        """Reference → what the shop knows of it, as far as these channels are concerned; what it does not know is left
        out. A constant number of queries. On the writer."""

    def goods_named(
        self, kind: GoodsKind, words: Sequence[str], *, most: int, language: str = ""
    ) -> Sequence[Goods]:
        """The first `most`, by name, in whose name each of these words stands, in any case: in the shop's own language
        or in this one. A variant goes by its product's name, its own or its SKU. Nothing is said of where they are
        sold. A constant number of queries. On the writer."""

    def cards(self, variants: Sequence[str], *, channel: str, language: str = "") -> Mapping[str, Card]:
        """Variant → what a mail shows of it; what cannot be bought in this channel at this moment (not for sale,
        without a price, sold out, unknown) is left out. A constant number of queries. On the writer."""

    def count(self, kind: FactKind) -> int:
        """About how many there are, for a progress bar."""

    # -- vouchers
    def issue(self, recipe: VoucherRecipe, codes: Sequence[str]) -> None:
        """Make the voucher unless it exists and add these single-use codes. Idempotent by recipe.key and code."""

    def has_voucher(self, key: str) -> bool:
        """Whether the voucher of this recipe.key is there. One that was issued and is not was deleted by staff: it must
        not be issued again."""

    def issued_as(self, voucher: str) -> str:
        """`recipe.key` of the voucher with this reference; empty where we did not issue it, or there is none."""

    def working(self, codes: Sequence[str], *, now: datetime) -> Mapping[str, Mapping[str, Listed]]:
        """Code → slug of each channel in which a checkout could spend it at `now` → what its voucher says there by now;
        codes that work nowhere are left out. One query."""

    def withdraw(self, codes: Sequence[str]) -> None:
        """End these codes. Unknown codes are no error."""

    def give_back(self, code: str) -> bool:
        """Make a spent, unexpired code usable again: its order was cancelled. True when the code is usable now."""

    def take_off(self, checkout: str, code: str) -> bool:
        """Take the code off an open checkout; prices are recalculated. False when the checkout did not carry it."""

    def takes_off(self, checkout: str, codes: Sequence[str], *, now: datetime) -> Mapping[str, TakesOff]:
        """Each of these codes → what it takes off this open checkout: the host's own computation, as if it were put on
        at `now`, or as it stands where the checkout carries it. Empty where there is no such open checkout. Changes
        nothing and tells nobody. Whose the codes and the checkout are is not asked."""

    def put_on(self, checkout: str, code: str) -> bool:
        """Put the code on an open checkout as the host's storefront does, in place of another; prices are recalculated
        and the host tells of it. True when the checkout carries it now; twice is once. False when the host refuses, the
        checkout is gone, or it is being completed."""

    def holder(self, checkout: str, code: str) -> Holder:
        """What became of the checkout that holds this code."""

    def end_vouchers(self) -> int:
        """End every voucher we ever issued; returns how many. For uninstalling."""

    def held_money(self) -> Sequence[HeldMoney]:
        """Checkouts that were refused a code when money had come first, the oldest first. One whose money was given
        back is no longer among them."""

    # -- people
    def caller(self, context: Any) -> Caller:
        """Who is asking, from a GraphQL context or a request."""

    def staff_address(self, account: str) -> str:
        """E-mail address of the active member of staff with this account; empty for everybody else, a customer above
        all."""

    def attributes(self) -> AttributeStore | None:
        """Where accounts have values that the host's own customer list filters by; None where there is no such
        thing."""

    def graphql_types(self) -> GraphQLTypes:
        """The host's own types that our fields return. Called once all apps are ready."""

    def dashboard_origins(self) -> Sequence[str]:
        """Origins of the shop's dashboard, for a Content-Security-Policy: only these may frame our pages. Empty when
        not configured: then nobody may."""

    def desk_address(self) -> str:
        """Where the shop's dashboard shows our desk, as a path in it; empty where it does not."""

    # -- health
    def unmet_requirements(self) -> Sequence[Requirement]:
        """What this installation still lacks at the host (beat, worker, mail, permission, …); empty when complete."""

    def move_in(self) -> None:
        """Add our pages to the host's dashboard, once: what an admin removed stays removed."""

    def move_out(self) -> None:
        """Remove what we made at the host: pages, schedule entries, our permission. For uninstalling."""

    def active(self) -> bool:
        """False while the shop's admin has switched us off: then no mail and no voucher leaves."""
