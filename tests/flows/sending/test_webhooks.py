"""What a provider tells: counted once, in any order, and only if it is the provider."""

import json
from base64 import b64encode
from typing import Any

import pytest
from anymail.signals import AnymailTrackingEvent
from django.test import Client

from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.operations import mail_requirements
from saleor_relacional.flows.sending import send
from saleor_relacional.flows.sending.heard import webhooks
from saleor_relacional.models import Basis, DeliveryEvent, Objection, Profile, Touch
from tests.support.mailing import campaign, due, touch_of

pytestmark = pytest.mark.django_db

SECRET = "shop:a secret"
BOUNCE = {"RecordType": "Bounce", "Type": "HardBounce", "ID": 7, "BouncedAt": "2026-03-02T13:00:00Z"}
SOFT = {"RecordType": "Bounce", "Type": "SoftBounce", "ID": 9, "BouncedAt": "2026-03-02T13:00:00Z"}
SPAM = {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "ID": 8, "BouncedAt": "2026-03-02T14:00:00Z"}
ARRIVED = {"RecordType": "Delivery", "DeliveredAt": "2026-03-02T12:30:00Z"}
OPENED = {"RecordType": "Open", "ReceivedAt": "2026-03-02T15:00:00Z"}


@pytest.fixture
def ana(shop: Any, now: Any, settings: Any) -> Profile:
    """Her mail has left; from here on mails leave through Postmark."""
    [ana] = due(campaign(now), now, "Ana")
    assert send.send_due(now=now).sent == 1
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    return ana


def tell(touch: Touch, event: dict[str, Any], secret: str = SECRET, **more: Any) -> int:
    """The provider, or somebody else, calls; the answer's status."""
    body = {
        "MessageID": "postmark-1", "Metadata": {"touch": touch.public_id.hex}, "Recipient": "ana@shop.example",
        "Email": "ana@shop.example", **event, **more,
    }  # fmt: skip
    client = Client(headers={"authorization": f"Basic {b64encode(secret.encode()).decode()}"})
    told = client.post("/mail/events/", json.dumps(body), content_type="application/json")
    assert told.content == b""
    return told.status_code


def kinds() -> list[str]:
    return sorted(DeliveryEvent.objects.values_list("kind", flat=True))


def test_a_bounce_and_a_complaint(ana: Profile, now: Any) -> None:
    """Each counts once however often it is told; nothing is mailed to her any more, and the complaint outlasts her."""
    touch = touch_of(ana)
    assert [tell(touch, event) for event in (SPAM, BOUNCE, ARRIVED, SPAM, BOUNCE)] == [200] * 5
    assert kinds() == ["bounced", "complained", "delivered"]
    assert consent.bases([ana.pk], now=now, purpose="offers")[ana.pk] == Basis.OPT_OUT
    assert consent.unreachable([ana.pk]) == {ana.pk}
    assert Touch.objects.get().state == "sent"


def test_what_was_unknown_had_left(ana: Profile, now: Any) -> None:
    """We were cut off; that it arrived says that it had been accepted."""
    Touch.objects.update(state="unknown", reason="cut_off")
    assert tell(touch_of(ana), ARRIVED) == 200
    assert (Touch.objects.get().state, Touch.objects.get().reason) == ("sent", "heard")


def test_by_message_id_alone(ana: Profile, now: Any) -> None:
    """A provider that gives nothing back is understood by our Message-ID, or by what it called the mail."""
    touch = touch_of(ana)
    named = f"<{touch.public_id.hex}@tea.example>"
    assert tell(touch, ARRIVED, Metadata={}, MessageID=named) == 200
    Touch.objects.update(provider_id="postmark-1")
    assert tell(touch, SOFT, Metadata={}) == 200
    assert kinds() == ["delivered", "soft_bounced"]
    assert not Objection.objects.exists()  # a soft bounce is only counted


@pytest.mark.parametrize(
    ("own", "mta", "for_good"),
    [
        ({"event": "hard_bounce"}, None, True),
        ({"event": "soft_bounce"}, None, False),
        ({"event-data": {"event": "failed", "severity": "temporary"}}, None, False),
        ({"bounce": {"bounceType": "Transient"}}, None, False),
        ({"data": {"bounce": {"type": "Permanent"}}}, None, True),
        ({"event": "bounce"}, "550 5.1.1 no such user", True),
        ({"event": "bounce"}, "552 5.2.2 mailbox full", False),
        ({"event": "soft_bounce"}, "550 5.1.1 no such user", True),
    ],
)
def test_which_bounces_are_for_good(own: dict[str, Any], mta: str | None, for_good: bool) -> None:
    """anymail calls a temporary failure a bounce, too (its issue 130): the mail server's code decides, else the
    provider's own word, wherever that stands in its event."""
    event = AnymailTrackingEvent(
        event_type="bounced", reject_reason="bounced", mta_response=mta, esp_event=own
    )
    assert webhooks._for_good(event) is for_good


def test_a_forged_webhook_counts_for_nothing(ana: Profile, now: Any) -> None:
    """Somebody who does not know the secret is turned away and changes nothing."""
    assert tell(touch_of(ana), BOUNCE, "shop:guessed") == 403
    assert not DeliveryEvent.objects.exists() and not Objection.objects.exists()


@pytest.mark.filterwarnings("ignore:Your Anymail webhooks are insecure")
def test_without_a_secret_nobody_is_listened_to(ana: Profile, settings: Any) -> None:
    """Anybody could call: the doctor says so."""
    settings.ANYMAIL = {}
    assert tell(touch_of(ana), BOUNCE) == 403
    assert not webhooks.listens()
    assert "webhook_secret" in [found.code for found in mail_requirements.unheard()]


def test_nobody_is_watched(ana: Profile) -> None:
    """That a mail was opened is not kept; events about mails of somebody else neither."""
    assert tell(touch_of(ana), OPENED) == 200
    assert tell(Touch(), BOUNCE, MessageID="a stranger's", Metadata={}) == 200
    assert not DeliveryEvent.objects.exists()


@pytest.mark.parametrize("body", ["", "{", "[]", '{"RecordType": "Bounce"}'])
def test_what_is_no_event(ana: Profile, body: str) -> None:
    """Answered, and nothing has happened."""
    client = Client(headers={"authorization": f"Basic {b64encode(SECRET.encode()).decode()}"})
    assert client.post("/mail/events/", body, content_type="application/json").status_code in (200, 400)
    assert not DeliveryEvent.objects.exists()


@pytest.mark.parametrize(
    ("named", "to"),
    [
        ("postmark\0-1", "ana@shop.example"),
        ("postmark\ud800", "\0ana\ud800@shop.example"),
        ("x" * 5_000, "@" * 5_000),
    ],
)
def test_a_garbled_event_is_answered(ana: Profile, named: str, to: str) -> None:
    """A provider repeats what it was not thanked for, and what stands behind it is never heard."""
    assert tell(touch_of(ana), BOUNCE, MessageID=named, Recipient=to, Email=to) == 200
    assert tell(Touch(), SPAM, MessageID=named, Metadata={}, Recipient=to, Email=to) == 200
    assert kinds() == ["bounced"]


def test_without_a_provider(shop: Any, settings: Any) -> None:
    """Mails leave by SMTP: there is no such address, and the doctor says that bounces are not heard."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert Client().post("/mail/events/").status_code == 404
    assert "bounces_unheard" in [found.code for found in mail_requirements.unheard()]
