"""Checkouts: baskets of people we know, until they become a purchase or go."""

from collections.abc import Sequence
from datetime import datetime

from saleor_relacional.flows.ingest.write_result import WriteResult
from saleor_relacional.flows.people import identify
from saleor_relacional.flows.people.tombstones import Name, email_key
from saleor_relacional.hosts.facts import CheckoutFact
from saleor_relacional.models import Basket, BasketState, Profile, Purchase

FIELDS = ["profile", "state", "channel", "currency", "total", "code", "changed_at"]


def write(facts: Sequence[CheckoutFact], known: dict[Name, int], now: datetime) -> WriteResult:
    """Open or change baskets. A checkout of nobody is none; a typed address alone makes a prospect."""
    people = [(fact, name) for fact in facts if (name := identify.person_of(fact))]
    if not people:
        return WriteResult()
    new = set(identify.ensure([name for _, name in people], known, now))
    references = [fact.reference for fact, _ in people]
    rows, bought = stored(facts[0].source, references), _bought(facts[0].source, references)
    changed = []
    for fact, name in people:
        row, is_bought = rows.get(fact.reference) or Basket(learned_at=now), fact.reference in bought
        if row.pk is None or differs(fact, row, known[name], bought=is_bought):
            changed.append(_fill(fact, row, known[name], bought=is_bought))
    baskets = Basket.objects
    baskets.bulk_update([row for row in changed if row.pk], FIELDS, batch_size=500)
    baskets.bulk_create([row for row in changed if not row.pk])
    _address([(fact, known[name]) for fact, name in people if known[name] in new])
    return WriteResult(written=len(changed), touched=new)


def stored(source: str, references: Sequence[str]) -> dict[str, Basket]:
    """The baskets that we have of these checkouts."""
    rows = Basket.objects.filter(source=source, reference__in=references)
    return {row.reference: row for row in rows}


def differs(fact: CheckoutFact, row: Basket, profile: int | None, *, bought: bool = False) -> bool:
    """Whether recording it would write anything."""
    told = (profile, _state(bought=bought or row.state == BasketState.PURCHASED), *_values(fact))
    return told != (row.profile_id, row.state, row.channel, row.currency, row.total, row.code, row.changed_at)


def gone(source: str, references: Sequence[str]) -> int:
    """The host no longer has these checkouts. How many open baskets ended."""
    rows = Basket.objects.filter(source=source, reference__in=references)
    return rows.filter(state=BasketState.OPEN).update(state=BasketState.GONE)


def _bought(source: str, references: Sequence[str]) -> set[str]:
    """Those that an order was made from, whichever we heard of first."""
    rows = Purchase.objects.filter(source=source, checkout__in=references)
    return set(rows.values_list("checkout", flat=True))


def _state(*, bought: bool) -> str:
    return BasketState.PURCHASED if bought else BasketState.OPEN


def _values(fact: CheckoutFact) -> tuple[object, ...]:
    return fact.channel, fact.currency, fact.total, fact.code, fact.changed_at


def _fill(fact: CheckoutFact, row: Basket, profile: int, *, bought: bool) -> Basket:
    row.profile_id, row.source, row.reference = profile, fact.source, fact.reference
    row.state = _state(bought=bought)
    row.channel, row.currency, row.total, row.code, row.changed_at = (
        fact.channel, fact.currency, fact.total, fact.code, fact.changed_at,
    )  # fmt: skip
    return row


def _address(prospects: Sequence[tuple[CheckoutFact, int]]) -> None:
    """All we know of a new prospect is what they typed."""
    rows = Profile.objects.in_bulk([profile for _, profile in prospects])
    for fact, profile in prospects:
        row = rows[profile]
        row.email, row.email_key, row.language = fact.email.strip(), email_key(fact.email), fact.language[:35]
    Profile.objects.bulk_update(rows.values(), ["email", "email_key", "language"])
