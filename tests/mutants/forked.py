"""pytest in a process that begins with Django, scipy and the like imported: they are most of what a short run costs.

A fork server of the standard library imports them once and forks for each run. Nothing of ours is imported before the
fork, because what is ours differs from run to run.
"""

import multiprocessing
import os
import signal
import sys
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

THEIRS = [
    "pytest", "django.test", "django.contrib.postgres.fields", "django.db.backends.postgresql.base", "dj_database_url",
    "psycopg", "numpy", "scipy.optimize", "scipy.special", "scipy.stats", "celery", "kombu.transport.redis", "graphene",
    "graphene.relay", "promise.dataloader", "liquid", "mrml", "babel.dates", "babel.numbers",
]  # fmt: skip
OURS = {"tests", "saleor_relacional", "__mp_main__"}

server: Any = multiprocessing.get_context("forkserver")
server.set_forkserver_preload(THEIRS)


def pytest(
    arguments: list[str], top: Path, environment: dict[str, str], *, compile: bool, patience: float | None
) -> tuple[int | None, str]:
    """Run pytest on the copy at `top`: (exit code, None when it did not end in time; output). `compile`: bytecode may
    be written."""
    with TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        given = (arguments, str(top), environment, compile, _Sent(output))
        process = server.Process(target=_child, args=given, daemon=False)
        process.start()
        process.join(patience)
        if process.is_alive():
            os.killpg(process.pid, signal.SIGKILL)
            process.join()
            code = None
        else:
            code = process.exitcode
        output.seek(0)
        return code, output.read()


class _Sent:
    """An open file that goes along to the other process."""

    def __init__(self, file: IO[str]) -> None:
        self.file = file

    def __reduce__(self) -> Any:
        from multiprocessing.reduction import DupFd

        return _received, (DupFd(self.file.fileno()),)


def _received(sent: Any) -> int:
    return int(sent.detach())


def _child(arguments: list[str], top: str, environment: dict[str, str], compile: bool, output: int) -> None:
    os.setsid()
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.environ.update(environment)
    os.chdir(top)
    sys.dont_write_bytecode = not compile
    sys.path[:] = [top, *(place for place in sys.path if Path(place).resolve() not in _ours())]
    for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
        del sys.modules[name]
    import pytest

    sys.exit(int(pytest.main(arguments)))


def _ours() -> set[Path]:
    here = Path(__file__).resolve().parent
    return {here, here.parents[1]}
