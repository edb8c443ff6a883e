"""What must not break where facts come in, beside test_record.py."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from saleor_relacional import conf
from saleor_relacional.errors import BadInput
from saleor_relacional.flows.importing.import_file import Options, import_file
from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.models import Purchase, Stale
from tests.flows.ingest.test_at_once import at_once
from tests.support.tell import order

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("later_first", [True, False])
def test_of_two_tellings_the_later_counts(now: datetime, later_first: bool) -> None:
    """Pages of one sweep overlap and tell an order twice, before and after its total was corrected."""
    before = order("o1", "ana@shop.example", total="20.00")
    after = replace(before, total=Decimal("17.00"), changed_at=before.changed_at + timedelta(minutes=1))
    facts = [after, before] if later_first else [before, after]
    assert recording.record(facts, now=now) == recording.Recorded(written=1)
    assert Purchase.objects.get().sold == Decimal("17.00")


def test_told_twice_at_one_moment_the_last_telling_counts(now: datetime) -> None:
    """The host did not move its date: what was read last is true."""
    before = order("o1", "ana@shop.example", total="20.00")
    recording.record([before, replace(before, total=Decimal("17.00"))], now=now)
    assert Purchase.objects.get().sold == Decimal("17.00")


def test_an_order_that_the_host_no_longer_has(shop: Any, now: datetime) -> None:
    """Somebody deleted a mistaken order, and the nudge about it finds nothing: it was no sale, and Ana is judged
    again. Hearing it twice changes nothing more."""
    ref = shop.order(email="ana@shop.example")
    recording.record_references(FactKind.ORDER, [ref], now=now)
    Stale.objects.all().delete()
    shop.delete_order(ref)
    done = [recording.record_references(FactKind.ORDER, [ref], now=now) for _ in range(2)]
    assert done == [recording.Recorded(gone=1), recording.Recorded(gone=0)]
    assert Purchase.objects.get().state == "withdrawn"
    assert Stale.objects.get().since == now


@pytest.mark.django_db(transaction=True)
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


def test_the_same_orders_in_another_file_under_another_name(shop: Any, now: datetime, tmp_path: Path) -> None:
    """The history is exported once more, with one order more: no longer the same file, and imported under another name
    its old orders would count twice. It is refused, and nothing of it is there; under its own name only the new order
    is new."""
    header = "order,customer,placed_at,total\n"
    old, new = tmp_path / "old.csv", tmp_path / "again.csv"
    old.write_text(header + "1,7,2024-05-01,10.00\n2,8,2024-05-02,5.00\n")
    import_file(old, Options(), now=now)
    new.write_text(header + "1,7,2024-05-01,10.00\n2,8,2024-05-02,5.00\n3,8,2024-06-01,5.00\n")
    with pytest.raises(BadInput, match="--name old"):
        import_file(new, Options(), now=now)
    assert Purchase.objects.count() == 2
    assert import_file(new, Options(name="old"), now=now).new_purchases == 1
