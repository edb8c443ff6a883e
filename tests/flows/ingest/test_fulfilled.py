"""When an order left: the first that we hear of, as long as anything says that it left."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from saleor_relacional.flows.ingest import record
from saleor_relacional.models import Purchase
from tests.support.instants import DAY
from tests.support.tell import order

pytestmark = pytest.mark.django_db


def test_the_first_day_stays_and_a_cancelled_sending_does_not(shop: Any, now: datetime) -> None:
    """Sent on the second day; what comes back is told under the day on which it did; cancelled, nothing was sent."""
    fact = order("1", email="ana@shop.example", placed_at=now - 9 * DAY)

    def told(at: datetime | None) -> datetime | None:
        record.record([replace(fact, fulfilled_at=at)], now=now)
        return Purchase.objects.get().fulfilled_at

    assert told(None) is None
    assert told(now - 7 * DAY) == now - 7 * DAY
    assert told(now - 2 * DAY) == now - 7 * DAY
    assert told(None) is None
    assert told(now - DAY) == now - DAY
