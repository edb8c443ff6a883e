"""A rendered mail, addressed. Every header is checked here, before Django would, so that the error
says which field is wrong and what cures it, and never prints the customer's address.

Headers, and why: List-Unsubscribe with its Post (RFC 8058) is the mail client's own one-click way out.
Precedence: bulk keeps holiday replies away, and Gmail has asked for it. List-ID (RFC 2919) lets a person
filter all of it at once. No Auto-Submitted: RFC 3834 means machines' notices by it; a person may answer this.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import formatdate
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from saleor_relacional.errors import RelacionalError

from . import wire
from .data import one_line
from .render import Rendered

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+>")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_OWN_MACHINE = {"localhost", "127.0.0.1", "::1"}


class MessageProblem(RelacionalError):
    """A field of the mail that cannot be sent as it is. Trying again will not help."""

    def __init__(self, field: str, problem: str, cure: str) -> None:
        super().__init__(f"{field} {problem}. {cure}", code="MESSAGE", field=field)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """The name and the addresses in which a mail leaves."""

    name: str
    """Shown beside the address; any script."""
    address: str
    reply_to: str = ""
    """Address for answers; empty: `address`."""
    postal_address: str
    """Printed in the mail's foot; a commercial mail without one is unlawful in many countries."""


class WrittenMail(EmailMultiAlternatives):
    """A mail with a text and an HTML part to one plain address. Written once: whoever checks it and whoever hands it
    over by SMTP see the same bytes; other backends ask Django for its `message()`."""

    html = ""
    envelope_from = ""
    """The sender's plain address."""
    _written: bytes | None = None

    def written(self) -> bytes:
        """Its bytes, lines ended by CR LF, in which nothing has changed since."""
        if self._written is None:
            headers = {
                "Subject": str(self.subject), "From": self.from_email, "To": ", ".join(self.to),
                "Reply-To": ", ".join(self.reply_to), "Date": formatdate(localtime=settings.EMAIL_USE_LOCALTIME),
            }  # fmt: skip
            self._written = wire.written({**headers, **self.extra_headers}, str(self.body), self.html)
        return self._written


def build(
    rendered: Rendered,
    *,
    sender: Sender,
    recipient: str,
    unsubscribe_url: str | None,
    message_id: str,
    language: str | None = None,
    connection: BaseEmailBackend | None = None,
) -> WrittenMail:
    """Ready for `send()`. The same call builds the same mail, Message-ID included: only Date differs. Without an
    `unsubscribe_url` it is one that somebody is owed, not one of many."""
    sent_from = _sender(sender)
    mail = WrittenMail(
        subject=_single_line("subject", rendered.subject),
        body=rendered.text,
        from_email=sent_from,
        to=[_address("recipient", recipient)],
        reply_to=[_address("sender.reply_to", sender.reply_to or sender.address)],
        headers=_headers(sender, unsubscribe_url, message_id, language or rendered.language),
        connection=connection,
    )
    mail.attach_alternative(rendered.html, "text/html")
    mail.html, mail.envelope_from = rendered.html, sender.address
    return mail


def _headers(sender: Sender, unsubscribe_url: str | None, message_id: str, language: str) -> dict[str, Any]:
    return {
        "Message-ID": _matching(_MESSAGE_ID, "message_id", message_id, "Make it <unique@your-domain>."),
        "Content-Language": _matching(_LANGUAGE, "language", language, "Use a tag such as es or es-MX."),
        **({} if unsubscribe_url is None else _one_of_many(sender, unsubscribe_url)),
    }


def _one_of_many(sender: Sender, unsubscribe_url: str) -> dict[str, str]:
    domain = sender.address.rpartition("@")[2]
    return {
        "List-Unsubscribe": f"<{_one_click(unsubscribe_url)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-ID": f"<relationship.{domain.lower()}>",
        "Precedence": "bulk",
    }


@lru_cache(maxsize=128)
def _sender(sender: Sender) -> str:
    if not one_line(sender.postal_address):
        raise MessageProblem("sender.postal_address", "is empty", "Enter it in the contact policy.")
    name = _single_line("sender.name", sender.name)
    address = _address("sender.address", sender.address)
    return str(Address(name, addr_spec=address))


def addressable(address: str) -> bool:
    """Whether the address may stand in a header of ours: stricter than the standards."""
    return len(address) <= 254 and bool(_ADDRESS.fullmatch(address))


def deliverable(address: str) -> str | None:
    """The address as it stands in a header: an international domain in its xn-- form. None: no mail of ours can be
    addressed to it, such as one whose part before the @ is not plain."""
    local, at, domain = address.rpartition("@")
    try:
        plain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    found = f"{local}{at}{plain}"
    return found if addressable(found) else None


def _address(field: str, address: str) -> str:
    cure = "Use one plain address; write an international domain in its xn-- form."
    return _matching(_ADDRESS, field, address, cure)


def _matching(pattern: re.Pattern[str], field: str, value: str, cure: str) -> str:
    if len(value) > 254 or not pattern.fullmatch(value):
        raise MessageProblem(field, "is not valid", cure)
    return value


def _single_line(field: str, value: str) -> str:
    if not value.strip() or value != one_line(value):
        cure = "Remove line breaks, control characters and outer blanks."
        raise MessageProblem(field, "is empty, or not one plain line", cure)
    return value


def secure(url: str) -> bool:
    """Whether links below this address may stand in a mail: https, or plain http on this very machine."""
    parts = urlsplit(url)
    own = parts.scheme == "http" and parts.hostname in _OWN_MACHINE
    return bool(parts.netloc) and (parts.scheme == "https" or own)


def _one_click(url: str) -> str:
    if not secure(url) or re.search(r"[^\x21-\x7e]|[<>\",]", url):
        cure = "RFC 8058 needs https; set PUBLIC_URL to an https:// address (http:// only on this machine)."
        raise MessageProblem("unsubscribe_url", "is not an https address", cure)
    return url
