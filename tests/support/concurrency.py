"""Real threads on a real database."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from django.db import connections

PATIENCE = 60
"""Seconds after which a thread that has not ended fails the test."""


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """Run these in threads that start together, each on connections of its own; their answers in the order of the
    jobs. An error in one is raised here."""
    start, answers = Barrier(len(jobs)), [None] * len(jobs)

    def run(place: int, job: Callable[[], Any]) -> None:
        start.wait(PATIENCE)
        try:
            answers[place] = job()
        except Exception as error:  # noqa: BLE001 - carried to the thread that waits
            answers[place] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=pair, daemon=True) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads), f"a thread still runs after {PATIENCE} s"
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
    return answers
