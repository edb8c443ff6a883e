"""One Saleor for all stories of a run; each story brings people of its own. Run by tests/saleor/run.py."""

import os
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.saleor import home
from tests.saleor.stack import Stack

Switch = Callable[..., Any]
"""See `switch_on`."""

_stack: Stack | None = None


def pytest_configure(config: Any) -> None:
    """Servers first, then all programs at once, while this process sets up Django on the same database: stories look
    behind the API with Saleor's own models."""
    global _stack  # the hooks of a conftest have no other place to keep it
    _stack = Stack(os.environ["RELACIONAL_POSTGRES"], home.WORK / "logs")
    _stack.begin()
    try:
        _stack.install()
        os.environ.update(_stack.environment())
        starting = _Starting(_stack)
        starting.start()
        import django

        django.setup()
        starting.join()
        if starting.problem:
            raise starting.problem
    except BaseException:
        _stack.end()
        raise


def pytest_unconfigure(config: Any) -> None:
    if _stack:
        _stack.end()


class _Starting(threading.Thread):
    """Waits for the programs while Django is set up here."""

    def __init__(self, stack: Stack) -> None:
        super().__init__()
        self.stack = stack
        self.problem: BaseException | None = None

    def run(self) -> None:
        try:
            self.stack.start_all()
        except home.CannotRun as error:
            self.problem = error


@pytest.fixture(scope="session")
def stack() -> Stack:
    assert _stack
    return _stack


@pytest.fixture(autouse=True)
def _fresh_connection() -> Iterator[None]:
    """Each story sees what the programs have committed; a broken connection does not reach the next story."""
    from django.db import connections

    yield
    connections.close_all()


@pytest.fixture(scope="session")
def saleor(stack: Stack) -> Any:
    """Saleor with us, as storefronts and staff talk to it."""
    from tests.saleor.e2e.storefront import Storefront

    return Storefront(stack.url)


@pytest.fixture(scope="session")
def vanilla(stack: Stack) -> Any:
    """The same shop served by a Saleor that knows nothing of us."""
    from tests.saleor.e2e.storefront import Storefront

    return Storefront(stack.vanilla_url)


@pytest.fixture
def somebody() -> str:
    """An address that nobody else uses."""
    return f"ana.{uuid.uuid4().hex[:10]}@example.com"


@pytest.fixture
def another() -> str:
    """An address that nobody else uses, of somebody else."""
    return f"bea.{uuid.uuid4().hex[:10]}@example.com"


@pytest.fixture
def switch_on(saleor: Any) -> Iterator[Switch]:
    """Make a campaign of a kind over the API, without a control group, and switch it on; paused afterwards."""
    from tests.saleor.e2e import behind, operations
    from tests.saleor.e2e.storefront import CHANNEL, key

    behind.win_back(active=False)  # decides the day's capacity and names a sender
    made: list[str] = []

    def switched(kind: str, **terms: Any) -> Any:
        from saleor_relacional.models import Campaign

        given = {
            "name": kind, "kind": kind,
            "terms": {"channels": [CHANNEL], "dailyCapacity": 1000, "controlShare": 0, **terms},
        }  # fmt: skip
        campaign = saleor.ask(operations.CAMPAIGN_CREATE, token=saleor.staff(), input=given)["campaign"]
        saleor.ask(operations.CAMPAIGN_ACTIVATE, token=saleor.staff(), id=campaign["id"])
        made.append(campaign["id"])
        return Campaign.objects.get(public_id=key(campaign["id"]))

    yield switched
    for each in made:
        if saleor.ask(operations.CAMPAIGN, token=saleor.staff(), id=each)["state"] != "FINISHED":
            saleor.ask(operations.CAMPAIGN_PAUSE, token=saleor.staff(), id=each)
