"""The whisper: "something happened to these references", told to a worker without the shopper ever waiting for it.

A checkout fires about eight hooks. Each only puts a reference into a set; a thread of our own empties the set a moment
later and publishes one message a kind. The shopper's thread touches no socket, so a closed or frozen broker costs a
checkout nothing. Losing a whisper (a killed process, a broker that is away) is allowed: the sweep finds everything.
"""

import logging
import os
import threading
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

from celery import current_app
from kombu.exceptions import KombuError, OperationalError

from saleor_relacional.hosts.base import FactKind

logger = logging.getLogger(__name__)

RECORD = "saleor_relacional.tasks.record"
"""By name: whoever whispers need not load what the worker does."""
GATHER_SECONDS = 0.25
"""How long references are gathered: one request's hooks end up in one nudge. Far below the 5 s a fact may take."""
OPEN_SECONDS = 30.0
"""So long one connection is used: a broker that drops idle ones does so later, and each is idle for no longer."""
PATIENCE_SECONDS = 0.2
"""Socket timeouts of our own connection. Celery's default publish blocks for 20 s and more on a frozen broker."""
BREAK_SECONDS = 10.0
"""After a failure nothing is attempted for so long."""
KEPT = 5_000
"""References kept while the broker is away; beyond that they are left to the sweep."""
REFUSED = (OSError, KombuError)
"""What a broker that is away raises: kombu's OperationalError wraps what its transports raise."""


class Whisper:
    """References waiting to be published, and the thread that publishes them. One a process."""

    def __init__(self, publish: Callable[[FactKind, Sequence[str]], None]) -> None:
        self._publish = publish
        self._lock = threading.Lock()
        self._waiting: dict[tuple[FactKind, str], None] = {}
        self._told = threading.Event()
        self._thread: threading.Thread | None = None
        self._pid = 0

    def add(self, kind: FactKind, reference: str) -> None:
        """Remember it; costs microseconds, does no I/O."""
        with self._lock:
            if len(self._waiting) < KEPT:
                self._waiting[(kind, reference)] = None
            if self._thread is None or self._pid != os.getpid() or not self._thread.is_alive():
                self._start()
        self._told.set()

    def _start(self) -> None:
        # Threads do not survive a fork: each worker process starts its own at its first whisper.
        self._pid = os.getpid()
        self._thread = threading.Thread(target=self._live, name="relacional-whisper", daemon=True)
        self._thread.start()

    def _live(self) -> None:
        resting_until = 0.0
        pause = threading.Event()
        while True:
            self._told.wait()
            pause.wait(max(GATHER_SECONDS, resting_until - monotonic()))
            self._told.clear()
            try:
                self.flush()
            except REFUSED as error:
                resting_until = monotonic() + BREAK_SECONDS
                logger.warning(
                    "Nudges rest for %d s: the broker refused (%s).", BREAK_SECONDS, type(error).__name__
                )
                self._told.set()

    def flush(self) -> None:
        """Publish what waits. What could not be published waits on; raises what the broker raised."""
        with self._lock:
            taken, self._waiting = self._waiting, {}
        kinds = {kind: [reference for of, reference in taken if of is kind] for kind, _ in taken}
        try:
            for kind in list(kinds):
                self._publish(kind, kinds[kind])
                del kinds[kind]
        except REFUSED:
            with self._lock:
                again = {(kind, reference): None for kind, left in kinds.items() for reference in left}
                self._waiting = dict(list({**again, **self._waiting}.items())[:KEPT])
            raise


class Line:
    """A connection of our own to the broker, with short timeouts and no retry, kept open for a while: to open one takes
    the processor ten times as long as to send a message, in the shopper's process. For one thread."""

    def __init__(self) -> None:
        self._connection: Any = None
        self._opened = 0.0
        self._pid = 0

    def send(self, kind: FactKind, references: Sequence[str]) -> None:
        """One message with references only, no personal data. Raises one of `REFUSED`; a connection that broke since it
        was last used is opened anew once."""
        if self._usable():
            try:
                return self._send(kind, references)
            except REFUSED:
                self._close()
        self._open()
        try:
            self._send(kind, references)
        except REFUSED:
            self._close()
            raise

    def _usable(self) -> bool:
        if self._pid != os.getpid():  # a forked process must not speak, nor say goodbye, on its parent's
            self._connection = None
        elif monotonic() - self._opened > OPEN_SECONDS:
            self._close()
        return self._connection is not None

    def _open(self) -> None:
        patience = {
            "socket_timeout": PATIENCE_SECONDS,
            "socket_connect_timeout": PATIENCE_SECONDS,
            "max_retries": 0,
        }
        self._connection = current_app.connection_for_write(
            connect_timeout=PATIENCE_SECONDS, transport_options=patience
        )
        self._opened, self._pid = monotonic(), os.getpid()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.release()
        self._connection = None

    def _send(self, kind: FactKind, references: Sequence[str]) -> None:
        connection = self._connection
        try:
            current_app.send_task(RECORD, (str(kind), list(references)), connection=connection, retry=False)
        except (*connection.connection_errors, *connection.channel_errors) as error:
            raise OperationalError(type(error).__name__) from error


_line = Line()
_whisper = Whisper(_line.send)


def whisper(kind: FactKind, reference: object) -> None:
    """Something happened to this reference. Never waits, never raises."""
    _whisper.add(kind, str(reference))
