"""The owner's words leave; ours where there are none; and the mail says why, then and later."""

from datetime import datetime
from typing import Any

import pytest
from django.core import mail

from saleor_relacional.flows.messages import library
from saleor_relacional.flows.people import forget
from saleor_relacional.flows.sending import send, why
from saleor_relacional.models import ChannelLook, Profile, Purchase, TemplateVersion, Touch
from tests.support.instants import DAY
from tests.support.mailing import campaign, due, touch_of

WORDS = {
    "subject": "Hello from {{ shop.name }}",
    "mjml": "<mj-section><mj-column><mj-text>We think of you.</mj-text></mj-column></mj-section>",
    "text": "We think of you.",
}


def saved(now: datetime, language: str = "en", number: int = 1, **changes: Any) -> TemplateVersion:
    """A version of the win-back."""
    words = {**WORDS, **changes}
    return TemplateVersion.objects.create(
        message="win_back", language=language, number=number, made_at=now, made_by="staff:1", **words
    )


def test_what_the_owner_saved_is_what_leaves(shop: Any, now: datetime) -> None:
    """The latest version, with our foot; its hash stays on the touch."""
    running = campaign(now, discount="", value=None)
    saved(now)
    saved(now, number=2, subject="Second words")
    [ana] = due(running, now, "Ana")
    assert send.send_due(now=now).sent == 1
    [sent] = mail.outbox
    assert sent.subject == "Second words" and "We think of you." in sent.body
    assert "You receive this because" in sent.body and "Unsubscribe" in sent.alternatives[0].content
    assert touch_of(ana).template_version == library.source("win_back", "en", "eur").version


@pytest.mark.parametrize(
    ("reads", "found"),
    [
        ("en", "own en"),
        ("en-gb", "own en"),
        ("es", "ours"),
        ("es-mx", "own es-mx"),
        ("es-ar", "ours"),
        ("fr", "own en"),
    ],
)
def test_a_language_that_misses_falls_back(db: Any, now: datetime, reads: str, found: str) -> None:
    """Region, language, then English; the owner's before ours within each."""
    saved(now, subject="own en")
    saved(now, "es-mx", subject="own es-mx")
    source = library.source("win_back", reads, "eur")
    assert source.subject == found if source.own else found == "ours" and source.name == "win_back/es"


def test_back_to_what_ships(db: Any, now: datetime) -> None:
    """A version of the shop's that says so."""
    saved(now)
    TemplateVersion.objects.create(
        message="win_back", language="en", number=2, shipped=True, made_at=now, made_by="staff:1"
    )
    assert library.source("win_back", "en", "eur").own == 0


def test_the_look_of_its_channel(shop: Any, now: datetime) -> None:
    """Colours and signature are the channel's, in the light and in the dark."""
    running = campaign(now, discount="", value=None)
    ChannelLook.objects.create(
        channel="eur", page="#ffffff", card="#fff8f0", ink="#101010", button="#0b5fff", button_ink="#ffffff",
        logo_width=140, voice="tu", signature="Ana and Luis", updated_at=now, updated_by="staff:1",
        social=[["Instagram", "https://instagram.example/casa"]],
    )  # fmt: skip
    due(running, now, "Ana")
    send.send_due(now=now)
    [sent] = mail.outbox
    html = sent.alternatives[0].content
    assert "Ana and Luis" in sent.body and "Instagram: https://instagram.example/casa" in sent.body
    assert "#fff8f0" in html and "#0b5fff" in html and "prefers-color-scheme: dark" in html
    assert '<meta name="color-scheme" content="light dark" />' in html and "[data-ogsc]" in html


def test_why_is_told_again_as_it_was(shop: Any, now: datetime) -> None:
    """The sentence of the foot, in the language of whoever asks, from the decision's own record: also when they have
    bought since. Once they are forgotten, nothing is left of it."""
    running = campaign(now)
    [ana] = due(running, now, "Ana")
    send.send_due(now=now)
    touch = touch_of(ana)
    before = why.of(touch.pk, "en")
    assert before and before in " ".join(mail.outbox[0].body.split())
    assert "Recibes este correo porque" in why.of(touch.pk, "es")
    assert touch.because["kind"] == "win_back" and touch.because["version"] == 1
    assert set(touch.because["facts"]) == {"last_purchase", "rhythm", "basis", "timezone"}
    Purchase.objects.filter(profile=ana).update(placed_at=now - DAY, day=(now - DAY).date())
    assert why.of(touch.pk, "en") == before
    forget.forget(Profile.objects.get(pk=ana.pk), now=now)
    assert why.of(touch.pk, "en") == "" and Touch.objects.get(pk=touch.pk).because == {}
