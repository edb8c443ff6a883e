"""What a provider tells about mails that it has taken, by the webhooks of django-anymail (extra `anymail`).

anymail knows how each provider signs and words its webhooks. We call its views: they check that the request is the
provider's, and read its events. A provider whose webhooks nothing protects (no WEBHOOK_SECRET in the setting ANYMAIL,
no key to sign with) is not listened to.
"""

import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
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
OWN_CLASSES: Mapping[str, Callable[[object], bool]] = {
    "hard_bounce": bool,  # Mailjet: true or false
    "bounce_class": lambda told: str(told) in {"10", "30"},  # SparkPost: no such recipient
}
"""Where they say it in signs of their own → whether that is for good."""
_HARD = re.compile(r"hard|permanent", re.IGNORECASE)
_SOFT = re.compile(r"soft|transient|temporary|undetermined", re.IGNORECASE)
_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_OURS = re.compile(r"<?([0-9a-f]{32})@")


class Forged(Exception):
    """The request is not the provider's, or nothing could tell."""


class BadCall(Exception):
    """It is the provider, and what it says is no event of a mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came of one call."""

    new: int
    """Events that were not known."""
    strange: int
    """Events about mails of which we keep nothing."""


def provider() -> str:
    """The provider's name as anymail's addresses have it; empty where mails do not leave through anymail."""
    backend = str(settings.EMAIL_BACKEND or "")
    return backend.removeprefix(PACKAGE).partition(".")[0] if backend.startswith(PACKAGE) else ""


def mark(mail: EmailMessage, touch: Touch) -> None:
    """Give the mail what the provider gives back with its events."""
    if (name := provider()) and name not in NO_METADATA:
        mail.metadata = {"touch": touch.public_id.hex}  # type: ignore[attr-defined]


def tells() -> bool:
    """Whether the provider in use tells anything that anymail understands: Scaleway, for one, does not."""
    return _events_view() is not None


def listens() -> bool:
    """Whether what becomes of mails is heard at all."""
    view = _view()
    return view is not None and _protected(view)


def receive(request: HttpRequest, now: datetime) -> Heard:
    """Take a provider's call. Raises Forged, also where nothing protects us from others, and BadCall."""
    view = _view()
    if view is None or not _protected(view):
        raise Forged
    return _take(_events(view, request), now)


def _events_view() -> Any:
    """anymail's view class of the provider in use, with what it is made with."""
    name = provider()
    if not name:
        return None
    try:
        from anymail.urls import urlpatterns
    except ImportError:
        return None
    wanted = f"{name}_tracking_webhook"  # as anymail's own urls name it
    return next((each.callback for each in urlpatterns if each.name == wanted), None)


def _view() -> Any:
    """That view; None as long as a key of the provider, or a package that its view needs, is missing."""
    found = _events_view()
    if found is None:
        return None
    from anymail.exceptions import AnymailConfigurationError

    try:
        return found.view_class(**found.view_initkwargs)
    except AnymailConfigurationError:
        return None


def _protected(view: Any) -> bool:
    """A secret is set, or the provider signs what it sends, by a key that we have."""
    if getattr(view, "webhook_key", "") is None:  # Mandrill's, which it misses only when it is called
        return False
    return bool(view.basic_auth) or not view.warn_if_no_basic_auth


def _events(view: Any, request: HttpRequest) -> Iterable[Any]:
    from anymail.exceptions import AnymailConfigurationError, AnymailError, AnymailWebhookValidationFailure

    view.setup(request)
    try:
        view.run_validators(request)
        return list(view.parse_events(request))
    except AnymailWebhookValidationFailure as error:
        raise Forged from error
    except (
        # What anymail raises at a body that is none, at events of another kind and at a mixture of both.
        AnymailError, AnymailConfigurationError, AssertionError, ValueError, LookupError, TypeError, AttributeError,
        ArithmeticError, RecursionError,
    ) as error:  # fmt: skip
        raise BadCall from error


def _take(events: Iterable[Any], now: datetime) -> Heard:
    new = strange = 0
    for event in events:
        kind = _kind(event)
        if kind is None:
            continue
        touch, recipient = _touch(event), _plain(event.recipient)
        if touch is None:
            strange += 1
            if any(_marks(event)):
                deliveries.heard_after_erasure(kind, recipient=recipient, now=now)
            continue
        new += deliveries.heard(
            touch,
            kind,
            recipient=recipient,
            code=_code(event),
            told_by=_name(event),
            at=event.timestamp or now,
            now=now,
        )
    return Heard(new=new, strange=strange)


def _name(event: Any) -> str:
    """What tells an event from others of its kind about one mail: the provider's own name of it, or its moment. Empty:
    it has neither, so that one of its kind counts."""
    return _plain(event.event_id) or (event.timestamp.isoformat() if event.timestamp else "")


def _plain(told: object) -> str:
    """Without what no database keeps: one garbled event would keep all that come after it from being heard."""
    return str(told or "").encode("utf-8", "ignore").decode().replace("\0", "")


def _kind(event: Any) -> DeliveryKind | None:
    kind = KINDS.get(event.event_type)
    if kind is DeliveryKind.REJECTED and _enhanced(event).startswith("5.1."):
        return DeliveryKind.BOUNCED  # Postal calls every final answer of a mail server a failure
    return DeliveryKind.SOFT_BOUNCED if kind is DeliveryKind.BOUNCED and not _for_good(event) else kind


def _for_good(event: Any) -> bool:
    """There is no such address: by the mail server's code where it is told, else by the provider's own kind of
    bounce. What is in doubt is not for good."""
    if found := _enhanced(event):
        return found.startswith("5.1.")
    own = list(_own(event.esp_event))
    if any(map(_SOFT.search, own)):
        return False
    return event.reject_reason in FOR_GOOD or (not event.reject_reason and any(map(_HARD.search, own)))


def _enhanced(event: Any) -> str:
    """The mail server's code, such as 5.1.1; empty where none is told."""
    found = _ENHANCED.search(event.mta_response or "")
    return found[1] if found else ""


def _own(said: object, depth: int = 3) -> Iterator[str]:
    """What the provider calls it, wherever in its event that stands."""
    if not isinstance(said, Mapping) or not depth:
        return
    for name, value in said.items():
        if isinstance(value, Mapping):
            yield from _own(value, depth - 1)
        elif name in OWN_KINDS:
            yield str(value)
        elif name in OWN_CLASSES:
            yield "hard" if OWN_CLASSES[name](value) else "soft"


def _code(event: Any) -> str:
    """The mail server's code, or anymail's word; never the provider's text, which may name the address."""
    return _enhanced(event) or str(event.reject_reason or "")[:32]


def _touch(event: Any) -> Touch | None:
    """By what we gave the mail (metadata, or our Message-ID), or by what the provider called it when it took it."""
    for mark in _marks(event):
        if found := Touch.objects.filter(public_id=mark).first():
            return found
    called = _plain(event.message_id)[:200]
    return Touch.objects.filter(provider_id=called).first() if called else None


def _marks(event: Any) -> Iterator[uuid.UUID]:
    """What shows that a mail left here, whether or not it is kept still."""
    for said in ((event.metadata or {}).get("touch"), _in_ours(event.message_id)):
        if said and (mark := _uuid(str(said))):
            yield mark


def _in_ours(message_id: Any) -> str:
    found = _OURS.match(str(message_id or ""))
    return found[1] if found else ""


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
