"""A sink in a process of its own, and Django told to send to it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Listening:
    """What a sink got, once it has ended."""

    port: int
    received: dict[str, int]
    answers: dict[str, int]
    mails: list[bytes]

    @property
    def duplicates(self) -> int:
        """Mails that came more than once."""
        return sum(1 for times in self.received.values() if times > 1)


@contextmanager
def sink(*, keep: bool = False, **script: Any) -> Iterator[Listening]:
    """Listens for as long as the block runs."""
    with tempfile.TemporaryDirectory(prefix="relacional-sink-") as folder:
        place = Path(folder) / ("sink.mails" if keep else "sink.json")
        command = [sys.executable, "-m", "benchmarks.sending.sink", str(place), json.dumps(script)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdin is not None and process.stdout is not None
        found = Listening()
        found.port = int(process.stdout.readline())
        _send_to(found.port)
        try:
            yield found
        finally:
            process.stdin.close()
            process.wait(30)
        told = json.loads(place.with_suffix(".json").read_text())
        found.received, found.answers = told["received"], told["answers"]
        found.mails = _mails(place.read_bytes()) if keep else []


def _send_to(port: int) -> None:
    from django.conf import settings

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_TIMEOUT = 3


def _mails(content: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        found.append(content[at + 4 : at + 4 + size])
        at += 4 + size
    return found
