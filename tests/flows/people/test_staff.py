"""Staff are people: whoever is employed was a customer before, and is one after."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from saleor_relacional import conf
from saleor_relacional.flows.ingest import diff
from saleor_relacional.flows.ingest import patrol as patrolling
from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.flows.people import forget
from saleor_relacional.hosts.facts import Fact, FactKind
from saleor_relacional.models import Profile, Purchase, Tombstone
from tests.support.tell import account

pytestmark = pytest.mark.django_db


def test_a_customer_who_is_employed(shop: Any, now: datetime) -> None:
    """Ana bought, is employed, buys again: one person with both orders, whoever looks after her account."""
    ana = shop.customer("ana@shop.example")
    first = shop.order(customer=ana)
    for kind, one in ((FactKind.CUSTOMER, ana), (FactKind.ORDER, first)):
        recording.record_references(kind, [one], now=now)
    shop.employ(ana)
    recording.record_references(FactKind.CUSTOMER, [ana], now=now)
    patrolling.patrol(FactKind.CUSTOMER, now=now)
    recording.record_references(FactKind.ORDER, [shop.order(customer=ana)], now=now)
    assert Profile.objects.get().purchases.count() == 2


def test_staff_who_never_bought_make_no_customer(now: datetime) -> None:
    """The host tells of an account of staff that it has no orders of: nobody new. Whoever was a customer before is told
    of as ever."""
    clerk, ana = account("clerk", "clerk@shop.example", customer=False), account("ana", "ana@shop.example")
    assert recording.record([clerk, ana], now=now) == recording.Recorded(written=1, unchanged=1)
    assert diff.differing(FactKind.CUSTOMER, [clerk]) == []
    recording.record([replace(ana, email="new@shop.example", customer=False)], now=now)
    assert Profile.objects.get().email == "new@shop.example"


def test_only_a_deletion_is_a_deletion(shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that does not tell of an account any more, and has it, has not deleted it: neither a nudge nor the patrol
    forgets anybody, and more than a handful is no alarm."""
    people = [shop.customer(f"buyer{n}@shop.example") for n in range(forget.MASS + 1)]
    orders = [shop.order(customer=one) for one in people]
    recording.record_references(FactKind.CUSTOMER, people, now=now)
    recording.record_references(FactKind.ORDER, orders, now=now)
    told = conf.host().fetch

    def hiding(kind: FactKind, references: Sequence[str]) -> Sequence[Fact]:
        return () if kind is FactKind.CUSTOMER else told(kind, references)

    monkeypatch.setattr(conf.host(), "fetch", hiding)
    assert recording.record_references(FactKind.CUSTOMER, people, now=now).gone == 0
    assert patrolling.patrol(FactKind.CUSTOMER, now=now).recorded.gone == 0
    assert Profile.objects.count() == Purchase.objects.count() == len(people)
    assert not Tombstone.objects.exists()
    shop.delete_customer(people[0])
    assert recording.record_references(FactKind.CUSTOMER, people, now=now).gone == 1
