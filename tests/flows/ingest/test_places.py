"""Of an address we keep that it is another one."""

from dataclasses import replace
from datetime import datetime

import pytest
from django.test import override_settings

from saleor_relacional.flows.ingest import diff, order_facts, places, record
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.models import Installation, Purchase
from tests.support.leak import tables_with
from tests.support.tell import order

pytestmark = pytest.mark.django_db


def test_the_same_place_is_the_same_however_it_is_typed(now: datetime) -> None:
    """Ana's parcels to Madrid, typed three ways, one to Lisbon, and a download: two places, and none."""
    told = [("ES", "28001"), ("es", " 28 001"), ("ES", "28-001"), ("PT", "1000-205"), ("", "")]
    record.record(
        [
            order(f"o{i}", "ana@shop.example", country=country, postal_code=code)
            for i, (country, code) in enumerate(told)
        ],
        now=now,
    )
    madrid, same, again, lisbon, nowhere = Purchase.objects.order_by("reference").values_list(
        "place", flat=True
    )

    assert madrid == same == again != lisbon
    assert nowhere == ""
    assert all(len(place) == 16 and int(place, 16) for place in (madrid, lisbon))


def test_the_address_itself_is_nowhere(now: datetime) -> None:
    """Neither country nor code stands in any table of ours, nor can it be guessed from what stands there without the
    key: the digest of the order holds the hash, not the address."""
    ana = order("o1", "ana@shop.example", country="XQ", postal_code="987 654-Z")
    record.record([ana], now=now)
    row = Purchase.objects.get()

    assert tables_with(["XQ", "987 654", "987654"]) == {"XQ": [], "987 654": [], "987654": []}
    somewhere_else = replace(ana, country="YY", postal_code="1")
    assert bytes(row.digest) == order_facts.digest(somewhere_else, row.place)
    Installation.objects.all().delete()
    with override_settings(RELACIONAL={"TOMBSTONE_KEY": "another"}):
        assert places.of([ana])["o1"] not in ("", row.place)


def test_an_address_corrected_at_the_host_is_news(now: datetime) -> None:
    """Ana wrote to the shop: the parcel goes to Lisbon. Told once more, it is no news."""
    ana = order("o1", "ana@shop.example", country="ES", postal_code="28001")
    record.record([ana], now=now)
    before = Purchase.objects.get().place
    moved = replace(ana, country="PT", postal_code="1000-205")

    assert diff.differing(FactKind.ORDER, [ana]) == []
    assert diff.differing(FactKind.ORDER, [moved]) == ["o1"]
    assert record.record([moved], now=now).written == 1
    assert record.record([moved], now=now).written == 0
    assert Purchase.objects.get().place not in ("", before)
