"""Handing mails to the mail server that Django is configured with, over one connection, and
understanding its answer."""

import smtplib
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Any, Self

from django.core.mail import EmailMessage, get_connection

TIMEOUT_SECONDS = 20
"""Where EMAIL_TIMEOUT is not set. Shorter than the lease of a hand-over."""


class SubmissionResult(StrEnum):
    """What the mail server's answer means for one mail."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """For good: trying again will not help."""
    LATER = "later"
    """Surely not accepted, and another time it may be."""
    UNKNOWN = "unknown"
    """We were cut off: it may have been accepted. Not to be sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What became of one mail at the mail server, and a reason code without personal data."""

    result: SubmissionResult
    reason: str = ""


class Session:
    """One connection for a batch, opened when it is needed and again when the server hung up between two
    mails."""

    def __init__(self) -> None:
        self._connection: Any = get_connection()
        if getattr(self._connection, "timeout", 0) is None:
            self._connection.timeout = TIMEOUT_SECONDS
        self.down = False
        """Nobody listened. Not asked again by this batch: a server that is frozen costs the whole timeout each time."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def ready(self) -> bool:
        """There is a server that listens. Asked before each hand-over, because what fails after it is
        `unknown`."""
        if self.down:
            return False
        try:
            if not self._alive():
                self._close()
                self._connection.open()
        except OSError:  # smtplib's errors are OSErrors too
            self._close()
            self.down = True
        return not self.down

    def hand_over(self, mail: EmailMessage) -> Submission:
        """Never raises what a mail server may do."""
        try:
            accepted = self._connection.send_messages([mail])
        except smtplib.SMTPSenderRefused as error:
            # The shop's own address is at fault, not this mail: it can leave once the owner has mended it.
            return Submission(result=SubmissionResult.LATER, reason=f"sender_{error.smtp_code}")
        except smtplib.SMTPRecipientsRefused as error:
            return _by_code(next(iter(error.recipients.values()))[0])
        except smtplib.SMTPResponseException as error:
            return _by_code(error.smtp_code)
        except smtplib.SMTPNotSupportedError:
            return Submission(result=SubmissionResult.REFUSED, reason="smtp_not_supported")
        except OSError:
            self._close()
            return Submission(result=SubmissionResult.UNKNOWN, reason="cut_off")
        return (
            Submission(result=SubmissionResult.ACCEPTED)
            if accepted
            else Submission(result=SubmissionResult.UNKNOWN, reason="not_confirmed")
        )

    def _alive(self) -> bool:
        """Of a backend that is not SMTP we cannot tell; opening it again does no harm."""
        server = getattr(self._connection, "connection", None)
        if not isinstance(server, smtplib.SMTP):
            return False
        try:
            return server.noop()[0] == 250
        except OSError:
            return False

    def _close(self) -> None:
        try:
            self._connection.close()
        except OSError:
            self._connection.connection = None


def _by_code(code: int) -> Submission:
    result = SubmissionResult.REFUSED if 500 <= code < 600 else SubmissionResult.LATER
    return Submission(result=result, reason=f"smtp_{code}")
