"""`make test-saleor`: the contract suite and the end-to-end tests on the real Saleor at SALEOR_HOME.

Starts what it needs, keeps the migrated databases for the next run, ends what it started, and closes with one line of
counts. Arguments go to pytest, for example: run.py -k stranger. With AGAIN=1 the end-to-end tests run a second time, on
the Saleor that the first leaves: stories that lean on a fresh one fail there. With THOROUGH=1 each page of the desk is
seen in each language, theme and size.
"""

import fcntl
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.saleor import dashboard, databases, home, servers

HERE = Path(__file__).resolve().parent
OUTSIDE = ("aiosmtpd>=1.4.6,<2", "selenium>=4.20,<5")
"""What the tests need in Saleor's environment besides ourselves."""
Suite = Callable[[str, Path, Sequence[str], TextIO], None]
"""Runs tests on the server, leaves its result in a file, and tells."""


def main(arguments: Sequence[str]) -> int:
    """Exit code: 0 when everything passed."""
    home.check()
    home.WORK.mkdir(parents=True, exist_ok=True)
    with alone(), tempfile.TemporaryDirectory(prefix="relacional-saleor-") as results:
        install_ourselves()
        with servers.postgres() as server:
            databases.build_templates(server)
            with ThreadPoolExecutor(1) as aside, tempfile.TemporaryFile("w+") as told:
                # The stories wait for beats and browsers most of the time: what needs a processor runs meanwhile.
                others = aside.submit(
                    _in_turn, (contract, saleors_own), server, Path(results), arguments, told
                )
                _in_turn((end_to_end,), server, Path(results), arguments, sys.stdout)
                others.result()
                told.seek(0)
                print(told.read(), end="", flush=True)
        passed, failed = counts(Path(results))
    if unseen := dashboard.lacking():
        print(f"NOT RUN: the dashboard in Chromium: {unseen}.")
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


def _in_turn(
    suites: Sequence[Suite], server: str, results: Path, arguments: Sequence[str], told: TextIO
) -> None:
    for suite in suites:
        began = time.monotonic()
        print(f"== {suite.__name__.replace('_', ' ')}", file=told, flush=True)
        suite(server, results / f"{suite.__name__}.xml", arguments, told)
        print(f"   took {time.monotonic() - began:.0f} s", file=told, flush=True)


@contextmanager
def alone() -> Iterator[None]:
    """Two runs on one cluster would stop each other's server."""
    with (home.WORK / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise home.CannotRun("Another `make test-saleor` is running on this Saleor.") from error
        yield


def install_ourselves() -> None:
    """Install into Saleor's environment, from this checkout. Skipped when it points here already."""
    program = "import aiosmtpd, selenium, importlib.metadata as m, saleor_relacional as s;"
    program += "m.entry_points(group='saleor.plugins')['saleor_relacional'];"
    program += "[m.version(n) for n in ('mrml','python-liquid','scipy','threadpoolctl')];print(s.__file__)"
    asked = subprocess.run(
        [str(home.PYTHON), "-P", "-c", program], capture_output=True, text=True, check=False, cwd="/"
    )
    if asked.returncode == 0 and Path(asked.stdout.strip()).parents[1] == home.REPOSITORY:
        return
    print("Installing into Saleor's environment …", flush=True)
    editable = ["--config-settings", "editable_mode=compat", "-e", str(home.REPOSITORY)]
    done = subprocess.run([*home.installer(), *OUTSIDE, *editable], check=False)
    if done.returncode:
        raise home.CannotRun("We could not be installed into Saleor's environment; the message stands above.")


def contract(server: str, result: Path, arguments: Sequence[str], told: TextIO) -> None:
    """Every host keeps the same contract: inside Saleor's own pytest, with its settings."""
    name = databases.fresh_name("relacional_contract")
    copied = f"test_{name}"
    databases.copy(server, copied, databases.template(databases.MIGRATED))
    try:
        broker = {"CELERY_BROKER_URL": "memory://", "CACHE_URL": "locmem://"}
        env = home.environment(DATABASE_URL=f"{server}/{name}", **broker)
        _pytest(["contract", "--ds=saleor.tests.settings", "--reuse-db"], env, result, arguments, told)
    finally:
        databases.drop(server, copied)


def end_to_end(server: str, result: Path, arguments: Sequence[str], told: TextIO) -> None:
    """The whole way, over HTTP, on a freshly populated Saleor; with AGAIN=1 once more on the one that this leaves."""
    env = home.environment(
        RELACIONAL_POSTGRES=server, RELACIONAL_BROKER=servers.broker_binary(), SALEOR_HOME=str(home.HOME),
        THOROUGH=os.environ.get("THOROUGH", ""),
    )  # fmt: skip
    stories = ["e2e", "-p", "no:django"]
    if not os.environ.get("AGAIN"):
        _pytest(stories, env, result, arguments, told)
        return
    used = databases.fresh_name("relacional_used")
    try:
        _pytest(stories, env | {"RELACIONAL_LEAVE": used}, result, arguments, told)
        print("== end to end, on the used Saleor", file=told, flush=True)
        again = result.with_name("end_to_end_used.xml")
        _pytest(stories, env | {"RELACIONAL_USED": used}, again, arguments, told)
    finally:
        databases.drop(server, used)


def saleors_own(server: str, result: Path, arguments: Sequence[str], told: TextIO) -> None:
    """Saleor's own plugin tests pass with us installed."""
    if arguments:
        return  # asked for some tests of ours
    name = databases.fresh_name("relacional_own")
    copied = f"test_{name}"
    databases.copy(server, copied, databases.template(databases.MIGRATED))
    try:
        broker = servers.Broker(home.WORK / "broker.log")
        broker.start()
        try:
            urls = {"CELERY_BROKER_URL": f"{broker.url}/1", "CACHE_URL": f"{broker.url}/0"}
            env = home.environment(DATABASE_URL=f"{server}/{name}", **urls)
            for unwanted in ("ALLOWED_CLIENT_HOSTS", "DEFAULT_CHANNEL_SLUG"):
                env.pop(unwanted)
            command = ["saleor/plugins/tests", "-n0", "--reuse-db", "-q", f"--junitxml={result}"]
            command = [str(home.PYTHON), "-m", "pytest", *command]
            subprocess.run(command, cwd=home.HOME, env=env, check=False, stdout=told, stderr=told)
        finally:
            broker.stop()
    finally:
        databases.drop(server, copied)


def _pytest(
    what: Sequence[str], env: dict[str, str], result: Path, arguments: Sequence[str], told: TextIO
) -> None:
    command = [str(home.PYTHON), "-m", "pytest", "-c", "pytest.ini", "--rootdir", ".", "--confcutdir", "."]
    command += ["-q", f"--junitxml={result}", *what, *arguments]
    subprocess.run(command, cwd=HERE, env=env, check=False, stdout=told, stderr=told)


def counts(results: Path) -> tuple[int, int]:
    """(passed, failed) over all suites. A suite that left no result has failed; a skipped test is neither."""
    passed = failed = 0
    files = sorted(results.glob("*.xml"))
    for path in files:
        for suite in ElementTree.parse(path).getroot().iter("testsuite"):
            wrong = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            failed += wrong
            passed += int(suite.get("tests", 0)) - wrong - int(suite.get("skipped", 0))
    return passed, failed + (0 if len(files) >= 2 else 1)


if __name__ == "__main__":
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    try:
        sys.exit(main(sys.argv[1:]))
    except home.CannotRun as problem:
        sys.exit(str(problem))
