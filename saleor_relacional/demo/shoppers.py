"""People at the shop's checkout, several at once: processes of their own that only use the shop's own verbs."""

import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from multiprocessing import get_context, resource_tracker

import django

AT_ONCE = max(1, min(3, (os.cpu_count() or 1) - 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody who is about to buy."""

    who: int
    """Index of the person."""
    address: str
    language: str
    cents: int
    """Value of the basket before a discount."""
    code: str = ""
    """What they type in at the checkout; empty for nothing."""
    returns: bool = False
    """They send it back whole in the evening."""
    goods: str = ""
    """What they take so many pennyworths of; empty: of anything."""
    first_name: str = ""
    checkout: str = ""
    """The open checkout that they go on with; empty for a new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """What came of a visit."""

    visit: Visit
    order: str
    total: Decimal
    """What they paid."""
    refused: bool
    """The shop did not take the code; they bought all the same and paid the whole price."""


class Shoppers:
    """A pool of processes that shop."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def get_ready(self) -> None:
        """Start the processes, so that the first visits need not wait for them.

        They inherit that Ctrl-C is blocked: one that is still loading its modules would answer it with a traceback.
        """
        resource_tracker.ensure_running()  # before: starting it unblocks Ctrl-C again
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            for _ in range(AT_ONCE):
                self._pool.submit(os.getpid)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)

    def buy(self, visits: Sequence[Visit]) -> list[Bought]:
        """Run these visits at the time that the shop's clock shows. Returns one `Bought` per visit, in order."""
        return list(self._pool.map(_buy, visits, chunksize=_share(visits)))

    def leave(self, visits: Sequence[Visit]) -> int:
        """These people log in, fill a checkout and leave it. Returns how many."""
        return sum(self._pool.map(_leave, visits, chunksize=_share(visits)))

    def send_out(self, bought: Sequence[Bought]) -> int:
        """These orders leave the house. Returns how many."""
        references = [each.order for each in bought]
        return sum(self._pool.map(_send_out, references, chunksize=_share(references)))

    def send_back(self, bought: Sequence[Bought]) -> int:
        """Refund these orders whole. Returns how many; an order of 0 has nothing to refund."""
        paid = [each.order for each in bought if each.total > 0]
        return sum(self._pool.map(_send_back, paid, chunksize=_share(paid)))


@contextmanager
def shopper_processes() -> Iterator[Shoppers]:
    """Processes that shop, while the block runs."""
    # Spawned, not forked: a fork would share our database connection and half of our threads' locks.
    pool = ProcessPoolExecutor(AT_ONCE, mp_context=get_context("spawn"), initializer=_start)
    try:
        yield Shoppers(pool)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _share(things: Sequence[object]) -> int:
    return max(1, -(-len(things) // AT_ONCE))


def _start() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the demo, and the demo ends this process
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    django.setup()


def _buy(visit: Visit) -> Bought:
    """Buy as a guest, with the code, or go on with what they had left; at the whole price when the shop refuses the
    code."""
    from saleor_relacional.demo.furnish import CHANNEL, PENNYWORTH
    from saleor_relacional.hosts.standalone.shop import baskets, completion
    from saleor_relacional.hosts.standalone.shop.refusal import Refusal

    if visit.checkout:
        checkout = baskets.find(visit.checkout)
    else:
        basket = {visit.goods or PENNYWORTH: visit.cents}
        checkout = baskets.open_checkout(CHANNEL, basket, email=visit.address, language=visit.language)
    refused = False
    try:
        if visit.code:
            baskets.put_code(checkout, visit.code)
        order = completion.complete(checkout)
    except Refusal:
        refused = True
        baskets.remove_code(checkout)
        order = completion.complete(checkout)
    return Bought(visit=visit, order=str(order.pk), total=order.total, refused=refused)


def _leave(visit: Visit) -> int:
    from saleor_relacional.demo.furnish import CHANNEL, PENNYWORTH
    from saleor_relacional.hosts.standalone.models import Customer
    from saleor_relacional.hosts.standalone.shop import accounts, baskets

    known = Customer.objects.filter(email=visit.address).first()
    named = {"first_name": visit.first_name, "language": visit.language}
    customer = known or accounts.register(visit.address, None, confirmed=True, **named)
    baskets.open_checkout(CHANNEL, {visit.goods or PENNYWORTH: visit.cents}, customer=customer)
    return 1


def _send_out(reference: str) -> int:
    from saleor_relacional.hosts.standalone.shop import orders

    orders.fulfil(orders.find(reference))
    return 1


def _send_back(reference: str) -> int:
    from saleor_relacional.hosts.standalone.shop import orders

    order = orders.find(reference)
    orders.refund(order, order.total)
    return 1
