"""A link that is too old: one button, one answer for everybody, and a mail to the person whose link it was."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client

from saleor_relacional.flows.consent import consent, links
from saleor_relacional.flows.people import forget, merge, tombstones
from saleor_relacional.flows.sending import send
from saleor_relacional.models import Basket, Profile, ServiceMessage, Touch
from tests.support.asked import Asked
from tests.support.campaign_stories import customer, open_shop
from tests.support.concurrency import at_once
from tests.support.instants import DAY

pytestmark = pytest.mark.django_db
ROOT = "http://127.0.0.1:8000"


@pytest.fixture
def browser(shop: Any, now: datetime) -> Client:
    open_shop(now)
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def ana(browser: Client, now: datetime) -> Profile:
    person = customer("Ana", now)
    Profile.objects.filter(pk=person.pk).update(email="ana@shop.example", email_key="ana@shop.example")
    return person


def token(url: str) -> str:
    return url.rsplit("/", 2)[1]


def old_page(person: Profile, now: datetime) -> str:
    return links.page_token(person.public_id, now - 91 * DAY)


def told(answer: Any) -> tuple[int, str]:
    """What is answered, but for what differs in every answer."""
    nonce = answer["Content-Security-Policy"].split("nonce-")[1].split("'")[0]
    return answer.status_code, answer.content.decode().replace(nonce, "")


def test_from_the_old_link_to_the_fresh_one(browser: Client, ana: Profile, now: datetime) -> None:
    """Ana finds a mail of last spring, presses the button, and the mail that comes opens her page."""
    page = browser.get(f"/page/{old_page(ana, now)}/")
    assert page.status_code == 410 and f'action="/fresh/{old_page(ana, now)}/"' in page.content.decode()
    asked = browser.post(f"/fresh/{old_page(ana, now)}/")
    assert asked.status_code == 200 and "Look into your mailbox" in asked.content.decode()
    assert ana.first_name not in asked.content.decode() and "ana@" not in asked.content.decode()
    assert send.send_due(now=now).sent == 1
    [sent] = mail.outbox
    fresh = links.page_url(ana.public_id, now)
    assert (
        sent.to == ["ana@shop.example"]
        and fresh in sent.body
        and "List-Unsubscribe" not in sent.extra_headers
    )
    assert browser.get(fresh.removeprefix(ROOT)).status_code == 200
    kept = ServiceMessage.objects.get()
    assert str(ana.public_id) not in kept.key and kept.links == {}


def test_looking_asks_for_nothing(browser: Client, ana: Profile, now: datetime) -> None:
    """Mail scanners follow links."""
    for method in (browser.get, browser.head, browser.put):
        assert method(f"/fresh/{old_page(ana, now)}/").status_code == 405
    with Asked() as looked:
        browser.get(f"/page/{old_page(ana, now)}/")
    assert not [
        one for one in looked.captured_queries if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
    ]
    assert not ServiceMessage.objects.exists()


def test_it_speaks_the_persons_language(browser: Client, ana: Profile, now: datetime) -> None:
    Profile.objects.filter(pk=ana.pk).update(language="es-MX")
    browser.post(f"/fresh/{old_page(ana, now)}/")
    send.send_due(now=now)
    assert mail.outbox[0].subject.startswith("Tu enlace nuevo") and "Abre tu página" in mail.outbox[0].body


def test_what_it_opens_is_what_the_old_one_opened(
    shop: Any, browser: Client, ana: Profile, now: datetime
) -> None:
    """The question about that very order, and that very basket."""
    order = ana.purchases.get()
    asks = token(links.feedback_url(ana.public_id, now - 61 * DAY, order.pk))
    page = browser.get(f"/feedback/{asks}/")
    assert page.status_code == 410 and f'action="/fresh/{asks}/"' in page.content.decode()
    browser.post(f"/fresh/{asks}/")
    send.send_due(now=now)
    assert links.feedback_url(ana.public_id, now, order.pk) in mail.outbox[0].body
    basket = Basket.objects.create(
        profile=ana,
        source="test",
        reference="b",
        currency="EUR",
        total=9,
        changed_at=now,
        learned_at=now,
        filled=True,
    )
    left = token(links.checkout_url(basket.pk, now - 15 * DAY))
    later = now + timedelta(minutes=20)
    browser.post(f"/fresh/{left}/")
    assert send.send_due(now=now).sent == 0  # a moment ago
    assert ask_at(shop, later, left) == 200 and send.send_due(now=later).sent == 1
    assert links.checkout_url(basket.pk, later) in mail.outbox[1].body
    Basket.objects.update(filled=False)
    assert ask_at(shop, later + DAY, left) == 200 and send.send_due(now=later + DAY).sent == 0


def ask_at(shop: Any, at: datetime, one: str) -> int:
    """Ask when the shop's clock shows this."""
    shop.set_clock(at)
    return Client().post(f"/fresh/{one}/").status_code


def test_everybody_is_answered_alike(browser: Client, ana: Profile, now: datetime) -> None:
    """Forged, cut off, made for something else, of somebody who was forgotten or never was: not a byte differs."""
    gone = customer("Zenobia", now)
    of_gone = old_page(gone, now)
    assert forget.forget(gone, now=now)
    good = old_page(ana, now)
    forged = good[:-1] + ("A" if good[-1] != "A" else "B")
    tokens = [
        good, good, forged, good[:-3], "x", links.leave_token(ana.public_id), links.erase_token(ana.public_id),
        of_gone, links.page_token(uuid4(), now - 91 * DAY), token(links.feedback_url(ana.public_id, now, 10**9)),
    ]  # fmt: skip
    answers = {told(browser.post(f"/fresh/{one}/")) for one in tokens}
    assert len(answers) == 1 and [status for status, _page in answers] == [200]
    assert Touch.objects.count() == 1 and Touch.objects.get().profile_id == ana.pk


def test_one_mail_in_a_quarter_of_an_hour(shop: Any, browser: Client, ana: Profile, now: datetime) -> None:
    """However many of their links are used, and from wherever."""
    links_of = [links.page_token(ana.public_id, now - days * DAY) for days in (91, 92, 400)]
    for number, one in enumerate(links_of):
        browser.post(f"/fresh/{one}/", REMOTE_ADDR=f"10.0.0.{number}")
    assert ServiceMessage.objects.count() == 1
    ask_at(shop, now + timedelta(minutes=15), links_of[0])
    assert ServiceMessage.objects.count() == 2


def test_one_computer_is_stopped(browser: Client, ana: Profile, now: datetime) -> None:
    """Twenty in an hour, whatever they are."""
    codes = [browser.post("/fresh/x/").status_code for _ in range(22)]
    assert codes == [200] * 20 + [429] * 2
    assert (
        browser.post(f"/fresh/{old_page(ana, now)}/").status_code == 429
        and not ServiceMessage.objects.exists()
    )


def test_it_goes_to_the_address_that_we_know_now(browser: Client, ana: Profile, now: datetime) -> None:
    """Ana has a new address, and her profile was merged: whoever reads her old mailbox gets nothing."""
    ahead = old_page(ana, now)
    own = customer("Ana Two", now)
    Profile.objects.filter(pk=own.pk).update(email="new@shop.example", email_key="new@shop.example")
    merge.merge(ana.pk, own.pk, cause="registration", now=now)
    browser.post(f"/fresh/{ahead}/")
    send.send_due(now=now)
    [sent] = mail.outbox
    assert sent.to == ["new@shop.example"] and links.page_url(own.public_id, now) in sent.body


def test_who_left_still_gets_it_and_who_cannot_be_reached_does_not(
    shop: Any, browser: Client, ana: Profile, now: datetime
) -> None:
    """It is owed; an address that bounced, or called us spam, is left alone. The answer is the same."""
    consent.record_objection(ana, source="one_click", now=now)
    browser.post(f"/fresh/{old_page(ana, now)}/")
    assert send.send_due(now=now).sent == 1
    consent.record_refusal([tombstones.email(ana.email)], cause=consent.BOUNCE, now=now)
    assert ask_at(shop, now + DAY, old_page(ana, now)) == 200 and send.send_due(now=now + DAY).sent == 0


def test_forgotten_before_it_left(browser: Client, ana: Profile, now: datetime) -> None:
    """Nothing goes, and nothing stays."""
    browser.post(f"/fresh/{old_page(ana, now)}/")
    assert forget.forget(ana, now=now)
    assert send.send_due(now=now).sent == 0 and not ServiceMessage.objects.exists()


@pytest.fixture
def switched_off(shop: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The shop has us switched off."""
    monkeypatch.setattr(type(shop.host), "active", lambda _self: False)
    yield


@pytest.mark.usefixtures("switched_off")
def test_while_the_shop_has_us_switched_off(browser: Client, ana: Profile, now: datetime) -> None:
    """No button, no mail, and still the button to leave."""
    page = browser.get(f"/page/{old_page(ana, now)}/").content.decode()
    assert "/fresh/" not in page and 'value="leave"' in page
    browser.post(f"/fresh/{old_page(ana, now)}/")
    assert not ServiceMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_are_one_mail(browser: Client, ana: Profile, now: datetime) -> None:
    """The row of the limit decides."""

    def press() -> None:
        assert Client().post(f"/fresh/{old_page(ana, now)}/").status_code == 200

    at_once(press, press)
    assert ServiceMessage.objects.count() == 1
