"""`make bench-rebuild`: all customer summaries and predictions from nothing, fit included, beside their floor.

PEOPLE=… for another size than 1,000,000 customers (10 purchases each, three lines a purchase), WORKERS="1 2 4",
ROUNDS=3. Every run begins with nobody scored and goes through the product's own task in real worker processes; one of
them learns the shop first, and whoever did the last range puts the new tables in their place. Runs of one worker
alternate with the others and with the floor; ours is their median, the floor the better of two. What each line means
and how it was last: docs/benchmarks.md.

Last line: {"seconds", "floor_seconds", "ratio_to_floor", "peak_mb", "speedup_4", …}.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from typing import Any

from benchmarks import floor, floor_apart
from benchmarks.crowd_copy import connect, crowd
from benchmarks.crowd_database import tidy
from benchmarks.crowd_load import NOW

PEOPLE = int(os.environ.get("PEOPLE", "1000000"))
WORKERS = [int(count) for count in os.environ.get("WORKERS", "1 2 4").split()]
ROUNDS = int(os.environ.get("ROUNDS", "3"))
SCRATCH = f"relacional_bench_rebuild_{os.getpid()}"

EMPTY = """
TRUNCATE saleor_relacional_customersummary, saleor_relacional_prediction, saleor_relacional_stagechange,
    saleor_relacional_fit,
    saleor_relacional_stale, saleor_relacional_habitshift CASCADE;
INSERT INTO saleor_relacional_stale (profile_id, since, version)
SELECT id, %(now)s, pg_current_xact_id()::text::bigint FROM saleor_relacional_profile WHERE merged_into_id IS NULL
"""
"""Nobody is scored, everybody is marked; fits take their rebuilds along."""
TAIL = """
SELECT extract(epoch FROM ended_at - (
    SELECT max(done_at) FROM saleor_relacional_rebuildrange r WHERE r.rebuild_id = b.id))::float8
FROM saleor_relacional_rebuild b WHERE state = 'adopted'
"""
"""Seconds from the last range's end to the swap's."""
RESULT = """
SELECT (SELECT json_object_agg(stage, people) FROM (
            SELECT stage, count(*) AS people FROM saleor_relacional_customersummary GROUP BY 1 ORDER BY 1
        ) AS counted)::text,
       (SELECT count(*) FROM saleor_relacional_prediction), (SELECT count(*) FROM saleor_relacional_stagechange),
       (SELECT count(*) FROM saleor_relacional_stale),
       (SELECT round(sum(order_90)::numeric, 3)::float8 FROM saleor_relacional_prediction)
"""


class Worker:
    """A process that does steps of the rebuild when told."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "benchmarks.rebuild", "--worker"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.answer()

    def tell(self, step: str) -> None:
        """Do it; do not wait."""
        print(step, file=self.process.stdin, flush=True)

    def answer(self) -> dict[str, Any]:
        """What the step that was told last came to. Raises SystemExit when the process broke."""
        said = self.process.stdout.readline()  # type: ignore[union-attr]
        if not said:
            raise SystemExit("A worker broke; its message stands above.")
        found: dict[str, Any] = json.loads(said)
        return found

    def close(self) -> None:
        """It ends by itself."""
        self.process.communicate()


def named(count: int) -> str:
    """In words."""
    return f"{count} worker{'s' * (count > 1)}"


def run(count: int) -> dict[str, Any]:
    """Everybody from nothing by so many workers: seconds of each step and in all, MB of the largest worker."""
    with connect() as server:
        server.execute(EMPTY, {"now": NOW})
        tidy(server)
    workers = [Worker() for _ in range(count)]
    start = time.perf_counter()
    workers[0].tell("learn")
    answers = [workers[0].answer()]
    took: dict[str, Any] = {"learn": time.perf_counter() - start}
    for worker in workers:
        worker.tell("rebuild")
    answers += [worker.answer() for worker in workers]
    took |= {"seconds": time.perf_counter() - start, "peak_mb": max(each["peak_mb"] for each in answers)}
    took["cpu"] = sum(each["cpu"] for each in answers)
    for worker in workers:
        worker.close()
    with connect() as server:
        took["swap"] = server.execute(TAIL).fetchone()[0]
        took["ranges"] = took["seconds"] - took["learn"] - took["swap"]
        took["result"] = server.execute(RESULT).fetchone()
    print(
        f"  {named(count)}: {took['seconds']:.1f} s (learn {took['learn']:.1f}, ranges {took['ranges']:.1f},"
        f" indexes and swap {took['swap']:.1f}); largest process {took['peak_mb']:.0f} MB",
        flush=True,
    )
    return took


def measured() -> tuple[dict[int, list[dict[str, Any]]], list[floor.Floor], list[floor.Rows]]:
    """Ours by number of workers, the floor, and the rows that both wrote."""
    ours: dict[int, list[dict[str, Any]]] = {count: [] for count in WORKERS}
    floors: list[floor.Floor] = []
    written: list[floor.Rows] = []
    turns = [WORKERS[0], 0, *WORKERS[1:], *[WORKERS[0], 0] * (ROUNDS > 1), *WORKERS[:1] * (ROUNDS - 2)]
    for count in turns:
        if count:
            ours[count].append(run(count))
            continue
        with connect() as server:
            written = written or [floor.rows(server, table) for table in floor.WRITTEN]
            floors.append(floor.run(server, written))
        print(f"  floor: {floors[-1].seconds:.1f} s", flush=True)
    results = {tuple(each["result"]) for runs in ours.values() for each in runs}
    if len(results) > 1:
        raise SystemExit(f"Runs came to different predictions: {results}")
    return ours, floors, written


def main() -> None:
    """Table, then JSON."""
    import django

    django.setup()
    ours, floors, written = measured()
    result = ours[WORKERS[0]][0]["result"]
    print(
        f"\nstages {result[0]}\n{result[1]:,} predictions, {result[2]:,} stages told, {result[3]:,} left stale"
    )
    best = min(floors, key=lambda each: each.seconds)
    for each in written:
        print(f"written to {each.table}: {each.rows:,} rows of {each.width:.0f} bytes")
    print(
        f"floor: aggregate {best.aggregate:.1f} s + copy {best.copy:.1f} s = {best.seconds:.1f} s"
        f" (with these tables' indexes: + {best.indexes:.1f} s)"
    )
    median = {count: statistics.median(each["seconds"] for each in runs) for count, runs in ours.items()}
    for count, seconds in median.items():
        print(
            f"{named(count)}: {seconds:.1f} s, {seconds / best.seconds:.2f} × floor,"
            f" {median[WORKERS[0]] / seconds:.2f} × as quick as one"
        )
    cpu = statistics.median(each["cpu"] for each in ours[WORKERS[0]])
    print(
        f"processor: {named(WORKERS[0])} {cpu:.1f} s, floor {best.cpu:.1f} s,"
        f" {cpu / max(best.cpu, 0.01):.2f} × (without the helpers that build indexes)"
    )
    apart = floor_apart.measured(PEOPLE, NOW)
    print(json.dumps({
        "people": PEOPLE, "seconds": round(median[WORKERS[0]], 2), "floor_seconds": round(best.seconds, 2),
        "ratio_to_floor": round(median[WORKERS[0]] / best.seconds, 3),
        "peak_mb": round(max(each["peak_mb"] for runs in ours.values() for each in runs), 1),
        **{f"speedup_{count}": round(median[WORKERS[0]] / median[count], 2) for count in WORKERS[1:]},
        **{f"seconds_{count}": round(median[count], 2) for count in WORKERS[1:]},
        "cpu_seconds": round(cpu, 2), "floor_cpu_seconds": round(best.cpu, 2),
        "floor_with_indexes_seconds": round(best.seconds + best.indexes, 2), **apart,
    }))  # fmt: skip


def peak_mb() -> float:
    """The most memory that this process ever held, as Linux counts it, everything included."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def serve() -> None:
    """A worker: one step per line from whoever started us."""
    import django

    django.setup()
    from django.db import connections

    from saleor_relacional import conf, tasks
    from saleor_relacional.flows.scoring import rebuild

    steps = {"learn": lambda: rebuild.begin(NOW), "rebuild": tasks.rebuild}
    connection = connections[conf.database()]
    connection.ensure_connection()
    print("{}", flush=True)
    for line in sys.stdin:
        start = floor.cpu(connection.connection.info.backend_pid)
        steps[line.strip()]()
        taken = floor.cpu(connection.connection.info.backend_pid) - start
        print(json.dumps({"peak_mb": peak_mb(), "cpu": taken}), flush=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saleor_relacional.hosts.standalone.settings")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if "--worker" in sys.argv:
        serve()
    else:
        with crowd(PEOPLE, SCRATCH):
            main()
