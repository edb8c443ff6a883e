"""However facts arrive (shuffled, doubled, in whatever batches, before and after what they depend on) the rows are
the same, and a second hearing writes none."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleor_relacional import conf
from saleor_relacional.db import sql
from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.hosts.facts import CustomerFact, Fact, OrderFact, OrderState
from saleor_relacional.models import Purchase
from tests.running.tries import tries
from tests.support.content import content
from tests.support.instants import NOON
from tests.support.tell import account, checkout, order, refund

pytestmark = pytest.mark.django_db

PEOPLE = ("ana", "bea", "cleo")
STATES = (OrderState.COUNTS, OrderState.COUNTS, OrderState.WITHDRAWN, OrderState.PENDING, OrderState.REISSUE)

often = settings(
    max_examples=tries(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def address(person: str) -> str:
    return f"{person}@shop.example"


@st.composite
def shops(draw: st.DrawFn) -> list[Fact]:
    """What a host may hold: accounts confirmed or not, orders of accounts and of guests, some cancelled, some refunded,
    some made from a checkout that is still told."""
    facts: list[Fact] = []
    accounts = draw(st.sets(st.sampled_from(PEOPLE)))
    for person in sorted(accounts):
        facts.append(account(person, address(person), vouched=draw(st.booleans())))
    for n in range(draw(st.integers(1, 7))):
        person = draw(st.sampled_from(PEOPLE))
        own = person in accounts and draw(st.booleans())
        backs = tuple(refund(f"r{n}-{i}", f"o{n}", "3") for i in range(draw(st.integers(0, 2))))
        basket = draw(st.booleans())
        facts.append(
            order(
                f"o{n}", draw(st.sampled_from([address(person), address(person).upper()])),
                customer=person if own else None, days_ago=draw(st.integers(0, 4)), refunds=backs,
                state=draw(st.sampled_from(STATES)), first_name=draw(st.sampled_from(["Ana", "Bo"])),
                channel=draw(st.sampled_from(["eur", "usd"])), checkout=f"c{n}" if basket else None,
            )
        )  # fmt: skip
        if basket:
            facts.append(checkout(f"c{n}", address(person), customer=person if own else None))
    return facts


def told(facts: list[Fact], cuts: list[int], now: datetime) -> dict[str, Any]:
    """The rows that these facts leave, told in batches, in a database of their own."""
    with sql.atomic():
        begin = 0
        for cut in [*sorted(cuts), len(facts)]:
            recording.record(facts[begin:cut], now=now)
            begin = max(begin, cut)
        left = content()
        transaction.set_rollback(True, using=conf.database())
    return left


@often
@given(data=st.data(), facts=shops())
def test_shuffled_doubled_and_cut_into_batches(data: st.DataObject, facts: list[Fact]) -> None:
    """Facts of different things in any order, some twice, in any batches."""
    shuffled = data.draw(st.permutations([*facts, *data.draw(st.lists(st.sampled_from(facts), max_size=4))]))
    cuts = data.draw(st.lists(st.integers(0, len(shuffled)), max_size=4))
    assert told(shuffled, cuts, NOON + timedelta(days=1)) == told(facts, [], NOON)


@often
@given(facts=shops())
def test_a_second_hearing_writes_nothing(facts: list[Fact]) -> None:
    """Told again, one by one and all at once, nothing is written."""
    with sql.atomic():
        recording.record(facts, now=NOON)
        again = [recording.record(part, now=NOON) for part in ([fact] for fact in facts)]
        again.append(recording.record(facts, now=NOON))
        transaction.set_rollback(True, using=conf.database())
    assert sum(done.written for done in again) == 0


class Shop:
    """A host whose facts change; what was nudged is read as it is at that moment."""

    def __init__(self, facts: list[Fact]) -> None:
        self.facts = {(type(fact), fact.reference): fact for fact in facts}
        self.unread = set(self.facts)

    def change(self, fact: Fact) -> None:
        self.facts[type(fact), fact.reference] = fact
        self.unread.add((type(fact), fact.reference))

    def confirm(self, person: str) -> None:
        """The customer proves the address; the host joins the guest orders of that address to the account."""
        fact = self.facts.get((CustomerFact, person))
        if fact is None:
            return
        self.change(replace(fact, vouched=True))  # type: ignore[type-var]
        for each in list(self.facts.values()):
            if (
                isinstance(each, OrderFact)
                and each.customer is None
                and each.email.lower() == address(person)
            ):
                self.change(replace(each, customer=person))

    def cancel(self, reference: str) -> None:
        fact = self.facts.get((OrderFact, reference))
        if isinstance(fact, OrderFact) and fact.state is OrderState.COUNTS:
            self.change(replace(fact, state=OrderState.WITHDRAWN))

    def give_back(self, reference: str) -> None:
        fact = self.facts.get((OrderFact, reference))
        if isinstance(fact, OrderFact):
            back = refund(f"late-{reference}", reference, "2")
            self.change(
                replace(fact, refunds=(*(r for r in fact.refunds if r.reference != back.reference), back))
            )


STEPS = st.one_of(
    st.tuples(st.just("confirm"), st.sampled_from(PEOPLE)),
    st.tuples(st.sampled_from(["cancel", "give_back"]), st.sampled_from([f"o{n}" for n in range(7)])),
    st.tuples(st.just("read"), st.integers(0, 20)),
)


@often
@given(facts=shops(), steps=st.lists(STEPS, max_size=12))
def test_a_history_of_changes_ends_where_a_fresh_sync_does(
    facts: list[Fact], steps: list[tuple[str, Any]]
) -> None:
    """Confirmations, joins, cancellations and refunds, with readings of whatever was nudged strewn in between: once all
    has been read, our rows are those of somebody who reads the shop for the first time now."""
    shop = Shop(facts)
    with sql.atomic():
        for step, subject in steps:
            if step == "read" and shop.unread:
                waiting = sorted(shop.unread, key=str)
                one = waiting[subject % len(waiting)]
                shop.unread.discard(one)
                recording.record([shop.facts[one]], now=NOON)
            elif step != "read":
                getattr(shop, step)(subject)
        recording.record([shop.facts[key] for key in sorted(shop.unread, key=str)], now=NOON)
        after = content()
        transaction.set_rollback(True, using=conf.database())
    assert after == told(list(shop.facts.values()), [], NOON)


def test_a_bought_basket_is_whosever_the_order_is(now: datetime) -> None:
    """Ana's checkout names nobody but the address that she has just proved; her order names her account. Whichever is
    read first, her basket is there, and hers."""
    basket, bought = (
        checkout("c1", address("ana")),
        order("o1", address("ana"), customer="ana", checkout="c1"),
    )
    proved = account("ana", address("ana"))
    whole = told([proved, bought, basket], [], now)
    assert len(whole["baskets"]) == 1
    for facts in permutations([proved, bought, basket]):
        assert told(list(facts), [1, 2], now) == whole


def test_the_property_can_fail(now: datetime) -> None:
    """The comparison sees a difference of one cent: it is not blind."""
    recording.record([order("o1", address("ana"))], now=now)
    before = content()
    Purchase.objects.update(sold=Decimal("20.01"))
    assert content() != before
