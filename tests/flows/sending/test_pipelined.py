"""Sender, recipient and DATA in one flight: what the server's answers come to, and what it is given."""

import smtplib
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from saleor_relacional.flows.sending.mail_server import pipelined

CONTENT = b"Subject: x\r\n\r\n.\r\n..two\r\nend.\r\n"


class Server(threading.Thread):
    """Answers the commands in the order of `answers`; a mail's content is a command. None: it hangs up."""

    def __init__(self, *answers: str | None) -> None:
        super().__init__(daemon=True)
        self.answers, self.got = list(answers), [""]
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.start()

    def run(self) -> None:
        connection, _ = self.listening.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 hello\r\n")
            content = False
            for line in lines:
                if line.upper().startswith(b"EHLO"):
                    connection.sendall(b"250-here\r\n250-SIZE 1000\r\n250 PIPELINING\r\n")
                    continue
                if content and line != b".\r\n":
                    self.got[-1] += line.decode()
                    continue
                self.got[-1] += line.decode()
                self.got.append("")
                answer = self.answers.pop(0) if self.answers else "250 ok"
                if answer is None:
                    return
                connection.sendall(answer.encode() + b"\r\n")
                content = answer.startswith("354")


@pytest.fixture
def talk() -> Iterator[Any]:
    """Hand the mail to a server that answers so; (server, whether the content was given, what was raised)."""
    clients: list[smtplib.SMTP] = []

    def talks(*answers: str | None) -> tuple[Server, smtplib.SMTP, bool, Any]:
        server, given = Server(*answers), []
        client = smtplib.SMTP("127.0.0.1", server.listening.getsockname()[1], timeout=5)
        clients.append(client)
        client.ehlo_or_helo_if_needed()
        assert pipelined.offered(client)
        raised = None
        try:
            pipelined.sendmail(client, "a@tea.example", "b@shop.example", CONTENT, lambda: given.append(1))
        except smtplib.SMTPException as error:
            raised = error
        return server, client, bool(given), raised

    yield talks
    for client in clients:
        client.close()


def test_taken(talk: Any) -> None:
    """The server has what was written, its dots doubled; the connection goes on."""
    server, client, given, raised = talk("250 ok", "250 ok", "354 go on", "250 taken")
    assert given and raised is None and client.noop()[0] == 250
    assert server.got[:4] == [
        f"mail FROM:<a@tea.example> size={len(CONTENT)}\r\n", "rcpt TO:<b@shop.example>\r\n", "data\r\n",
        CONTENT.decode().replace("\r\n.", "\r\n..") + ".\r\n",
    ]  # fmt: skip


REFUSED = [
    (("553 no", "503 no", "503 no"), smtplib.SMTPSenderRefused),
    (("250 ok", "550 no", "503 no"), smtplib.SMTPRecipientsRefused),
    (("250 ok", "450 no", "554 no"), smtplib.SMTPRecipientsRefused),
    (("250 ok", "250 ok", "451 no"), smtplib.SMTPDataError),
]


@pytest.mark.parametrize(("answers", "error"), REFUSED)
def test_refused(talk: Any, answers: tuple[str, ...], error: type[Exception]) -> None:
    """Before the content was given; the next mail may go over the same connection."""
    _, client, given, raised = talk(*answers)
    assert not given and type(raised) is error and client.noop()[0] == 250


@pytest.mark.parametrize("answers", [("553 no", "250 ok", "354 go"), ("250 ok", "550 no", "354 go")])
def test_go_on_after_a_refusal(talk: Any, answers: tuple[str, ...]) -> None:
    """A server that would take an empty mail from a refused one is hung up on."""
    server, client, given, raised = talk(*answers)
    assert not given and raised is not None and client.sock is None
    server.join(5)
    assert server.got[3:] == [""]


@pytest.mark.parametrize(
    "answers", [("421 busy", None), ("250 ok", "421 busy", None), ("250 ok", "250 ok", "421 busy")]
)
def test_closing(talk: Any, answers: tuple[str | None, ...]) -> None:
    """It says that it hangs up, and does."""
    _, client, given, raised = talk(*answers)
    code = raised.recipients["b@shop.example"][0] if hasattr(raised, "recipients") else raised.smtp_code
    assert not given and code == 421 and client.sock is None


@pytest.mark.parametrize(
    ("answers", "given"),
    [((None,), False), (("250 ok", None), False), (("250 ok", "250 ok", "354 go", None), True)],
)
def test_cut_off(talk: Any, answers: tuple[str | None, ...], given: bool) -> None:
    """Whether the content was given is known."""
    _, _, was, raised = talk(*answers)
    assert was is given and isinstance(raised, smtplib.SMTPServerDisconnected)


def test_refused_at_the_end(talk: Any) -> None:
    """The content."""
    _, client, given, raised = talk("250 ok", "250 ok", "354 go on", "554 spam")
    assert given and type(raised) is smtplib.SMTPDataError and client.noop()[0] == 250


def test_an_address_of_two_lines_is_never_said(talk: Any) -> None:
    """It would be two commands."""
    with pytest.raises(ValueError):
        pipelined.sendmail(smtplib.SMTP(), "a@tea.example", "b@x\r\nrcpt TO:<c@x>", CONTENT, lambda: None)
