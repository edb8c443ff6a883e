"""What a provider tells about mails that it has taken, by the webhooks of django-anymail (extra `anymail`).

anymail knows how each provider signs and words its webhooks. We call its views: they check that the request is the
provider's, and read its events. A provider whose webhooks nothing protects (no WEBHOOK_SECRET in the setting ANYMAIL,
no key to sign with) is not listened to.
"""

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest

from saleor_relacional.flows.sending.heard import deliveries
from saleor_relacional.models import DeliveryKind, Touch

PACKAGE = "anymail.backends."
NO_METADATA = frozenset({"mailersend", "postal"})
"""Providers that give nothing back that a mail was given: their events are found by what they call the mail."""
KINDS = {
    "delivered": DeliveryKind.DELIVERED,
    "deferred": DeliveryKind.DEFERRED,
    "bounced": DeliveryKind.BOUNCED,
    "complained": DeliveryKind.COMPLAINED,
    "unsubscribed": DeliveryKind.UNSUBSCRIBED,
    "rejected": DeliveryKind.REJECTED,
    "failed": DeliveryKind.REJECTED,
}
"""anymail's word → ours. What is not here is not kept, openings and clicks above all."""
FOR_GOOD = frozenset({"bounced", "invalid"})
"""anymail's reject reasons of a bounce that says that there is no such address."""
OWN_KINDS = frozenset({"Type", "type", "bounceType", "bounce_type", "severity", "event"})
"""Where providers say in their own words what kind of bounce it is."""
_SOFT = re.compile(r"soft|transient|temporary|undetermined", re.IGNORECASE)
_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_OURS = re.compile(r"<?([0-9a-f]{32})@")


class Forged(Exception):
    """The request is not the provider's, or nothing could tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came of one call."""

    new: int
    """Events that were not known."""
    strange: int
    """Events about mails that are not ours."""


def provider() -> str:
    """The provider's name as anymail's addresses have it; empty where mails do not leave through anymail."""
    backend = str(settings.EMAIL_BACKEND or "")
    return backend.removeprefix(PACKAGE).partition(".")[0] if backend.startswith(PACKAGE) else ""


def mark(mail: EmailMessage, touch: Touch) -> None:
    """Give the mail what the provider gives back with its events."""
    if (name := provider()) and name not in NO_METADATA:
        mail.metadata = {"touch": touch.public_id.hex}  # type: ignore[attr-defined]


def listens() -> bool:
    """Whether what becomes of mails is heard at all."""
    view = _view()
    return view is not None and _protected(view)


def receive(request: HttpRequest, now: datetime) -> Heard | None:
    """Take a provider's call. None: mails do not leave through one. Raises Forged."""
    view = _view()
    if view is None:
        return None
    return _take(_events(view, request), now)


def _view() -> Any:
    """anymail's view of the provider in use."""
    name = provider()
    if not name:
        return None
    try:
        from anymail.urls import urlpatterns
    except ImportError:
        return None
    wanted = {f"{name}_tracking_webhook"}
    found = next((each.callback for each in urlpatterns if each.name in wanted), None)
    return found and found.view_class(**found.view_initkwargs)


def _protected(view: Any) -> bool:
    """A secret is set, or the provider signs what it sends."""
    return bool(view.basic_auth) or not view.warn_if_no_basic_auth


def _events(view: Any, request: HttpRequest) -> Iterable[Any]:
    from anymail.exceptions import AnymailWebhookValidationFailure

    if not _protected(view):
        raise Forged
    view.setup(request)
    try:
        view.run_validators(request)
        return list(view.parse_events(request))
    except AnymailWebhookValidationFailure as error:
        raise Forged from error


def _take(events: Iterable[Any], now: datetime) -> Heard:
    new = strange = 0
    for event in events:
        kind = _kind(event)
        if kind is None:
            continue
        touch = _touch(event)
        if touch is None:
            strange += 1
            continue
        new += deliveries.heard(
            touch,
            kind,
            code=_code(event),
            told_by=str(event.event_id or ""),
            at=event.timestamp or now,
            now=now,
        )
    return Heard(new=new, strange=strange)


def _kind(event: Any) -> DeliveryKind | None:
    kind = KINDS.get(event.event_type)
    return DeliveryKind.SOFT_BOUNCED if kind is DeliveryKind.BOUNCED and not _for_good(event) else kind


def _for_good(event: Any) -> bool:
    """There is no such address: by the mail server's code where it is told, else by the provider's own kind of
    bounce. What is in doubt is not for good."""
    if found := _ENHANCED.search(event.mta_response or ""):
        return found[1].startswith("5.1.")
    return event.reject_reason in FOR_GOOD and not any(map(_SOFT.search, _own(event.esp_event)))


def _own(said: object, depth: int = 3) -> Iterator[str]:
    """What the provider calls it, wherever in its event that stands."""
    if not isinstance(said, Mapping) or not depth:
        return
    for name, value in said.items():
        if isinstance(value, Mapping):
            yield from _own(value, depth - 1)
        elif name in OWN_KINDS:
            yield str(value)


def _code(event: Any) -> str:
    """The mail server's code, or anymail's word; never the provider's text, which may name the address."""
    found = _ENHANCED.search(event.mta_response or "")
    return found[1] if found else str(event.reject_reason or "")[:32]


def _touch(event: Any) -> Touch | None:
    """By what we gave the mail (metadata, or our Message-ID), or by what the provider called it when it took it."""
    for said in ((event.metadata or {}).get("touch"), _in_ours(event.message_id)):
        known = _uuid(str(said)) if said else None
        if known and (found := Touch.objects.filter(public_id=known).first()):
            return found
    called = str(event.message_id or "")[:200]
    return Touch.objects.filter(provider_id=called).first() if called else None


def _in_ours(message_id: Any) -> str:
    found = _OURS.match(str(message_id or ""))
    return found[1] if found else ""


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
