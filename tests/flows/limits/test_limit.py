"""A public door lets the same hand knock so often, and no oftener, however many processes count."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from saleor_relacional import tasks
from saleor_relacional.flows.limits import limit, network
from saleor_relacional.models import Knock
from tests.support.concurrency import at_once

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def knock(who: str, now: datetime, *, door: str = "newsletter") -> bool:
    return limit.allowed(door, who, most=3, per=HOUR, now=now)


def test_so_many_at_once_and_then_as_time_passes(now: datetime) -> None:
    """Three knocks per hour: three at once, the fourth twenty minutes later, not before. Others, and other doors, are
    not held back by it."""
    assert [knock("10.0.0.7", now) for _ in range(5)] == [True, True, True, False, False]
    assert knock("10.0.0.8", now) and knock("10.0.0.7", now, door="code")
    assert not knock("10.0.0.7", now + timedelta(minutes=19))
    assert knock("10.0.0.7", now + timedelta(minutes=20))
    assert not knock("10.0.0.7", now + timedelta(minutes=21))


def test_a_clock_that_is_put_back_holds_nobody_back(now: datetime) -> None:
    """By days, as when a shop's clock was wrong; by minutes it gives nobody more."""
    later = now + timedelta(days=14)
    assert [knock("10.0.0.7", later) for _ in range(4)] == [True, True, True, False]
    assert not knock("10.0.0.7", later - timedelta(minutes=30))
    assert [knock("10.0.0.7", now) for _ in range(4)] == [True, True, True, False]


def test_who_it_was_is_a_hash_that_goes(now: datetime, shop: Any) -> None:
    """No address is kept; once a row holds nobody back the task removes it, and no sooner."""
    knock("10.0.0.7", now)
    (row,) = Knock.objects.all()
    assert len(row.digest) == 32 and b"10.0.0.7" not in bytes(row.digest)
    shop.set_clock(row.free_at - timedelta(seconds=1))
    tasks.forget_knocks()
    assert Knock.objects.count() == 1
    shop.set_clock(row.free_at)
    tasks.forget_knocks()
    assert Knock.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_are_counted_as_ten(now: datetime) -> None:
    """Ten threads knock at the same moment: three are let in."""
    answers = at_once(*[lambda: knock("10.0.0.7", now)] * 10)
    assert sorted(answers) == [False] * 7 + [True] * 3


def test_whose_computer_it_is(settings: Any) -> None:
    """What a caller writes into a header counts only where the owner's proxy overwrites it; of IPv6 the network."""
    asked = {"REMOTE_ADDR": "10.0.0.7", "HTTP_X_FORWARDED_FOR": "1.2.3.4, 5.6.7.8"}
    assert network.address(asked) == "10.0.0.7"
    settings.RELACIONAL = {"CLIENT_ADDRESS": ["HTTP_X_FORWARDED_FOR"]}
    assert network.address(asked) == "5.6.7.8"
    settings.RELACIONAL = {}
    assert network.address({"REMOTE_ADDR": "2001:db8:1:2:3:4:5:6"}) == "2001:db8:1:2::"
    assert network.address({}) == network.address({"REMOTE_ADDR": "junk"}) == network.NOWHERE
