"""The processes that shop."""

import signal
from pathlib import Path

from saleor_relacional.demo.shoppers import AT_ONCE, shopper_processes


def test_a_shopper_that_still_starts_does_not_hear_ctrl_c() -> None:
    """The terminal sends Ctrl-C to all of them. Whoever is loading modules just then would print a traceback."""
    with shopper_processes() as shoppers:
        shoppers.get_ready()
        started = list(shoppers._pool._processes)
        statuses = [Path(f"/proc/{pid}/status").read_text() for pid in started]
    blocked = [
        int(line.split()[1], 16) for text in statuses for line in text.splitlines() if "SigBlk" in line
    ]
    assert len(blocked) == AT_ONCE
    assert all(mask & 1 << signal.SIGINT - 1 for mask in blocked)
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
