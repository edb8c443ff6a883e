"""A broker that is down, frozen or back again: the shopper never notices, and what can still be published is."""

import os
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from celery import Celery

from saleor_relacional import nudge
from saleor_relacional.hosts.facts import FactKind

LONG = 5.0
"""Seconds after which a thread is believed to hang; nothing here takes a tenth of them."""

Told = list[tuple[FactKind, list[str]]]


@pytest.fixture
def by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """No thread of its own: the test says when it publishes."""
    monkeypatch.setattr(nudge.NudgeQueue, "_start", lambda self: None)


def ends(thread: threading.Thread) -> bool:
    """Whether it comes back at all."""
    thread.start()
    thread.join(LONG)
    return not thread.is_alive()


def test_nudging_touches_no_socket() -> None:
    """The publisher is stuck in a frozen broker. Whoever nudges meanwhile goes on at once, and never publishes."""
    publishers, stuck, thawed = [], threading.Event(), threading.Event()

    def publish(_kind: FactKind, _references: Sequence[str]) -> None:
        publishers.append(threading.current_thread().name)
        stuck.set()
        thawed.wait(2 * LONG)

    nudges = nudge.NudgeQueue(publish)
    shopper = threading.Thread(target=nudges.add, args=(FactKind.ORDER, "o1"), daemon=True, name="shopper")
    other = threading.Thread(target=nudges.add, args=(FactKind.ORDER, "o2"), daemon=True, name="shopper")
    try:
        assert ends(shopper)
        assert stuck.wait(LONG)
        assert not thawed.is_set() and ends(other)
        assert publishers == ["relacional-nudge"]
    finally:
        thawed.set()


def test_hooks_of_one_request_are_one_nudge(by_hand: None) -> None:
    """A checkout fires eight hooks about two things: one message per kind, each reference once."""
    told: Told = []
    nudges = nudge.NudgeQueue(lambda kind, references: told.append((kind, list(references))))
    for _ in range(4):
        nudges.add(FactKind.CHECKOUT, "c1")
        nudges.add(FactKind.ORDER, "o1")
    nudges.flush()
    nudges.flush()
    assert sorted(told) == [(FactKind.CHECKOUT, ["c1"]), (FactKind.ORDER, ["o1"])]


def test_what_was_told_is_not_told_again(by_hand: None) -> None:
    """The broker goes away between two messages: the first stays told, the second waits, with what came since."""
    told: Told = []
    away = True

    def publish(kind: FactKind, references: Sequence[str]) -> None:
        if kind is FactKind.ORDER and away:
            raise ConnectionRefusedError
        told.append((kind, list(references)))

    nudges = nudge.NudgeQueue(publish)
    nudges.add(FactKind.CHECKOUT, "c1")
    nudges.add(FactKind.ORDER, "o1")
    with pytest.raises(ConnectionRefusedError):
        nudges.flush()
    away = False
    nudges.add(FactKind.ORDER, "o2")
    nudges.flush()
    assert told == [(FactKind.CHECKOUT, ["c1"]), (FactKind.ORDER, ["o1", "o2"])]


def test_a_broker_that_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """It refused once: the reference is published by itself after the pause, though nobody nudges again."""
    monkeypatch.setattr(nudge, "PAUSE_SECONDS", 0.05)
    asked: list[Sequence[str]] = []
    heard = threading.Event()

    def publish(_kind: FactKind, references: Sequence[str]) -> None:
        asked.append(references)
        if len(asked) == 1:
            raise ConnectionRefusedError
        heard.set()

    nudge.NudgeQueue(publish).add(FactKind.ORDER, "o1")
    assert heard.wait(LONG)
    assert asked == [["o1"], ["o1"]]


def test_only_so_many_are_kept(by_hand: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that is away all day costs no memory: the sweep finds the rest."""
    monkeypatch.setattr(nudge, "MAX_WAITING", 3)
    told: Told = []
    nudges = nudge.NudgeQueue(lambda kind, references: told.append((kind, list(references))))
    for n in range(5):
        nudges.add(FactKind.ORDER, f"o{n}")
    nudges.flush()
    assert told == [(FactKind.ORDER, ["o0", "o1", "o2"])]


def test_a_forked_worker_nudges_too() -> None:
    """Threads do not survive a fork, and a web server forks its workers after it has nudged: each starts its own."""
    reading, writing = os.pipe()
    heard = threading.Event()

    def publish(_kind: FactKind, references: Sequence[str]) -> None:
        os.write(writing, f"{references[0]}\n".encode())
        heard.set()

    nudges = nudge.NudgeQueue(publish)
    nudges.add(FactKind.ORDER, "parent")
    assert heard.wait(LONG)
    heard.clear()
    worker = os.fork()
    if not worker:
        nudges.add(FactKind.ORDER, "worker")
        heard.wait(LONG)
        os._exit(0)
    os.waitpid(worker, 0)
    os.close(writing)
    with open(reading) as told:
        assert told.read().split() == ["parent", "worker"]


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A port that takes connections, as the app's broker."""
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)  # it would win over what the app says
    with socket.create_server(("127.0.0.1", 0)) as server:
        broker = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        monkeypatch.setattr(nudge, "current_app", Celery("away", broker=broker, set_as_current=False))
        yield server


def refusal() -> list[BaseException]:
    """What publishing says of this broker; nothing when it hangs."""
    said: list[BaseException] = []

    def publish() -> None:
        try:
            nudge.BrokerConnection().send(FactKind.ORDER, ["o1"])
        except nudge.BROKER_ERRORS as error:
            said.append(error)

    assert ends(threading.Thread(target=publish, daemon=True)), "it waits for a broker that does not answer"
    return said


def test_a_frozen_broker_is_given_up(listening: socket.socket) -> None:
    """It takes the connection and never answers, as a stopped process does. Celery's own publish was seen to wait for
    more than 20 s; ours gives up with an error that the queue knows."""
    assert len(refusal()) == 1


def test_a_closed_broker_is_asked_once(listening: socket.socket) -> None:
    """It hangs up at once: no retry, because the sweep finds everything anyway."""
    asked = []

    def hang_up() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return  # the test is over
            asked.append(connection.getpeername())
            connection.close()

    threading.Thread(target=hang_up, daemon=True).start()
    assert len(refusal()) == 1
    assert len(asked) == 1


class Between:
    """A door before the tests' own broker: counts who comes in, and can throw everybody out."""

    def __init__(self, broker: tuple[str, int]) -> None:
        self.broker = broker
        self.door = socket.create_server(("127.0.0.1", 0))
        self.inside: list[socket.socket] = []
        self.came = 0
        threading.Thread(target=self._open, daemon=True).start()

    def _open(self) -> None:
        with suppress(OSError):  # closed: the test is over
            while True:
                guest, _ = self.door.accept()
                host = socket.create_connection(self.broker)
                self.came += 1
                self.inside += [guest, host]
                for one, other in ((guest, host), (host, guest)):
                    threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):  # thrown out
            while said := one.recv(65_536):
                other.sendall(said)

    def close(self) -> None:
        self.door.shutdown(socket.SHUT_RDWR)  # whoever waits in it wakes
        self.door.close()
        self.throw_out()

    def throw_out(self) -> None:
        for each in self.inside:
            with suppress(OSError):  # gone by itself
                each.shutdown(socket.SHUT_RDWR)
        self.inside = []


@pytest.fixture
def between(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Between, Celery]]:
    """The door, and the app whose broker is behind it, with a queue of its own. A machine that is busy for some seconds
    is no broker that does not answer."""
    real = urlsplit(os.environ["CELERY_BROKER_URL"])
    door = Between((real.hostname or "127.0.0.1", real.port or 6379))
    monkeypatch.delenv("CELERY_BROKER_URL")
    app = Celery(
        "between", set_as_current=False,
        broker=real._replace(netloc=f"127.0.0.1:{door.door.getsockname()[1]}").geturl(),
    )  # fmt: skip
    app.conf.task_default_queue = f"between-{uuid4()}"
    monkeypatch.setattr(nudge, "current_app", app)
    monkeypatch.setattr(nudge, "TIMEOUT_SECONDS", 30.0)
    yield door, app
    with Celery(broker=real.geturl(), set_as_current=False).connection_for_write() as connection:
        connection.default_channel.queue_delete(app.conf.task_default_queue)
    with suppress(OSError):  # closed by the test
        door.close()


def waiting(app: Celery) -> int:
    """Messages in the queue."""
    with app.connection_for_write() as connection:
        return int(connection.default_channel.queue_declare(app.conf.task_default_queue).message_count)


def test_one_connection_serves_many_messages(between: tuple[Between, Celery]) -> None:
    """Opening one costs ten times as much as a message, and it is the shopper's process that pays."""
    door, app = between
    connection = nudge.BrokerConnection()
    connection.send(FactKind.CHECKOUT, ["c0"])
    opened = door.came
    for n in range(3):
        connection.send(FactKind.CHECKOUT, [f"c{n}"])
    assert door.came == opened > 0
    assert waiting(app) == 4


def test_a_connection_that_broke_is_opened_anew(between: tuple[Between, Celery]) -> None:
    """The broker was started again: the next message arrives all the same, once."""
    door, app = between
    connection = nudge.BrokerConnection()
    connection.send(FactKind.ORDER, ["o1"])
    opened = door.came
    door.throw_out()
    connection.send(FactKind.ORDER, ["o2"])
    assert door.came > opened
    assert waiting(app) == 2


def test_a_connection_that_says_it_broke_is_opened_anew(
    between: tuple[Between, Celery], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis' client comes back by itself; others, RabbitMQ's for one, leave that to us."""
    door, app = between
    connection, told, send = nudge.BrokerConnection(), [], app.send_task

    def breaks_once(*args: Any, **options: Any) -> object:
        told.append(args)
        if len(told) == 2:
            raise ConnectionResetError
        return send(*args, **options)

    monkeypatch.setattr(app, "send_task", breaks_once)
    connection.send(FactKind.ORDER, ["o1"])
    opened = door.came
    connection.send(FactKind.ORDER, ["o2"])
    assert door.came == 2 * opened
    assert waiting(app) == 2


def test_a_connection_is_not_used_for_ever(
    between: tuple[Between, Celery], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that was idle for long may be dead without anybody knowing."""
    monkeypatch.setattr(nudge, "CONNECTION_SECONDS", -1.0)
    door, app = between
    connection = nudge.BrokerConnection()
    connection.send(FactKind.ORDER, ["o1"])
    opened = door.came
    connection.send(FactKind.ORDER, ["o2"])
    assert door.came == 2 * opened
    assert waiting(app) == 2


def test_a_forked_worker_has_a_connection_of_its_own(between: tuple[Between, Celery]) -> None:
    """Two processes on one socket would read each other's answers."""
    door, app = between
    connection = nudge.BrokerConnection()
    connection.send(FactKind.ORDER, ["parent"])
    opened = door.came
    worker = os.fork()
    if not worker:
        failed = 1
        try:
            connection.send(FactKind.ORDER, ["worker"])
            failed = 0
        finally:
            os._exit(failed)
    assert os.waitpid(worker, 0)[1] == 0
    assert door.came == 2 * opened
    connection.send(FactKind.ORDER, ["parent again"])
    assert door.came == 2 * opened
    assert waiting(app) == 3


def test_a_connection_that_is_gone_raises_what_the_queue_knows(
    between: tuple[Between, Celery],
) -> None:
    """The broker is gone for good: the queue gets an error that it knows, and keeps what was not published."""
    door, _ = between
    connection = nudge.BrokerConnection()
    connection.send(FactKind.ORDER, ["o1"])
    door.close()
    with pytest.raises(nudge.BROKER_ERRORS):
        connection.send(FactKind.ORDER, ["o2"])
