"""Thanks for the first order, made and switched on by staff over the API: two days after it, unless money goes back."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.saleor.e2e import behind, operations
from tests.saleor.e2e.campaigning import bought, days_pass, orders, words
from tests.saleor.e2e.storefront import CHANNEL, Storefront, within
from tests.saleor.stack import Stack


@pytest.fixture
def thanks(saleor: Storefront) -> Iterator[str]:
    """The campaign, running; its id."""
    behind.win_back(active=False)  # decides the day's capacity and names a sender
    given = {
        "name": "Thanks",
        "kind": "THANKS_FIRST_ORDER",
        "terms": {"channels": [CHANNEL], "dailyCapacity": 1000},
    }
    made = saleor.ask(operations.CAMPAIGN_CREATE, token=saleor.staff(), input=given)["campaign"]
    assert made["terms"]["steps"] == [{"message": "thanks_first_order", "waitDays": 2, "discount": None}]
    saleor.ask(operations.CAMPAIGN_ACTIVATE, token=saleor.staff(), id=made["id"])
    yield made["id"]
    saleor.ask(operations.CAMPAIGN_PAUSE, token=saleor.staff(), id=made["id"])


def touch_of(email: str) -> Any:
    """Their one message; None before there is one."""
    from saleor_relacional.models import Touch

    known = behind.profile(email)
    return Touch.objects.filter(profile=known).first() if known else None


def test_thanked_on_the_second_day(stack: Stack, saleor: Storefront, thanks: str, somebody: str) -> None:
    """She ordered for the first time three days ago, and all of it was sent: planned and sent by the worker, once, and
    it offers nothing. A second order brings no second thanks."""
    from saleor_relacional import tasks

    bought(saleor, somebody)
    orders(saleor, somebody)
    days_pass(somebody, 3)
    tasks.plan.delay()
    assert within(30.0, lambda: touch_of(somebody))
    tasks.send.delay()
    subject, _ = words(stack, somebody)
    assert "first order" in subject
    assert saleor.relationship(saleor.login(somebody))["offers"] == []
    orders(saleor, somebody)
    tasks.plan()
    tasks.send()
    assert len(stack.mailbox.to(somebody)) == 1


def test_not_before_and_not_after_a_refund(
    stack: Stack, saleor: Storefront, thanks: str, somebody: str
) -> None:
    """She orders at the till today: the message waits for two days. The payment app reports a refund: it is stopped by
    the hook's nudge, before anybody plans again."""
    from saleor_relacional import tasks

    order = saleor.buy(somebody)
    assert within(10.0, lambda: behind.purchases(somebody) == 1)
    tasks.score_stale()
    tasks.plan()
    touch = touch_of(somebody)
    assert touch.state == "queued" and touch.due_at - touch.created_at > timedelta(days=1, hours=23)
    tasks.send()
    assert stack.mailbox.to(somebody) == []
    saleor.refund(order, Decimal("1.00"))
    assert within(10.0, lambda: touch_of(somebody).state == "suppressed")
    assert touch_of(somebody).reason == "refunded"
