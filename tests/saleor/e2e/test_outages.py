"""The broker is gone, or worse, frozen; hooks are lost; what commits late: the shop sells, and nothing is forgotten."""

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from tests.saleor.e2e import behind
from tests.saleor.e2e.storefront import Refused, Storefront, within
from tests.saleor.stack import Stack

SLOWER = 0.3
"""Seconds that a checkout may take longer with us than without, while the broker is away."""


@contextmanager
def _closed(stack: Stack) -> Iterator[None]:
    stack.broker.stop()
    try:
        yield
    finally:
        stack.broker.start()


@contextmanager
def _frozen(stack: Stack) -> Iterator[None]:
    stack.broker.freeze()
    try:
        yield
    finally:
        stack.broker.thaw()


@pytest.mark.parametrize("away", [_closed, _frozen], ids=["closed", "frozen"])
def test_a_broker_that_is_away_costs_a_checkout_nothing(
    stack: Stack,
    saleor: Storefront,
    vanilla: Storefront,
    somebody: str,
    away: Callable[..., object],
    record_property: Callable[[str, object], None],
) -> None:
    """Side by side with a Saleor without us: the same ends, and hardly slower. When the broker is back, the purchase
    is recorded."""
    with away(stack):  # type: ignore[attr-defined]
        theirs = [_sell(vanilla, f"{n}.vanilla.{somebody}") for n in range(3)]
        ours = [_sell(saleor, f"{n}.{somebody}") for n in range(3)]
    record_property("without us", theirs)
    record_property("with us", ours)
    assert [end for end, _ in ours] == [end for end, _ in theirs]
    slower = statistics.median(took for _, took in ours) - statistics.median(took for _, took in theirs)
    assert slower <= SLOWER
    _sweep_later()
    assert [behind.purchases(f"{n}.{somebody}") for n in range(3)] == [1, 1, 1]


def _sell(shop: Storefront, email: str) -> tuple[str, float]:
    """How completing ended, and how long it took."""
    checkout = shop.checkout(email)
    shop.pay(checkout)
    began = time.monotonic()
    try:
        shop.complete(checkout)
        end = "sold"
    except Refused as refused:
        end = str(refused.code)
    return end, time.monotonic() - began


def _sweep_later() -> None:
    """A round of the sweep a quarter of an hour from now."""
    from django.utils import timezone

    from saleor_relacional.flows.ingest import sweep
    from saleor_relacional.hosts.facts import FactKind

    later = timezone.now() + timedelta(minutes=15)

    def done() -> bool:
        return sweep.sweep(FactKind.ORDER, now=later).finished

    assert within(30.0, done), "another worker kept the cursor"


def test_an_order_that_no_hook_told_of_is_found_by_the_sweep(somebody: str) -> None:
    """Written straight into the database, as a lost nudge looks like."""
    from django.utils import timezone

    behind.past_order(somebody, timezone.now())
    assert behind.purchases(somebody) == 0
    _sweep_later()
    assert behind.purchases(somebody) == 1


def test_what_commits_after_the_sweep_has_passed_is_not_lost(somebody: str) -> None:
    """A transaction writes its order's time, waits, and commits when the sweep has read beyond it."""
    from django.db import connection, transaction
    from django.utils import timezone

    wrote, swept = threading.Event(), threading.Event()

    def slow_pod() -> None:
        with transaction.atomic():
            behind.past_order(somebody, timezone.now())
            wrote.set()
            swept.wait(60)
        connection.close()

    pod = threading.Thread(target=slow_pod)
    pod.start()
    assert wrote.wait(60)
    _sweep_later()
    assert behind.purchases(somebody) == 0
    swept.set()
    pod.join()
    _sweep_later()
    assert behind.purchases(somebody) == 1


def test_five_thousand_equal_timestamps(somebody: str) -> None:
    """One UPDATE gave 5,000 accounts the same updated_at: each is read once, none is lost between pages."""
    from django.utils import timezone
    from saleor.account.models import CustomerType, User

    from saleor_relacional import conf
    from saleor_relacional.hosts.facts import FactKind, Position

    kind = CustomerType.objects.order_by("pk").first()
    people = [User(email=f"{n}.{somebody}", customer_type=kind) for n in range(5000)]
    User.objects.bulk_create(people)
    same = timezone.now() + timedelta(hours=1)
    User.objects.filter(email__endswith=somebody).update(updated_at=same)
    seen: list[str] = []
    after = Position(changed_at=same, reference="")
    more = True
    while more:
        page = conf.host().changed(
            FactKind.CUSTOMER, after=after, until=same + timedelta(seconds=1), limit=500
        )
        seen += page.references
        after, more = page.last or after, page.more
    User.objects.filter(email__endswith=somebody).delete()
    assert len(seen) == len(set(seen)) == 5000


def test_hooks_of_one_checkout_are_one_nudge_a_kind(stack: Stack, saleor: Storefront, somebody: str) -> None:
    """About eight hooks fire while a checkout becomes an order; the worker hears of the order once."""
    checkout = saleor.checkout(somebody)
    saleor.pay(checkout)
    time.sleep(1.0)
    before = _nudges(stack)
    saleor.complete(checkout)
    assert within(5.0, lambda: behind.purchases(somebody) == 1)
    time.sleep(1.0)
    assert _nudges(stack) - before == 1


def _nudges(stack: Stack) -> int:
    log = (stack.logs / "worker.log").read_text(errors="replace")
    return sum("saleor_relacional.tasks.record[" in line and "received" in line for line in log.splitlines())
