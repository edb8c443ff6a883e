"""Workers that are forked from this process, so that one can be killed and another is there at once."""

from __future__ import annotations

import os
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Worker:
    """A process of ours."""

    pid: int

    def kill(self) -> None:
        """It dies at once, wherever it is."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def join(self) -> None:
        """Wait until it has come to its end by itself. Raises where that was a bad one."""
        _, status = os.waitpid(self.pid, 0)
        if status:
            raise SystemExit(f"A worker ended with {status}.")

    @property
    def alive(self) -> bool:
        """It has not ended by itself."""
        return os.waitpid(self.pid, os.WNOHANG) == (0, 0)


def start(work: Callable[[], None], *, quiet: bool = False) -> Worker:
    """Fork. The child has connections of its own. `quiet`: it is expected to die."""
    from django.db import connections

    connections.close_all()
    pid = os.fork()
    if pid:
        return Worker(pid)
    try:
        work()
        os._exit(0)
    finally:
        if not quiet:
            traceback.print_exc()
        os._exit(1)


@contextmanager
def at_once(work: Callable[[], None], workers: int) -> Iterator[float]:
    """So many do the same; inside of the block they have all ended. Gives the seconds that took."""
    began = time.perf_counter()
    running = [start(work) for _ in range(workers)]
    for worker in running:
        worker.join()
    yield time.perf_counter() - began
