"""The box at the checkout: for a guest it counts after confirmation, for a vouched account at once."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.flows.sending import send
from saleor_relacional.flows.signups import signups
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.hosts.standalone.shop import baskets
from saleor_relacional.models import Basis, Consent, Profile, Signup
from tests.support.campaign_stories import open_shop
from tests.support.instants import DAY

pytestmark = pytest.mark.django_db
TEXT = "Yes, send me news and offers."


def buys(shop: Any, now: datetime, *, ticked: str = TEXT, **who: Any) -> Profile:
    """Somebody completes a checkout; we read the order."""
    open_shop(now)
    if account := who.get("customer"):
        recording.record_references(FactKind.CUSTOMER, [account], now=now)
    checkout = shop.checkout(**who)
    if ticked:
        baskets.note(baskets.find(checkout), {"relacional_newsletter": ticked})
    order = shop.complete(checkout).order
    for _ in range(2):
        recording.record_references(FactKind.ORDER, [order], now=now)
    return Profile.objects.get(purchases__isnull=False)


def basis(profile: Profile, now: datetime) -> Basis | None:
    return consent.bases([profile.pk], now=now, purpose="content")[profile.pk]


def test_a_guest_is_asked(shop: Any, now: datetime) -> None:
    """Ana ticks the box and buys as a guest: one mail asks her, and nothing counts before she says yes."""
    ana = buys(shop, now, email="ana@shop.example")
    assert signups.invite(now) == 1
    assert basis(ana, now) is None and send.send_due(now=now).sent == 1
    assert signups.confirm(Signup.objects.get().public_id, now=now + DAY)
    assert basis(ana, now + DAY) == Basis.OPT_IN
    assert set(Consent.objects.values_list("source", "text")) == {("checkout", TEXT)}


def test_an_account_has_agreed(shop: Any, now: datetime) -> None:
    """Bea is signed in and confirmed: her tick counts at once, and no mail asks."""
    bea = buys(shop, now, customer=shop.customer("bea@shop.example"))
    signups.invite(now)
    assert basis(bea, now) == Basis.OPT_IN and send.send_due(now=now).sent == 0


def test_a_stranger_ticks_nothing_for_anybody(shop: Any, now: datetime) -> None:
    """Bea has a confirmed account and has left. Somebody buys without an account, types her address and ticks the box:
    she stays gone, and is asked by mail."""
    account = shop.customer("bea@shop.example")
    recording.record_references(FactKind.CUSTOMER, [account], now=now)
    bea = Profile.objects.get()
    consent.record_objection(bea, source="unsubscribe_link", now=now)
    assert buys(shop, now, email="bea@shop.example") == bea
    signups.invite(now)
    assert basis(bea, now) == Basis.OPT_OUT and not Consent.objects.filter(basis=Basis.OPT_IN).exists()
    assert send.send_due(now=now).sent == 1
    signups.confirm(Signup.objects.get().public_id, now=now + DAY)
    assert basis(bea, now + DAY) == Basis.OPT_IN


def test_a_guest_who_is_known_since_is_asked(shop: Any, now: datetime) -> None:
    """Ana's order is a guest's when it is read; that her address is vouched for before she is asked makes her tick
    nobody's who was signed in."""
    ana = buys(shop, now, email="ana@shop.example")
    Profile.objects.update(vouched=True)
    signups.invite(now)
    assert basis(ana, now) is None and send.send_due(now=now).sent == 1


@pytest.mark.parametrize(
    "said", ["undefined", "[object Object]", "unchecked", "{}", "0.0", "nein", "Marketing_1"]
)
def test_what_nobody_reads_beside_a_box_is_no_tick(shop: Any, now: datetime, said: str) -> None:
    """A storefront's slip of the pen is nobody's consent."""
    buys(shop, now, ticked=said, email="ana@shop.example")
    assert not Signup.objects.exists()


def test_who_did_not_tick_is_not_asked(shop: Any, now: datetime) -> None:
    """No row, no mail."""
    buys(shop, now, ticked="", email="ana@shop.example")
    assert not Signup.objects.exists()


def test_an_order_of_long_ago_asks_nobody(shop: Any, now: datetime) -> None:
    """A sync reads last year's orders: nobody hears of a box that they ticked then."""
    buys(shop, now + timedelta(days=30), email="ana@shop.example")
    assert not Signup.objects.exists()
