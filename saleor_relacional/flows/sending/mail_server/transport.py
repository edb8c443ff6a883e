"""Handing mails to the mail server that Django is configured with, over one connection, and understanding its
answer."""

import smtplib
import time
from types import TracebackType
from typing import Any, Self

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend

from saleor_relacional.emails.message import WrittenMail
from saleor_relacional.flows.sending.mail_server import anymail_answers, pipelined, smtp_answers
from saleor_relacional.flows.sending.mail_server.smtp_answers import Submission, SubmissionResult

TIMEOUT_SECONDS = 20
"""Where EMAIL_TIMEOUT is not set. Shorter than the lease of a hand-over."""
UNREACHED: tuple[type[Exception], ...] = (OSError, *anymail_answers.ERRORS)
STILL_THERE = 5.0
"""Seconds for which a server that has just answered is not asked whether it is there."""


class Session:
    """One connection for a batch, opened when it is needed and again when the server hung up between two
    mails."""

    def __init__(self) -> None:
        self._connection: Any = get_connection()
        if getattr(self._connection, "timeout", 0) is None:
            self._connection.timeout = TIMEOUT_SECONDS
        self.down = False
        """Nobody listened, or the server said that it hangs up. Not asked again by this batch: a server that is frozen
        costs the whole timeout each time."""
        self.refused = False
        """Some mail was refused for good."""
        self._content_given = False
        self._answered_at = float("-inf")

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
                self._watch()
        except UNREACHED:  # smtplib's errors are OSErrors too
            self._close()
            self.down = True
        return not self.down

    def hand_over(self, mail: EmailMessage) -> Submission:
        """Never raises what a mail server may do."""
        self._content_given = False
        answer = self._answer(mail)
        self._answered_at = time.monotonic()
        self.down, self.refused = self.down or answer.closing, self.refused or answer.refused
        return answer

    def _answer(self, mail: EmailMessage) -> Submission:
        try:
            accepted = self._submit(mail)
        except smtplib.SMTPSenderRefused as error:
            return smtp_answers.read(error.smtp_code, error.smtp_error, sender=True)
        except smtplib.SMTPRecipientsRefused as error:
            return smtp_answers.read(*next(iter(error.recipients.values())))
        except smtplib.SMTPResponseException as error:
            if self._content_given and error.smtp_code not in smtp_answers.REFUSALS:
                return self._unclear()
            return smtp_answers.read(error.smtp_code, error.smtp_error)
        except smtplib.SMTPNotSupportedError:
            return Submission(result=SubmissionResult.REFUSED, reason="smtp_not_supported")
        except anymail_answers.ERRORS as error:
            return anymail_answers.read(error)
        except OSError:
            return self._cut_off()
        return anymail_answers.accepted(mail, accepted)

    def _submit(self, mail: EmailMessage) -> Any:
        """As Django's own SMTP backend does, over the connection that `ready` has opened, with the bytes that were
        written already; a backend of another class, one that signs for example, is given the mail itself."""
        server = self._server()
        if type(self._connection) is not EmailBackend or not isinstance(mail, WrittenMail) or server is None:
            return self._connection.send_messages([mail])
        [recipient] = mail.recipients()
        if pipelined.offered(server):
            pipelined.sendmail(server, mail.envelope_from, recipient, mail.written(), self._giving)
        else:
            server.sendmail(mail.envelope_from, [recipient], mail.written())
        return 1

    def _cut_off(self) -> Submission:
        """Before the content was given nothing can have been accepted; after it nobody knows."""
        watched = isinstance(self._server(), smtplib.SMTP)
        self._close()
        if watched and not self._content_given:
            return Submission(result=SubmissionResult.LATER, reason="hung_up")
        return Submission(result=SubmissionResult.UNKNOWN, reason="cut_off")

    def _unclear(self) -> Submission:
        """Neither taken nor refused, after the content was given. What it answers next may belong to this mail."""
        self._close()
        return Submission(result=SubmissionResult.UNKNOWN, reason="unclear")

    def _watch(self) -> None:
        """Note when a mail's content is given: smtplib tells nobody how far it had come when the server hung up."""
        server = self._server()
        if not isinstance(server, smtplib.SMTP):
            return
        give = server.data

        def giving(content: Any) -> Any:
            self._giving()
            return give(content)

        server.data = giving  # type: ignore[method-assign, assignment]

    def _giving(self) -> None:
        self._content_given = True

    def _server(self) -> Any:
        return getattr(self._connection, "connection", None)

    def _alive(self) -> bool:
        """Of a backend that is not SMTP we cannot tell; opening it again does no harm."""
        server = self._server()
        if not isinstance(server, smtplib.SMTP):
            return False
        if server.sock is not None and time.monotonic() - self._answered_at < STILL_THERE:
            return True
        try:
            return server.noop()[0] == 250
        except OSError:
            return False

    def _close(self) -> None:
        try:
            self._connection.close()
        except OSError:
            self._connection.connection = None
