"""Which facts differ from what we have. Set-based and without locks of people: only those whom
news is about are locked then."""

from collections.abc import Sequence

from saleor_relacional.flows.ingest import checkout_facts, customer_facts, order_facts, places
from saleor_relacional.flows.people import identify
from saleor_relacional.flows.people.tombstones import account, email
from saleor_relacional.hosts.facts import CheckoutFact, CustomerFact, Fact, FactKind, OrderFact
from saleor_relacional.models import Profile


def differing(kind: FactKind, facts: Sequence[Fact]) -> list[str]:
    """References of those that recording would write, or that are kept out by a tombstone."""
    if kind is FactKind.CUSTOMER:
        return _customers([fact for fact in facts if isinstance(fact, CustomerFact)])
    if kind is FactKind.ORDER:
        return _orders([fact for fact in facts if isinstance(fact, OrderFact)])
    return _checkouts([fact for fact in facts if isinstance(fact, CheckoutFact)])


def _customers(facts: Sequence[CustomerFact]) -> list[str]:
    known = identify.resolve(name for fact in facts for name in identify.names_of(fact))
    ids = {fact.reference: known.get(account(fact.source, fact.reference)) for fact in facts}
    rows = Profile.objects.in_bulk([profile for profile in ids.values() if profile])
    return [
        fact.reference
        for fact in facts
        if customer_facts.differs(fact, rows.get(ids[fact.reference] or 0), known.get(email(fact.email)))
    ]


def _orders(facts: Sequence[OrderFact]) -> list[str]:
    rows = order_facts.stored(facts[0].source, [fact.reference for fact in facts]) if facts else {}
    where = places.of(facts)
    return [
        fact.reference
        for fact in facts
        if order_facts.differs(fact, rows.get(fact.reference), where[fact.reference])
    ]


def _checkouts(facts: Sequence[CheckoutFact]) -> list[str]:
    named = [(fact, name) for fact in facts if (name := identify.buyer(fact))]
    if not named:
        return []
    known = identify.resolve(name for _, name in named)
    rows = checkout_facts.stored(facts[0].source, [fact.reference for fact, _ in named])
    return [
        fact.reference
        for fact, name in named
        if (row := rows.get(fact.reference)) is None or checkout_facts.differs(fact, row, known.get(name))
    ]
