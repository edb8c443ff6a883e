"""A Celery worker of our own, as a process beside us, and the wait for what it does."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from celery.exceptions import TimeoutError as NoAnswer
from celery.result import AsyncResult
from kombu.exceptions import OperationalError

from saleor_relacional.demo.problem import DemoProblem
from saleor_relacional.hosts.standalone.celery import app

START_SECONDS = 60
TASK_SECONDS = 600
"""No task of the demo takes a tenth of it, on a machine that does nothing else."""
STOP_SECONDS = 5
HERE = "this-machine"
"""Worker names need a host part; the process number before it is what tells ours from others."""


class Worker:
    """A running worker."""

    def __init__(self, process: "subprocess.Popen[bytes]", name: str, log: Path) -> None:
        self._process = process
        self.name = name
        self._log = log

    def run(self, *tasks: str) -> None:
        """Have it run these tasks of ours, all at the same time, by their short names; returns when all are done."""
        sent = [app.send_task(f"saleor_relacional.tasks.{task}", ignore_result=False) for task in tasks]
        until = time.monotonic() + TASK_SECONDS
        for task, result in zip(tasks, sent, strict=True):
            self._wait(task, result, until)

    def _wait(self, task: str, result: AsyncResult, until: float) -> None:
        while True:
            try:
                found = result.get(timeout=1, interval=0.01, propagate=False)
                break
            except NoAnswer:
                self.must_live()
                if time.monotonic() > until:
                    raise DemoProblem(
                        self._said(f"The task {task} took longer than {TASK_SECONDS} s.")
                    ) from None
        if result.failed():
            raise DemoProblem(
                f"The task {task} failed, {type(found).__name__}: {found}. Please report it with this line."
            )

    def must_live(self) -> None:
        """Raises when the process has ended."""
        if self._process.poll() is not None:
            raise DemoProblem(self._said("The Celery worker ended by itself."))

    def wait_until_it_answers(self) -> None:
        """Until it takes tasks."""
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            self.must_live()
            if time.monotonic() > until:
                raise DemoProblem(
                    self._said(
                        f"The Celery worker does not answer within {START_SECONDS} s; is CELERY_BROKER_URL right?"
                    )
                )

    def _answers(self) -> bool:
        try:
            return bool(app.control.ping(destination=[self.name], timeout=0.2))
        except OperationalError as error:
            raise DemoProblem(f"The broker does not answer ({error}). Is CELERY_BROKER_URL right?") from error

    def stop(self) -> None:
        """Let it finish what it does; end it when that takes too long. After Ctrl-C an embedded broker is gone before
        us, and a worker without one finishes nothing."""
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)  # its session's, children included
            self._process.wait()

    def _said(self, sentence: str) -> str:
        lines = self._log.read_text(errors="replace").strip().splitlines()
        return f"{sentence} The last that it said: {lines[-1] if lines else 'nothing'}"


def own_queue() -> dict[str, str]:
    """A queue of our own, because the broker may be somebody else's too, and answers to what we ask. Set here, and
    returned for the environment of the processes that we start."""
    broker = app.conf.broker_url or ""
    answers = broker if broker.startswith("redis") else "rpc://"
    queue = f"relacional-demo-{os.getpid()}"
    app.conf.update(task_default_queue=queue, result_backend=answers)
    return {
        "CELERY_TASK_DEFAULT_QUEUE": queue,
        "CELERY_RESULT_BACKEND": answers,
        "CELERY_DB_REUSE_MAX": "1000",  # a thousand small tasks in minutes: connecting would cost as much as they do
    }


@contextmanager
def working(folder: Path, processes: int = 2) -> Iterator[Worker]:
    """A worker in our environment, stopped with the block. It needs some seconds until it answers."""
    log, name = folder / "worker.log", f"relacional-demo-{os.getpid()}@{HERE}"
    command = [
        sys.executable, "-m", "celery", "-A", "saleor_relacional.hosts.standalone.celery", "worker",
        "--concurrency", str(processes), "--loglevel", "WARNING", "--hostname", name,
        "--without-gossip", "--without-mingle", "--without-heartbeat",
    ]  # fmt: skip
    with log.open("wb") as out:
        # A session of its own: Ctrl-C is ours to hear, and we stop it in order.
        process = subprocess.Popen(
            command,
            env=dict(os.environ),
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    worker = Worker(process, name, log)
    try:
        yield worker
    finally:
        worker.stop()
