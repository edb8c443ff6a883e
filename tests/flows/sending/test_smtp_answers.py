"""What a mail server's refusal means, by its code and its enhanced code."""

import smtplib
from typing import Any

import pytest
from django.core.mail import EmailMessage

from saleor_relacional.flows.sending.mail_server import smtp_answers
from saleor_relacional.flows.sending.mail_server.smtp_answers import SubmissionResult
from saleor_relacional.flows.sending.mail_server.transport import Session


@pytest.mark.parametrize(
    ("code", "said", "result", "reason"),
    [
        (450, b"4.2.0 greylisted", "later", "smtp_4.2.0"),
        (421, b"going down", "later", "smtp_421"),
        (550, b"5.1.1 no such user", "no_such_address", "smtp_5.1.1"),
        (550, "5.1.10 null MX", "no_such_address", "smtp_5.1.10"),
        (550, b"5.1.8 your own domain is bad", "later", "smtp_5.1.8"),
        (550, b"no such user", "refused", "smtp_550"),
        (552, b"5.2.2 mailbox full", "refused", "smtp_5.2.2"),
        (554, b"5.7.1 blocked", "stop", "smtp_5.7.1"),
        (535, b"5.7.8 who are you", "stop", "smtp_5.7.8"),
        (550, b"see 5.7.1 of our rules", "refused", "smtp_550"),
    ],
)
def test_a_refusal(code: int, said: Any, result: str, reason: str) -> None:
    """The enhanced code counts where it begins the answer; else the code."""
    found = smtp_answers.read(code, said)
    assert (found.result.value, found.reason) == (result, reason)
    assert found.refused == (code >= 500) and found.closing == (code == 421)


def test_the_sender_is_at_fault() -> None:
    """A refusal of the shop's own address is no fault of the person's: their address is not given up."""
    assert smtp_answers.read(550, b"5.1.1 unknown", sender=True).result is SubmissionResult.LATER
    assert smtp_answers.read(550, b"5.7.1 not you", sender=True).result is SubmissionResult.STOP


@pytest.mark.parametrize(("given", "result"), [(False, "later"), (True, "unknown")])
def test_the_server_hangs_up(settings: Any, monkeypatch: Any, given: bool, result: str) -> None:
    """Before the mail's content was given it surely was not accepted; after it nobody knows."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    class Server(smtplib.SMTP):
        def __init__(self) -> None:
            self.sock = object()  # type: ignore[assignment]

        def sendmail(self, *message: Any, **more: Any) -> Any:
            if given:
                self.data(b"Hello")
            raise smtplib.SMTPServerDisconnected("gone")

        def data(self, msg: Any) -> Any:
            return 250, b"taken"

        def quit(self) -> Any:
            return 221, b"bye"

    session = Session()
    session._connection.connection = Server()
    session._watch()
    mail = EmailMessage("Hi", "Hello", "hello@tea.example", ["ana@shop.example"])
    assert session.hand_over(mail).result.value == result
