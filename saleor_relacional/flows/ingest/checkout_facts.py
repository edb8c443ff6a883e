"""Checkouts: baskets of people we know, until they become a purchase or go. What an anonymous visitor types makes no
person: their basket waits under the address, and goes with the checkout."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from saleor_relacional.flows.ingest.write_result import WriteResult
from saleor_relacional.flows.people import identify
from saleor_relacional.flows.people.tombstones import Name, email_key
from saleor_relacional.hosts.facts import CheckoutFact
from saleor_relacional.models import Basket, BasketState, IdentityKind, Purchase

LATE = timedelta(hours=1)
"""What we hear of a checkout after so long is looked at as news: campaigns count from the change, and may have passed
it."""
VALUES = ("channel", "currency", "total", "code", "changed_at", "vouched", "filled")
"""Columns that a fact tells as they are."""
FIELDS = ["profile", "email_key", "state", *VALUES]


def write(facts: Sequence[CheckoutFact], known: dict[Name, int], now: datetime) -> WriteResult:
    """Open or change baskets. A checkout of nobody is none; a typed address alone makes nobody."""
    people = [(fact, name) for fact in facts if (name := identify.buyer(fact))]
    if not people:
        return WriteResult()
    accounts = [name for _, name in people if name.kind == IdentityKind.ACCOUNT]
    new = set(identify.ensure(accounts, known, now))
    references = [fact.reference for fact, _ in people]
    rows, bought = stored(facts[0].source, references), _bought(facts[0].source, references)
    changed = []
    for fact, name in people:
        row, is_bought = rows.get(fact.reference) or Basket(learned_at=now), fact.reference in bought
        owner = bought[fact.reference] if is_bought else known.get(name)
        if row.pk is None or differs(fact, row, owner, bought=is_bought):
            changed.append(_fill(fact, row, owner, bought=is_bought))
    baskets = Basket.objects
    baskets.bulk_update([row for row in changed if row.pk], FIELDS, batch_size=500)
    baskets.bulk_create([row for row in changed if not row.pk])
    late = {row.profile_id for row in changed if row.profile_id and now - row.changed_at > LATE}
    return WriteResult(written=len(changed), touched=new | late)


def stored(source: str, references: Sequence[str]) -> dict[str, Basket]:
    """The baskets that we have of these checkouts."""
    rows = Basket.objects.filter(source=source, reference__in=references)
    return {row.reference: row for row in rows}


def differs(fact: CheckoutFact, row: Basket, profile: int | None, *, bought: bool = False) -> bool:
    """Whether recording it would write anything. What was bought stays whosever the order is."""
    state = _state(bought=bought or row.state == BasketState.PURCHASED)
    if row.state == BasketState.PURCHASED and not bought:
        profile = row.profile_id
    told = (profile, _typed(fact, profile), state, *_values(fact))
    return told != (row.profile_id, row.email_key, row.state, *_values(row))


def gone(source: str, references: Sequence[str]) -> int:
    """The host no longer has these checkouts. How many open baskets ended; of those of nobody nothing is left."""
    rows = Basket.objects.filter(source=source, reference__in=references, state=BasketState.OPEN)
    left, _ = rows.filter(profile=None).delete()
    return left + rows.update(state=BasketState.GONE)


def _bought(source: str, references: Sequence[str]) -> dict[str, int]:
    """Those that an order was made from, whichever we heard of first → whose the order is."""
    rows = Purchase.objects.filter(source=source, checkout__in=references)
    return dict(rows.values_list("checkout", "profile_id"))


def _state(*, bought: bool) -> str:
    return BasketState.PURCHASED if bought else BasketState.OPEN


def _typed(fact: CheckoutFact, profile: int | None) -> str:
    """The address under which a basket of nobody waits."""
    return "" if profile else email_key(fact.email)


def _values(of: CheckoutFact | Basket) -> tuple[object, ...]:
    return tuple(getattr(of, name) for name in VALUES)


def _fill(fact: CheckoutFact, row: Basket, profile: int | None, *, bought: bool) -> Basket:
    row.profile_id, row.email_key = profile, _typed(fact, profile)
    row.source, row.reference = fact.source, fact.reference
    row.state = _state(bought=bought)
    for name in VALUES:
        setattr(row, name, getattr(fact, name))
    return row
