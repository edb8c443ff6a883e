"""Whatever happens to the planner (run eight times at once, killed at any statement, run in the hour that comes twice,
away for three days): one row per campaign, person and cycle, one touch per step; caps and the day's mails hold."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection

from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import capacity, plan
from saleor_relacional.flows.contact import contact_policy
from saleor_relacional.flows.scoring import score
from saleor_relacional.flows.sending import send
from saleor_relacional.hosts.standalone.models import Shop
from saleor_relacional.models import Contact, Enrolment, ShopControlEntry, Touch
from tests.running.tries import seeds
from tests.support.campaign_stories import swept
from tests.support.concurrency import at_once
from tests.support.instants import DAY
from tests.support.shop_control import hold_out
from tests.support.whole_shop import everything_on, somebody

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)
BEFORE_THE_CLOCK_GOES_BACK = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
"""Midnight in Madrid, of the day whose hour from two to three comes twice."""


def holds(now: datetime) -> None:
    """What must be true at any moment."""
    rows = Counter(Enrolment.objects.values_list("campaign", "profile", "cycle"))
    touches = Counter(Touch.objects.values_list("enrolment", "step"))
    assert max([*rows.values(), *touches.values()], default=1) == 1
    started = Enrolment.objects.filter(state="started")
    assert started.count() == len(
        {*Contact.objects.filter(kind="message").values_list("enrolment", flat=True)}
    )
    said = Contact.objects.filter(commercial=True).order_by("at")
    held = ShopControlEntry.objects.filter(arm="control").values("profile_id")
    assert not said.filter(profile_id__in=held).exists()
    by_person: dict[int, list[datetime]] = {}
    for person, at in said.values_list("profile_id", "at"):
        by_person.setdefault(person, []).append(at)
    for moments in by_person.values():
        for days, most in contact_policy.current().caps:
            assert all(later - at >= days * DAY for at, later in zip(moments, moments[most:], strict=False))
    left = Counter(
        capacity.day_began(at) for at in Touch.objects.filter(state="sent").values_list("ended_at", flat=True)
    )
    assert max(left.values(), default=0) <= (policy.current(now).daily_capacity or 0)


@contextmanager
def killed_at(statement: int) -> Iterator[None]:
    """The planner dies before its so-manieth statement."""
    seen = iter(range(statement))

    def dies(execute: Callable[..., Any], *asked: Any) -> Any:
        if next(seen, None) is None:
            raise KeyboardInterrupt
        return execute(*asked)

    with connection.execute_wrapper(dies):
        yield


@pytest.fixture
def whole(shop: Any) -> Callable[[datetime, int], None]:
    """A shop in Madrid with a campaign of every kind and thirty people, met at a moment."""

    def made(now: datetime, seed: int) -> None:
        Shop.objects.update_or_create(id=1, defaults={"time_zone": "Europe/Madrid"})
        everything_on(now)
        if seed % 2:
            hold_out(now)
        chance = Random(seed)
        for number in range(30):
            somebody(chance, number, now)
        while score.score_stale(now).profiles:
            pass

    return made


def test_in_the_hour_that_comes_twice_and_eight_times_at_once(whole: Any) -> None:
    """From midnight on, hour by hour through the night on which clocks go back, eight planners at each."""
    now = BEFORE_THE_CLOCK_GOES_BACK
    whole(now, 1)
    for hours in (0, 1, 2, 3, 24, 25):
        at = now + hours * HOUR
        swept()
        score.pass_time(at)
        at_once(*[lambda at=at: plan.consider_all(at)] * (8 if hours in (1, 2) else 2))
        holds(at)
        send.send_due(now=at)
    assert Enrolment.objects.filter(state="started").exists()


@pytest.mark.parametrize("seed", seeds(4))
def test_killed_at_any_statement_it_is_gone_on_with(whole: Any, now: datetime, seed: int) -> None:
    """Eight times it dies somewhere; then it is let alone, and comes to where an untroubled one would be."""
    chance = Random(seed)
    whole(now, seed)
    for kill in range(8):
        with pytest.raises(KeyboardInterrupt), killed_at(chance.randint(1, 300) if kill else 5):
            while True:
                plan.consider_all(now + kill * HOUR)
        holds(now)
    plan.consider_all(now + 8 * HOUR)
    holds(now)
    assert Enrolment.objects.filter(state="started").exists()


def test_after_three_missed_days_nobody_is_lost_and_nobody_is_flooded(whole: Any, now: datetime) -> None:
    """Nobody planned or sent for three days: then it goes on as if it were an ordinary day."""
    whole(now, 3)
    plan.consider_all(now)
    send.send_due(now=now)
    waited = set(Enrolment.objects.filter(state="waiting").values_list("pk", flat=True))
    for days in (3, 4, 5, 6, 7, 8):
        at = now + days * DAY
        swept()
        while score.pass_time(at).profiles:
            pass
        plan.consider_all(at)
        while send.send_due(now=at).ends:
            pass
        holds(at)
    lost = Enrolment.objects.filter(pk__in=waited, state="expired")
    by_time = lost.filter(campaign__kind__in=("anniversary", "welcome", "thanks_first_order"))
    assert waited and {row.reason for row in lost} <= {"cycle_over"}
    assert all(row.over_at and row.over_at <= at for row in by_time)
