"""The link to one's own page: who it opens for, until when, and what it never opens."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core import mail
from django.core.signing import Signer
from django.test import Client

from saleor_relacional.flows.consent import links
from saleor_relacional.flows.sending import send
from saleor_relacional.models import Profile
from tests.support.mailing import campaign, due

ANA = UUID(int=7)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_every_mail_leads_to_its_readers_page(shop: Any, now: Any) -> None:
    """Ana's mail names her page beside the link to leave, in the text and in the markup; the page opens."""
    [ana] = due(campaign(now), now, "Ana")
    send.send_due(now=now)
    [sent] = mail.outbox
    link = links.page_url(ana.public_id, now)
    assert link in sent.body and link in str(sent.alternatives[0][0])
    answer = Client(enforce_csrf_checks=True).get(link.removeprefix("http://127.0.0.1:8000"))
    assert answer.status_code == 200 and "Your page" in answer.content.decode()


def test_it_works_for_ninety_days() -> None:
    """To the day, on the shop's clock; after that we still know that we signed it."""
    token = links.page_token(ANA, NOW)
    assert links.who_opens(token, NOW + timedelta(days=90)) == (ANA, True)
    assert links.who_opens(token, NOW + timedelta(days=90, seconds=1)) == (ANA, False)


def test_an_old_link_shows_nothing_and_still_lets_them_leave(shop: Any, now: Any) -> None:
    """Somebody finds a mail of last year: nothing of Ana is shown, and the button to leave works."""
    ana = Profile.objects.create(created_at=now, email="ana@example.com", first_name="Ana")
    answer = Client().get(f"/page/{links.page_token(ana.public_id, now - timedelta(days=91))}/")
    assert answer.status_code == 410
    told = answer.content.decode()
    assert "Ana" not in told and f"/leave/{links.leave_token(ana.public_id)}/" in told


@pytest.mark.parametrize("purpose", sorted(set(links.Purpose) - {links.Purpose.PAGE}))
def test_a_link_for_something_else_opens_no_page(purpose: str) -> None:
    """Whoever holds a link to leave, which lasts for ever, does not read what she bought with it."""
    name = links.page_token(ANA, NOW).partition(".")[0]
    token = Signer(salt=f"saleor_relacional.{purpose}", sep=".").sign(name)
    assert links.who_opens(token, NOW) is None
    assert links.who_leaves(links.page_token(ANA, NOW)) is None


def test_a_forged_link_opens_nothing() -> None:
    """Not one bit of it may differ, nor its date."""
    token = links.page_token(ANA, NOW)
    flipped = [
        token[:at] + chr(ord(letter) ^ 1 << bit) + token[at + 1 :]
        for at, letter in enumerate(token)
        for bit in range(7)
    ]
    other = links.page_token(uuid4(), NOW)
    forged = [
        *flipped,
        "",
        ".",
        token[:-1],
        token + "A",
        other.partition(".")[0] + "." + token.partition(".")[2],
    ]
    assert [one for one in forged if links.who_opens(one, NOW) is not None] == []


def test_after_a_change_of_key(settings: Any) -> None:
    """SECRET_KEY was rotated: the page opens as long as the old key is a fallback."""
    token = links.page_token(ANA, NOW)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "new"
    assert links.who_opens(token, NOW) == (ANA, True)
    settings.SECRET_KEY_FALLBACKS = []
    assert links.who_opens(token, NOW) is None
