"""A newsletter by Saleor's own endpoint and by a box at its checkout; a pause that holds what is on its way."""

import re
from datetime import timedelta

import requests

from tests.saleor.e2e import behind, campaigning
from tests.saleor.e2e.storefront import CHANNEL, Storefront, within
from tests.saleor.stack import Stack

SIGNUP = """mutation ($email: String!, $text: String!, $language: String, $channel: String) {
  relationshipNewsletterSignup(email: $email, text: $text, language: $language, channel: $channel) {
    errors { field code }
  }
}"""
METADATA = """mutation ($id: ID!, $input: [MetadataInput!]!) {
  updateMetadata(id: $id, input: $input) { errors { field code message } }
}"""
PAUSE = """mutation ($until: String!) {
  relationshipPreferencesUpdate(input: { pausedUntil: $until }) { preferences { pausedUntil } errors { field code } }
}"""
TEXT = "Yes, send me news and offers by email."


def basis(email: str) -> str | None:
    """On what ground we may send them content."""
    from saleor_relacional.flows.consent import consent

    person = behind.profile(email)
    return consent.bases([person.pk], now=campaigning.now(), purpose="content")[person.pk] if person else None


def confirmed(stack: Stack, email: str) -> str:
    """Follow the link of the mail: look, then press its button. The page's words before it was pressed."""
    subject, body = campaigning.words(stack, email)
    assert "confirm" in subject.lower()
    link = re.search(r"https?://\S+/newsletter/\S+", body)
    assert link
    looked = requests.get(link[0], timeout=30)
    assert looked.status_code == 200 and basis(email) is None  # a GET changes nothing
    pressed = requests.post(link[0], timeout=30)
    assert pressed.status_code == 200 and "you are signed up" in pressed.text
    return looked.text


def test_anybody_signs_up_and_only_the_button_counts(stack: Stack, saleor: Storefront, somebody: str) -> None:
    """Ana's address is typed without a login; one mail asks over SMTP; its page has one button; then it counts."""
    from saleor_relacional import tasks

    behind.sender(CHANNEL)
    told = saleor.ask(SIGNUP, email=somebody, text=TEXT, language="en", channel=CHANNEL)
    assert told == {"errors": []}
    assert within(90.0, lambda: tasks.invite_signups() or behind.profile(somebody))
    assert basis(somebody) is None
    campaigning.send()
    assert TEXT in confirmed(stack, somebody)
    assert within(5.0, lambda: basis(somebody) == "opt_in")


def test_a_guest_ticks_the_box_at_the_checkout(stack: Stack, saleor: Storefront, somebody: str) -> None:
    """The words stand in the checkout's metadata, Saleor copies them to the order, and Ana is asked."""
    from saleor_relacional import tasks
    from saleor_relacional.models import Signup

    behind.sender(CHANNEL)
    checkout = saleor.checkout(somebody)
    saleor.ask(METADATA, id=checkout, input=[{"key": "relacional_newsletter", "value": TEXT}])
    saleor.pay(checkout)
    saleor.complete(checkout)
    theirs = within(
        60.0, lambda: tasks.sweep() or Signup.objects.filter(source="checkout", text=TEXT).first()
    )
    assert theirs
    tasks.invite_signups()
    campaigning.send()
    assert TEXT in confirmed(stack, somebody)
    assert within(5.0, lambda: basis(somebody) == "opt_in")


def test_a_pause_holds_what_is_on_its_way(stack: Stack, saleor: Storefront, somebody: str) -> None:
    """Ana's mail is queued when she asks for a pause, signed in at the storefront: it waits until the pause is over."""
    from django.utils import timezone

    from saleor_relacional import tasks
    from saleor_relacional.flows.campaigns import campaigns
    from saleor_relacional.models import Touch

    tasks.sweep()
    campaigning.late(saleor, somebody, dict.fromkeys(range(126, -1, -21), "40.00"))
    campaign = behind.win_back(active=True)
    try:
        campaigning.plan()
        person = behind.profile(somebody)
        assert within(30.0, lambda: Touch.objects.filter(profile=person, state="queued").exists())
        until = (timezone.now() + timedelta(days=5)).isoformat()
        said = saleor.ask(PAUSE, token=saleor.login(somebody), until=until)
        assert said["errors"] == [] and said["preferences"]["pausedUntil"]
        campaigning.send()
        assert within(30.0, lambda: campaigning.touch(campaign, person) == ("waiting", "paused"))
        assert stack.mailbox.to(somebody) == []
    finally:
        campaigns.pause(campaign, now=timezone.now())
