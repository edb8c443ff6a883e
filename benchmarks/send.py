"""`make bench-send`: how many mails leave per second, each with a code of its own, to a server that only listens.

MAILS=20000, WORKERS="1 2 4". For each number of workers: ours; beside it the floor, as many bare processes that send
the very same bytes with smtplib over one reused connection each, to the same kind of server; and, once, how many mails
one process only writes. Everything is made before the clock starts: people, plan, campaign.

Last line: {"per_second", "floor_per_second", "render_per_second", "duplicates", "workers": {…}}; the first two are of
one worker.
"""

from __future__ import annotations

import json
import os
import smtplib
import time
from collections.abc import Sequence

from benchmarks.crowd_database import scratch

MAILS = int(os.environ.get("MAILS", "20000"))
WORKERS = [int(number) for number in os.environ.get("WORKERS", "1 2 4").split()]
BATCH = 500
RENDERED = 500
MADE = "relacional_bench_send"


def sending() -> None:
    """What a worker does until nothing is due."""
    from benchmarks.sending.shop import NOW
    from saleor_relacional.flows.sending import send

    while send.send_due(now=NOW, limit=BATCH).ends:
        pass


def bare(port: int, mails: Sequence[bytes], turn: int, workers: int) -> None:
    """The floor: one share of the bytes, over one connection."""
    with smtplib.SMTP("127.0.0.1", port) as server:
        for mail in mails[turn::workers]:
            server.sendmail("hello@tea.example", ["somebody@shop.example"], mail)


def ours(workers: int) -> tuple[float, int, list[bytes]]:
    """(mails per second, duplicates, the mails) of one fresh copy of the shop."""
    from benchmarks.sending.forked import at_once
    from benchmarks.sending.listening import sink
    from benchmarks.sending.shop import states
    from saleor_relacional.models import Touch

    Touch.objects.update(state="queued", claim_token=None, lease_until=None, ended_at=None, attempts=0)
    with sink(keep=True) as got, at_once(sending, workers) as seconds:
        pass
    if states() != {"sent": MAILS} or len(got.received) != MAILS:
        raise SystemExit(f"{states()}, of which {len(got.received)} came.")
    return MAILS / seconds, got.duplicates, got.mails


def floor(mails: Sequence[bytes], workers: int) -> float:
    """Mails per second of bare processes."""
    from benchmarks.sending.forked import start
    from benchmarks.sending.listening import sink

    with sink() as got:
        began = time.perf_counter()
        port = got.port
        running = [start(lambda turn=turn: bare(port, mails, turn, workers)) for turn in range(workers)]  # type: ignore[misc]
        for worker in running:
            worker.join()
        seconds = time.perf_counter() - began
    return len(mails) / seconds


def rendering() -> float:
    """Mails that one process writes per second, without asking or telling anybody."""
    from saleor_relacional import emails
    from saleor_relacional.emails import message

    sender = message.Sender(
        name="Tea & Co", address="hello@tea.example", postal_address="Calle Mayor 1, Madrid"
    )
    values = emails.sample("win_back")
    began = time.perf_counter()
    for number in range(RENDERED):
        offer = {**values["offer"], "code": str(10**11 + number)}  # type: ignore[dict-item]
        rendered = emails.render("win_back", ("en", "es")[number % 2], {**values, "offer": offer})
        message.build(
            rendered, sender=sender, recipient=f"p{number}@shop.example", message_id=f"<{number}@tea.example>",
            unsubscribe_url="https://tea.example/leave/x/",
        ).written()  # fmt: skip
    return RENDERED / (time.perf_counter() - began)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saleor_relacional.hosts.standalone.settings")
    told: dict[str, dict[str, float]] = {}
    duplicates = 0
    with scratch(MADE):
        import django

        django.setup()
        from benchmarks.sending import shop

        shop.made(MAILS)
        written = rendering()
        print(f"{'workers':>8} {'ours/s':>8} {'floor/s':>8} {'of it':>6}", flush=True)
        for workers in WORKERS:
            per_second, twice, mails = ours(workers)
            least = floor(mails, workers)
            duplicates += twice
            told[str(workers)] = {"per_second": round(per_second, 1), "floor_per_second": round(least, 1)}
            print(f"{workers:>8} {per_second:>8.0f} {least:>8.0f} {per_second / least:>6.2f}", flush=True)
        from django.db import connections

        connections.close_all()
    first = told[str(WORKERS[0])]
    print(
        json.dumps(
            {**first, "render_per_second": round(written, 1), "duplicates": duplicates, "workers": told}
        )
    )


if __name__ == "__main__":
    main()
