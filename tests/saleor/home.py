"""Where the real Saleor is, and how to run its programs."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
HOME = Path(
    os.environ.get("SALEOR_HOME") or Path.home() / ".cache" / "saleor-relacional" / "saleor"
).expanduser()
PYTHON = HOME / ".venv" / "bin" / "python"
WORK = HOME / ".relacional-test"
"""Logs, keys and, for a non-root user, the database cluster. Kept between runs."""


class CannotRun(Exception):
    """The machine lacks something; the message says what and where it comes from."""


def check() -> None:
    """Raise CannotRun unless a Saleor with its own environment is there."""
    if not (HOME / "manage.py").exists() or not PYTHON.exists():
        raise CannotRun(
            f"No Saleor at {HOME}. Set SALEOR_HOME to a checkout of Saleor 3.23, set up as its own documentation says,"
            " with its environment in .venv."
        )


def installer() -> list[str]:
    """The command that installs packages into Saleor's environment: uv where it is (UV names it, else it is looked for
    on PATH), else the environment's own pip. One made by `uv sync` has no pip. Raises CannotRun without either."""
    uv = shutil.which(os.environ.get("UV") or "uv")
    if uv:
        return [uv, "pip", "install", "--quiet", "--python", str(PYTHON)]
    pip = [str(PYTHON), "-m", "pip"]
    if subprocess.run([*pip, "--version"], capture_output=True, check=False).returncode == 0:
        return [*pip, "install", "--quiet", "--disable-pip-version-check"]
    raise CannotRun(
        f"Neither uv on PATH nor pip in {PYTHON.parent.parent} can install us. Say where uv is (UV=/path/to/uv make"
        f" test-saleor), or put pip there: {PYTHON} -m ensurepip"
    )


def environment(**more: str) -> dict[str, str]:
    """Environment of Saleor's programs: nothing of the caller's settings leaks in."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {
        **kept,
        "PATH": f"{PYTHON.parent}{os.pathsep}{kept.get('PATH', os.defpath)}",
        "PYTHONPATH": os.pathsep.join([str(HOME), str(REPOSITORY)]),
        "SECRET_KEY": "only for tests",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "ALLOWED_CLIENT_HOSTS": "localhost,127.0.0.1",
        "DEFAULT_CHANNEL_SLUG": "default-channel",
        "HTTP_IP_FILTER_ENABLED": "True",
        "HTTP_IP_FILTER_ALLOW_LOOPBACK_IPS": "True",
        "SEND_USAGE_TELEMETRY": "False",
        "OTEL_SDK_DISABLED": "true",
        **more,
    }


def manage(
    arguments: Sequence[str], env: Mapping[str, str], *, log: Path, settings: str = "saleor.settings"
) -> None:
    """manage.py …, its output in the log; raises CannotRun with the log's end when it fails."""
    command = [str(PYTHON), "manage.py", *arguments]
    with log.open("ab") as out:
        done = subprocess.run(
            command,
            cwd=HOME,
            env={**env, "DJANGO_SETTINGS_MODULE": settings},
            stdout=out,
            stderr=out,
            check=False,
        )
    if done.returncode:
        raise CannotRun(f"manage.py {' '.join(arguments)} failed:\n{log.read_text(errors='replace')[-3000:]}")
