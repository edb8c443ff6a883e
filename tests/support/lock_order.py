"""Watches that every transaction takes its locks in the order of db/locks.py."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections

from saleor_relacional import conf
from saleor_relacional.db import locks
from saleor_relacional.db.locks import Lock

_TRANSACTION = (
    "SELECT virtualtransaction FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'virtualxid'"
)


class OutOfOrder(AssertionError):
    """A lock was taken after one that comes later in the order."""


class Order(threading.local):
    """What the transaction of this thread holds. Raises OutOfOrder in whoever takes a lock that comes before one they
    hold; to take again what is held does no harm."""

    def __init__(self) -> None:
        self.transaction = ""
        self.held: dict[Lock, frozenset[str]] = {}

    def taken(self, lock: Lock, names: frozenset[str]) -> None:
        """Remember it, if it may be taken now."""
        with connections[conf.database()].cursor() as cursor:
            cursor.execute(_TRANSACTION)
            transaction = cursor.fetchone()[0]
        if transaction != self.transaction:
            self.transaction, self.held = transaction, {}
        highest = max(self.held, default=lock)
        own = self.held.get(lock, frozenset())
        if lock < highest and not names <= own:
            raise OutOfOrder(f"{lock.name} was taken after {highest.name}")
        self.held[lock] = own | names

    def made(self, lock: Lock, names: frozenset[str]) -> None:
        """Held from now on, in no order."""
        self.held[lock] = self.held.get(lock, frozenset()) | names

    def savepoint(self) -> dict[Lock, frozenset[str]]:
        """A copy of what is held."""
        return dict(self.held)

    def rollback(self, state: Any) -> None:
        """Nothing else is held any more."""
        self.held = dict(state)


@contextmanager
def in_order() -> Iterator[None]:
    """Every transaction within is watched."""
    locks.watch = Order()
    try:
        yield
    finally:
        locks.watch = None
