"""A mail server that only listens, as fast as Python can: takes every mail, keeps what it was given.

`python -m benchmarks.sending.sink FILE [SCRIPT]` prints its port and listens until its input ends; then it writes how
often each Message-ID came to FILE. SCRIPT is a list of answers, JSON: see `Script`.
"""

from __future__ import annotations

import json
import random
import re
import socket
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_ID = re.compile(rb"^message-id:\s*(<[^>]+>)", re.IGNORECASE | re.MULTILINE)
_TO = re.compile(rb"^RCPT TO:\s*<([^>]*)>", re.IGNORECASE)


@dataclass
class Script:
    """How it misbehaves; nothing is said of what it accepts."""

    after_data: float = 0.0
    """Seconds it takes before it answers the last dot, at most: drawn anew for each mail."""
    refuse: dict[str, str] = field(default_factory=dict)
    """First letters of an address → the answer to RCPT."""
    data: list[list[Any]] = field(default_factory=list)
    """[share, answer]: of that share of mails the last dot is answered so. "reset" and "silence" are answers, too."""


class Sink:
    """Counts, by Message-ID."""

    def __init__(self, script: Script, keep: bool) -> None:
        self.script, self.keep = script, keep
        self.received: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()
        self.mails: list[bytes] = []
        self.chance = random.Random(7)
        self.lock = threading.Lock()

    def serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection, connection.makefile("rb", buffering=1 << 16) as lines:
            try:
                self._talk(connection, lines)
            except OSError:
                return

    def _talk(self, connection: socket.socket, lines: Any) -> None:
        connection.sendall(b"220 sink\r\n")
        recipients = 0
        while line := lines.readline():
            verb = line[:4].upper()
            if verb == b"DATA" and not recipients:
                connection.sendall(b"503 no recipient\r\n")
            elif verb == b"DATA":
                recipients = 0
                connection.sendall(b"354 go on\r\n")
                taken = self._taken(lines)
                if taken == "reset":
                    return
                if taken == "silence":
                    time.sleep(60)
                    return
                connection.sendall(taken.encode() + b"\r\n")
                if taken.startswith("421"):
                    return
            elif verb == b"RCPT":
                answer = self._recipient(line)
                recipients += answer.startswith(b"250")
                connection.sendall(answer)
            elif verb == b"QUIT":
                connection.sendall(b"221 bye\r\n")
                return
            elif verb == b"EHLO":
                connection.sendall(b"250-sink\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 SIZE 10000000\r\n")
            else:
                connection.sendall(b"250 ok\r\n")

    def _recipient(self, line: bytes) -> bytes:
        found = _TO.match(line)
        address = found[1].decode() if found else ""
        for begins, answer in self.script.refuse.items():
            if address.startswith(begins):
                with self.lock:
                    self.answers[answer] += 1
                return answer.encode() + b"\r\n"
        return b"250 ok\r\n"

    def _taken(self, lines: Any) -> str:
        parts = []
        while (line := lines.readline()) != b".\r\n":
            if not line:
                return "reset"
            parts.append(line)
        mail = b"".join(parts)
        found = _ID.search(mail)
        name = found[1].decode() if found else ""
        with self.lock:
            answer = self._answer()
            self.answers[answer] += 1
            if answer.startswith("2") or answer in ("reset", "silence"):
                self.received[name] += 1
            if self.keep:
                self.mails.append(mail)
            wait = self.chance.uniform(0, self.script.after_data)
        if wait:
            time.sleep(wait)
        return answer

    def _answer(self) -> str:
        drawn = self.chance.random()
        for share, answer in self.script.data:
            if drawn < share:
                return str(answer)
            drawn -= share
        return "250 taken"


def main() -> None:
    place, script = Path(sys.argv[1]), Script(**json.loads(sys.argv[2] if len(sys.argv) > 2 else "{}"))
    sink = Sink(script, keep=place.suffix == ".mails")
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        threading.Thread(target=_accept, args=(server, sink), daemon=True).start()
        print(server.getsockname()[1], flush=True)
        sys.stdin.read()
    if sink.keep:
        place.write_bytes(b"".join(len(mail).to_bytes(4, "big") + mail for mail in sink.mails))
    told = {"received": sink.received, "answers": sink.answers}
    place.with_suffix(".json").write_text(json.dumps(told))


def _accept(server: socket.socket, sink: Sink) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=sink.serve, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    main()
