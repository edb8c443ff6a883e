"""The words that people agree to, edited in the Policy: what ships is shown, errors stand at their field, languages are
added, two who write at once are told."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from saleor_relacional.dashboard.policy import consent_forms
from saleor_relacional.flows import consent_texts, policy
from saleor_relacional.models import ConsentPlace, ConsentText
from tests.api.asking import Asker
from tests.dashboard.asking import CANARY, get, harmless, post, text
from tests.dashboard.looking import content, faults
from tests.dashboard.sections.test_policy import typed
from tests.support.campaign_stories import open_shop
from tests.support.instants import DAY
from tests.views.accessibility import chromium

pytestmark = pytest.mark.django_db
PLACE = "agreed_newsletter"


def save(owner: Asker, now: datetime, code: str = PLACE, *, reads: str = "en", **changed: str) -> Any:
    return post(owner, f"policy/save/{code}/", typed(code, "", now, **changed), language=reads)


def test_what_ships_is_shown_and_what_is_written_holds(shop: Any, owner: Asker, now: datetime) -> None:
    """In each language by itself; an emptied field goes back to what ships, and every version stays to be read."""
    open_shop(now)
    assert "the words that ship" in text(get(owner, "policy/"))
    page = text(get(owner, f"policy/{PLACE}/"))
    assert "may send me news and offers by email" in page and "puede enviarme novedades" in page
    saved = save(owner, now, **{"text:es": "Sí, quiero saber de {shop}."})
    assert saved.status_code == 200 and saved["Desk-Place"] == "/dashboard/policy"
    assert "yours: Spanish" in text(get(owner, "policy/"))
    form = Client(headers={"accept-language": "es"}).get("/newsletter/").content.decode()
    assert f"Sí, quiero saber de {shop.host.shop_name()}." in form
    assert "may send me news" in Client().get("/newsletter/").content.decode()
    shop.set_clock(now + DAY)
    save(owner, now, **{"text:es": ""})
    page = text(get(owner, f"policy/{PLACE}/"))
    assert (
        "Spanish 1" in page
        and "Sí, quiero saber de {shop}." in page
        and "back to the words that ship" in page
    )
    assert consent_texts.of("newsletter", "es").number == 0


def test_every_version_can_be_read(shop: Any, owner: Asker, now: datetime, monkeypatch: Any) -> None:
    """Page by page, the latest first; other places and forms have none of them."""
    monkeypatch.setattr(consent_forms, "SHOWN", 2)
    for number in range(5):
        consent_texts.save("newsletter", "es", f"Sí, {number}.", who="u", now=now + number * DAY)
    consent_texts.save("checkout", "es", "Otra", who="u", now=now)
    page, numbers = get(owner, f"policy/{PLACE}/").content.decode(), []
    while True:
        numbers += [int(each) for each in re.findall(r"<li><span><b>Spanish (\d+)</b>", page)]
        further = re.search(r'hx-get="/dashboard/content/([^"]*versions/[^"]*)"', page)
        if further is None:
            break
        page = get(owner, further[1]).content.decode()
    assert numbers == [5, 4, 3, 2, 1]
    assert "<li>" not in get(owner, "policy/versions/contact/99/").content.decode()


def test_a_language_is_added(shop: Any, owner: Asker, now: datetime) -> None:
    """From the host's languages; from then on it has a field of its own."""
    open_shop(now)
    assert (
        '<option value="pt-br">Portuguese (Brazil)</option>'
        in get(owner, f"policy/{PLACE}/").content.decode()
    )
    assert save(owner, now, language="pt-br", text="Sim, quero novidades.").status_code == 200
    assert consent_texts.of("newsletter", "pt-BR").text == "Sim, quero novidades."
    page = get(owner, f"policy/{PLACE}/").content.decode()
    assert 'name="text:pt-br"' in page and '<option value="pt-br">' not in page


@pytest.mark.parametrize(
    ("code", "changed", "field", "said"),
    [
        (PLACE, {"text:en": "Yes, {name}"}, "text:en", "Only {shop} can stand in braces"),
        (PLACE, {"text:es": "x" * 1001}, "text:es", "at most 1000 characters"),
        (PLACE, {"text": "Sim"}, "language", "Choose the language."),
        (PLACE, {"language": "pt-br"}, "text", "Write the words."),
        (PLACE, {"language": "xx", "text": "Sim"}, "language", "Give a language"),
        ("agreed_stay", {"text:en": "x" * 81}, "text:en", "at most 80 characters"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    shop: Any, owner: Asker, now: datetime, code: str, changed: dict[str, str], field: str, said: str
) -> None:
    open_shop(now)
    refused = save(owner, now, code, **changed)
    page = refused.content.decode()
    assert refused.status_code == 422 and said in text(refused) and not ConsentText.objects.exists()
    assert (
        page.count('id="wrong"') == 1
        and f'name="{field}"' in page.split('id="wrong"')[0].rsplit("<label", 1)[1]
    )
    assert all(value in page for value in changed.values() if value != "xx")


def test_two_write_at_once(shop: Any, owner: Asker, now: datetime) -> None:
    """The second is told what it says now; neither what they typed nor a language that came meanwhile is lost."""
    open_shop(now)
    mine = typed(PLACE, "", now, **{"text:en": "Mine"})
    consent_texts.save("newsletter", "en", "Theirs", who="staff:9", now=now)
    consent_texts.save("newsletter", "pt-br", "Deles", who="staff:9", now=now)
    refused = post(owner, f"policy/save/{PLACE}/", mine)
    page = text(refused)
    assert refused.status_code == 409 and "Somebody else has changed this meanwhile" in page
    assert "<dd>Theirs</dd>" in page and ">Mine</textarea>" in page and ">Deles</textarea>" in page
    shown = typed(PLACE, "", now, **{"text:en": "Mine"})
    assert post(owner, f"policy/save/{PLACE}/", shown).status_code == 200
    assert [consent_texts.of("newsletter", tag).text for tag in ("en", "pt-br")] == ["Mine", "Deles"]


def test_what_buyers_are_told_stays_while_it_is_the_ground(shop: Any, owner: Asker, now: datetime) -> None:
    """The ground names one language; the others stand in a form of their own, and the last cannot go."""
    open_shop(now)
    ground = typed(
        "basis", "", now, softOptIn="on", softOptInText="Escribimos a quien compra.", softOptInLanguage="es"
    )
    assert post(owner, "policy/save/basis/", ground).status_code == 200
    assert save(owner, now, "agreed_soft_opt_in", **{"text:en": "We write to buyers."}).status_code == 200
    assert consent_texts.of("soft_opt_in", "en").text == "We write to buyers."
    assert "Escribimos a quien compra." in text(get(owner, "policy/basis/"))
    refused = save(owner, now, "agreed_soft_opt_in", **{"text:en": "", "text:es": ""})
    assert refused.status_code == 422 and "Soft opt-in needs the text" in text(refused)
    assert policy.told_buyers().text == "Escribimos a quien compra." and policy.current(now).soft_opt_in


def test_it_is_nothing_but_words(shop: Any, owner: Asker, reader: Asker, now: datetime) -> None:
    """Markup is shown as it was typed, to staff and to customers; who may not change sees no button."""
    open_shop(now)
    save(owner, now, **{"text:en": CANARY})
    for page in (get(owner, f"policy/{PLACE}/"), Client().get("/newsletter/")):
        assert harmless(page)
    seen = text(get(reader, f"policy/{PLACE}/"))
    assert "MANAGE_RELATIONSHIPS" in seen and 'type="submit"' not in seen
    assert save(reader, now, **{"text:en": "Mine"}).status_code == 403


@pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there")
@pytest.mark.parametrize("language", ["en", "es"])
def test_everybody_can_read_it(shop: Any, owner: Asker, now: datetime, language: str) -> None:
    open_shop(now)
    for place in ConsentPlace:
        consent_texts.save(place, "en", "Yes, {shop} may write to me", who="staff:1", now=now)
    consent_texts.save(
        "newsletter", "en", "Yes, {shop} may send me news.\nI can leave.", who="staff:1", now=now
    )
    refused = save(owner, now, "agreed_stay", reads=language, **{"text:es": "x" * 99})
    found = {
        "policy-all": content(owner, "policy/", language=language),
        "policy-agreed": content(owner, f"policy/{PLACE}/", language=language),
        "policy-agreed-refused": refused.content.decode(),
        "policy-told": content(owner, "policy/agreed_soft_opt_in/", language=language),
    }
    assert faults({f"{name}-{language}": page for name, page in found.items()}, language=language) == {}
