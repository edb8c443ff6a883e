"""Apply the listed breakages one at a time, to a copy of the code, and see a test fail for each.

`make mutants` runs all of them, `make mutants ONLY="lease tombstone"` those whose name holds one of them.
"""

import importlib
import os
import pkgutil
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP))

from tests import mutants  # noqa: E402
from tests.mutants.breakage import Breakage  # noqa: E402

PYTEST = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", "--reuse-db"]
TESTS_FAILED = 1
"""pytest's exit code for a failed test; 2 and above mean that it could not run, which proves nothing."""


def listed() -> list[Breakage]:
    """All breakages of all families, in order."""
    names = sorted(module.name for module in pkgutil.iter_modules(mutants.__path__))
    families = [
        importlib.import_module(f"tests.mutants.{name}") for name in names if name not in ("run", "breakage")
    ]
    return [breakage for family in families for breakage in family.BREAKAGES]


def apply(breakage: Breakage, top: Path) -> str:
    """Break the copy; the text as it was."""
    file = top / breakage.file
    before = file.read_text(encoding="utf-8")
    if before.count(breakage.old) != 1:
        sys.exit(
            f"'{breakage.name}': its old text occurs {before.count(breakage.old)} times in {breakage.file};"
            " the list must follow the code."
        )
    file.write_text(before.replace(breakage.old, breakage.new), encoding="utf-8")
    return before


def run(arguments: list[str], top: Path) -> subprocess.CompletedProcess[str]:
    """pytest on the copy, with the package imported from the copy."""
    environment = {**os.environ, "PYTHONPATH": str(top), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [*PYTEST, *arguments], cwd=top, env=environment, capture_output=True, text=True, check=False
    )


def main(words: list[str]) -> int:
    chosen = [b for b in listed() if not words or any(word in b.name for word in words)]
    with tempfile.TemporaryDirectory(prefix="relacional-mutants-") as scratch:
        top = Path(scratch) / "project"
        shutil.copytree(
            TOP, top, ignore=shutil.ignore_patterns(".git", ".venv*", "*.egg-info", "__pycache__", ".*_cache")
        )
        whole = run(sorted({test for b in chosen for test in b.tests.split()}), top)
        if whole.returncode:
            print(whole.stdout[-4000:], file=sys.stderr)
            sys.exit("The tests fail without any breakage: mend them first.")
        survived = [b.name for i, b in enumerate(chosen, 1) if not noticed(b, top, f"{i}/{len(chosen)}")]
    print(f"{len(chosen) - len(survived)} passed, {len(survived)} failed")
    for name in survived:
        print(f"NOBODY NOTICED: {name}", file=sys.stderr)
    return 1 if survived else 0


def noticed(breakage: Breakage, top: Path, place: str) -> bool:
    """Whether a test failed under this breakage."""
    before, start = apply(breakage, top), time.monotonic()
    try:
        result = run(breakage.tests.split(), top)
    finally:
        (top / breakage.file).write_text(before, encoding="utf-8")
    caught = result.returncode == TESTS_FAILED
    verdict = "noticed " if caught else "SURVIVED"
    print(f"[{place}] {verdict} {breakage.name}  ({time.monotonic() - start:.0f} s)", flush=True)
    if result.returncode > TESTS_FAILED:
        print(result.stdout[-2000:] + result.stderr[-2000:], file=sys.stderr)
    return caught


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
