"""Apply the listed breakages one at a time, to a copy of the code, and see a test fail for each.

`make mutants` runs all of them, `make mutants ONLY="lease tombstone"` those whose name holds one of these words.

Two workers, each with a copy and a database of its own, share the list. The tests must pass before the first
breakage and again after the last one: what a breakage left behind in a database would make a later test fail for
a reason that proves nothing.
"""

import importlib
import os
import pkgutil
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP))

from tests import mutants  # noqa: E402
from tests.mutants.breakage import Breakage  # noqa: E402

PYTEST = [
    sys.executable,
    "-m",
    "pytest",
    "-p",
    "pytest_django.plugin",
    "-q",
    "-x",
    "--no-header",
    "--reuse-db",
]
"""Other plugins are not loaded: each costs a second, two hundred times."""
TESTS_FAILED = 1
"""pytest's exit code for a failed test; 2 and above mean that it could not run, which proves nothing."""
WORKERS = 2
PATIENCE = 180
"""Seconds for the tests of one breakage. A test that never ends has not noticed anything."""
NO_COPY = (".git", ".venv*", "*.egg-info", "__pycache__", ".*_cache", ".hypothesis", "build", "dist")


@dataclass(slots=True, kw_only=True)
class Worker:
    """A copy of the code with a database of its own, and what it found."""

    number: int
    top: Path
    survived: list[str] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)

    def pytest(self, arguments: list[str], *, compile: bool = False) -> tuple[int | None, str]:
        """(exit code, None when it did not end; output). Bytecode is written only from whole code, so that none of
        a breakage can stay."""
        environment = {
            **os.environ, "PYTHONPATH": str(self.top), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "DATABASE_URL": own_database(self.number), "PYTHONDONTWRITEBYTECODE": "" if compile else "1",
        }  # fmt: skip
        process = subprocess.Popen(
            [*PYTEST, *arguments], cwd=self.top, env=environment, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            output, _ = process.communicate(timeout=None if compile else PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return None, process.communicate()[0]
        return process.returncode, output

    def whole(self, tests: list[str]) -> str:
        """Run these without a breakage; what they say when they fail."""
        code, output = self.pytest(tests, compile=True) if tests else (0, "")
        return output[-4000:] if code else ""

    def breaks(self, breakage: Breakage) -> tuple[int | None, str]:
        """The tests' answer to this breakage; the code is whole again afterwards, its date included."""
        file = self.top / breakage.file
        before, stat = file.read_text(encoding="utf-8"), file.stat()
        file.write_text(before.replace(breakage.old, breakage.new), encoding="utf-8")
        try:
            return self.pytest(breakage.tests.split())
        finally:
            file.write_text(before, encoding="utf-8")
            os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def own_database(number: int) -> str:
    """DATABASE_URL with a name of this worker's; pytest-django makes `test_` and that name."""
    return re.sub(r"(//[^/]*/)([^/?]*)", rf"\1\2_mutants{number}", os.environ["DATABASE_URL"], count=1)


def listed() -> list[Breakage]:
    """All breakages of all families, in order."""
    names = sorted(module.name for module in pkgutil.iter_modules(mutants.__path__))
    families = [
        importlib.import_module(f"tests.mutants.{name}") for name in names if name not in ("run", "breakage")
    ]
    return [breakage for family in families for breakage in family.BREAKAGES]


def misfits(breakages: list[Breakage]) -> list[str]:
    """What is wrong with the list itself: it must follow the code."""
    names = [each.name for each in breakages]
    wrong = [
        f"'{name}' is listed twice." for name in sorted({name for name in names if names.count(name) > 1})
    ]
    for each in breakages:
        times = (TOP / each.file).read_text(encoding="utf-8").count(each.old)
        if times != 1 or each.old == each.new:
            wrong.append(
                f"'{each.name}': its old text occurs {times} times in {each.file}, or is the new one."
            )
    return wrong


def work(worker: Worker, waiting: "queue.SimpleQueue[tuple[str, Breakage]]") -> None:
    """Take breakages until there are no more."""
    while True:
        try:
            place, breakage = waiting.get_nowait()
        except queue.Empty:
            return
        start = time.monotonic()
        code, output = worker.breaks(breakage)
        verdict = "noticed " if code == TESTS_FAILED else "SURVIVED"
        print(f"[{place}] {verdict} {breakage.name}  ({time.monotonic() - start:.0f} s)", flush=True)
        if code != TESTS_FAILED:
            worker.survived.append(breakage.name)
        if code is None or code > TESTS_FAILED:
            print(
                output[-2000:], "the tests did not end" if code is None else "", file=sys.stderr, flush=True
            )


def main(words: list[str]) -> int:
    chosen = [b for b in listed() if not words or any(word in b.name for word in words)]
    if wrong := misfits(chosen):
        sys.exit("\n".join([*wrong, "The list must follow the code."]))
    with (
        tempfile.TemporaryDirectory(prefix="relacional-mutants-") as scratch,
        ThreadPoolExecutor(WORKERS) as pool,
    ):
        workers = [Worker(number=n, top=Path(scratch) / f"copy{n}") for n in range(WORKERS)]
        tests = sorted({test for b in chosen for test in b.tests.split()})
        for worker in workers:
            shutil.copytree(TOP, worker.top, ignore=shutil.ignore_patterns(*NO_COPY))
            worker.tests = tests[worker.number :: WORKERS]
        for said in pool.map(lambda worker: worker.whole(worker.tests), workers):
            if said:
                sys.exit(f"{said}\nThe tests fail without any breakage: mend them first.")
        waiting: queue.SimpleQueue[tuple[str, Breakage]] = queue.SimpleQueue()
        for place, breakage in enumerate(chosen, 1):
            waiting.put((f"{place}/{len(chosen)}", breakage))
        list(pool.map(lambda worker: work(worker, waiting), workers))
        for said in pool.map(lambda worker: worker.whole(worker.tests), workers):
            if said:
                sys.exit(f"{said}\nA breakage left something behind: no verdict above can be trusted.")
    survived = [name for worker in workers for name in worker.survived]
    print(f"{len(chosen) - len(survived)} passed, {len(survived)} failed")
    for name in survived:
        print(f"NOBODY NOTICED: {name}", file=sys.stderr)
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
