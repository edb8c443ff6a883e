"""Facts: what changed since, one by reference, what exists, and what each of them says."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from saleor_relacional.hosts.base import Host
from saleor_relacional.hosts.facts import (
    CheckoutFact,
    CustomerFact,
    Fact,
    FactKind,
    OrderFact,
    OrderState,
    Position,
)
from tests.hosts.driver import UNIT, Shop

MONDAY = datetime(2026, 2, 2, 9, tzinfo=UTC)
STRANGERS = ("00000000-0000-4000-8000-000000000000", "999999999", "nothing like a key", "")
"""References that no host of ours knows, in every shape that another host's keys may have."""


def read_all(host: Host, kind: FactKind, *, until: datetime, size: int) -> list[Fact]:
    """Page through everything, as a sweep does."""
    found: list[Fact] = []
    after: Position | None = None
    for _ in range(1000):
        page = host.changed(kind, after=after, until=until, limit=size)
        assert len(page.references) <= size
        facts = {fact.reference: fact for fact in host.fetch(kind, page.references)}
        found.extend(facts[reference] for reference in page.references)
        if page.references:
            assert page.last == Position(changed_at=found[-1].changed_at, reference=found[-1].reference)
        if not page.more:
            return found
        after = page.last
    raise AssertionError("the pages never end")


def make(shop: Shop, kind: FactKind, number: int) -> str:
    """One row of this kind."""
    email = f"person{number}@example.com"
    if kind is FactKind.CUSTOMER:
        return shop.customer(email)
    return shop.order(email=email) if kind is FactKind.ORDER else shop.checkout(email=email)


def one(facts: Sequence[Fact]) -> Fact:
    """The only one."""
    assert len(facts) == 1
    return facts[0]


class FactsContract:
    """Subclassed by contract.HostContract."""

    @pytest.mark.parametrize("kind", list(FactKind))
    def test_changes_come_in_the_order_in_which_they_happened(self, shop: Shop, kind: FactKind) -> None:
        """Keyset order is by change, not by creation, and each row comes once."""
        made = [make(shop, kind, number) for number in range(4)]
        for number, reference in enumerate(reversed(made)):
            shop.touch(kind, reference, MONDAY + timedelta(seconds=number))
        found = read_all(shop.host, kind, until=MONDAY + timedelta(hours=1), size=2)
        assert [fact.reference for fact in found] == list(reversed(made))
        assert [fact.changed_at for fact in found] == [MONDAY + timedelta(seconds=n) for n in range(4)]

    @pytest.mark.parametrize("size", [1, 2, 3])
    @pytest.mark.parametrize("kind", list(FactKind))
    def test_equal_times_are_neither_lost_nor_doubled(self, shop: Shop, kind: FactKind, size: int) -> None:
        """Seven rows changed by one UPDATE carry one timestamp; tiny pages still read each exactly once."""
        made = [make(shop, kind, number) for number in range(7)]
        for reference in made:
            shop.touch(kind, reference, MONDAY)
        found = read_all(shop.host, kind, until=MONDAY + timedelta(hours=1), size=size)
        assert len(found) == 7
        assert {fact.reference for fact in found} == set(made)

    @pytest.mark.parametrize("kind", list(FactKind))
    def test_until_is_excluded(self, shop: Shop, kind: FactKind) -> None:
        """A sweep must not pass the margin: what changed at that very instant is for the next one."""
        before, at, later = (make(shop, kind, number) for number in range(3))
        shop.touch(kind, before, MONDAY - timedelta(microseconds=1))
        shop.touch(kind, at, MONDAY)
        shop.touch(kind, later, MONDAY + timedelta(microseconds=1))
        page = shop.host.changed(kind, after=None, until=MONDAY, limit=10)
        assert list(page.references) == [before]
        assert page.more is False

    @pytest.mark.parametrize("kind", list(FactKind))
    def test_an_empty_reference_stands_before_all_others(self, shop: Shop, kind: FactKind) -> None:
        """A sweep that re-reads an overlap begins at a time, without a row: what changed then is included."""
        early, at = make(shop, kind, 1), make(shop, kind, 2)
        shop.touch(kind, early, MONDAY - timedelta(seconds=1))
        shop.touch(kind, at, MONDAY)
        after = Position(changed_at=MONDAY, reference="")
        page = shop.host.changed(kind, after=after, until=MONDAY + timedelta(hours=1), limit=10)
        assert list(page.references) == [at]

    @pytest.mark.parametrize("kind", list(FactKind))
    def test_a_full_last_page_says_that_it_is_the_last(self, shop: Shop, kind: FactKind) -> None:
        """`more` is about rows, not about the page's size; an empty page begins nowhere."""
        for number in range(2):
            shop.touch(kind, make(shop, kind, number), MONDAY)
        until = MONDAY + timedelta(hours=1)
        full = shop.host.changed(kind, after=None, until=until, limit=2)
        assert (len(full.references), full.more) == (2, False)
        empty = shop.host.changed(kind, after=full.last, until=until, limit=2)
        assert (list(empty.references), empty.last, empty.more) == ([], None, False)

    @pytest.mark.parametrize("kind", list(FactKind))
    def test_strangers_references_are_left_out(self, shop: Shop, kind: FactKind) -> None:
        """Ana's row is found among references of rows that are gone or of another host; those are no
        error."""
        ana = make(shop, kind, 1)
        assert [fact.reference for fact in shop.host.fetch(kind, [*STRANGERS, ana])] == [ana]
        assert shop.host.existing(kind, [*STRANGERS, ana]) == {ana}
        assert list(shop.host.fetch(kind, [])) == []
        assert shop.host.existing(kind, []) == frozenset()

    @pytest.mark.parametrize("kind", list(FactKind))
    def test_a_page_names_what_a_fetch_finds(self, shop: Shop, kind: FactKind) -> None:
        """Sweep and nudge read by the same names."""
        reference = make(shop, kind, 1)
        shop.touch(kind, reference, MONDAY)
        page = shop.host.changed(kind, after=None, until=MONDAY + timedelta(hours=1), limit=1)
        assert list(page.references) == [fact.reference for fact in shop.host.fetch(kind, [reference])]

    def test_what_is_gone_exists_no_longer(self, shop: Shop) -> None:
        """A purged order, a deleted account and an abandoned checkout are found neither by key nor by
        change."""
        ana, order, checkout = (
            shop.customer("ana@example.com"),
            shop.order(email="a@b.example"),
            shop.checkout(),
        )
        shop.delete_customer(ana)
        shop.delete_order(order)
        shop.abandon(checkout)
        for kind, reference in (
            (FactKind.CUSTOMER, ana),
            (FactKind.ORDER, order),
            (FactKind.CHECKOUT, checkout),
        ):
            assert shop.host.existing(kind, [reference]) == frozenset()
            assert list(shop.host.fetch(kind, [reference])) == []
            assert shop.host.count(kind) == 0

    def test_a_customer_who_becomes_staff_is_still_there(self, shop: Shop) -> None:
        """Ana has bought nothing yet and is employed: her account exists and tells of her as before."""
        ana = shop.customer("ana@example.com", first_name="Ana")
        shop.employ(ana)
        assert shop.host.existing(FactKind.CUSTOMER, [ana]) == {ana}
        fact = one(shop.host.fetch(FactKind.CUSTOMER, [ana]))
        assert isinstance(fact, CustomerFact)
        assert (fact.email, fact.first_name, fact.vouched) == ("ana@example.com", "Ana", True)

    def test_the_count_counts(self, shop: Shop) -> None:
        """About how many there are, for a progress bar; in a shop this small, exactly."""
        for number in range(3):
            shop.order(email=f"{number}@example.com")
        assert shop.host.count(FactKind.ORDER) == 3
        assert shop.host.count(FactKind.CUSTOMER) == 0

    def test_a_customer(self, shop: Shop) -> None:
        """Ana registered and confirmed; the host vouches for her address."""
        ana = shop.customer("ana@example.com", first_name="Ana", language="es")
        fact = one(shop.host.fetch(FactKind.CUSTOMER, [ana]))
        assert isinstance(fact, CustomerFact)
        assert (fact.source, fact.reference, fact.email) == (shop.host.source, ana, "ana@example.com")
        assert (fact.first_name, fact.language, fact.vouched) == ("Ana", "es", True)
        assert fact.joined_at.tzinfo is not None
        assert fact.changed_at.tzinfo is not None

    def test_an_unconfirmed_address_is_not_vouched_for(self, shop: Shop) -> None:
        """Mallory registers with Ana's address. Until it is confirmed the host vouches for nothing."""
        mallory = shop.customer("ana@example.com", confirmed=False)
        before = one(shop.host.fetch(FactKind.CUSTOMER, [mallory]))
        assert isinstance(before, CustomerFact)
        assert before.vouched is False
        shop.confirm(mallory)
        after = one(shop.host.fetch(FactKind.CUSTOMER, [mallory]))
        assert isinstance(after, CustomerFact)
        assert after.vouched is True
        assert after.changed_at >= before.changed_at

    def test_registration_alone_joins_no_guest_order_but_confirmation_does(self, shop: Shop) -> None:
        """The host joins Ana's guest order to her account when she proves the address, not before."""
        order = shop.order(email="ana@example.com")
        ana = shop.customer("ana@example.com", confirmed=False)
        before = one(shop.host.fetch(FactKind.ORDER, [order]))
        assert isinstance(before, OrderFact)
        assert before.customer is None
        shop.confirm(ana)
        after = one(shop.host.fetch(FactKind.ORDER, [order]))
        assert isinstance(after, OrderFact)
        assert after.customer == ana

    def test_an_order_of_an_unconfirmed_account_is_not_vouched_for(self, shop: Shop) -> None:
        """Mallory buys before she has proved any address: the host names her, and vouches for nothing."""
        mallory = shop.customer("mallory@example.com", confirmed=False)
        order = shop.order(customer=mallory)
        before = one(shop.host.fetch(FactKind.ORDER, [order]))
        assert isinstance(before, OrderFact)
        assert (before.customer, before.vouched, before.vouched_then) == (mallory, False, False)
        shop.confirm(mallory)
        after = one(shop.host.fetch(FactKind.ORDER, [order]))
        assert isinstance(after, OrderFact)
        assert (after.customer, after.vouched) == (mallory, True)

    def test_an_order_of_an_account(self, shop: Shop, now: datetime) -> None:
        """Ana bought tea for 12.50 a week ago; the fact is complete in itself."""
        ana = shop.customer("ana@example.com", first_name="Ana")
        placed_at = now - timedelta(days=7)
        order = shop.order(customer=ana, total=Decimal("12.50"), placed_at=placed_at)
        fact = one(shop.host.fetch(FactKind.ORDER, [order]))
        assert isinstance(fact, OrderFact)
        assert (fact.source, fact.reference, fact.customer) == (shop.host.source, order, ana)
        assert (fact.email, fact.channel) == ("ana@example.com", "eur")
        assert (fact.total, fact.currency) == (Decimal("12.50"), "EUR")
        assert (fact.placed_at, fact.checkout, fact.codes, fact.refunds) == (placed_at, None, (), ())
        assert fact.number
        line = one_line(fact)
        assert (line.quantity, line.total) == (1, Decimal("12.50"))
        assert line.product_key
        assert line.name

    def test_a_line_tells_where_its_product_stands_now(self, shop: Shop) -> None:
        """Tea is put among the drinks, then on another shelf, and taken off it: all orders of it tell so, old ones
        too, and an equal name is an equal key. A product that is gone stands nowhere."""
        first = shop.order(email="ana@example.com")
        told = []
        for category in ("Drinks", "Hot drinks", "", "Drinks"):
            shop.shelve(category)
            second = shop.order(email="ana@example.com")
            old, new = (one_line(shop.host.fetch(FactKind.ORDER, [order])[0]) for order in (first, second))
            assert (old.category, old.category_name) == (new.category, new.category_name)
            assert (new.category_name, bool(new.category)) == (category, bool(category))
            told.append(new.category)
        assert told[0] == told[3] != told[1]
        shop.discontinue()
        gone = one_line(shop.host.fetch(FactKind.ORDER, [first])[0])
        assert (gone.category, gone.category_name) == ("", "")
        assert gone.name

    def test_an_order_tells_where_it_was_sent(self, shop: Shop) -> None:
        """Country and postal code, nothing more of an address; nothing where nothing is sent."""
        home = shop.order(email="ana@example.com", country="ES", postal_code="28001")
        download = shop.order(email="ana@example.com")
        told = {fact.reference: fact for fact in shop.host.fetch(FactKind.ORDER, [home, download])}
        assert [(told[one].country, told[one].postal_code) for one in (home, download)] == [
            ("ES", "28001"),
            ("", ""),
        ]

    def test_a_guest_order_keeps_the_address_as_typed(self, shop: Shop) -> None:
        """The core makes the key; the host tells what was typed, and nobody's account."""
        order = shop.order(email="Ana.Guest@example.com")
        fact = one(shop.host.fetch(FactKind.ORDER, [order]))
        assert isinstance(fact, OrderFact)
        assert (fact.email, fact.customer) == ("Ana.Guest@example.com", None)

    @pytest.mark.parametrize("state", list(OrderState))
    def test_states_mean_what_they_mean(self, shop: Shop, state: OrderState) -> None:
        """A sale, a draft, a cancellation and a replacement are told apart."""
        fact = one(shop.host.fetch(FactKind.ORDER, [shop.order(email="ana@example.com", state=state)]))
        assert isinstance(fact, OrderFact)
        assert fact.state is state

    def test_cancelling_withdraws_the_purchase_and_is_noticed(self, shop: Shop) -> None:
        """Ana cancels: the same order, withdrawn, comes again to whoever reads changes."""
        order = shop.order(email="ana@example.com")
        shop.touch(FactKind.ORDER, order, MONDAY)
        shop.cancel(order)
        fact = one(shop.host.fetch(FactKind.ORDER, [order]))
        assert isinstance(fact, OrderFact)
        assert fact.state is OrderState.WITHDRAWN
        assert fact.total == UNIT
        assert fact.changed_at > MONDAY

    def test_refunds_are_facts_of_their_own(self, shop: Shop) -> None:
        """Ana gets 3 back and later the other 7: two dated refunds, stable references, the sale itself
        unchanged."""
        order = shop.order(email="ana@example.com", total=UNIT)
        shop.touch(FactKind.ORDER, order, MONDAY)
        shop.refund(order, Decimal("3.00"))
        first = one(shop.host.fetch(FactKind.ORDER, [order]))
        assert isinstance(first, OrderFact)
        assert first.changed_at > MONDAY
        assert [refund.amount for refund in first.refunds] == [Decimal("3.00")]
        shop.refund(order, Decimal("7.00"))
        second = one(shop.host.fetch(FactKind.ORDER, [order]))
        assert isinstance(second, OrderFact)
        assert sorted(refund.amount for refund in second.refunds) == [Decimal("3.00"), Decimal("7.00")]
        assert first.refunds[0] in second.refunds
        assert len({refund.reference for refund in second.refunds}) == 2
        assert {(refund.order, refund.currency, refund.source) for refund in second.refunds} == {
            (order, "EUR", shop.host.source)
        }
        assert all(refund.happened_at.tzinfo for refund in second.refunds)
        assert (second.state, second.total) == (OrderState.COUNTS, UNIT)

    def test_a_deleted_account_leaves_its_orders(self, shop: Shop) -> None:
        """Ana leaves; the books keep the order and say that it is nobody's account's."""
        ana = shop.customer("ana@example.com")
        order = shop.order(customer=ana)
        shop.delete_customer(ana)
        fact = one(shop.host.fetch(FactKind.ORDER, [order]))
        assert isinstance(fact, OrderFact)
        assert fact.customer is None
        assert fact.state is OrderState.COUNTS

    def test_a_checkout(self, shop: Shop) -> None:
        """Ana has two teas in her basket and no code on it."""
        ana = shop.customer("ana@example.com")
        checkout = shop.checkout(customer=ana, quantity=2)
        fact = one(shop.host.fetch(FactKind.CHECKOUT, [checkout]))
        assert isinstance(fact, CheckoutFact)
        assert (fact.source, fact.reference, fact.customer) == (shop.host.source, checkout, ana)
        assert (fact.email, fact.channel, fact.currency) == ("ana@example.com", "eur", "EUR")
        assert (fact.total, fact.code) == (2 * UNIT, "")
        assert (fact.vouched, fact.filled) == (True, True)

    def test_whose_checkout_the_host_vouches_for(self, shop: Shop) -> None:
        """Ana's when her account is confirmed. Mallory's account proved nothing, and a typed address, Ana's own
        included, never does."""
        ana = shop.customer("ana@example.com")
        mallory = shop.customer("mallory@example.com", confirmed=False)
        checkouts = [
            shop.checkout(customer=ana), shop.checkout(customer=mallory), shop.checkout(email="ana@example.com"),
            shop.checkout(),
        ]  # fmt: skip
        facts = {fact.reference: fact for fact in shop.host.fetch(FactKind.CHECKOUT, checkouts)}
        told = [facts[checkout] for checkout in checkouts]
        assert [isinstance(fact, CheckoutFact) and fact.vouched for fact in told] == [
            True,
            False,
            False,
            False,
        ]

    def test_an_emptied_checkout(self, shop: Shop) -> None:
        """Ana takes everything out: it is open, nothing is in it, and it comes again to whoever reads changes. Its
        total may be counted later."""
        checkout = shop.checkout(customer=shop.customer("ana@example.com"))
        shop.touch(FactKind.CHECKOUT, checkout, MONDAY)
        shop.empty(checkout)
        fact = one(shop.host.fetch(FactKind.CHECKOUT, [checkout]))
        assert isinstance(fact, CheckoutFact)
        assert not fact.filled
        assert fact.changed_at > MONDAY
        assert list(shop.host.checkout_lines(checkout, limit=10)) == []

    def test_what_is_in_a_checkout(self, shop: Shop) -> None:
        """Three teas, as the buyer sees them; no more lines than asked for; nothing of strangers."""
        checkout = shop.checkout(email="ana@example.com", quantity=3)
        [line] = shop.host.checkout_lines(checkout, limit=10)
        assert (line.name, line.quantity) == ("Tea", 3)
        assert shop.host.cards([line.variant], channel="eur")[line.variant].currency == "EUR"
        assert list(shop.host.checkout_lines(checkout, limit=0)) == []
        shop.abandon(checkout)
        for gone in (checkout, *STRANGERS):
            assert list(shop.host.checkout_lines(gone, limit=10)) == []

    def test_a_completed_checkout_is_an_order_and_no_checkout(self, shop: Shop) -> None:
        """Completing ends the checkout; the order says which one it came from."""
        checkout = shop.checkout(email="ana@example.com", quantity=3)
        completed = shop.complete(checkout)
        assert completed.order is not None
        fact = one(shop.host.fetch(FactKind.ORDER, [completed.order]))
        assert isinstance(fact, OrderFact)
        assert (fact.checkout, fact.total, fact.email) == (checkout, 3 * UNIT, "ana@example.com")
        assert fact.state is OrderState.COUNTS
        assert [line.quantity for line in fact.lines] == [3]
        assert shop.host.existing(FactKind.CHECKOUT, [checkout]) == frozenset()


def one_line(fact: OrderFact):  # type: ignore[no-untyped-def]
    """The only line."""
    assert len(fact.lines) == 1
    return fact.lines[0]
