"""The same story in the words of two more providers, as django-anymail reads them: each event counts once, in any
order, from the provider alone."""

import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client

from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.sending import send
from saleor_relacional.models import DeliveryEvent, Profile, Touch
from tests.support.mailing import campaign, due, touch_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:django-anymail has dropped official support for SendGrid"),
]

SECRET = "shop:a secret"
KEY = "a signing key"
AT = int(datetime.fromisoformat("2026-03-02T13:00:00+00:00").timestamp())
TOLD = ("delivered", "bounced", "complained", "unsubscribed", "soft_bounced")


def mailgun(touch: Touch, told: str, secret: str) -> tuple[Any, dict[str, str]]:
    """One event a call, signed in its body: https://documentation.mailgun.com, Webhooks."""
    event: dict[str, Any] = {
        "delivered": {"event": "delivered", "delivery-status": {"code": 250, "message": "OK"}},
        "bounced": {
            "event": "failed", "severity": "permanent", "reason": "bounce",
            "delivery-status": {"code": 550, "message": "5.1.1 no such mailbox"},
        },
        "soft_bounced": {
            "event": "failed", "severity": "permanent", "reason": "generic",
            "delivery-status": {"code": 552, "message": "5.2.2 mailbox full"},
        },
        "complained": {"event": "complained"},
        "unsubscribed": {"event": "unsubscribed"},
    }[told]  # fmt: skip
    token = f"{told:0<50}"
    event |= {
        "id": f"id-{told}", "timestamp": AT + 0.5, "recipient": "ana@shop.example",
        "message": {"headers": {"message-id": f"{touch.public_id.hex}@tea.example", "to": "ana@shop.example"}},
        "user-variables": {"touch": touch.public_id.hex}, "tags": [],
    }  # fmt: skip
    signature = hmac.new(secret.encode(), f"{AT}{token}".encode(), sha256).hexdigest()
    return {
        "signature": {"timestamp": str(AT), "token": token, "signature": signature},
        "event-data": event,
    }, {}


def sendgrid(touch: Touch, told: str, secret: str) -> tuple[Any, dict[str, str]]:
    """A list of events a call, behind a password; what the mail was given stands beside the event's own names."""
    event = {
        "delivered": {"event": "delivered", "response": "250 2.0.0 OK"},
        "bounced": {
            "event": "bounce",
            "type": "bounce",
            "status": "5.1.1",
            "reason": "550 5.1.1 no such mailbox",
        },
        "soft_bounced": {
            "event": "bounce",
            "type": "blocked",
            "status": "5.2.2",
            "reason": "552 5.2.2 mailbox full",
        },
        "complained": {"event": "spamreport"},
        "unsubscribed": {"event": "unsubscribe"},
    }[told]
    event |= {
        "email": "ana@shop.example", "timestamp": AT, "sg_event_id": f"id-{told}", "sg_message_id": "sg.1",  # type: ignore[dict-item]
        "smtp-id": f"<{touch.public_id.hex}@tea.example>", "touch": touch.public_id.hex,
    }  # fmt: skip
    return [event], {"authorization": f"Basic {b64encode(secret.encode()).decode()}"}


@dataclass(frozen=True)
class Provider:
    """Who calls, and how we know them."""

    name: str
    words: Callable[[Touch, str, str], tuple[Any, dict[str, str]]]
    settings: dict[str, str]
    secret: str

    def tell(self, touch: Touch, told: Sequence[str], secret: str = "") -> list[int]:
        """The statuses of our answers."""
        answers = []
        for one in told:
            body, headers = self.words(touch, one, secret or self.secret)
            client = Client(headers=headers)
            answer = client.post("/mail/events/", json.dumps(body), content_type="application/json")
            assert answer.content == b""
            answers.append(answer.status_code)
        return answers


PROVIDERS = [
    Provider("mailgun", mailgun, {"MAILGUN_WEBHOOK_SIGNING_KEY": KEY, "MAILGUN_API_KEY": "key"}, KEY),
    Provider("sendgrid", sendgrid, {"WEBHOOK_SECRET": SECRET, "SENDGRID_API_KEY": "key"}, SECRET),
]


@pytest.fixture(params=PROVIDERS, ids=lambda one: one.name)
def provider(request: Any, settings: Any, shop: Any, now: Any) -> Provider:
    """Ana's mail has left; from here on mails leave through this provider."""
    due(campaign(now), now, "Ana")
    assert send.send_due(now=now).sent == 1
    settings.EMAIL_BACKEND = f"anymail.backends.{request.param.name}.EmailBackend"
    settings.ANYMAIL = request.param.settings
    found: Provider = request.param
    return found


def ana() -> Profile:
    return Profile.objects.get()


def kinds() -> list[str]:
    return sorted(DeliveryEvent.objects.values_list("kind", flat=True))


@pytest.mark.parametrize("order", [TOLD, TOLD[::-1], TOLD * 2], ids=["in order", "backwards", "twice"])
def test_each_counts_once_in_any_order(provider: Provider, order: Sequence[str]) -> None:
    touch = touch_of(ana())
    assert provider.tell(touch, order) == [200] * len(order)
    assert kinds() == sorted(TOLD)
    assert consent.unreachable([ana().pk]) == {ana().pk}


def test_it_says_that_an_unknown_mail_had_left(provider: Provider) -> None:
    Touch.objects.update(state="unknown", reason="cut_off")
    assert provider.tell(touch_of(ana()), ["delivered"]) == [200]
    assert (Touch.objects.get().state, Touch.objects.get().reason) == ("sent", "heard")


def test_nobody_else_is_believed(provider: Provider) -> None:
    """Another's signature or password, and none."""
    touch = touch_of(ana())
    assert set(provider.tell(touch, TOLD, secret="somebody:else")) <= {400, 401, 403, 404}
    body, _ = provider.words(touch, "bounced", provider.secret)
    if isinstance(body, dict):
        body.pop("signature")
    answer = Client().post("/mail/events/", json.dumps(body), content_type="application/json")
    assert answer.status_code in (400, 401, 403, 404)
    assert kinds() == [] and not consent.unreachable([ana().pk])


def test_a_full_mailbox_loses_nobody(provider: Provider) -> None:
    assert provider.tell(touch_of(ana()), ["soft_bounced"]) == [200]
    assert kinds() == ["soft_bounced"] and not consent.unreachable([ana().pk])
