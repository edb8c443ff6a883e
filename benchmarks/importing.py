"""`make bench-importing`: what a nudge waits for while a history is imported: a file of LINES lines, beside orders that
go on arriving of the very people whom it tells of.

LINES=1000000, EVERY=.2 (seconds from one order to the next). Orders are recorded and scored by a process of its own, as
a nudge does it; beside them the same orders with nothing else going on. docs/benchmarks.md tells what each line means.

Last line: {"lines", "lines_per_second", "longest_ms", "p99_ms", "gave_way", "alone_longest_ms", "alone_p99_ms", …}.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.crowd_database import scratch

LINES = int(os.environ.get("LINES", "1000000"))
EVERY = float(os.environ.get("EVERY", "0.2"))
ALONE = float(os.environ.get("ALONE", "10"))
"""Seconds of orders with nothing else going on."""
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
OF_ORDER, OF_PERSON = 3, 4
"""Lines per order, orders per person."""
PEOPLE = max(LINES // (OF_ORDER * OF_PERSON), 1)


def write_file(path: Path) -> None:
    """Orders in the order of time, over three years: one person's lie far apart."""
    days = 1_095
    orders = -(-LINES // OF_ORDER)
    with path.open("w", encoding="utf-8") as file:
        file.write("order,customer,email,date,product,quantity,price\n")
        for line in range(LINES):
            order, person = line // OF_ORDER, (line // OF_ORDER) * 7919 % PEOPLE
            placed = NOW - timedelta(days=days * (1 - order / orders), minutes=5)
            told = (
                f"H{order}",
                person,
                f"p{person}@shop.example",
                f"{placed:%Y-%m-%d %H:%M}",
                f"sku-{line % 5000}",
            )
            file.write(f"{','.join(map(str, told))},1,{9 + line % 7}.50\n")


def order(number: int) -> Any:
    """A purchase by somebody of the file, as the host would tell it."""
    from saleor_relacional.hosts.facts import LineFact, OrderFact, OrderState

    at = NOW - timedelta(minutes=4)
    return OrderFact(
        source="bench", reference=f"live-{number}", number=f"L{number}", state=OrderState.COUNTS, customer=None,
        email=f"p{number * 104_729 % PEOPLE}@shop.example", language="en", first_name="Ada", channel="web",
        currency="EUR", total=Decimal("15.00"), placed_at=at, changed_at=at, checkout=None, codes=(),
        lines=(LineFact(product_key="sku-1", name="A product", quantity=1, total=Decimal("15.00")),), refunds=(),
    )  # fmt: skip


def traffic(first: int) -> list[tuple[float, float, bool]]:
    """Record orders until standard input ends: (when, by the clock; seconds of the recording; whether it gave way)."""
    from django.db import OperationalError

    from saleor_relacional.db import locks
    from saleor_relacional.flows.ingest import record
    from saleor_relacional.flows.scoring import score

    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    told: list[tuple[float, float, bool]] = []
    while not ended.wait(EVERY):
        facts, start, gave_way = [order(first + len(told))], time.time(), False
        try:
            record.record(facts, now=NOW)
        except OperationalError as error:
            if not locks.impatient(error):
                raise
            gave_way = True
        told.append((start, time.time() - start, gave_way))
        score.score_stale(NOW, limit=500)
    return told


@contextmanager
def beside(first: int, told: list[Any]) -> Iterator[None]:
    """Orders arrive while the block runs; `told` learns of them."""
    command = [sys.executable, "-m", "benchmarks.importing", "--traffic", str(first)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdin is not None
        process.stdout.readline()
        yield
        process.stdin.close()
        told += json.loads(process.stdout.read())


def settled() -> None:
    """An owner's shop, opened."""
    from django.core.management import call_command

    from saleor_relacional.hosts.standalone.models import Channel

    call_command("migrate", verbosity=0)
    Channel.objects.get_or_create(slug="web", defaults={"name": "web", "currency": "EUR"})


def imported(path: Path) -> dict[str, float]:
    """Import the file; the moments at which its phases began, and lines per second of the whole."""
    from saleor_relacional.flows.importing import runs
    from saleor_relacional.flows.importing.import_file import import_file

    moments = {"reading": time.time()}

    def agreed(_summary: Any) -> bool:
        moments["parts"] = time.time()
        return True

    finish = runs.finish

    def finished(*given: Any) -> None:
        finish(*given)
        moments["settling"] = time.time()

    runs.finish = finished
    done = import_file(path, now=NOW, agreed=agreed)
    moments["end"] = time.time()
    if done.lines != LINES or done.new_purchases != -(-LINES // OF_ORDER):
        raise SystemExit(f"{done.new_purchases} orders came of {done.lines} lines.")
    return moments


def figures(told: Sequence[tuple[float, float, bool]]) -> dict[str, float]:
    """Of these recordings."""
    took = sorted(seconds * 1000 for _, seconds, _ in told) or [0.0]
    return {
        "orders": len(told), "longest_ms": round(took[-1], 1), "p99_ms": round(took[int(0.99 * (len(took) - 1))], 1),
        "median_ms": round(took[len(took) // 2], 1), "gave_way": sum(gave_way for _, _, gave_way in told),
    }  # fmt: skip


def measured() -> None:
    """All of it, in the database of DATABASE_URL."""
    import django

    django.setup()
    settled()
    alone: list[Any] = []
    told: list[Any] = []
    with beside(0, alone):
        time.sleep(ALONE)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.csv"
        write_file(path)
        with beside(len(alone), told):
            moments = imported(path)
    phases = list(moments.items())
    print(f"{'':24} {'seconds':>8} {'orders':>7} {'gave way':>9} {'median':>8} {'p99':>8} {'longest':>8} ms")
    parts = {"alone": (ALONE, alone)} | {
        name: (until - begun, [one for one in told if begun <= one[0] < until])
        for (name, begun), (_, until) in pairwise(phases)
    }
    for name, (seconds, some) in parts.items():
        f = figures(some)
        print(
            f"{name:24} {seconds:>8.1f} {f['orders']:>7} {f['gave_way']:>9} {f['median_ms']:>8} {f['p99_ms']:>8}"
            f" {f['longest_ms']:>8}"
        )
    beside_it, by_itself = figures(told), figures(alone)
    print(json.dumps({
        "lines": LINES, "lines_per_second": round(LINES / (moments["end"] - moments["reading"])),
        **{name: beside_it[name] for name in ("orders", "longest_ms", "p99_ms", "gave_way")},
        "alone_longest_ms": by_itself["longest_ms"], "alone_p99_ms": by_itself["p99_ms"],
    }))  # fmt: skip


def main() -> None:
    """Table, then JSON."""
    with scratch(f"relacional_bench_import_{os.getpid()}"):
        measured()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saleor_relacional.hosts.standalone.settings")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("PUBLIC_URL", "https://shop.example")
    if "--traffic" in sys.argv:
        import django

        django.setup()
        print("ready", flush=True)
        print(json.dumps(traffic(int(sys.argv[-1]))))
    else:
        main()
