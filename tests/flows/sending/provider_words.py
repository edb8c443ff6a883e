"""What mail providers say of a mail of ours, in their own words and with their own proof, as django-anymail reads them.
Each function: the mail, what is told of it, the secret → what is posted."""

import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import md5, sha1, sha256
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from saleor_relacional.models import Touch

SECRET = "shop:a secret"
KEY = "a signing key"
WHEN = "2026-03-02T13:00:00+00:00"
AT = int(datetime.fromisoformat(WHEN).timestamp())
ANA = "ana@shop.example"
TOLD = ("delivered", "bounced", "complained", "unsubscribed", "soft_bounced")
GONE, FULL = "550 5.1.1 no such mailbox", "552 5.2.2 mailbox full"
CALLED = "77"
"""What the provider calls the mail."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """What is posted."""

    body: str
    headers: Mapping[str, str] = field(default_factory=dict)
    media: str = "application/json"

    def post(self) -> Any:
        return Client(headers=dict(self.headers)).post("/mail/events/", self.body, content_type=self.media)


def mark(touch: Touch) -> dict[str, str]:
    return {"touch": touch.public_id.hex}


def guarded(body: object, secret: str, **headers: str) -> Call:
    """Behind a password."""
    known = f"Basic {b64encode(secret.encode()).decode()}"
    return Call(body=json.dumps(body), headers={"authorization": known, **headers})


def signed(body: object, secret: str, header: str) -> Call:
    """Signed in a header."""
    text = json.dumps(body)
    return Call(body=text, headers={header: hmac.new(secret.encode(), text.encode(), sha256).hexdigest()})


def answer(told: str) -> str:
    """What the mail server answered."""
    return {"bounced": GONE, "soft_bounced": FULL}.get(told, "250 2.0.0 OK")


def mailgun(touch: Touch, told: str, secret: str) -> Call:
    """One event a call, signed in its body: https://documentation.mailgun.com, Webhooks."""
    failed = {"event": "failed", "severity": "permanent"}
    event: dict[str, Any] = {
        "delivered": {"event": "delivered", "delivery-status": {"code": 250, "message": "OK"}},
        "bounced": {**failed, "reason": "bounce", "delivery-status": {"code": 550, "message": GONE[4:]}},
        "soft_bounced": {
            **failed,
            "reason": "generic",
            "delivery-status": {"code": 552, "message": FULL[4:]},
        },
        "complained": {"event": "complained"},
        "unsubscribed": {"event": "unsubscribed"},
    }[told]
    token = f"{told:0<50}"
    event |= {
        "id": f"id-{told}", "timestamp": AT + 0.5, "recipient": ANA, "user-variables": mark(touch), "tags": [],
        "message": {"headers": {"message-id": f"{touch.public_id.hex}@tea.example", "to": ANA}},
    }  # fmt: skip
    proof = hmac.new(secret.encode(), f"{AT}{token}".encode(), sha256).hexdigest()
    stamp = {"timestamp": str(AT), "token": token, "signature": proof}
    return Call(body=json.dumps({"signature": stamp, "event-data": event}))


def sendgrid(touch: Touch, told: str, secret: str) -> Call:
    """A list of events a call; what the mail was given stands beside the event's own names."""
    event: dict[str, Any] = {
        "delivered": {"event": "delivered", "response": answer(told)},
        "bounced": {"event": "bounce", "type": "bounce", "status": "5.1.1", "reason": GONE},
        "soft_bounced": {"event": "bounce", "type": "blocked", "status": "5.2.2", "reason": FULL},
        "complained": {"event": "spamreport"},
        "unsubscribed": {"event": "unsubscribe"},
    }[told]
    event |= {
        "email": ANA, "timestamp": AT, "sg_event_id": f"id-{told}", "sg_message_id": "sg.1",
        "smtp-id": f"<{touch.public_id.hex}@tea.example>", **mark(touch),
    }  # fmt: skip
    return guarded([event], secret)


def brevo(touch: Touch, told: str, secret: str) -> Call:
    """No name of the event; the mail server's answer in its own words: https://developers.brevo.com."""
    named = {"bounced": "hard_bounce", "soft_bounced": "soft_bounce", "complained": "spam"}
    event = named.get(told) or {"unsubscribed": "unsubscribe"}.get(told, told)
    about = {"email": ANA, "ts_epoch": AT * 1000, "message-id": f"<{touch.public_id.hex}@tea.example>"}
    return guarded({"event": event, **about, "X-Mailin-custom": json.dumps(mark(touch))}, secret)


def mailjet(touch: Touch, told: str, secret: str) -> Call:
    """Whether a bounce is for good is a sign of its own: https://dev.mailjet.com/email/guides/webhooks."""
    event: dict[str, Any] = {
        "delivered": {"event": "sent"},
        "bounced": {"event": "bounce", "error": "user unknown", "hard_bounce": True},
        "soft_bounced": {"event": "bounce", "error": "quota exceeded", "hard_bounce": False},
        "complained": {"event": "spam"},
        "unsubscribed": {"event": "unsub"},
    }[told]
    payload = json.dumps(mark(touch))
    return guarded([{**event, "time": AT, "email": ANA, "MessageID": 77, "Payload": payload}], secret)


def mailtrap(touch: Touch, told: str, secret: str) -> Call:
    """https://docs.mailtrap.io/email-api-smtp/advanced/webhooks."""
    named = {"delivered": "delivery", "complained": "spam", "unsubscribed": "unsubscribe"}
    event = {
        "event": named.get(told, "bounce"), "message_id": "m", "email": ANA, "timestamp": AT, "event_id": f"id-{told}",
        "custom_variables": mark(touch), "response": answer(told),
    }  # fmt: skip
    return signed({"events": [event]}, secret, "mailtrap-signature")


def mandrill(touch: Touch, told: str, secret: str) -> Call:
    """A form, signed with the address that was called; no name of the event, and nobody tells what was delivered:
    https://mailchimp.com/developer/transactional/docs/webhooks."""
    named = {"bounced": "hard_bounce", "soft_bounced": "soft_bounce", "complained": "spam"}
    message = {"email": ANA, "metadata": mark(touch), "diag": f"smtp;{answer(told)}", "tags": []}
    return mandrills([{"event": named.get(told, "unsub"), "ts": AT, "_id": "m", "msg": message}], secret)


def mandrills(events: list[dict[str, Any]], secret: str) -> Call:
    """These events in one call."""
    text = json.dumps(events)
    to_sign = f"http://testserver/mail/events/mandrill_events{text}"
    proof = b64encode(hmac.new(secret.encode(), to_sign.encode(), sha1).digest()).decode()
    return Call(
        body=urlencode({"mandrill_events": text}), headers={"x-mandrill-signature": proof},
        media="application/x-www-form-urlencoded",
    )  # fmt: skip


def mailersend(touch: Touch, told: str, secret: str) -> Call:
    """Gives nothing back that the mail was given: https://developers.mailersend.com/api/v1/webhooks.html."""
    named = {"bounced": "hard_bounced", "complained": "spam_complaint"}
    whats = {
        "bounced": "recipient_bounce",
        "soft_bounced": "recipient_bounce",
        "complained": "spam_complaint",
    }
    data = {
        "id": f"id-{told}", "type": named.get(told, told), "created_at": WHEN,
        "email": {"message": {"id": CALLED}, "recipient": {"email": ANA}}, "morph": {"object": whats.get(told)},
    }  # fmt: skip
    return signed({"type": f"activity.{named.get(told, told)}", "data": data}, secret, "signature")


def postal(touch: Touch, told: str, secret: str) -> Call:
    """Calls every final answer a failure, and gives nothing back: https://docs.postalserver.io/developer/webhooks. Its
    RSA signature needs a package that we do not: tests put a header of their own in its place."""
    status = {"delivered": "Sent"}.get(told, "HardFail")
    payload = {"status": status, "output": answer(told), "message": {"id": 77, "to": ANA}}
    body = {"event": "MessageSent", "timestamp": AT, "uuid": f"id-{told}", "payload": payload}
    return Call(body=json.dumps(body), headers={"x-postal-signature": secret})


def resend(touch: Touch, told: str, secret: str) -> Call:
    """Bounces in sentences: https://resend.com/docs/dashboard/webhooks/event-types."""
    sent = "The recipient's email provider sent a {} bounce message."
    bounce: dict[str, Any] = {
        "bounced": {"bounce": {"message": sent.format("hard"), "type": "Permanent"}},
        "soft_bounced": {"bounce": {"message": sent.format("general"), "type": "Transient"}},
    }.get(told, {})
    headers = [{"name": "X-Metadata", "value": json.dumps(mark(touch))}]
    data = {"email_id": "re-1", "to": [ANA], "headers": headers, **bounce}
    event = {"type": f"email.{told.removeprefix('soft_')}", "created_at": WHEN, "data": data}
    return guarded(event, secret, **{"svix-id": f"id-{told}"})


def sparkpost(touch: Touch, told: str, secret: str) -> Call:
    """Bounces by classes: https://developers.sparkpost.com/api/webhooks."""
    named = {"delivered": "delivery", "complained": "spam_complaint", "unsubscribed": "list_unsubscribe"}
    event = {
        "type": named.get(told, "bounce"), "raw_rcpt_to": ANA, "timestamp": str(AT), "event_id": f"id-{told}",
        "rcpt_meta": mark(touch), **({} if told in named else {"bounce_class": "10" if told == "bounced" else "22"}),
    }  # fmt: skip
    kind = "unsubscribe_event" if told == "unsubscribed" else "message_event"
    return guarded([{"msys": {kind: event}}], secret)


def unisender_go(touch: Touch, told: str, secret: str) -> Call:
    """Signed by a sum of the body with the key in it: https://godocs.unisender.ru/web-api-ref#callback-format."""
    named = {"bounced": "hard_bounced", "soft_bounced": "hard_bounced", "complained": "spam"}
    why = {"bounced": "err_user_unknown", "soft_bounced": "err_mailbox_full"}.get(told, "ok")
    data = {
        "status": named.get(told, told), "event_time": "2026-03-02 13:00:00", "email": ANA, "metadata": mark(touch),
        "delivery_info": {"delivery_status": why, "destination_response": answer(told)},
    }  # fmt: skip
    event = {"event_name": "transactional_email_status", "event_data": data}
    text = json.dumps({"auth": "AUTH", "events_by_user": [{"user_id": 1, "events": [event]}]})
    return Call(body=text.replace("AUTH", md5(text.replace("AUTH", secret).encode()).hexdigest()))


def amazon_ses(touch: Touch, told: str, secret: str) -> Call:
    """An event in a notification: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html."""
    kind = {"delivered": "Delivery", "complained": "Complaint"}.get(told, "Bounce")
    bounced = [{"emailAddress": ANA, "diagnosticCode": f"smtp; {answer(told)}"}]
    about: dict[str, Any] = {
        "Delivery": {"recipients": [ANA], "smtpResponse": answer(told)},
        "Complaint": {"complainedRecipients": [{"emailAddress": ANA}]},
        "Bounce": {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": bounced},
    }[kind]
    headers = [{"name": "X-Metadata", "value": json.dumps(mark(touch))}]
    message = {
        "eventType": kind, kind.lower(): about, "mail": {"messageId": "s", "destination": [ANA], "headers": headers}
    }  # fmt: skip
    told_as = {
        "Type": "Notification",
        "MessageId": f"id-{told}",
        "Timestamp": WHEN,
        "Message": json.dumps(message),
    }
    sns = {"x-amz-sns-message-type": "Notification", "x-amz-sns-message-id": f"id-{told}"}
    return guarded(told_as, secret, **sns)


@dataclass(frozen=True, kw_only=True)
class Provider:
    """Who calls, and how we know them."""

    words: Callable[[Touch, str, str], Call]
    settings: Mapping[str, str]
    tells: tuple[str, ...] = TOLD
    """What it can tell at all."""

    @property
    def name(self) -> str:
        return self.words.__name__

    @property
    def secret(self) -> str:
        return SECRET if SECRET in self.settings.values() else KEY

    def tell(self, touch: Touch, told: tuple[str, ...], secret: str = "") -> list[int]:
        """The statuses of our answers, which say nothing else."""
        answers = [self.words(touch, one, secret or self.secret).post() for one in told]
        assert all(one.content == b"" for one in answers)
        return [one.status_code for one in answers]


GUARDED = {"WEBHOOK_SECRET": SECRET}
PROVIDERS = [
    Provider(words=mailgun, settings={"MAILGUN_WEBHOOK_SIGNING_KEY": KEY, "MAILGUN_API_KEY": "key"}),
    Provider(words=sendgrid, settings={**GUARDED, "SENDGRID_API_KEY": "key"}),
    Provider(words=brevo, settings=GUARDED),
    Provider(words=mailjet, settings=GUARDED),
    Provider(words=mailtrap, settings={"MAILTRAP_TRACKING_SECRET": KEY}),
    Provider(words=mandrill, settings={"MANDRILL_WEBHOOK_KEY": KEY}, tells=TOLD[1:]),
    Provider(words=mailersend, settings={"MAILERSEND_SIGNING_SECRET": KEY}),
    Provider(words=postal, settings={"POSTAL_WEBHOOK_KEY": KEY}, tells=TOLD[:2]),
    Provider(words=resend, settings=GUARDED, tells=("delivered", "bounced", "complained", "soft_bounced")),
    Provider(words=sparkpost, settings=GUARDED),
    Provider(words=unisender_go, settings={"UNISENDER_GO_API_KEY": KEY}),
    Provider(words=amazon_ses, settings=GUARDED, tells=TOLD[:3]),
]
