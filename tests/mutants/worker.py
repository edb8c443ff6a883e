"""A copy of the code with a database of its own, in which breakages are tried."""

import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from tests.mutants import forked
from tests.mutants.breakage import Breakage
from tests.mutants.listing import ids

PYTEST = ["-p", "pytest_django.plugin", "-q", "-x", "--no-header", "--reuse-db"]
"""Other plugins are not loaded: each costs a second, more than a hundred times."""
TESTS_FAILED = 1
"""pytest's exit code for a failed test; 2 and above mean that it could not run, which proves nothing."""
PATIENCE = 180.0
"""Seconds for the tests of one breakage. A test that never ends has not noticed anything."""
NO_COPY = (".git", ".venv*", "*.egg-info", "__pycache__", ".*_cache", ".hypothesis", "build", "dist")


@dataclass(slots=True, kw_only=True)
class Worker:
    """One of those that share the list."""

    number: int
    top: Path
    """Of the copy."""
    tests: list[str] = field(default_factory=list)
    """Its share of all tests, run before the first breakage and after the last."""
    survived: list[str] = field(default_factory=list)

    def settle(self, source: Path) -> None:
        """Copy the code."""
        shutil.copytree(source, self.top, ignore=shutil.ignore_patterns(*NO_COPY))

    def whole(self, *options: str) -> str:
        """Run its tests without a breakage; what they say when they fail. Whole code alone is compiled to disk, so that
        nothing of a breakage can stay there."""
        runs = [
            self._pytest([*options, *tests], compile=True)
            for tests in ([one for one in self.tests if apart([one]) is where] for where in (False, True))
            if tests
        ]
        return "\n".join(output[-4000:] for code, output in runs if code)

    def breaks(self, breakage: Breakage) -> tuple[int | None, str]:
        """The answer of the tests of this breakage. The code is whole again afterwards, its date included."""
        place, broken = breakage.broken(self.top)
        file = self.top / place
        before, stat = file.read_text(encoding="utf-8"), file.stat()
        file.write_text(broken, encoding="utf-8")
        try:
            return self._pytest(ids(breakage), patience=PATIENCE)
        finally:
            file.write_text(before, encoding="utf-8")
            os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    def _pytest(
        self, arguments: list[str], *, compile: bool = False, patience: float | None = None
    ) -> tuple[int | None, str]:
        environment = {
            "PYTHONPATH": str(self.top), "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "DATABASE_URL": own_database(f"{self.number}"),
        }  # fmt: skip
        if apart(arguments):
            environment["DATABASE_URL"] = own_database(f"{self.number}_shop")
            environment["RELACIONAL_DATABASE_URL"] = own_database(f"{self.number}_ours")
        return forked.pytest([*PYTEST, *arguments], self.top, environment, compile=compile, patience=patience)


def own_database(name: str) -> str:
    """DATABASE_URL with a name of this worker's; pytest-django makes `test_` and that name."""
    return re.sub(r"(//[^/]*/)([^/?]*)", rf"\1\2_mutants{name}", os.environ["DATABASE_URL"], count=1)


def apart(arguments: list[str]) -> bool:
    """Whether these tests are stories of two databases, which need both."""
    return any(argument.startswith("tests/databases/apart/") for argument in arguments)
