"""Senders are killed every .4 seconds, wherever they are."""

from __future__ import annotations

import time
from collections import Counter

from benchmarks.sending import play
from benchmarks.sending.forked import start
from benchmarks.sending.listening import sink

EVERY = 0.4
PAIR = 2


def kills(mails: int) -> Counter[str]:
    """Two senders at a time, killed together, over and over until all mails have left: no more are unknown than senders
    were killed."""
    play.anew(mails)
    killed = 0
    with sink(after_data=0.004) as got:
        while play.on_their_way():
            pair = [start(lambda: play.work(limit=20)) for _ in range(PAIR)]
            time.sleep(EVERY)
            for worker in pair:
                if worker.alive:
                    worker.kill()
                    killed += 1
            play.end_leases()
            from saleor_relacional.flows.sending import lease

            lease.recover(play.NOW)
    found = play.counted(got, mails, kills=killed)
    found["too_many_unknown"] = max(0, found["unknown"] - killed)
    return found


FAULTS = {"kills": kills}
