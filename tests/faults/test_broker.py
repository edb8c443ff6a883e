"""A broker that is away, frozen or back again: the shopper never notices, and what can still be told is told."""

import os
import socket
import threading
from collections.abc import Iterator, Sequence

import pytest
from celery import Celery

from saleor_relacional import nudge
from saleor_relacional.hosts.base import Kind

LONG = 5.0
"""Seconds after which a thread is believed to hang; nothing here takes a tenth of them."""

Told = list[tuple[Kind, list[str]]]


@pytest.fixture
def by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """No thread of its own: the test says when it publishes."""
    monkeypatch.setattr(nudge.Whisper, "_start", lambda self: None)


def ends(thread: threading.Thread) -> bool:
    """Whether it comes back at all."""
    thread.start()
    thread.join(LONG)
    return not thread.is_alive()


def test_whispering_touches_no_socket() -> None:
    """The publisher is stuck in a frozen broker. Whoever whispers meanwhile goes on at once, and never publishes."""
    publishers, stuck, thawed = [], threading.Event(), threading.Event()

    def publish(_kind: Kind, _references: Sequence[str]) -> None:
        publishers.append(threading.current_thread().name)
        stuck.set()
        thawed.wait(2 * LONG)

    whisper = nudge.Whisper(publish)
    shopper = threading.Thread(target=whisper.add, args=(Kind.ORDER, "o1"), daemon=True, name="shopper")
    other = threading.Thread(target=whisper.add, args=(Kind.ORDER, "o2"), daemon=True, name="shopper")
    try:
        assert ends(shopper)
        assert stuck.wait(LONG)
        assert not thawed.is_set() and ends(other)
        assert publishers == ["relacional-whisper"]
    finally:
        thawed.set()


def test_hooks_of_one_request_are_one_nudge(by_hand: None) -> None:
    """A checkout fires eight hooks about two things: one message a kind, each reference once."""
    told: Told = []
    whisper = nudge.Whisper(lambda kind, references: told.append((kind, list(references))))
    for _ in range(4):
        whisper.add(Kind.CHECKOUT, "c1")
        whisper.add(Kind.ORDER, "o1")
    whisper.flush()
    whisper.flush()
    assert sorted(told) == [(Kind.CHECKOUT, ["c1"]), (Kind.ORDER, ["o1"])]


def test_what_was_told_is_not_told_again(by_hand: None) -> None:
    """The broker goes away between two messages: the first stays told, the second waits, with what came since."""
    told: Told = []
    away = True

    def publish(kind: Kind, references: Sequence[str]) -> None:
        if kind is Kind.ORDER and away:
            raise ConnectionRefusedError
        told.append((kind, list(references)))

    whisper = nudge.Whisper(publish)
    whisper.add(Kind.CHECKOUT, "c1")
    whisper.add(Kind.ORDER, "o1")
    with pytest.raises(ConnectionRefusedError):
        whisper.flush()
    away = False
    whisper.add(Kind.ORDER, "o2")
    whisper.flush()
    assert told == [(Kind.CHECKOUT, ["c1"]), (Kind.ORDER, ["o1", "o2"])]


def test_a_broker_that_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """It refused once: the reference is told by itself when the rest is over, though nobody whispers again."""
    monkeypatch.setattr(nudge, "BREAK_SECONDS", 0.05)
    asked: list[Sequence[str]] = []
    heard = threading.Event()

    def publish(_kind: Kind, references: Sequence[str]) -> None:
        asked.append(references)
        if len(asked) == 1:
            raise ConnectionRefusedError
        heard.set()

    nudge.Whisper(publish).add(Kind.ORDER, "o1")
    assert heard.wait(LONG)
    assert asked == [["o1"], ["o1"]]


def test_only_so_many_are_kept(by_hand: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that is away all day costs no memory: the sweep finds the rest."""
    monkeypatch.setattr(nudge, "KEPT", 3)
    told: Told = []
    whisper = nudge.Whisper(lambda kind, references: told.append((kind, list(references))))
    for n in range(5):
        whisper.add(Kind.ORDER, f"o{n}")
    whisper.flush()
    assert told == [(Kind.ORDER, ["o0", "o1", "o2"])]


def test_a_forked_worker_whispers_too() -> None:
    """Threads do not survive a fork, and a web server forks its workers after it has whispered: each starts its own."""
    reading, writing = os.pipe()
    heard = threading.Event()

    def publish(_kind: Kind, references: Sequence[str]) -> None:
        os.write(writing, f"{references[0]}\n".encode())
        heard.set()

    whisper = nudge.Whisper(publish)
    whisper.add(Kind.ORDER, "parent")
    assert heard.wait(LONG)
    heard.clear()
    worker = os.fork()
    if not worker:
        whisper.add(Kind.ORDER, "worker")
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
            nudge.publish(Kind.ORDER, ["o1"])
        except nudge.REFUSED as error:
            said.append(error)

    assert ends(threading.Thread(target=publish, daemon=True)), "it waits for a broker that does not answer"
    return said


def test_a_frozen_broker_is_given_up(listening: socket.socket) -> None:
    """It takes the connection and never answers, as a stopped process does. Celery's own publish was seen to wait for
    more than 20 s; ours gives up with an error that the whisper understands."""
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
