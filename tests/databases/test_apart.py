"""Our tables in a database of their own: the stories of `apart`, in a process that has two."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

HERE = Path(__file__).parent
TOP = HERE.parents[1]


def beside(url: str, name: str) -> str:
    """The address of another database on the same server."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def test_the_whole_way_with_two_databases() -> None:
    """Every story in `apart` passes where the host's tables and ours lie in two databases."""
    url = os.environ["DATABASE_URL"]
    name = f"{urlsplit(url).path.strip('/')}_{os.getpid()}"
    environment = {
        # What the pytest around us was told is not meant for this one.
        **{key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")},
        "DATABASE_URL": beside(url, f"{name}_shop"),
        "RELACIONAL_DATABASE_URL": beside(url, f"{name}_ours"),
    }
    command = [sys.executable, "-m", "pytest", str(HERE / "apart"), "-q", "-p", "no:xdist", "--create-db"]
    done = subprocess.run(
        command, cwd=TOP, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert " passed" in done.stdout and "skipped" not in done.stdout
