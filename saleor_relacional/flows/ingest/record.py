"""Facts in. Idempotent, and indifferent to the order in which facts of different things arrive.

*sold* is what the buyer paid or owes, tax and shipping included, after discounts; *refunded* the sum of the
refunds of orders that stand, or of no known order; *kept* is sold less refunded. A withdrawn order counts in
none of them, nor do its refunds. An order that was given back whole, or of 0.00, counts in them and is no purchase.
An order that never counted is not stored.

There is no comparison of dates between two versions of one fact: a door locks the reference, then reads the
host, then writes what it read (`record_references`), so that what is written last was read last.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from saleor_relacional import conf
from saleor_relacional.db import locks, sql
from saleor_relacional.flows.importing import superseded
from saleor_relacional.flows.ingest import (
    checkout_facts,
    customer_facts,
    diff,
    order_effects,
    order_facts,
    people,
)
from saleor_relacional.flows.people import forget, identify, tombstones
from saleor_relacional.flows.people.tombstones import Name
from saleor_relacional.flows.scoring import stale
from saleor_relacional.hosts.facts import CheckoutFact, CustomerFact, Fact, FactKind, OrderFact

KIND = {CustomerFact: FactKind.CUSTOMER, OrderFact: FactKind.ORDER, CheckoutFact: FactKind.CHECKOUT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of the facts, counted."""

    written: int = 0
    unchanged: int = 0
    """Known already, or of no consequence: an order that does not count yet, a checkout of nobody."""
    forgotten: int = 0
    """Kept out by a tombstone."""
    gone: int = 0
    """References that the host no longer has, and what we had of them was ended."""

    def __add__(self, other: "Recorded") -> "Recorded":
        return Recorded(
            written=self.written + other.written,
            unchanged=self.unchanged + other.unchanged,
            forgotten=self.forgotten + other.forgotten,
            gone=self.gone + other.gone,
        )


NOTHING = Recorded()


def record_references(kind: FactKind, references: Sequence[str], *, now: datetime) -> Recorded:
    """Lock these references, read the host, write what differs from what we have. What it no longer has: an order is
    withdrawn, a basket is gone, a deleted account's person is forgotten."""
    if kind is FactKind.ORDER:
        forget.forget_deleted_owners(conf.host().source, references, now=now)
    with _patient(len(references)), sql.atomic():
        lock_references(kind, references)
        facts = conf.host().fetch(kind, references)
        news = set(diff.differing(kind, facts))
        done = record([fact for fact in facts if fact.reference in news], now=now)
    missing = sorted(set(references) - {fact.reference for fact in facts})
    return done + Recorded(unchanged=len(facts) - len(news)) + _end(kind, missing, now)


def record(facts: Iterable[Fact], *, now: datetime) -> Recorded:
    """Write facts in one transaction. Of several about one thing the latest counts, the last one told on a
    tie."""
    told = _latest(facts)
    if not told:
        return Recorded()
    with _patient(len(told)), sql.atomic():
        for kind in FactKind:
            lock_references(kind, _references(kind, told))
        names = {name for fact in told for name in identify.names_of(fact)}
        identify.lock({*names, *_numbers(told)})
        known = people.hold(names, told)
        buried = tombstones.forgotten([*names, *(name for fact in told for name in _deeds(fact))])
        admitted = [fact for fact in told if not (buried and _is_buried(fact, buried))]
        written = _write(admitted, known, now)
    return Recorded(written=written, unchanged=len(admitted) - written, forgotten=len(told) - len(admitted))


PATIENCE = 0.8
"""Seconds after which a recording waits for no lock any more, all of its waits together. It runs in the host's own
workers, of which there are few: then it gives way, and the sweep reads the fact again."""
EACH = 0.004
"""Seconds more for each fact: what a page of a sweep does between two locks takes longer than that of a nudge."""


def lock_references(kind: FactKind, references: Iterable[str]) -> None:
    """Lock these until the transaction ends: nobody else records them."""
    locks.lock_family(identify.REFERENCES[kind], references)


def _patient(facts: int) -> AbstractContextManager[None]:
    return locks.patience(PATIENCE + EACH * facts)


def _references(kind: FactKind, facts: Sequence[Fact]) -> list[str]:
    """What these facts write of a kind: an order also ends the checkout that it was made from."""
    own = [fact.reference for fact in facts if KIND[type(fact)] is kind]
    if kind is not FactKind.CHECKOUT:
        return own
    return own + [fact.checkout for fact in facts if isinstance(fact, OrderFact) and fact.checkout]


def _numbers(facts: Sequence[Fact]) -> list[Name]:
    """Numbers of orders that an import may tell too."""
    return [superseded.number(fact.number) for fact in facts if isinstance(fact, OrderFact) and fact.number]


def _write(facts: Sequence[Fact], known: dict[Name, int], now: datetime) -> int:
    """Customers first, because they say whose the addresses are; checkouts last, because orders end them."""
    customers = customer_facts.write([f for f in facts if isinstance(f, CustomerFact)], known, now)
    orders = order_facts.write([f for f in facts if isinstance(f, OrderFact)], known, now)
    checkouts = checkout_facts.write([f for f in facts if isinstance(f, CheckoutFact)], known, now)
    stale.mark(customers.touched | orders.touched | checkouts.touched, now)
    order_effects.of(orders.purchases, now)
    return customers.written + orders.written + checkouts.written


def _latest(facts: Iterable[Fact]) -> list[Fact]:
    latest: dict[tuple[type, str, str], Fact] = {}
    for fact in facts:
        key = (type(fact), fact.source, fact.reference)
        if key not in latest or latest[key].changed_at <= fact.changed_at:
            latest[key] = fact
    return list(latest.values())


def _deeds(fact: Fact) -> list[Name]:
    """Names of what was done, not of who did it."""
    if isinstance(fact, OrderFact):
        return [Name(tombstones.ORDER, fact.source, fact.reference)]
    if isinstance(fact, CheckoutFact):
        return [Name(tombstones.CHECKOUT, fact.source, fact.reference)]
    return []


def _is_buried(fact: Fact, buried: dict[Name, datetime]) -> bool:
    """An account, an order, a checkout: for ever. An address: for what is not younger than the forgetting."""
    address = tombstones.email(fact.email)
    if any(name in buried for name in (*identify.names_of(fact), *_deeds(fact)) if name != address):
        return True
    since = buried.get(address)
    return since is not None and _happened(fact) <= since


def _happened(fact: Fact) -> datetime:
    if isinstance(fact, OrderFact):
        return fact.placed_at
    return fact.joined_at if isinstance(fact, CustomerFact) else fact.changed_at


def _end(kind: FactKind, references: Sequence[str], now: datetime) -> Recorded:
    if not references:
        return Recorded()
    source = conf.host().source
    if kind is FactKind.CUSTOMER:
        there = conf.host().existing(kind, references)  # not told and not gone: only a deletion is a deletion
        gone = [one for one in references if one not in there]
        return Recorded(gone=sum(forget.forget_account(source, one, now=now) for one in gone))
    with _patient(len(references)), sql.atomic():
        lock_references(kind, references)
        people.hold_owners(kind, source, references)
        if kind is FactKind.CHECKOUT:
            return Recorded(gone=checkout_facts.gone(source, references))
        done = order_facts.withdraw(source, references, now)
        stale.mark(done.touched, now)
        order_effects.of(done.purchases, now)
    return Recorded(gone=done.written)
