"""The card on the customer's page: what it shows, and to whom."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from graphql_relay import to_global_id

from tests.api.asking import Asker
from tests.asked import Asked

pytestmark = pytest.mark.django_db


def fetch(path: str, asker: Asker | None = None, language: str = "en", **query: str) -> Any:
    """As the frame asks: the token in a header."""
    headers = {"Accept-Language": language}
    if asker and asker.token:
        headers["Authorization"] = asker.token
    return Client().get(f"/dashboard/{path}", query, headers=headers)


def test_the_frame_is_the_same_for_everybody_and_reads_nothing(shop: Any, ana: str) -> None:
    """Dashboards ask for it twice and without a token: no query but the host's own settings, no customer in it."""
    with Asked() as queries:
        answer = fetch("card/", customerId=to_global_id("User", ana), theme="dark")
    assert answer.status_code == 200 and len(queries) == 0
    assert b"ana" not in answer.content and b'data-theme="dark"' in answer.content
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy and "unsafe" not in policy and "default-src 'none'" in policy


def test_a_theme_from_outside_is_no_way_in(shop: Any) -> None:
    """Only the two themes are ever echoed."""
    answer = fetch("card/", theme='dark"><script>alert(1)</script>')
    assert b"script>alert" not in answer.content


def test_ana_on_one_card(shop: Any, ana: str, reader: Asker, now: datetime) -> None:
    """Stage, rhythm, window, value, offers and consent, in English and in Spanish."""
    card = fetch("card/content/", reader, customerId=to_global_id("User", ana))
    text = card.content.decode()
    assert card.status_code == 200 and card.headers["Cache-Control"] == "no-store"
    for said in ("Loyal", "€40.00", "4 orders", "from 3 gaps of their own", "No: nobody asked them yet"):
        assert said in text, said
    assert text.count('<circle class="dot"') == 4

    card = fetch("card/content/", reader, "es-ES,es;q=0.9", customerId=to_global_id("User", ana))
    text = card.content.decode()
    for said in ("Fiel", "40,00\xa0€", "4 pedidos", "No: aún no se le ha preguntado"):
        assert said in text, said
    assert card.headers["Content-Language"] == "es"


def test_who_lacks_the_permission_gets_a_friendly_panel(shop: Any, ana: str) -> None:
    """No token, a customer's own, staff without it: the panel names the permission and shows nothing else."""
    customer = Asker(shop.context(account=ana))
    staff = Asker(shop.context(account=shop.staff("MANAGE_ORDERS")))
    for asker, status in ((None, 401), (customer, 403), (staff, 403)):
        answer = fetch("card/content/", asker, customerId=to_global_id("User", ana))
        assert answer.status_code == status
        assert b"MANAGE_USERS" in answer.content and b"Loyal" not in answer.content


def test_a_customer_without_a_history(shop: Any, learn: Any, reader: Asker, now: datetime) -> None:
    """Somebody who never bought, somebody we have not met, and an id of something else."""
    account = shop.customer("new@example.com")
    learn()
    text = fetch("card/content/", reader, customerId=to_global_id("User", account)).content.decode()
    assert "Not a buyer yet" in text and "<svg" not in text
    for unknown in (to_global_id("User", "nobody"), to_global_id("Order", account), "%%%", ""):
        answer = fetch("card/content/", reader, customerId=unknown)
        assert answer.status_code == 200 and b"Nothing is known about this customer" in answer.content


def test_a_name_that_is_a_script_stays_a_name(shop: Any, learn: Any, owner: Asker, now: datetime) -> None:
    """Pages share the API's origin: everything is escaped."""
    from saleor_relacional.flows import campaigns

    evil = '"><script>alert(1)</script>@example.com'
    from saleor_relacional.models import Profile, Standing

    for days in (400, 370, 340):
        shop.order(email="mallory@example.com", placed_at=now - timedelta(days=days))
    learn()
    Profile.objects.update(email=evil, first_name=evil)
    campaigns.ensure_win_back(now)
    Standing.objects.update(stage="lapsed", stage_cause="time")
    text = fetch("slipping/content/", owner).content.decode()
    assert "&lt;script&gt;alert(1)" in text and "<script>" not in text
