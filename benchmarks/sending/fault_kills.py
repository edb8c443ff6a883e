"""Senders are killed every .4 seconds, wherever they are."""

from __future__ import annotations

import time
from collections import Counter, deque

from benchmarks.sending import play
from benchmarks.sending.forked import Worker, start
from benchmarks.sending.listening import sink

EVERY = 0.4
AT_ONCE = 3
"""Senders. The oldest is the next to be killed, so that each lives long enough to be in the middle of something."""


def kills(mails: int) -> Counter[str]:
    """Until all mails have left. What the dead had claimed is freed as time would free it, and sent in the next round:
    no more are unknown than senders were killed."""
    from saleor_relacional.flows.sending import lease

    play.anew(mails)
    killed = 0
    with sink(after_data=0.004) as got:
        while play.on_their_way():
            killed += _round()
            play.end_leases()
            lease.recover(play.NOW)
    found = play.counted(got, mails, kills=killed)
    found["too_many_unknown"] = max(0, found["unknown"] - killed)
    return found


def _round() -> int:
    """Until nothing is due any more; how many were killed."""
    running: deque[Worker] = deque()
    killed = 0
    while play.states().get("queued", 0):
        while len(running) < AT_ONCE:
            running.append(start(lambda: play.work(limit=20)))
        time.sleep(EVERY)
        oldest = running.popleft()
        if oldest.alive:
            oldest.kill()
            killed += 1
    for worker in running:
        worker.join()
    return killed


FAULTS = {"kills": kills}
