"""Fixtures that every test may use. Hosts are imported inside them: the suite also runs inside Saleor's own
pytest."""

import gc
import os
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.utils import translation

from saleor_relacional import conf
from saleor_relacional.hosts.base import Host
from tests.running.tries import THOROUGH
from tests.support.instants import NOON

LONG = (
    "tests/databases/test_apart.py", "tests/demo/test_whole.py", "tests/faults/test_faults.py",
    "tests/faults/test_killed_senders.py", "tests/flows/calendar/test_rehearse.py", "tests/flows/test_locks.py",
    "tests/views/accessibility/test_accessible.py", "tests/wallet/test_cases.py",
    "tests/flows/evidence/test_lift_honesty.py",
)  # fmt: skip
"""Tests of programs in processes and databases of their own, and others that take half a minute."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is marked `thorough` is run by `make thorough` alone. What takes a minute begins first, so that nobody waits
    for it at the end. Where our tables have a database of their own (RELACIONAL_DATABASE_URL), every test may use
    both."""
    if not THOROUGH and (later := [item for item in items if item.get_closest_marker("thorough")]):
        config.hook.pytest_deselected(items=later)
        left_out = set(later)
        items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))
    if conf.database() == conf.HOST_DATABASE:
        return
    for item in items:
        marked = item.get_closest_marker("django_db")
        given = {**marked.kwargs, "databases": "__all__"} if marked else {"databases": "__all__"}
        if marked or {"db", "transactional_db"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.django_db(**given), append=False)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: a quarter of the time of a worker is waiting, for its database, for a
    browser, for what a story does at once."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not walk through it again and again (a twelfth of the time)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _emptied_quickly() -> Iterator[None]:
    """After a test with real transactions."""
    from django.test import TransactionTestCase

    from tests.running.emptying import empties

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empties)
        yield


@pytest.fixture(scope="session", autouse=True)
def _learnt_once() -> Iterator[None]:
    """What follows from equal histories."""
    from tests.running.learnt_once import learnt_once

    with learnt_once():
        yield


@pytest.fixture(autouse=True)
def _the_host_is_found_anew() -> Iterator[None]:
    """Settings may differ from test to test."""
    conf.host.cache_clear()
    yield
    conf.host.cache_clear()


@pytest.fixture(autouse=True)
def _speaks_as_before() -> Iterator[None]:
    """A request leaves its language active in this thread, as Django's middleware does; the next test has its own."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _each_statement_in_its_own_database(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where there are two databases, nothing asks one of them for the other's tables."""
    if conf.database() == conf.HOST_DATABASE or request.node.get_closest_marker("django_db") is None:
        yield
        return
    from tests.databases.guard import guarded

    with guarded():
        yield


@pytest.fixture(autouse=True)
def _said_at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that is one transaction never commits: what waits for our commit is done at once in it."""
    marked = request.node.get_closest_marker("django_db")
    apart = conf.database() != conf.HOST_DATABASE
    if apart and marked is not None and not marked.kwargs.get("transaction"):
        monkeypatch.setattr("saleor_relacional.db.sql.on_commit", lambda action: action())


@pytest.fixture
def now() -> datetime:
    """The instant at which stories begin."""
    return NOON


@pytest.fixture
def host(db: Any) -> Host:
    """The shop we live in, as the flows see it."""
    return conf.host()


@pytest.fixture
def shop(db: Any) -> Any:
    """The standalone shop, its clock stopped at NOON, with one channel in euros: act in it through the
    driver."""
    from tests.hosts.standalone import StandaloneShop

    shop = StandaloneShop()
    shop.set_clock(NOON)
    shop.channel("eur", "EUR")
    return shop


@pytest.fixture(autouse=True)
def _locks_in_their_order(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where transactions are real, none takes a lock before one that comes earlier in db/locks.py."""
    marked = request.node.get_closest_marker("django_db")
    if marked is None or not marked.kwargs.get("transaction"):
        yield
        return
    from tests.support.lock_order import in_order

    with in_order():
        yield


@pytest.fixture(autouse=True)
def _recordings_are_patient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stories of several at once let one of them wait for as long as a busy machine takes. So do those that run in one
    transaction: how long a recording waits holds until it ends, for whatever the story does after it."""
    if request.node.get_closest_marker("django_db") or "db" in request.fixturenames:
        monkeypatch.setattr("saleor_relacional.flows.ingest.record.PATIENCE", 60.0)
