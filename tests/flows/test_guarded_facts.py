"""What must not break where facts come in, beside test_record.py."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.flows import record as recording
from saleor_relacional.hosts.base import Kind
from saleor_relacional.models import Purchase, Standing
from tests.flows.tell import order

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
    recording.record_references(Kind.ORDER, [ref], now=now)
    Standing.objects.update(stale_since=None)
    shop.delete_order(ref)
    done = [recording.record_references(Kind.ORDER, [ref], now=now) for _ in range(2)]
    assert done == [recording.Recorded(gone=1), recording.Recorded(gone=0)]
    assert Purchase.objects.get().state == "withdrawn"
    assert Standing.objects.get().stale_since == now
