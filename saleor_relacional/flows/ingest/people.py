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
SELECT '', '', '', profile_id FROM {tables.PURCHASE} WHERE source = %(source)s AND reference = ANY(%(orders)s)
UNION SELECT '', '', '', profile_id FROM {tables.PURCHASE}
    WHERE number = ANY(%(numbers)s) AND source LIKE '{superseded.PREFIX}%%'
UNION SELECT '', '', '', profile_id FROM {tables.BASKET}
    WHERE source = %(source)s AND reference = ANY(%(checkouts)s) AND profile_id IS NOT NULL
UNION SELECT '', '', '', profile_id FROM {tables.INCENTIVE} WHERE code = ANY(%(codes)s) AND profile_id IS NOT NULL
"""
"""Whose these orders, imported orders, checkouts and codes are now."""

_CONCERNED = f"{identify.RESOLVE} UNION ALL {_OWNERS}"
"""The people behind names, and the owners: both in one answer."""


def hold(names: Collection[Name], facts: Sequence[Fact]) -> dict[Name, int]:
    """Lock everybody whom recording these facts may write about: those they name, and those who own what they change.
    The caller holds the names. Who is behind the names that are known, as `identify.resolve` says it."""
    asked = identify.columns(names) | _things(facts)
    known: dict[Name, int] = {}

    def concerned() -> set[int]:
        known.clear()
        rows = sql.rows(_CONCERNED, asked)
        known.update({Name(*row[:3]): row[3] for row in rows if row[0]})
        return {row[3] for row in rows}

    _lock(locks.lock_settled(concerned, _alone))
    return known


def hold_owners(kind: FactKind, source: str, references: Sequence[str]) -> None:
    """Lock the people whose orders or checkouts these are. The caller holds the references."""
    asked = {**_NOTHING, "source": source, _COLUMN[kind]: list(references)}
    _lock(locks.lock_settled(lambda: {row[3] for row in sql.rows(_OWNERS, asked)}, _alone))


def _alone(ids: Iterable[int]) -> None:
    locks.lock_people(ids, Hold.ALONE)


def _lock(held: Collection[int]) -> None:
    """Of several people the marks too, because one may merge into another: then all marks are taken, in order."""
    if len(held) > 1:
        stale.hold_marked(held)


_NOTHING: Mapping[str, object] = {"source": "", "orders": [], "numbers": [], "checkouts": [], "codes": []}
_COLUMN = {FactKind.ORDER: "orders", FactKind.CHECKOUT: "checkouts"}


def _things(facts: Sequence[Fact]) -> dict[str, object]:
    orders = [fact for fact in facts if isinstance(fact, OrderFact)]
    checkouts = [fact.reference for fact in facts if isinstance(fact, CheckoutFact)]
    return {
        "source": facts[0].source, "orders": [fact.reference for fact in orders],
        "numbers": [fact.number for fact in orders if fact.number],
        "checkouts": checkouts + [fact.checkout for fact in orders if fact.checkout],
        "codes": [code for fact in orders for code in fact.codes],
    }  # fmt: skip
