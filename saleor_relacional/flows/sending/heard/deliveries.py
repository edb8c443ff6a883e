"""What is heard of mails after they were accepted: kept once, and acted upon.

A complaint and a bounce for good end everything that is mailed to the address; leaving a provider's list is leaving
ours. A mail of which we did not know whether it was accepted (`unknown`) is `sent` once anything is heard of it.
"""

import hashlib
from datetime import datetime

from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Hold
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.contact import booking
from saleor_relacional.models import DeliveryEvent, DeliveryKind, Profile, Touch, TouchState

CAUSES = {
    DeliveryKind.COMPLAINED: "complaint",
    DeliveryKind.UNSUBSCRIBED: "opt_out",
}
"""What the person said by it, as the cause of their objection."""
SOURCE = "provider"
NEVER_SENT = frozenset({DeliveryKind.REJECTED})
"""The provider did not send it, although it took it."""


def note(touch: Touch, kind: DeliveryKind, *, code: str, told_by: str, at: datetime, now: datetime) -> bool:
    """Keep one event. False when it was known: told twice it is kept once. `told_by`: the provider's own name of the
    event; where it has none the moment makes it one."""
    name = f"{touch.public_id.hex}/{kind}/{told_by or at.isoformat()}"
    _, made = DeliveryEvent.objects.get_or_create(
        digest=hashlib.sha256(name.encode()).digest(),
        defaults={"touch": touch, "kind": kind, "code": code[:32], "happened_at": at, "heard_at": now},
    )
    return made


def heard(touch: Touch, kind: DeliveryKind, *, code: str, told_by: str, at: datetime, now: datetime) -> bool:
    """Keep one event and do what follows from it, in one transaction. False when it was known."""
    with sql.atomic():
        locks.lock_people([touch.profile_id or 0], Hold.WRITE)
        if not note(touch, kind, code=code, told_by=told_by, at=at, now=now):
            return False
        if kind not in NEVER_SENT:
            _has_left(touch, at)
        profile = Profile.objects.filter(pk=touch.profile_id or 0).first()
        if profile is not None and kind is DeliveryKind.BOUNCED:
            consent.record_bounce(profile, now=now)
        elif profile is not None and kind in CAUSES:
            consent.record_objection(profile, source=SOURCE, now=now, cause=CAUSES[kind])
    return True


def _has_left(touch: Touch, at: datetime) -> None:
    """Whatever happened to it happened after it was accepted."""
    rows = Touch.objects.filter(pk=touch.pk, state__in=[TouchState.UNKNOWN, TouchState.HANDING_OVER])
    known = rows.update(
        state=TouchState.SENT, reason="heard", ended_at=at, claim_token=None, lease_until=None
    )
    if known and touch.enrolment_id and touch.step_id:
        booking.mark_sent([(touch.enrolment_id, touch.step_id, at)])
