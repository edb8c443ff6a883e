"""A hook's way to a worker: `record(kind, reference)` starts the task `saleor_relacional.tasks.record`.

A checkout fires about eight hooks. Each only puts a reference into a set; a thread of ours empties the set a moment
later and publishes one message per kind. The shopper's thread touches no socket, so a broker that is down or frozen
costs a checkout nothing. A nudge may be lost (a killed process, a broker that is down): the sweep finds everything.
"""

import logging
import os
import threading
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

from celery import current_app
from kombu.exceptions import KombuError, OperationalError

from saleor_relacional.hosts.facts import FactKind

logger = logging.getLogger(__name__)

RECORD = "saleor_relacional.tasks.record"
"""Sent by name: the web process does not load what the worker runs."""
COLLECT_SECONDS = 0.25
"""How long references are collected, so that one request's hooks are one message. A fact may take 5 s."""
CONNECTION_SECONDS = 30.0
"""How long one connection is used. Brokers that drop idle connections do so later."""
TIMEOUT_SECONDS = 0.2
"""Socket timeouts of our own connection. Celery's default publish blocks for 20 s and more on a frozen broker."""
PAUSE_SECONDS = 10.0
"""How long nothing is published after a failure."""
MAX_WAITING = 5_000
"""References kept while the broker is down; those beyond are left to the sweep."""
BROKER_ERRORS = (OSError, KombuError)
"""What publishing raises while the broker is down: kombu's OperationalError wraps what its transports raise."""


class NudgeQueue:
    """References waiting to be published, and the thread that publishes them. One per process."""

    def __init__(self, publish: Callable[[FactKind, Sequence[str]], None]) -> None:
        self._publish = publish
        self._lock = threading.Lock()
        self._waiting: dict[tuple[FactKind, str], None] = {}
        self._added = threading.Event()
        self._thread: threading.Thread | None = None
        self._pid = 0

    def add(self, kind: FactKind, reference: str) -> None:
        """Put the reference into the set: takes microseconds, does no I/O."""
        with self._lock:
            if len(self._waiting) < MAX_WAITING:
                self._waiting[(kind, reference)] = None
            if self._thread is None or self._pid != os.getpid() or not self._thread.is_alive():
                self._start()
        self._added.set()

    def _start(self) -> None:
        # Threads do not survive a fork: each worker process starts its own at its first nudge.
        self._pid = os.getpid()
        self._thread = threading.Thread(target=self._run, name="relacional-nudge", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        paused_until = 0.0
        timer = threading.Event()
        while True:
            self._added.wait()
            timer.wait(max(COLLECT_SECONDS, paused_until - monotonic()))
            self._added.clear()
            try:
                self.flush()
            except BROKER_ERRORS as error:
                paused_until = monotonic() + PAUSE_SECONDS
                logger.warning(
                    "Nudges pause for %d s: the broker refused (%s).", PAUSE_SECONDS, type(error).__name__
                )
                self._added.set()

    def flush(self) -> None:
        """Publish one message per kind. Raises one of `BROKER_ERRORS`; what was not published stays in the queue."""
        with self._lock:
            taken, self._waiting = self._waiting, {}
        by_kind = {kind: [reference for of, reference in taken if of is kind] for kind, _ in taken}
        try:
            for kind in list(by_kind):
                self._publish(kind, by_kind[kind])
                del by_kind[kind]
        except BROKER_ERRORS:
            with self._lock:
                unsent = {(kind, reference): None for kind, left in by_kind.items() for reference in left}
                self._waiting = dict(list({**unsent, **self._waiting}.items())[:MAX_WAITING])
            raise


class BrokerConnection:
    """A connection of our own to the broker, with short timeouts and no retry. For one thread.

    It is kept open for `CONNECTION_SECONDS`: opening one costs the web process ten times as much as sending a message.
    """

    def __init__(self) -> None:
        self._connection: Any = None
        self._opened = 0.0
        self._pid = 0

    def send(self, kind: FactKind, references: Sequence[str]) -> None:
        """Publish one message that holds references and no personal data. Opens the connection anew, once, when it
        broke since it was last used. Raises one of `BROKER_ERRORS`."""
        if self._usable():
            try:
                return self._send(kind, references)
            except BROKER_ERRORS:
                self._close()
        self._open()
        try:
            self._send(kind, references)
        except BROKER_ERRORS:
            self._close()
            raise

    def _usable(self) -> bool:
        if self._pid != os.getpid():  # a forked process neither uses nor closes its parent's
            self._connection = None
        elif monotonic() - self._opened > CONNECTION_SECONDS:
            self._close()
        return self._connection is not None

    def _open(self) -> None:
        timeouts = {
            "socket_timeout": TIMEOUT_SECONDS,
            "socket_connect_timeout": TIMEOUT_SECONDS,
            "max_retries": 0,
        }
        self._connection = current_app.connection_for_write(
            connect_timeout=TIMEOUT_SECONDS, transport_options=timeouts
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


_connection = BrokerConnection()
_queue = NudgeQueue(_connection.send)


def record(kind: FactKind, reference: object) -> None:
    """Have a worker record what the host says about this reference now. Never waits, never raises."""
    _queue.add(kind, str(reference))
