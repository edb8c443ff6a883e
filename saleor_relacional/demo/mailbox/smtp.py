"""A mail server that delivers nothing: what it is given lands in a mailbox on this machine. Real SMTP all
the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller

from saleor_relacional.demo.mailbox.mailbox import Mailbox

HOST = "127.0.0.1"


class _Keeper:
    """aiosmtpd's handler: called once per mail, after DATA."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        for recipient in envelope.rcpt_tos:
            self._mailbox.keep(recipient, envelope.original_content)
        return "250 Kept"


class _AnyPort(Controller):
    """On a port that the system chooses; `port` says which one it was once it listens."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def listening(mailbox: Mailbox) -> Iterator[tuple[str, int]]:
    """(host, port) of the server while the block runs. Raises OSError when no port can be had."""
    controller = _AnyPort(_Keeper(mailbox), hostname=HOST, port=0, ready_timeout=10)
    controller.start()
    try:
        yield HOST, controller.port
    finally:
        controller.stop()
