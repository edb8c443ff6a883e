"""People who ask: staff with permissions, a program, and customers whom we know."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from saleor_relacional.flows.ingest.record import record
from saleor_relacional.flows.scoring.score import score_stale
from saleor_relacional.hosts.facts import FactKind
from tests.api.asking import Asker


@pytest.fixture
def reader(shop: Any) -> Asker:
    """Staff who may read customers."""
    return Asker(shop.context(account=shop.staff("MANAGE_USERS")))


@pytest.fixture
def owner(shop: Any) -> Asker:
    """Who may do everything of ours."""
    return Asker(shop.context(account=shop.staff("MANAGE_USERS", "MANAGE_RELATIONSHIPS")))


@pytest.fixture
def learn(shop: Any, now: datetime) -> Any:
    """Reads the whole shop into our tables, and scores it."""

    def everything() -> None:
        for kind in FactKind:
            page = shop.host.changed(kind, after=None, until=now + timedelta(days=1), limit=1000)
            record(shop.host.fetch(kind, page.references), now=now)
        score_stale(now)

    return everything


@pytest.fixture
def ana(shop: Any, now: datetime, learn: Any) -> str:
    """Bought four times, every 30 days, the last time 20 days ago. Her account's reference."""
    account = shop.customer("ana@example.com", first_name="Ana")
    for days in (110, 80, 50, 20):
        shop.order(customer=account, email="ana@example.com", placed_at=now - timedelta(days=days))
    learn()
    return account
