"""The owner writes new words: whoever agrees from then on has agreed to those, and whoever agreed before keeps theirs,
through whichever door."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from saleor_relacional.flows import consent_texts, policy
from saleor_relacional.flows.consent import consent, links
from saleor_relacional.flows.ingest import record as recording
from saleor_relacional.flows.ledger import ledger
from saleor_relacional.flows.preferences import preferences
from saleor_relacional.flows.signups import signups
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.hosts.standalone.shop import baskets
from saleor_relacional.models import Consent, ConsentPlace, Profile, Signup
from tests.api.asking import Asker, operation
from tests.support.campaign_stories import customer, open_shop
from tests.support.instants import DAY
from tests.support.people import buys

pytestmark = pytest.mark.django_db
Door = Callable[[Any, datetime, str], tuple[str, str]]
"""Somebody goes through it (a shop, now, an address): the text and the language that are kept."""


def words_of(page: str) -> str:
    """What the page's hidden field says was read."""
    [found] = re.findall(r'name="words" value="([^"]+)"', page)
    return str(found)


def signed_up() -> tuple[str, str]:
    kept = Signup.objects.latest("pk")
    return kept.text, kept.language


def form(shop: Any, now: datetime, email: str) -> tuple[str, str]:
    browser = Client(headers={"accept-language": "es"})
    key = words_of(browser.get("/newsletter/").content.decode())
    assert browser.post("/newsletter/", {"email": email, "words": key}).status_code == 200
    return signed_up()


def mutation(shop: Any, now: datetime, email: str) -> tuple[str, str]:
    """The storefront shows the shop's words, and sends their key."""
    anybody = Asker(shop.context())
    told = anybody.data(operation("consent-text"), place="NEWSLETTER", language="es")[
        "relationshipConsentText"
    ]
    said = anybody.data(operation("newsletter"), email=email, text=told["key"], language="es")
    assert said["relationshipNewsletterSignup"] == {"errors": []}
    assert signed_up()[0] == told["text"]
    return signed_up()


def order(shop: Any, now: datetime, email: str, ticked: str) -> None:
    checkout = shop.checkout(email=email)
    baskets.note(baskets.find(checkout), {"relacional_newsletter": ticked})
    recording.record_references(FactKind.ORDER, [shop.complete(checkout).order], now=now)


def checkout(shop: Any, now: datetime, email: str) -> tuple[str, str]:
    """A box that says no more than that it was ticked."""
    order(shop, now, email, "true")
    return signed_up()


def checkout_by_key(shop: Any, now: datetime, email: str) -> tuple[str, str]:
    order(shop, now, email, consent_texts.of(ConsentPlace.CHECKOUT, "en").key)
    return signed_up()


def stay(shop: Any, now: datetime, email: str) -> tuple[str, str]:
    person = customer(email.partition("@")[0].title(), now)
    Profile.objects.filter(pk=person.pk).update(language="es")
    browser, where = Client(), f"/leave/{links.leave_token(person.public_id)}/"
    left = browser.post(where, {"answer": "leave"}).content.decode()
    undo = re.findall(r'name="undo" value="([^"]+)"', left)[0]
    browser.post(where, {"answer": "stay", "undo": undo, "words": words_of(left)})
    kept = Consent.objects.filter(profile=person, source="unsubscribe_link", basis="opt_in").latest("pk")
    return kept.text, kept.language


def profiling(shop: Any, now: datetime, email: str) -> tuple[str, str]:
    person = customer(email.partition("@")[0].title(), now)
    Profile.objects.filter(pk=person.pk).update(language="es")
    preferences.change(person, now=now, source="customer", no_profiling=True)
    browser, where = Client(), f"/page/{links.page_token(person.public_id, now)}/"
    key = words_of(browser.get(where).content.decode())
    browser.post(f"{where}ask/", {"what": "no_profiling", "on": "no", "words": key})
    kept = Consent.objects.filter(profile=person, purpose="profiling").latest("pk")
    assert kept.basis == "opt_in"
    return kept.text, kept.language


def storefront(shop: Any, now: datetime, email: str) -> tuple[str, str]:
    """A signed-in customer, by the key of the shop's words."""
    account = shop.customer(email)
    recording.record_references(FactKind.CUSTOMER, [account], now=now)
    key = consent_texts.of(ConsentPlace.NEWSLETTER, "es").key
    said = Asker(shop.context(account=account)).data(
        operation("consent"), granted=True, text=key, language="es"
    )
    assert said["relationshipConsentUpdate"]["errors"] == []
    kept = Consent.objects.filter(source="storefront").latest("pk")
    return kept.text, kept.language


DOORS: dict[str, tuple[Door, str, str]] = {
    "form": (form, "newsletter", "es"), "mutation": (mutation, "newsletter", "es"),
    "storefront": (storefront, "newsletter", "es"), "checkout": (checkout, "checkout", "en"),
    "checkout by key": (checkout_by_key, "checkout", "en"), "stay": (stay, "stay", "es"),
    "profiling": (profiling, "profiling", "es"),
}  # fmt: skip
"""Door → how it is gone through, the place that is edited, the language that is read there."""


@pytest.mark.parametrize("name", DOORS)
def test_before_and_after(shop: Any, now: datetime, name: str) -> None:
    """One agrees to what ships, one to the first words, one to the second: each is kept as it was read."""
    open_shop(now)
    door, place, language = DOORS[name]
    ships = consent_texts.of(place, language).text
    kept = [door(shop, now, "ana@shop.example")]
    for number, email in ((1, "bea@shop.example"), (2, "cleo@shop.example")):
        consent_texts.save(place, language, f"Words {number} of {{shop}}", who="staff:1", now=now)
        kept.append(door(shop, now, email))
    shop_name = shop.host.shop_name()
    told = [text for text, _language in kept]
    assert told == [ships, f"Words 1 of {shop_name}", f"Words 2 of {shop_name}"]
    assert {spoken for _text, spoken in kept} == {language}
    rows = [*Signup.objects.order_by("pk").values_list("text", flat=True),
            *Consent.objects.exclude(text="").order_by("pk").values_list("text", flat=True)]  # fmt: skip
    assert [text for text in dict.fromkeys(rows) if text in told] == told


def test_what_was_read_is_kept_although_it_was_changed_meanwhile(shop: Any, now: datetime) -> None:
    """Ana has the form open while the owner writes: she agreed to what she read, and confirms that."""
    open_shop(now)
    browser = Client()
    read = browser.get("/newsletter/").content.decode()
    before = consent_texts.of("newsletter", "en").text
    consent_texts.save("newsletter", "en", "Other words", who="staff:1", now=now)
    browser.post("/newsletter/", {"email": "ana@shop.example", "words": words_of(read)})
    signups.invite(now)
    consent_texts.save("newsletter", "en", "And others again", who="staff:1", now=now)
    assert signups.confirm(Signup.objects.get().public_id, now=now)
    assert set(Consent.objects.values_list("text", flat=True)) == {before}


def test_an_order_that_is_read_late_keeps_the_words_of_its_day(shop: Any, now: datetime) -> None:
    """The box was ticked yesterday, the owner writes this morning, and only now do we read the order."""
    open_shop(now)
    consent_texts.save("checkout", "en", "Yesterday's words", who="staff:1", now=now - DAY)
    ticked = shop.checkout(email="ana@shop.example")
    baskets.note(baskets.find(ticked), {"relacional_newsletter": "TRUE"})
    placed = shop.complete(ticked).order
    later = now + DAY / 2
    consent_texts.save("checkout", "en", "Today's words", who="staff:1", now=later)
    recording.record_references(FactKind.ORDER, [placed], now=later + DAY / 4)
    assert Signup.objects.get().text == "Yesterday's words"


@pytest.mark.parametrize("said", ["false", "No", "0", "off", " "])
def test_a_box_that_says_no_is_no(shop: Any, now: datetime, said: str) -> None:
    open_shop(now)
    order(shop, now, "ana@shop.example", said)
    assert not Signup.objects.exists()


def test_a_key_of_no_words_is_refused(shop: Any, now: datetime) -> None:
    """The storefront is told, and nobody signed up."""
    said = Asker(shop.context()).data(
        operation("newsletter"), email="ana@shop.example", text="es:7", language="es"
    )
    [error] = said["relationshipNewsletterSignup"]["errors"]
    assert error["field"] == "text" and not Signup.objects.exists()


def test_a_buyer_reads_what_they_were_told_when_they_bought(shop: Any, now: datetime) -> None:
    """Soft opt-in: the words of the day of their order, on their own page, whatever buyers are told since."""
    ana = customer("Ana", now, agreed=False)
    Profile.objects.filter(pk=ana.pk).update(language="es")
    buys(ana, now - 40 * DAY)
    policy.decide(now=now - 90 * DAY, soft_opt_in=True, soft_opt_in_text="We write to buyers.")
    consent_texts.save("soft_opt_in", "es", "Escribimos a quien compra.", who="", now=now - 60 * DAY)
    consent_texts.save("soft_opt_in", "es", "Desde ahora, otra cosa.", who="", now=now - DAY)
    ana.refresh_from_db()
    assert consent.bases([ana.pk], now=now, purpose="offers")[ana.pk] == "soft_opt_in"
    [told] = [
        one
        for section in ledger.of(ana, now).sections
        if section.kind == "allowed"
        for one in section.entries
    ]
    assert told.detail == "“Escribimos a quien compra.”"
