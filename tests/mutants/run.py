"""Apply the listed breakages one at a time, to a copy of the code, and see a test fail for each.

`make mutants` runs all of them, `make mutants ONLY="lease tombstone"` those whose name holds one of these words. Two
workers (`WORKERS=4`: four) share the list.

The last line says how many were noticed: `128 of 128 noticed`. Those that nobody noticed are named before it.

The tests must pass before the first breakage and again after the last one: what a breakage left behind in a database
would make a later test fail for a reason that proves nothing.
"""

import os
import queue
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP))

from tests.mutants.breakage import Breakage  # noqa: E402
from tests.mutants.listing import ids, listed, misfits  # noqa: E402
from tests.mutants.worker import TESTS_FAILED, Worker  # noqa: E402

WORKERS = int(os.environ.get("WORKERS") or 2)

Waiting = queue.SimpleQueue[tuple[str, Breakage]]


def work(worker: Worker, waiting: Waiting) -> None:
    """Take breakages until there are no more."""
    while True:
        try:
            place, breakage = waiting.get_nowait()
        except queue.Empty:
            return
        start = time.monotonic()
        code, output = worker.breaks(breakage)
        verdict = "noticed " if code == TESTS_FAILED else "SURVIVED"
        print(f"[{place}] {verdict} {breakage.name}  ({time.monotonic() - start:.1f} s)", flush=True)
        if code != TESTS_FAILED:
            worker.survived.append(breakage.name)
        if code is None or code not in (0, TESTS_FAILED):
            print(
                output[-2000:], "the tests did not end" if code is None else "", file=sys.stderr, flush=True
            )


def whole(pool: ThreadPoolExecutor, workers: list[Worker], otherwise: str, *options: str) -> None:
    """See all tests pass, shared among the workers."""
    if said := "\n".join(filter(None, pool.map(lambda worker: worker.whole(*options), workers))):
        sys.exit(f"{said}\n{otherwise}")


def main(words: list[str]) -> int:
    chosen = [b for b in listed() if not words or any(word in b.name for word in words)]
    if not chosen:
        sys.exit("No breakage is named like that.")
    if wrong := misfits(chosen):
        sys.exit("\n".join([*wrong, "The list must follow the code."]))
    tests = sorted({test for b in chosen for test in ids(b)})
    waiting: Waiting = queue.SimpleQueue()
    for place, breakage in enumerate(chosen, 1):
        waiting.put((f"{place}/{len(chosen)}", breakage))
    with (
        tempfile.TemporaryDirectory(prefix="relacional-mutants-") as scratch,
        ThreadPoolExecutor(WORKERS) as pool,
    ):
        workers = [
            Worker(number=n, top=Path(scratch) / f"copy{n}", tests=tests[n::WORKERS] or tests)
            for n in range(WORKERS)
        ]
        list(pool.map(lambda worker: worker.settle(TOP), workers))
        whole(pool, workers, "The tests fail without any breakage: mend them first.", "--create-db")
        list(pool.map(lambda worker: work(worker, waiting), workers))
        whole(pool, workers, "A breakage left something behind: no verdict above can be trusted.")
    survived = [name for worker in workers for name in worker.survived]
    for name in survived:
        print(f"NOBODY NOTICED: {name}", flush=True)
    print(f"{len(chosen) - len(survived)} of {len(chosen)} noticed", flush=True)
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
