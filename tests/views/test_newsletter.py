"""The plain form and the page behind the link: no script, no cookie, and looking changes nothing."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from saleor_relacional.flows.consent import consent, links
from saleor_relacional.flows.signups import signups
from saleor_relacional.models import Basis, Profile, Signup
from tests.support.asked import Asked
from tests.support.campaign_stories import customer, open_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(shop: Any, now: datetime) -> Client:
    open_shop(now)
    return Client(enforce_csrf_checks=True)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_from_the_form_to_the_button(browser: Client, now: datetime) -> None:
    """Ana types her address, follows the link, and presses the button; only the last is a consent."""
    assert "Your email address" in text(browser.get("/newsletter/"))
    assert "look into your mailbox" in text(browser.post("/newsletter/", {"email": "ana@shop.example"}))
    signups.invite(now)
    page = links.newsletter_url(Signup.objects.get().public_id).removeprefix("http://127.0.0.1:8000")
    with Asked() as looked:
        assert "Is this what you want?" in text(browser.get(page))
    writes = [one for one in looked.captured_queries if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert writes == []
    [ana] = Profile.objects.all()
    assert consent.bases([ana.pk], now=now, purpose="offers")[ana.pk] is None
    for _ in range(2):
        assert "you are signed up" in text(browser.post(page))
    assert consent.bases([ana.pk], now=now, purpose="offers")[ana.pk] == Basis.OPT_IN


def test_the_same_answer_for_everybody(browser: Client, now: datetime) -> None:
    """Known, objecting, or never heard of: not a byte differs but the nonce."""
    ana = customer("Ana", now)
    consent.record_objection(ana, source="one_click", now=now)
    told = []
    for email in ("ana@shop.example", "nobody@shop.example"):
        answer = browser.post("/newsletter/", {"email": email})
        nonce = answer["Content-Security-Policy"].split("nonce-")[1].split("'")[0]
        told.append((answer.status_code, text(answer).replace(nonce, "")))
    assert told[0] == told[1] and told[0][0] == 200


def test_what_is_no_address_is_shown_again_and_escaped(browser: Client) -> None:
    """With what was wrong; nothing of it is markup."""
    answer = browser.post(
        "/newsletter/", {"email": "<script>alert(1)</script>"}, headers={"Accept-Language": "es"}
    )
    assert answer.status_code == 400 and "Eso no es una dirección de correo" in text(answer)
    assert "<script>" not in text(answer) and not Signup.objects.exists()


def test_one_computer_is_stopped(browser: Client) -> None:
    """Twenty addresses, and no more for now."""
    codes = [browser.post("/newsletter/", {"email": f"p{n}@shop.example"}).status_code for n in range(22)]
    assert codes == [200] * 20 + [429] * 2


def test_a_forged_link_confirms_nothing(browser: Client, now: datetime) -> None:
    """One letter changed, or a link made for something else."""
    browser.post("/newsletter/", {"email": "ana@shop.example"})
    signups.invite(now)
    signup = Signup.objects.get()
    good = links.newsletter_url(signup.public_id).split("/")[-2]
    for token in (good[:-1] + ("a" if good[-1] != "a" else "b"), links.leave_token(signup.public_id), "x"):
        assert browser.post(f"/newsletter/{token}/").status_code == 404
    signup.refresh_from_db()
    assert signup.confirmed_at is None


@pytest.mark.parametrize("forgotten", [False, True], ids=["just over", "forgotten"])
def test_a_link_that_is_too_old(browser: Client, shop: Any, now: datetime, forgotten: bool) -> None:
    """It says so, confirms nothing, and has the form in it, which asks by another mail; also once nobody knows any more
    whose link it was."""
    browser.post("/newsletter/?channel=web", {"email": "ana@shop.example"})
    signups.invite(now)
    signup = Signup.objects.get()
    shop.set_clock(signup.expires_at)
    if forgotten:
        assert signups.end_expired(signup.expires_at) == 1
    for ask in (browser.get, browser.post):
        answer = ask(f"/newsletter/{links.newsletter_url(signup.public_id).split('/')[-2]}/")
        assert answer.status_code == 410 and "too old" in text(answer) and "ana@" not in text(answer)
        [action] = re.findall(r'<form method="post" action="([^"]*)"', text(answer))
    assert action == ("/newsletter/" if forgotten else "/newsletter/?channel=web")
    [words] = re.findall(r'name="words" value="([^"]*)"', text(answer))
    assert "look into your mailbox" in text(
        browser.post(action, {"email": "ana@shop.example", "words": words})
    )
    assert signups.invite(signup.expires_at) == 1
    fresh = Signup.objects.latest("pk")
    assert fresh.pk != signup.pk and fresh.confirmed_at is None
    page = links.newsletter_url(fresh.public_id).removeprefix("http://127.0.0.1:8000")
    assert "you are signed up" in text(browser.post(page))
