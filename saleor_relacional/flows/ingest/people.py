"""Whom a transaction is about, locked before anything of theirs is written: see db/locks.py."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from saleor_relacional.db import locks, sql, tables
from saleor_relacional.db.locks import Hold
from saleor_relacional.flows.importing import superseded
from saleor_relacional.flows.people import identify
from saleor_relacional.flows.people.tombstones import Name
from saleor_relacional.flows.scoring import stale
from saleor_relacional.hosts.facts import CheckoutFact, Fact, FactKind, OrderFact

_OWNERS = f"""
SELECT profile_id FROM {tables.PURCHASE} WHERE source = %(source)s AND reference = ANY(%(orders)s)
UNION SELECT profile_id FROM {tables.PURCHASE}
    WHERE number = ANY(%(numbers)s) AND source LIKE '{superseded.PREFIX}%%'
UNION SELECT profile_id FROM {tables.BASKET} WHERE source = %(source)s AND reference = ANY(%(checkouts)s)
UNION SELECT profile_id FROM {tables.INCENTIVE} WHERE code = ANY(%(codes)s) AND profile_id IS NOT NULL
"""
"""Whose these orders, imported orders, checkouts and codes are now."""


def hold(names: Collection[Name], facts: Sequence[Fact]) -> None:
    """Lock everybody whom recording these facts may write about: those they name, and those who own what they change.
    Their marks too, because a fact may merge two of them. The caller holds the names."""

    def concerned() -> set[int]:
        return set(identify.resolve(names).values()) | _owners(facts)

    stale.hold_marked(locks.lock_settled(concerned, _alone))


def hold_owners(kind: FactKind, source: str, references: Sequence[str]) -> None:
    """Lock the people whose orders or checkouts these are. The caller holds the references."""
    column = "orders" if kind is FactKind.ORDER else "checkouts"
    asked = {
        "source": source,
        "orders": [],
        "numbers": [],
        "checkouts": [],
        "codes": [],
        column: list(references),
    }
    stale.hold_marked(locks.lock_settled(lambda: _read(asked), _alone))


def _alone(ids: Iterable[int]) -> None:
    locks.lock_people(ids, Hold.ALONE)


def _owners(facts: Sequence[Fact]) -> set[int]:
    orders = [fact for fact in facts if isinstance(fact, OrderFact)]
    checkouts = [fact for fact in facts if isinstance(fact, CheckoutFact)]
    if not orders and not checkouts:
        return set()
    return _read({
        "source": facts[0].source, "orders": [fact.reference for fact in orders],
        "numbers": [fact.number for fact in orders if fact.number],
        "checkouts": [fact.reference for fact in checkouts] + [fact.checkout for fact in orders if fact.checkout],
        "codes": [code for fact in orders for code in fact.codes],
    })  # fmt: skip


def _read(asked: Mapping[str, object]) -> set[int]:
    return {row[0] for row in sql.rows(_OWNERS, asked)}
