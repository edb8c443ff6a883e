"""Whose an order is, over random lives of a shop, told by hosts that know since when an account is confirmed, and by
hosts that do not."""

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
from saleor_relacional.hosts.standalone import clock
from saleor_relacional.models import Identity, Purchase, PurchaseLine, Refund
from tests.running.tries import tries
from tests.support.instants import MINUTE, NOON
from tests.support.tell import SOURCE, account, order, refund

pytestmark = pytest.mark.django_db

PEOPLE = ("ana", "bea", "mallory")
BOXES = tuple(f"box{n}@shop.example" for n in range(4))


class Shop:
    """A host of the reckless kind: whoever registers may buy at once, anything may be typed, addresses change hands,
    and confirming joins guest orders. Whether it tells since when an account is confirmed (`dated`) or not, it
    remembers what really happened; and what we had read when."""

    def __init__(self, *, dated: bool) -> None:
        self.dated, self.now = dated, NOON
        self.accounts: dict[str, CustomerFact] = {}
        self.orders: dict[str, OrderFact] = {}
        self.placed_by: dict[str, str | None] = {}
        self.confirmed_at: dict[str, datetime] = {}
        self.read_confirmed_at: dict[str, datetime] = {}
        self.known_when_read: dict[str, bool] = {}
        self.vouched_ever: set[tuple[str, str]] = set()
        self.unread: set[tuple[str, str]] = set()

    def register(self, person: str, box: str) -> None:
        if person not in self.accounts and not self._taken(box):
            self._account(account(person, box, vouched=False))

    def confirm(self, person: str, _: str) -> None:
        if fact := self.accounts.get(person):
            self.confirmed_at.setdefault(person, self.now)
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
        told: Fact = self._customer(reference) if kind == "account" else self._fact(reference)
        if isinstance(told, OrderFact):
            self.known_when_read.setdefault(reference, self._known(told))
        elif told.vouched:
            self.read_confirmed_at.setdefault(reference, self.now)
        clock.freeze(self.now)
        recording.record([told], now=self.now)

    def may_see(self, reference: str) -> set[str]:
        """Accounts whose confirmed selves placed it, or whose vouched address received it."""
        received = {who for who, address in self.vouched_ever if address == self.orders[reference].email}
        placer = self.confirmed_placer(reference)
        return received | ({placer} if placer else set())

    def confirmed_placer(self, reference: str) -> str | None:
        """The account that placed it, confirmed already."""
        placer = self.placed_by[reference]
        return placer if placer and self._confirmed(placer, self.orders[reference].placed_at) else None

    def _confirmed(self, person: str, at: datetime) -> bool:
        return person in self.confirmed_at and self.confirmed_at[person] <= at

    def _known(self, told: OrderFact) -> bool:
        """Whether anybody could tell us that its account was confirmed when it was placed: the host, or what we read
        of the account before."""
        if self.dated or not told.customer:
            return True
        return self.read_confirmed_at.get(told.customer, self.now + MINUTE) <= told.placed_at

    def _customer(self, reference: str) -> CustomerFact:
        since = self.confirmed_at.get(reference) if self.dated else None
        return replace(self.accounts[reference], vouched_since=since)

    def _fact(self, reference: str) -> OrderFact:
        fact = self.orders[reference]
        who = fact.customer
        then = who is None or self._confirmed(who, fact.placed_at)
        vouched = who is None or self.accounts[who].vouched
        return replace(fact, vouched=vouched, vouched_then=then if self.dated else None)

    def _account(self, fact: CustomerFact) -> None:
        self.accounts[fact.reference] = fact
        self.unread.add(("account", fact.reference))
        if fact.vouched:
            self.vouched_ever.add((fact.reference, fact.email))

    def _order(self, placer: str | None, box: str, named: str | None) -> str:
        reference = f"o{len(self.orders)}"
        bought = order(reference, box, customer=named, placed_at=self.now, changed_at=self.now)
        self.orders[reference], self.placed_by[reference] = bought, placer
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


@settings(max_examples=tries(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, dated=st.booleans())
def test_nobody_sees_what_is_not_theirs(steps: list[tuple[str, str, str, int]], dated: bool) -> None:
    """In whatever order things happen and are read, however late: nobody holds an order that neither their confirmed
    account placed nor their vouched address received; a confirmed buyer loses none of which anybody can say that they
    were; one address is one person."""
    shop = Shop(dated=dated)
    with sql.atomic():
        for step, person, box, nth in steps:
            shop.now += MINUTE
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
        placer = shop.confirmed_placer(row.reference)
        if placer and shop.known_when_read[row.reference]:
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
        identify,
        "owner",
        lambda fact, *_, **__: names.account(SOURCE, fact.customer) if fact.customer else None,
    )
    shop = Shop(dated=True)
    for step in (("register", "mallory", BOXES[0]), ("buy", "mallory", BOXES[1])):
        getattr(shop, step[0])(*step[1:])
    for one in sorted(shop.unread):
        shop.read(*one)
    with pytest.raises(AssertionError):
        _everything_is_where_it_belongs(shop)
