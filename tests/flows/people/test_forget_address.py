"""An address that is forgotten stands nowhere, whoever has given it as theirs."""

from datetime import datetime
from typing import Any

import pytest
from django.core.management import call_command

from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.flows.people import forget
from saleor_relacional.models import DataRequest, Identity
from tests.support.leak import tables_with
from tests.support.tell import account, order

pytestmark = pytest.mark.django_db


def test_whoever_claimed_the_address_keeps_all_but_it(shop: Any, now: datetime) -> None:
    """Mallory registered Ana's address without proof. Ana leaves: her address stands nowhere, and a sync does not bring
    it back; Mallory's account is Mallory's. By address, both are forgotten."""
    recording.record([order("o1", "zenobia@shop.example")], now=now)
    mallory = account("mallory", "zenobia@shop.example", vouched=False)
    recording.record([mallory, order("o2", "own@shop.example", customer="mallory")], now=now)
    forget.forget(Identity.objects.get(key="zenobia@shop.example").profile, now=now)
    recording.record([mallory], now=now)
    assert tables_with(["zenobia"]) == {"zenobia": []}
    left = Identity.objects.get(key="mallory").profile
    assert (left.email, left.first_name) == ("", "Mallory")
    recording.record(
        [order("o3", "yves@shop.example"), account("m2", "yves@shop.example", vouched=False)], now=now
    )
    call_command("relacional_forget", email="yves@shop.example")
    assert tables_with(["yves", "m2"]) == {"yves": [], "m2": []}
    assert set(DataRequest.objects.values_list("kind", "by", "through")) == {("erasure", "server", "command")}
