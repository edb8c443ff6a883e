"""The page "setting up": what the doctor finds, each with the form that cures it."""

import re
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from django.test import Client

from saleor_relacional import conf
from saleor_relacional.dashboard.checklist import forms
from saleor_relacional.flows import policy
from saleor_relacional.flows.operations import doctor
from saleor_relacional.hosts.standalone.models import Shop
from saleor_relacional.models import Cursor, Policy, Sender
from tests.api.asking import Asker
from tests.support.campaign_stories import open_shop

pytestmark = pytest.mark.django_db

SENDER = {
    "about": "eur", "name": "Tea & Co", "address": "hello@tea.example", "replyTo": "",
    "postalAddress": "Calle Mayor 1\nMadrid",
}  # fmt: skip
FORMS = {
    "sender": SENDER,
    "capacity": {"dailyCapacity": "40"},
    "basis": {"softOptIn": "on", "softOptInText": "We may write to you about tea."},
    "storefront_url": {
        "storefrontUrl": "https://shop.example/{channel}",
        "offerLink": "/offer?code={code}",
    },
    "time_zone": {"timeZone": "Europe/Madrid"},
    "reporting_currency": {"reportingCurrency": "eur", "rate:USD": "0.92", "rate:EUR": ""},
}


def headers(asker: Asker | None, language: str = "en") -> dict[str, str]:
    token = {"Authorization": asker.token} if asker and asker.token else {}
    return {"Accept-Language": language, **token}


def get(asker: Asker | None, language: str = "en") -> Any:
    return Client().get("/dashboard/content/checklist/", headers=headers(asker, language))


def post(asker: Asker | None, code: str, typed: dict[str, str], language: str = "en") -> Any:
    """As the form sends it: with the version that it was read in."""
    browser = Client(enforce_csrf_checks=True)
    about, shown = typed.get("about", ""), forms.all_forms(conf.host().now())
    held = next((one.version for one in shown if (one.code, one.about) == (code, about)), "")
    typed = {"version": held, **typed}
    return browser.post(f"/dashboard/content/checklist/{code}/", typed, headers=headers(asker, language))


def test_an_owner_cures_everything_in_place(shop: Any, owner: Asker, now: datetime) -> None:
    """A shop of two currencies where nobody decided anything: six forms later the doctor has nothing left that a form
    can cure, and what was typed is what holds."""
    shop.channel("usd", "USD")
    text = unescape(get(owner).content.decode())
    for said in (
        "The channel eur has no sender",
        "how many mails may leave",
        "agreed to be written to",
        "USD",
    ):
        assert said in text, said
    for code, typed in FORMS.items():
        saved = post(owner, code, typed)
        assert saved.status_code == 200 and 'role="status"' in saved.content.decode(), code
    assert post(owner, "sender", {**SENDER, "about": "usd"}).status_code == 200

    assert not {finding.code for finding in doctor.findings(now)} & set(FORMS)
    decided = policy.current(now)
    assert (decided.daily_capacity, policy.told_buyers().text) == (40, "We may write to you about tea.")
    assert (decided.reporting_currency, decided.rates) == ("EUR", {"USD": "0.92"})
    assert (shop.host.storefront_url("usd"), shop.host.offer_link(), shop.host.time_zone()) == (
        "https://shop.example/usd",
        "/offer?code={code}",
        "Europe/Madrid",
    )
    sender = Sender.objects.get(channel="eur")
    assert (sender.name, sender.address, sender.postal_address) == (
        "Tea & Co", "hello@tea.example", "Calle Mayor 1\nMadrid",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("code", "typed", "said"),
    [
        ("sender", {**SENDER, "address": "nobody"}, "plain e-mail address"),
        ("sender", {**SENDER, "postalAddress": " "}, "postal address"),
        ("sender", {**SENDER, "about": "nowhere"}, None),
        ("capacity", {"dailyCapacity": "many"}, "whole number"),
        ("capacity", {"dailyCapacity": "-1"}, "0 or more"),
        ("capacity", {"dailyCapacity": "99999999999"}, "at most 1000000"),
        ("basis", {"softOptIn": "on", "softOptInText": ""}, "text that buyers were shown"),
        ("storefront_url", {"storefrontUrl": "javascript:alert(1)"}, "begins with https://"),
        ("time_zone", {"timeZone": "Mars/Olympus"}, "Europe/Madrid"),
    ],
)
def test_what_cannot_be_is_said_at_its_form(
    shop: Any, owner: Asker, code: str, typed: dict[str, str], said: str | None
) -> None:
    """Refused, nothing changed, and what was typed is still there to be mended."""
    refused = post(owner, code, typed)
    text = unescape(refused.content.decode())
    assert refused.status_code == 422
    assert not Policy.objects.exists() and not Sender.objects.exists()
    assert shop.host.storefront_url("eur") == "" and Shop.objects.get().time_zone == "UTC"
    if said:
        assert said in text and 'role="alert"' in text
        assert all(value in text for name, value in typed.items() if name != "about" and value.strip())


@pytest.mark.parametrize(
    ("code", "typed", "said"),
    [
        ("sender", {**SENDER, "address": "nobody@x"}, "dirección de correo"),
        ("sender", {**SENDER, "name": "Té\ny más"}, "una línea"),
        ("sender", {**SENDER, "postalAddress": " "}, "dirección postal"),
        ("capacity", {"dailyCapacity": "99999999999"}, "como mucho 1000000"),
        ("basis", {"softOptIn": "on", "softOptInText": ""}, "el texto que se les mostró"),
        ("reporting_currency", {"reportingCurrency": "EURO"}, "tres letras"),
        ("reporting_currency", {"reportingCurrency": "EUR", "rate:USD": "much"}, "número decimal"),
    ],
)
def test_a_refusal_is_in_the_readers_language(
    shop: Any, owner: Asker, code: str, typed: dict[str, str], said: str
) -> None:
    """Whoever reads the form in Spanish is told in Spanish what is wrong with what they typed."""
    shop.channel("usd", "USD")
    refused = post(owner, code, typed, "es")
    assert refused.status_code == 422
    assert said in unescape(refused.content.decode())


def test_whoever_may_only_read_changes_nothing(shop: Any, reader: Asker) -> None:
    """They see what is missing and its cure, and no form; posting all the same is refused. So are customers, nobody,
    those who may only switch, and GET."""
    text = get(reader).content.decode()
    assert "hx-post" not in text and "MANAGE_RELATIONSHIPS" in text and "dailyCapacity" in text
    customer = Asker(shop.context(account=shop.customer("eve@example.com")))
    only_switch = Asker(shop.context(account=shop.staff("MANAGE_RELATIONSHIPS")))
    for code, typed in FORMS.items():
        for asker, status in ((reader, 403), (customer, 403), (None, 401), (only_switch, 403)):
            assert post(asker, code, typed).status_code == status, code
    assert not Policy.objects.exists() and not Sender.objects.exists()
    assert shop.host.storefront_url("eur") == "" and Shop.objects.get().time_zone == "UTC"
    assert get(None).status_code == 401 and get(customer).status_code == 403


def test_what_has_no_form_says_its_cure(shop: Any, owner: Asker, now: datetime) -> None:
    """A worker cannot be started by a form. A form that is none is not found."""
    open_shop(now)
    Cursor.objects.all().delete()
    text = unescape(get(owner).content.decode())
    assert "nobody runs our tasks" in text and "Start a Celery worker" in text
    assert post(owner, "worker", {}).status_code == 404


def test_what_was_decided_can_be_changed(shop: Any, owner: Asker, now: datetime) -> None:
    """It stands below, with what holds; soft opt-in is taken back by an empty tick."""
    open_shop(now, daily_capacity=70)
    policy.decide(now=now, soft_opt_in=True, soft_opt_in_text="We may write to you.")
    text = unescape(get(owner).content.decode())
    assert "<b>70</b>" in text and "Tea & Co <hello@tea.example>" in text and " checked" in text
    assert post(owner, "basis", {"softOptInText": "We may write to you."}).status_code == 200
    assert policy.current(now).soft_opt_in is False


def test_two_who_decide_at_once_are_told(shop: Any, owner: Asker, now: datetime) -> None:
    """The second reads what the first decided, keeps what they typed, and saves it if it is to hold; at Home, where
    only what is missing stands, too."""
    read = get(owner).content.decode()
    before = re.findall(r'name="version" value="([^"]*)"', read.partition("checklist/capacity/")[2])[0]
    policy.decide(now=now, daily_capacity=30)
    late = {"dailyCapacity": "90", "version": before}
    for place in ("checklist/capacity", "home/missing/capacity"):
        refused = Client().post(f"/dashboard/content/{place}/", late, headers=headers(owner))
        said = unescape(refused.content.decode())
        assert refused.status_code == 409 and "Somebody else has changed this meanwhile" in said, place
        assert "<dd>30</dd>" in said and 'value="90"' in said and policy.current(now).daily_capacity == 30
    assert post(owner, "capacity", {"dailyCapacity": "90"}).status_code == 200
    assert policy.current(now).daily_capacity == 90


def test_in_spanish(shop: Any, owner: Asker) -> None:
    """All of it."""
    text = get(owner, "es").content.decode()
    assert (
        "Puesta en marcha" in text and "Guardar" in text and "Setting up" not in text and "Save" not in text
    )
