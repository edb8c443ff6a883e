"""What a mail server's refusal means, by its code and its enhanced code."""

import smtplib
from typing import Any

import pytest
from anymail.exceptions import AnymailAPIError
from django.core.mail import EmailMessage

from saleor_relacional.flows.sending.mail_server import anymail_answers, smtp_answers
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


class Told(smtplib.SMTP):
    """A server that answers the content so."""

    def __init__(self, code: int) -> None:
        self.sock, self.code = object(), code  # type: ignore[assignment]

    def sendmail(self, *message: Any, **more: Any) -> Any:
        self.data(b"Hello")
        raise smtplib.SMTPDataError(self.code, b"hm")

    def data(self, msg: Any) -> Any:
        return self.code, b"hm"

    def quit(self) -> Any:
        return 221, b"bye"

    def close(self) -> None:
        self.sock = None


@pytest.mark.parametrize(
    ("code", "result"),
    [(-1, "unknown"), (200, "unknown"), (251, "unknown"), (354, "unknown"), (451, "later"), (554, "refused"),
     (604, "unknown")],
)  # fmt: skip
def test_an_answer_to_the_content_that_is_no_refusal(settings: Any, code: int, result: str) -> None:
    """It may have been taken: never sent again, and nothing more is said over a connection that is out of step."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    session, server = Session(), Told(code)
    session._connection.connection = server
    session._watch()
    mail = EmailMessage("Hi", "Hello", "hello@tea.example", ["ana@shop.example"])
    assert session.hand_over(mail).result.value == result
    assert (session._connection.connection is None) is (result == "unknown")


@pytest.mark.parametrize(
    ("status", "result"),
    [(302, "unknown"), (400, "refused"), (401, "stop"), (408, "unknown"), (425, "later"), (429, "later"),
     (500, "later"), (502, "unknown"), (503, "later"), (504, "unknown"), (None, "unknown")],
)  # fmt: skip
def test_what_a_provider_answers(status: int | None, result: str) -> None:
    """A gateway that got no answer in time does not know whether the provider has taken the mail."""
    error = AnymailAPIError("hm")
    error.status_code = status
    assert anymail_answers.read(error).result.value == result
