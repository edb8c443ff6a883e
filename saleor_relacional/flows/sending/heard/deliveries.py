"""What is heard of mails after they were accepted: kept once, and acted upon.

A complaint and a bounce for good end everything that is mailed to the address; leaving a provider's list is leaving
ours. The address is the one that the mail went to: whoever has changed theirs since is written to at the new one after
a bounce, and what is heard after somebody was erased holds for whoever comes back under it. A mail of which we did not
know whether it was accepted (`unknown`) is `sent` once anything is heard of it.
"""

import hashlib
from datetime import datetime
from email.utils import parseaddr

from saleor_relacional.db import locks, sql
from saleor_relacional.db.locks import Hold
from saleor_relacional.flows.consent import consent, links
from saleor_relacional.flows.contact import booking
from saleor_relacional.flows.people import tombstones
from saleor_relacional.flows.people.tombstones import Name
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
    event, or its moment by the provider's clock; where it has neither, one of its kind is kept of a mail."""
    name = f"{touch.public_id.hex}/{kind}/{told_by}"
    _, made = DeliveryEvent.objects.get_or_create(
        digest=hashlib.sha256(name.encode()).digest(),
        defaults={"touch": touch, "kind": kind, "code": code[:32], "happened_at": at, "heard_at": now},
    )
    return made


def heard(
    touch: Touch, kind: DeliveryKind, *, recipient: str, code: str, told_by: str, at: datetime, now: datetime
) -> bool:
    """Keep one event and do what follows from it, in one transaction. False when it was known. `recipient`: the address
    that it is about; where none is told it is the one that the person has now."""
    names = _names(recipient)
    with sql.atomic():
        _hold(touch, names)
        if not note(touch, kind, code=code, told_by=told_by, at=at, now=now):
            return False
        if kind not in NEVER_SENT:
            _has_left(touch, at)
        person = _person(touch)
        if not names and person is not None:
            names = _names(person.email)
        if person is not None and kind in CAUSES:
            consent.record_objection(person, source=SOURCE, now=now, cause=CAUSES[kind])
        _refused(kind, names, now)
    return True


def heard_after_erasure(kind: DeliveryKind, *, recipient: str, now: datetime) -> bool:
    """The same of a mail of ours of which nothing is kept any more, because its reader was erased. False when it
    changes nothing."""
    return _refused(kind, _names(recipient), now)


def _refused(kind: DeliveryKind, names: frozenset[Name], now: datetime) -> bool:
    """The address refuses what is mailed to it."""
    cause = consent.BOUNCE if kind is DeliveryKind.BOUNCED else CAUSES.get(kind)
    return bool(names and cause) and consent.record_refusal(names, cause=str(cause), now=now)


def _names(told: str) -> frozenset[Name]:
    """An address as a provider tells it, by all its spellings: an international domain is mailed in its xn-- form."""
    name = tombstones.mailbox(parseaddr(told)[1])
    if name is None:
        return frozenset()
    return tombstones.spellings(name)


def _hold(touch: Touch, names: frozenset[Name]) -> None:
    """Its person and whoever is written to at the address; a merge may change who that is while we wait."""

    def find() -> set[int]:
        person = _person(touch)
        return consent.whose(names) | ({person.pk} if person else set())

    locks.lock_settled(find, lambda ids: locks.lock_people(ids, Hold.WRITE))


def _person(touch: Touch) -> Profile | None:
    """Whose mail it was, or whom they were merged into; None once they were forgotten."""
    profile = Profile.objects.filter(touches=touch.pk).first()
    return profile and links.profile_of(profile.public_id)


def _has_left(touch: Touch, at: datetime) -> None:
    """Whatever happened to it happened after it was accepted."""
    rows = Touch.objects.filter(pk=touch.pk, state__in=[TouchState.UNKNOWN, TouchState.HANDING_OVER])
    known = rows.update(
        state=TouchState.SENT, reason="heard", ended_at=at, claim_token=None, lease_until=None
    )
    if known and touch.enrolment_id and touch.step_id:
        booking.mark_sent([(touch.enrolment_id, touch.step_id, at)])
