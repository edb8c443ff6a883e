"""Real threads on a real database: whoever comes second changes nothing."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest

from saleor_relacional import conf
from saleor_relacional.db import sql
from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.flows.ingest import sweep as sweeping
from saleor_relacional.flows.people import forget, tombstones
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.hosts.standalone import models as shop_models
from saleor_relacional.models import (
    Cursor,
    Identity,
    Merge,
    Profile,
    Purchase,
    PurchaseLine,
)
from tests.support.concurrency import at_once
from tests.support.content import content
from tests.support.tell import (
    account,
    checkout,
    order,
    refund,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_workers_record_the_same_order(now: datetime) -> None:
    """One writes, the other finds it written: one person, one purchase, its lines once."""
    fact = order("o1", "ana@shop.example", refunds=(refund("r1", "o1", "2"),))
    done = at_once(*[lambda: recording.record([fact], now=now)] * 4)
    assert sorted(answer.written for answer in done) == [0, 0, 0, 1]
    assert (Profile.objects.count(), Purchase.objects.count(), PurchaseLine.objects.count()) == (1, 1, 1)


def test_many_workers_with_overlapping_batches(now: datetime) -> None:
    """Batches that name the same people in different orders end without a deadlock, in the same rows as one after the
    other."""
    facts = [order(f"o{n}", f"p{n % 7}@shop.example", days_ago=n, checkout=f"c{n}") for n in range(40)]
    facts += [checkout(f"c{n}", f"p{n % 7}@shop.example") for n in range(40)]
    facts += [account(f"a{n}", f"p{n}@shop.example") for n in range(7)]
    at_once(
        *[
            lambda part=part: recording.record(part, now=now)
            for part in (facts, facts[::-1], facts[20:], facts[::3])
        ]
    )
    together = content()
    Profile.objects.all().delete()
    recording.record(facts, now=now)
    assert content() == together


def test_two_orders_of_a_newcomer(now: datetime) -> None:
    """Nobody has met Ana yet. While one worker has not committed her first order, another records her second: it waits,
    and finds her; she is one person."""
    tombstones.installation()  # made before, or the second would wait for the first to make it
    written = threading.Event()

    def first() -> None:
        with sql.atomic():
            recording.record([order("o1", "ana@shop.example")], now=now)
            written.set()
            threading.Event().wait(0.5)  # time for the other to come

    def second() -> None:
        assert written.wait(20)
        recording.record([order("o2", "ana@shop.example")], now=now)

    at_once(first, second)
    assert (Profile.objects.count(), Identity.objects.count(), Purchase.objects.count()) == (1, 1, 2)


def test_a_merge_races_with_new_orders(now: datetime) -> None:
    """The host vouches for Ana while more orders of her address arrive: all of them end at her account."""
    recording.record(
        [order("o0", "ana@shop.example"), account("ana", "ana@shop.example", vouched=False)], now=now
    )
    at_once(
        lambda: recording.record([account("ana", "ana@shop.example")], now=now),
        *[lambda n=n: recording.record([order(f"o{n}", "ana@shop.example")], now=now) for n in range(1, 5)],
    )
    ana = Identity.objects.get(key="ana").profile
    assert ana.purchases.count() == 5
    assert Merge.objects.count() == 1


def test_forgetting_races_with_new_orders(now: datetime) -> None:
    """Whichever wins, nothing of hers is left."""
    recording.record([order("o0", "ana@shop.example")], now=now)
    ana = Profile.objects.get()
    at_once(
        lambda: forget.forget(ana, now=now),
        *[lambda n=n: recording.record([order(f"o{n}", "ana@shop.example")], now=now) for n in range(1, 5)],
    )
    assert not Profile.objects.exists()
    assert not Purchase.objects.exists()


def test_two_installations_of_the_key(now: datetime) -> None:
    """The first use draws the key once, whoever is first."""
    digests = at_once(*[lambda: tombstones.digest("email", "", "ana@shop.example")] * 4)
    assert len(set(digests)) == 1


def _orders(count: int, at: datetime) -> None:
    channel = shop_models.Channel.objects.get()
    shop_models.Order.objects.bulk_create(
        shop_models.Order(
            number=f"M{n}", status="paid", email=f"p{n % 50}@shop.example", channel=channel, currency="EUR", total=10,
            placed_at=at, changed_at=at,
        )
        for n in range(count)
    )  # fmt: skip


def test_two_syncs_at_once(shop: Any, now: datetime) -> None:
    """One reads, the other leaves it to it; and a sweep may run beside them. Everything is there once."""
    _orders(700, now - timedelta(days=1))
    done = at_once(
        lambda: sweeping.sync(FactKind.ORDER, now=now),
        lambda: sweeping.sync(FactKind.ORDER, now=now),
        lambda: sweeping.sweep(FactKind.ORDER, now=now),
    )
    assert done[2].finished
    assert any(swept.finished for swept in done[:2])
    assert (Purchase.objects.count(), Profile.objects.count()) == (700, 50)
    assert Cursor.objects.get(name="sweep:order").position_at == now - timedelta(days=1)


class Killed(BaseException):
    """Nobody catches this: as if the process were gone."""


def test_a_worker_is_killed_in_the_middle_of_a_sync(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It dies within a page, its lease still running: what it had finished is kept, the page it was at is not half
    there, and when the lease has run out the next sync reads the rest."""
    _orders(1_100, now - timedelta(days=1))
    host = type(conf.host())
    answer, calls = host.fetch, []

    def dying(self: Any, kind: FactKind, references: list[str]) -> Any:
        calls.append(kind)
        if len(calls) == 2:
            raise Killed
        return answer(self, kind, references)

    monkeypatch.setattr(host, "fetch", dying)
    monkeypatch.setattr("saleor_relacional.flows.cursors.Lease.release", lambda self, *, finished: None)
    with pytest.raises(Killed):
        sweeping.sync(FactKind.ORDER, now=now)
    monkeypatch.undo()
    assert Purchase.objects.count() == sweeping.PAGE
    assert sweeping.sync(FactKind.ORDER, now=now).busy
    Cursor.objects.update(lease_until=sql.real_now() - timedelta(seconds=1))
    swept = sweeping.sync(FactKind.ORDER, now=now)
    assert (swept.read, swept.finished) == (1_100 - sweeping.PAGE, True)
    assert Purchase.objects.count() == 1_100


def test_what_is_written_last_was_read_last(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that waits for the reference reads the host only after it has it: an old reading never
    overwrites a newer one."""
    ref = shop.order(email="ana@shop.example")
    host = type(conf.host())
    answer, reading, cancelled = host.fetch, threading.Event(), threading.Event()

    def slow(self: Any, kind: FactKind, references: list[str]) -> Any:
        facts = answer(self, kind, references)
        if not reading.is_set():
            reading.set()  # the first worker has read "paid"; it is cancelled now, and a second worker is told
            cancelled.wait(30)
        return facts

    monkeypatch.setattr(host, "fetch", slow)

    def second() -> recording.Recorded:
        reading.wait(30)
        shop.cancel(ref)
        cancelled.set()
        return recording.record_references(FactKind.ORDER, [ref], now=now)

    at_once(lambda: recording.record_references(FactKind.ORDER, [ref], now=now), second)
    assert Purchase.objects.get().state == "withdrawn"


def test_an_old_reading_does_not_overwrite_a_newer_one(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker has read "paid" and is slow to write. Meanwhile the order is cancelled and another worker told. It must
    not be done before the slow one: it waits for the reference, and reads only then."""
    ref = shop.order(email="ana@shop.example")
    host = type(conf.host())
    answer, read, done = host.fetch, threading.Event(), threading.Event()

    def slow(self: Any, kind: FactKind, references: list[str]) -> Any:
        facts = answer(self, kind, references)
        if not read.is_set():
            read.set()
            done.wait(1)  # as long as the other one would need, did it not wait for us
        return facts

    monkeypatch.setattr(host, "fetch", slow)

    def second() -> None:
        read.wait(30)
        shop.cancel(ref)
        recording.record_references(FactKind.ORDER, [ref], now=now)
        done.set()

    at_once(lambda: recording.record_references(FactKind.ORDER, [ref], now=now), second)
    assert Purchase.objects.get().state == "withdrawn"
