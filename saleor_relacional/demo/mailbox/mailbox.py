"""Mails as they were sent, one .eml file each: what the demo's mail server received and its pages show."""

import email
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import UUID

OURS = re.compile(r"\b[1-9]\d{11}\b", re.ASCII)
"""What a code of ours looks like to somebody who reads it off a mail (flows/incentives/codes.py)."""

TOUCH = re.compile(r"[0-9a-f]{32}", re.ASCII)

BACK = re.compile(r"https?://\S+/checkout/\S+/")
"""The page of ours that leads back to a checkout that was left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail, parsed."""

    number: int
    """1 for the first that arrived."""
    recipient: str
    """To whom it was handed over: the envelope's, not the header's."""
    message: EmailMessage
    raw: bytes
    """Byte for byte as it came."""

    @property
    def subject(self) -> str:
        return str(self.message.get("Subject", ""))

    @property
    def sender(self) -> str:
        return str(self.message.get("From", ""))

    @property
    def sent_at(self) -> datetime | None:
        """The Date header: the real clock, not the shop's."""
        date = self.message.get("Date")
        return parsedate_to_datetime(str(date)) if date else None

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def code(self) -> str:
        """The first code that stands in the text; empty when none does."""
        found = OURS.search(self.text)
        return found.group() if found else ""

    @property
    def touch(self) -> UUID | None:
        """The touch that it is, by its Message-ID; None for a mail that is none."""
        local = str(self.message.get("Message-ID", "")).strip().strip("<>").partition("@")[0]
        return UUID(local) if TOUCH.fullmatch(local) else None

    @property
    def way_out(self) -> str:
        """Where a mail program posts when its unsubscribe button is pressed (RFC 8058); empty when
        nowhere."""
        return str(self.message.get("List-Unsubscribe", "")).strip().strip("<>")

    @property
    def way_back(self) -> str:
        """The page that leads back to the checkout that they left; empty when it is about none."""
        found = BACK.search(self.text)
        return found.group() if found else ""

    def _part(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        return str(part.get_content()) if part is not None else ""


class Mailbox:
    """A folder of mails. Several threads may use it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._recipients: list[str] = []
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, recipient: str, raw: bytes) -> int:
        """Store a mail; its number."""
        with self._lock:
            number = len(self._recipients) + 1
            self._path(number).write_bytes(raw)
            self._recipients.append(recipient)
        return number

    def __len__(self) -> int:
        return len(self._recipients)

    def read(self, number: int) -> Mail | None:
        """The mail of this number; None when there is none."""
        if not 1 <= number <= len(self._recipients):
            return None
        raw = self._path(number).read_bytes()
        message = email.message_from_bytes(raw, policy=default)
        return Mail(number=number, recipient=self._recipients[number - 1], message=message, raw=raw)

    def since(self, number: int) -> Sequence[Mail]:
        """Mails after this number, in order of arrival."""
        return [mail for n in range(number + 1, len(self) + 1) if (mail := self.read(n)) is not None]

    def page(self, number: int, size: int) -> Sequence[Mail]:
        """The newest first: page 1 holds the last `size` that came."""
        top = len(self) - (number - 1) * size
        return [mail for n in range(top, max(top - size, 0), -1) if (mail := self.read(n)) is not None]

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:06d}.eml"
