"""What is wrong about a customer is corrected: a purchase here, an order or an address where it is kept."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

import pytest
from graphql_relay import to_global_id

from saleor_relacional.flows.ledger import ledger, remarks
from saleor_relacional.flows.ledger.entries import name as ledger_entry
from saleor_relacional.models import Profile, Purchase, PurchaseCorrection
from tests.api.asking import Asker
from tests.dashboard.sections.test_customer import do, page, zenobia
from tests.support.people import person

pytestmark = pytest.mark.django_db
__all__ = ["zenobia"]


def test_what_they_said_of_a_purchase_is_corrected(zenobia: Profile, owner: Asker, now: datetime) -> None:
    """By one button, with words or without; it says so on the page and in the inbox, with who and when; counted again
    by another. Two at once are told."""
    purchase = Purchase.objects.filter(profile=zenobia, state="counts").latest("placed_at")
    entry = ledger_entry("purchase", purchase.pk)
    said = remarks.say(zenobia, kind="correction", entry=entry, right="gift", now=now)
    other = remarks.say(zenobia, kind="note", words="I moved", now=now)
    text = page(zenobia, owner)
    assert text.count("Correct it as they say") == 1 and "It was a gift" in text
    typed = {"remark": str(said.public_id), "seen": "none"}
    done = do(zenobia, "accept", owner, **typed).content.decode()
    assert "Corrected, and answered on their page." in done and "Correct it as they say" not in done
    purchase.refresh_from_db()
    assert (purchase.state, PurchaseCorrection.objects.get().remark) == ("gift", said)
    assert "Corrected: it was a gift. It counts in money" in page(zenobia, owner)
    assert do(zenobia, "accept", owner, **typed).status_code == 409
    assert do(zenobia, "accept", owner, remark=str(other.public_id), seen="none").status_code == 422
    again = {"entry": entry, "seen": "gift", "right": ""}
    assert "It counts again." in do(zenobia, "correct", owner, **again).content.decode()
    late = do(zenobia, "correct", owner, **again | {"right": "not_mine"})
    assert late.status_code == 409 and "Somebody else has corrected this" in late.content.decode()
    assert do(zenobia, "correct", owner, entry=entry, seen="", right="not_mine").status_code == 200
    assert "Corregido: no era suyo" in page(zenobia, owner, "es")
    assert do(person("Eve"), "correct", owner, entry=entry, right="gift").status_code == 422


def test_what_is_wrong_is_corrected_where_it_is_kept(
    shop: Any, zenobia: Profile, owner: Asker, now: datetime, ana: str
) -> None:
    """Each order and the account lead to Saleor's own page of them; a remark says what is right instead, with the way
    to its order. What was imported has no page in the shop."""
    learned = Profile.objects.get(identities__kind="account", identities__key=ana)
    orders = Purchase.objects.filter(profile=learned).order_by("-placed_at")
    entry = ledger.of(learned, now).sections
    wrong = next(one for part in entry for one in part.entries if one.correctable == "purchase")
    remarks.say(learned, kind="correction", entry=wrong.name, right="not_mine", now=now)
    text = page(learned, owner)
    for order in orders:
        assert f'href="/orders/{quote(to_global_id("Order", order.reference))}" data-redirect' in text
    assert f'href="/customers/{quote(to_global_id("User", ana))}" data-redirect' in text
    assert "It was not theirs." in text and "See the order in the shop" in text
    Purchase.objects.filter(profile=learned).update(source="import")
    imported = page(learned, owner)
    assert "/orders/" not in imported and "or by importing it again" in imported and "Not theirs" in imported
    assert "We know no order or account of theirs." in page(person("Ina"), owner)
