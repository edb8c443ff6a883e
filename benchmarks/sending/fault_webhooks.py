"""Webhooks: forged ones count for nothing, repeated ones once, late ones tell what became of what was unknown."""

from __future__ import annotations

import json
from base64 import b64encode
from collections import Counter
from typing import Any

from benchmarks.sending import play
from benchmarks.sending.listening import sink

SECRET = "shop:a secret of the webhooks"


def webhooks(mails: int) -> Counter[str]:
    """All mails leave, two are cut off. Then somebody who is not the provider tells of bounces, and the provider tells
    of a delivery, a bounce and a complaint, each three times and in the wrong order."""
    from django.conf import settings
    from django.test import Client

    from saleor_relacional.models import DeliveryEvent, Objection, Touch

    play.anew(mails)
    with sink() as got:
        play.to_the_end()
    lost = play.counted(got, mails)
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "POSTMARK_SERVER_TOKEN": "none"}
    settings.ALLOWED_HOSTS = ["*"]
    touches = list(Touch.objects.filter(state="sent").order_by("pk")[:4])
    Touch.objects.filter(pk=touches[0].pk).update(state="unknown", reason="cut_off")

    def tell(touch: Any, secret: str, **more: Any) -> int:
        event = {
            "MessageID": "whatever", "Metadata": {"touch": touch.public_id.hex}, "Recipient": touch.profile.email,
            "Email": touch.profile.email, **more,
        }  # fmt: skip
        known = b64encode(secret.encode()).decode()
        return Client(headers={"authorization": f"Basic {known}"}).post(
            "/mail/events/", json.dumps(event), content_type="application/json"
        ).status_code  # fmt: skip

    bounce = {"RecordType": "Bounce", "Type": "HardBounce", "ID": 7, "BouncedAt": "2026-03-02T13:00:00Z"}
    spam = {
        "RecordType": "SpamComplaint",
        "Type": "SpamComplaint",
        "ID": 8,
        "BouncedAt": "2026-03-02T14:00:00Z",
    }
    arrived = {"RecordType": "Delivery", "DeliveredAt": "2026-03-02T12:30:00Z"}
    forged = [tell(touch, "shop:guessed", **bounce) for touch in touches]
    taken = DeliveryEvent.objects.count() + Objection.objects.count() + sum(status < 400 for status in forged)
    for _ in range(3):
        tell(touches[0], SECRET, **arrived)
        tell(touches[1], SECRET, **bounce)
        tell(touches[2], SECRET, **spam)
        tell(touches[2], SECRET, **arrived)
    told = (
        DeliveryEvent.objects.count(),
        Objection.objects.values("digest").distinct().count(),
        Touch.objects.filter(state="unknown").count(),
    )
    return lost + Counter(forged_taken=taken, lost=int(told != (4, 2, 0)))


FAULTS = {"webhooks": webhooks}
