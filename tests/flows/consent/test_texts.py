"""The words that people agree to: what ships, what the owner wrote, and which version held when."""

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows import consent_texts, policy
from saleor_relacional.models import ConsentPlace, ConsentText
from tests.support.instants import DAY

pytestmark = pytest.mark.django_db
NEWS = ConsentPlace.NEWSLETTER
TOLD = ConsentPlace.SOFT_OPT_IN


def save(place: str, language: str, text: str, now: datetime, **more: Any) -> ConsentText | None:
    return consent_texts.save(place, language, text, who="staff:1", now=now, **more)


def test_what_ships_holds_until_something_is_written(shop: Any, now: datetime) -> None:
    """In the reader's language, with the shop's name; of soft opt-in nothing ships."""
    name = shop.host.shop_name()
    assert consent_texts.of(NEWS, "es-MX").text.startswith(f"Sí, {name} puede")
    assert consent_texts.of(NEWS, "fr") == consent_texts.of(NEWS, "en")
    assert consent_texts.of(NEWS, "en").key == "en:0"
    assert all(consent_texts.of(place, "es").text for place in set(ConsentPlace) - {TOLD})
    assert consent_texts.of(TOLD, "en").text == ""


@pytest.mark.parametrize(
    ("reads", "found"),
    [("es", "es:1"), ("es-mx", "es-mx:1"), ("es-AR", "es:1"), ("en", "en:0"), ("pt_BR", "pt-br:1"), ("pt", "en:0")],
)  # fmt: skip
def test_the_best_language_there_is(shop: Any, now: datetime, reads: str, found: str) -> None:
    """Region, language, English; the owner's words before those that ship within each."""
    for tag in ("es", "es-MX", "pt-br"):
        save(NEWS, tag, f"{{shop}} {tag}", now)
    words = consent_texts.of(NEWS, reads)
    assert words.key == found
    assert not words.number or words.text.startswith(f"{shop.host.shop_name()} ")


def test_each_moment_keeps_its_words(shop: Any, now: datetime) -> None:
    """Three versions, the last of which goes back to what ships; what was read stays to be had by its key."""
    save(NEWS, "en", "First", now)
    save(NEWS, "en", "Second", now + DAY)
    save(NEWS, "en", "", now + 2 * DAY)
    said = [consent_texts.of(NEWS, "en", at=now + days * DAY).text for days in (-1, 0, 1, 2)]
    ships = consent_texts.of(NEWS, "en").text
    assert said == [ships, "First", "Second", ships] and "may send me news" in ships
    assert consent_texts.read(NEWS, "en:1", "es").text == "First"
    assert consent_texts.read(NEWS, "en:9", "es") == consent_texts.of(NEWS, "es")
    assert consent_texts.by_key(NEWS, "en:3") is None and consent_texts.by_key(NEWS, "fr:0") is None


def test_two_save_at_once(shop: Any, now: datetime) -> None:
    """The second is told, and nothing of theirs is kept; the same words again make no version."""
    save(NEWS, "en", "Theirs", now, basis=0)
    with pytest.raises(Refused) as refused:
        save(NEWS, "en", "Mine", now, basis=0)
    assert refused.value.code == "CONFLICT" and consent_texts.of(NEWS, "en").text == "Theirs"
    assert save(NEWS, "en", " Theirs ", now, basis=1) == ConsentText.objects.get()


@pytest.mark.parametrize(
    ("place", "language", "text", "field"),
    [
        ("elsewhere", "en", "Yes", "place"), (NEWS, "xx", "Yes", "language"), (NEWS, "es-zz", "Yes", "language"),
        (NEWS, "../es", "Yes", "language"), (NEWS, "en", "Yes, {name}", "text"), (NEWS, "en", "a\x00", "text"),
        (NEWS, "en", "x" * 1001, "text"), (ConsentPlace.STAY, "en", "Yes\nplease", "text"),
        (ConsentPlace.STAY, "en", "x" * 81, "text"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(
    shop: Any, now: datetime, place: str, language: str, text: str, field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        save(place, language, text, now)
    assert refused.value.field == field and not ConsentText.objects.exists()


def test_soft_opt_in_never_stands_without_its_text(shop: Any, now: datetime) -> None:
    """In whatever language; switched off, the text may go."""
    policy.decide(
        now=now, soft_opt_in=True, soft_opt_in_text="Escribimos a quien compra.", soft_opt_in_language="es"
    )
    assert consent_texts.of(TOLD, "en").text == "Escribimos a quien compra."
    with pytest.raises(BadInput) as refused:
        save(TOLD, "es", "", now)
    assert refused.value.field == "text"
    save(TOLD, "en", "We write to buyers.", now)
    save(TOLD, "es", "", now)
    assert consent_texts.of(TOLD, "es").text == "We write to buyers." == policy.told_buyers().text
    policy.decide(now=now, soft_opt_in=False, soft_opt_in_text="")
    assert policy.told_buyers().text == "" and policy.current(now).soft_opt_in is False


def test_no_version_is_ever_changed(shop: Any, now: datetime) -> None:
    """The database refuses to rewrite what somebody may have agreed to."""
    save(NEWS, "en", "First", now)
    for change in (lambda rows: rows.update(text="Other"), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(ConsentText.objects.all())
    assert ConsentText.objects.get().text == "First"
