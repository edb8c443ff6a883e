"""Whose an order is: the table of docs/architecture.md case by case, then random lives of a shop."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleor_relacional import conf
from saleor_relacional.db import sql
from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.flows.people import identify
from saleor_relacional.flows.people import tombstones as names
from saleor_relacional.hosts.facts import CustomerFact, Fact, OrderFact
from saleor_relacional.models import Identity, Merge, Profile, Purchase, PurchaseLine, Refund
from tests.support.instants import NOON
from tests.support.tell import SOURCE, account, order, refund

pytestmark = pytest.mark.django_db

SAM, ANA, BOX = names.account(SOURCE, "sam"), names.account(SOURCE, "ana"), names.email("box@shop.example")
ONE, TWO = 1, 2

TABLE = [
    # a new order: account, vouched, who has the typed address → whose it is
    ("a guest", None, True, {}, None, BOX),
    ("a guest under an account's address", None, True, {BOX: ONE, ANA: ONE}, None, BOX),
    ("a confirmed account", "sam", True, {SAM: TWO}, None, SAM),
    ("a confirmed account that typed another's address", "sam", True, {SAM: TWO, BOX: ONE, ANA: ONE}, None, SAM),
    ("an unconfirmed account", "sam", False, {SAM: TWO}, None, BOX),
    ("an unconfirmed account that typed another's address", "sam", False, {SAM: TWO, BOX: ONE}, None, BOX),
    # an order that we hold (under profile ONE)
    ("a guest's, nothing new", None, True, {BOX: ONE}, ONE, BOX),
    ("a guest's, an account is named later", "sam", True, {SAM: TWO, BOX: ONE}, ONE, BOX),
    ("a guest's, staff correct the address", None, True, {}, ONE, BOX),
    ("an account's own", "ana", True, {ANA: ONE}, ONE, ANA),
    ("an account's own, no longer confirmed", "ana", False, {ANA: ONE}, ONE, ANA),
    ("an account's own, the typed address is another's", "ana", True, {ANA: ONE, SAM: TWO, BOX: TWO}, ONE, ANA),
    ("an account's by its address, which went to another account", None, True, {ANA: ONE, SAM: TWO, BOX: TWO}, ONE,
     None),
    ("the same, and an unconfirmed account is named", "sam", False, {ANA: ONE, SAM: TWO, BOX: TWO}, ONE, None),
    ("staff give it to another account and its address", "sam", True, {ANA: ONE, SAM: TWO, BOX: TWO}, ONE, BOX),
    ("another account is named, the address is a guest's", "sam", True, {ANA: ONE, SAM: TWO, BOX: 3}, ONE, BOX),
]  # fmt: skip


@pytest.mark.parametrize(("case", "customer", "vouched", "known", "holder", "whose"), TABLE)
def test_the_table(
    case: str, customer: str | None, vouched: bool, known: dict[names.Name, int], holder: int | None,
    whose: names.Name | None,
) -> None:  # fmt: skip
    """Each row of the table of docs/architecture.md."""
    fact = order("o1", "box@shop.example", customer=customer, vouched=vouched)
    accounts = {profile for name, profile in known.items() if name.kind == "account"}
    assert identify.owner(fact, known, holder, accounts) == whose


def test_an_order_that_names_nobody() -> None:
    """It is nobody's; one that we hold stays where it is."""
    assert identify.owner(order("o1"), {}) is None
    assert identify.owner(order("o1"), {}, ONE) is None


PLACEHOLDERS = (
    "", " ", "n/a", "-", "NULL", "None", "0", "@", "guest@", "@shop.example", "a b@shop.example",
    "guest@nobody.invalid", "guest@INVALID",
)  # fmt: skip


@pytest.mark.parametrize("typed", PLACEHOLDERS)
def test_a_placeholder_is_nobody(now: datetime, typed: str) -> None:
    """What stands where there is no address makes no person, and no two people one; an account with it is itself."""
    told = [order("o1", typed), order("o2", typed, customer="ana"), order("o3", typed, customer="bea"),
            order("o4", typed, customer="mallory", vouched=False),
            account("ana", typed), account("bea", typed)]  # fmt: skip
    recording.record(told, now=now)
    assert not Identity.objects.filter(kind="email").exists()
    assert {row.reference: row.profile for row in Purchase.objects.all()} == {
        "o2": Identity.objects.get(key="ana").profile, "o3": Identity.objects.get(key="bea").profile,
    }  # fmt: skip
    assert recording.record(told, now=now).written == 0


def test_a_stranger_takes_nobody_over(now: datetime) -> None:
    """Mallory registers her own address and, unconfirmed, buys with Ana's typed in. She then confirms her own. Ana's
    order and this one stay with Ana's address; what Mallory buys from now on is hers, whatever she types."""
    bought = order("o1", "ana@shop.example", days_ago=9)
    typed = order("o2", "ana@shop.example", customer="mallory", vouched=False)
    mallory = account("mallory", "mallory@shop.example", vouched=False)
    recording.record([bought, mallory, typed], now=now)
    late = order("o3", "ana@shop.example", customer="mallory", refunds=(refund("r", "o2", "1"),))
    recording.record([replace(mallory, vouched=True)], now=now)
    recording.record([replace(typed, vouched=True, refunds=(refund("r2", "o2", "1"),)), late], now=now)
    guest = Identity.objects.get(key="ana@shop.example").profile
    held = {row.reference: row.profile for row in Purchase.objects.all()}
    assert held == {"o1": guest, "o2": guest, "o3": Identity.objects.get(key="mallory").profile}
    assert guest.merged_into is None
    assert not Merge.objects.exists()


def test_a_confirmed_buyer_keeps_what_they_typed_otherwise(now: datetime) -> None:
    """Ana buys for her mother and types her address, then changes her own: all three orders are Ana's."""
    recording.record(
        [account("ana", "ana@shop.example"), order("o1", "ana@shop.example", customer="ana")], now=now
    )
    gift = order("o2", "mother@shop.example", customer="ana")
    recording.record([gift, account("ana", "new@shop.example")], now=now)
    recording.record([replace(gift, refunds=(refund("r", "o2", "1"),))], now=now)
    recording.record([order("o3", "ana@shop.example", customer="ana")], now=now)
    assert Profile.objects.get().purchases.count() == 3


def test_a_changed_hand_takes_no_order_along(now: datetime) -> None:
    """Ana bought as a guest under an address that is Bea's now. A refund of that order does not hand it to Bea."""
    bought = order("o1", "box@shop.example")
    recording.record([account("ana", "box@shop.example"), bought], now=now)
    recording.record([account("ana", "new@shop.example"), account("bea", "box@shop.example")], now=now)
    recording.record([replace(bought, refunds=(refund("r", "o1", "1"),))], now=now)
    assert Purchase.objects.get().profile == Identity.objects.get(key="ana").profile
    assert Refund.objects.get().profile == Identity.objects.get(key="ana").profile


PEOPLE = ("ana", "bea", "mallory")
BOXES = tuple(f"box{n}@shop.example" for n in range(4))


class Shop:
    """A host of the reckless kind: whoever registers may buy at once, anything may be typed, addresses change hands,
    and confirming joins guest orders. It remembers what really happened."""

    def __init__(self) -> None:
        self.accounts: dict[str, CustomerFact] = {}
        self.orders: dict[str, OrderFact] = {}
        self.placed_by: dict[str, str | None] = {}
        self.first_read_confirmed: dict[str, bool] = {}
        self.vouched_ever: set[tuple[str, str]] = set()
        self.unread: set[tuple[str, str]] = set()

    def register(self, person: str, box: str) -> None:
        if person not in self.accounts and not self._taken(box):
            self._account(account(person, box, vouched=False))

    def confirm(self, person: str, _: str) -> None:
        if fact := self.accounts.get(person):
            self._account(replace(fact, vouched=True))
            self._join(person)

    def change(self, person: str, box: str) -> None:
        """Proved by a link that was sent there; an account that was not confirmed is so no more than before."""
        fact = self.accounts.get(person)
        if fact and not self._taken(box):
            self._account(replace(fact, email=box))
            if fact.vouched:
                self._join(person)

    def employ(self, person: str, _: str) -> None:
        """Staff are people, too: the host tells of the account as before."""
        if fact := self.accounts.get(person):
            self._account(replace(fact, changed_at=NOON))

    def buy(self, person: str, box: str) -> None:
        if person in self.accounts:
            self._order(person, box, person)

    def buy_as_guest(self, _: str, box: str) -> None:
        """Saleor names the account that has this address as the buyer, confirmed or not; it is read while it is so."""
        named = next((who for who, fact in self.accounts.items() if fact.email == box), None)
        reference = self._order(None, box, named)
        if named:
            self.read("order", reference)

    def give_back(self, _: str, box: str) -> None:
        for reference, fact in self.orders.items():
            if fact.email == box and not fact.refunds:
                self.orders[reference] = replace(fact, refunds=(refund(f"r{reference}", reference, "1"),))
                self.unread.add(("order", reference))

    def read(self, kind: str, reference: str) -> None:
        self.unread.discard((kind, reference))
        told: Fact = self.accounts[reference] if kind == "account" else self._fact(reference)
        if isinstance(told, OrderFact):
            self.first_read_confirmed.setdefault(reference, told.vouched)
        recording.record([told], now=NOON)

    def may_see(self, reference: str) -> set[str]:
        """Accounts whose confirmed selves placed it, or whose vouched address received it."""
        box = self.orders[reference].email
        placer = self.placed_by[reference]
        confirmed = placer is not None and any(who == placer for who, _ in self.vouched_ever)
        received = {who for who, address in self.vouched_ever if address == box}
        return received | ({placer} if confirmed and placer else set())

    def _fact(self, reference: str) -> OrderFact:
        fact = self.orders[reference]
        return replace(fact, vouched=fact.customer is None or self.accounts[fact.customer].vouched)

    def _account(self, fact: CustomerFact) -> None:
        self.accounts[fact.reference] = fact
        self.unread.add(("account", fact.reference))
        if fact.vouched:
            self.vouched_ever.add((fact.reference, fact.email))

    def _order(self, placer: str | None, box: str, named: str | None) -> str:
        reference = f"o{len(self.orders)}"
        self.orders[reference], self.placed_by[reference] = order(reference, box, customer=named), placer
        self.unread.add(("order", reference))
        return reference

    def _join(self, person: str) -> None:
        for reference, fact in self.orders.items():
            if fact.customer is None and fact.email == self.accounts[person].email:
                self.orders[reference] = replace(fact, customer=person)
                self.unread.add(("order", reference))

    def _taken(self, box: str) -> bool:
        return any(fact.email == box for fact in self.accounts.values())


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["register", "confirm", "change", "employ", "buy", "buy", "buy_as_guest", "give_back", "read", "read"]
        ),
        st.sampled_from(PEOPLE), st.sampled_from(BOXES), st.integers(0, 30),
    ),
    min_size=4, max_size=28,
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_nobody_sees_what_is_not_theirs(steps: list[tuple[str, str, str, int]]) -> None:
    """In whatever order things happen and are read: nobody holds an order that neither their confirmed account placed
    nor their vouched address received; a confirmed buyer loses none; one address is one person."""
    shop = Shop()
    with sql.atomic():
        for step, person, box, nth in steps:
            if step != "read":
                getattr(shop, step)(person, box)
            elif shop.unread:
                waiting = sorted(shop.unread)
                shop.read(*waiting[nth % len(waiting)])
        for one in sorted(shop.unread):
            shop.read(*one)
        _everything_is_where_it_belongs(shop)
        transaction.set_rollback(True, using=conf.database())


def _everything_is_where_it_belongs(shop: Shop) -> None:
    account_of = {row.profile_id: row.key for row in Identity.objects.filter(kind="account")}
    address_of = {row.key: row.profile_id for row in Identity.objects.filter(kind="email")}
    for row in Purchase.objects.all():
        holder = account_of.get(row.profile_id)
        if holder is None:
            assert address_of[shop.orders[row.reference].email] == row.profile_id
        else:
            assert holder in shop.may_see(row.reference)
        placer = shop.placed_by[row.reference]
        if placer and shop.first_read_confirmed[row.reference]:
            assert holder == placer
        assert set(PurchaseLine.objects.filter(purchase=row).values_list("profile_id", flat=True)) == {
            row.profile_id
        }
        assert set(Refund.objects.filter(purchase=row).values_list("profile_id", flat=True)) <= {
            row.profile_id
        }
    assert len(account_of) == len(shop.accounts)  # no two accounts are one person
    for fact in shop.accounts.values():
        if fact.vouched:
            assert account_of[address_of[fact.email]] == fact.reference


def test_the_property_can_fail(now: datetime, monkeypatch: Any) -> None:
    """Were every order its named account's, the stranger would be found out."""
    monkeypatch.setattr(
        identify, "owner", lambda fact, *_: names.account(SOURCE, fact.customer) if fact.customer else None
    )
    shop = Shop()
    for step in (("register", "mallory", BOXES[0]), ("buy", "mallory", BOXES[1])):
        getattr(shop, step[0])(*step[1:])
    for one in sorted(shop.unread):
        shop.read(*one)
    with pytest.raises(AssertionError):
        _everything_is_where_it_belongs(shop)
