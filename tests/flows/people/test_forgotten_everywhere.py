"""Nothing of the forgotten comes back or can be found out: by what they never confirmed, by a cursor, by hashes."""

from datetime import datetime
from typing import Any

import pytest
from django.test import override_settings

from saleor_relacional.flows.consent import links
from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.flows.people import forget, tombstones
from saleor_relacional.flows.sending import send
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.models import Cursor, Installation, Profile, Touch
from tests.support.leak import tables_with
from tests.support.mailing import campaign, due
from tests.support.tell import account, order

pytestmark = pytest.mark.django_db


def test_an_address_that_was_never_confirmed_is_forgotten_too(now: datetime) -> None:
    """Zenobia opened an account, confirmed nothing, and had herself deleted. An old guest order under the address that
    she had typed there does not bring it back."""
    recording.record([account("a1", "zenobia@shop.example", vouched=False)], now=now)
    assert forget.forget(Profile.objects.get(), now=now)
    assert recording.record([order("o1", "Zenobia@shop.example")], now=now) == recording.Recorded(forgotten=1)
    assert tables_with(["zenobia"]) == {"zenobia": []}


def test_a_cursor_that_stands_at_an_account_forgets_it_too(shop: Any, now: datetime) -> None:
    """A sync of accounts was cut short right at Zenobia's: where it stands it holds her reference. Once she is
    forgotten no table of ours does, and the sync still knows when it was."""
    ref = shop.customer("zenobia@shop.example")
    recording.record_references(FactKind.CUSTOMER, [ref], now=now)
    Cursor.objects.create(name="sync:customer", position_at=now, position_reference=ref)
    assert forget.forget(Profile.objects.get(), now=now)
    assert tables_with([ref]) == {ref: []}
    assert Cursor.objects.get().position_at == now


def test_without_the_key_nobody_can_try_names(now: datetime) -> None:
    """Who has the table and a list of addresses learns nothing: under another key, the installation's or the owner's,
    the same address is another hash."""
    first = tombstones.digest("email", "", "ana@shop.example")
    assert tombstones.digest("email", "", "ana@shop.example") == first
    Installation.objects.all().delete()
    second = tombstones.digest("email", "", "ana@shop.example")
    Installation.objects.all().delete()
    with override_settings(RELACIONAL={"TOMBSTONE_KEY": "the owner's own"}):
        third = tombstones.digest("email", "", "ana@shop.example")
    assert len({first, second, third}) == 3
    assert b"ana" not in first + second + third


def test_the_hash_of_a_mails_data_is_keyed(
    shop: Any, now: datetime, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two shops send the very same mail to the same person. What they keep of it is not alike, so that nobody who has
    the table can find a name again by trying names."""
    monkeypatch.setattr(
        links, "leave_url", lambda _: "https://tea.example/leave/x/"
    )  # signed, so it would differ
    due(campaign(now, discount="", value=None), now, "Ana")
    kept = []
    for settings.SECRET_KEY in ("one shop's", "one shop's", "another's"):
        assert send.send_due(now=now).sent == 1
        kept.append(Touch.objects.get().data_hash)
        Touch.objects.update(state="queued", ended_at=None)
    assert kept[0] == kept[1] != kept[2]
