"""The room of a day: the most promising start until it is given out, and it is given out once."""

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from threading import Barrier, BrokenBarrierError, Thread

import pytest
from django.db import connection

from saleor_relacional.flows.campaigns import campaigns, candidates, capacity, plan
from saleor_relacional.flows.campaigns.arbitration import give_out
from saleor_relacional.flows.sending import person_plan
from saleor_relacional.hosts.standalone.models import Shop
from saleor_relacional.models import (
    Contact,
    Enrolment,
    Touch,
    TouchState,
)
from tests.support.campaign_stories import crowd, open_shop, win_back
from tests.support.instants import DAY

pytestmark = pytest.mark.django_db


def test_the_most_promising_start_until_the_days_mails_are_given_out(shop, now):
    """Room for five mails: everybody above the fifth treated person starts, in both arms; everybody below
    waits."""
    open_shop(now, daily_capacity=5)
    crowd(30, now)
    planned = plan.consider(win_back(now), now)
    ranked = list(Enrolment.objects.order_by("-year_value").values_list("state", "arm"))
    started = [arm for state, arm in ranked if state == "started"]
    assert started.count("treated") == planned.treated == 5
    assert started[-1] == "treated"
    assert [state for state, _ in ranked] == ["started"] * len(started) + ["waiting"] * (30 - len(started))
    assert set(Enrolment.objects.filter(state="waiting").values_list("reason", flat=True)) == {"capacity"}
    assert planned.waiting == 30 - len(started)


def test_who_waits_has_a_next_try_and_starts_on_another_day(shop, now):
    """The same day gives nothing more; the next one, with the mails sent, five more."""
    open_shop(now, daily_capacity=5)
    crowd(30, now)
    campaign = win_back(now)
    plan.consider(campaign, now)
    waiting = [*Enrolment.objects.filter(state="waiting").values_list("profile_id", flat=True)]
    plans = person_plan.of(waiting, now)
    assert {one.when for plan_of in plans.values() for one in plan_of} == {capacity.day_began(now) + DAY}
    assert plan.consider(campaign, now).treated == 0
    Touch.objects.update(state=TouchState.SENT, ended_at=now)
    assert plan.consider(campaign, now).treated == 0
    assert plan.consider(campaign, now + DAY).treated == 5


def test_mails_that_could_not_leave_take_tomorrows_room(shop, now):
    """The mail server was down: yesterday's five are still queued, so nobody new starts."""
    open_shop(now, daily_capacity=5)
    crowd(30, now)
    campaign = win_back(now)
    plan.consider(campaign, now)
    assert plan.consider(campaign, now + DAY).treated == 0


def test_campaigns_share_the_days_mails(shop, now):
    """Five a day for the shop: the campaign that was activated first takes them."""
    open_shop(now, daily_capacity=5)
    crowd(30, now)
    first, second = win_back(now), win_back(now + DAY, salt=b"other salt of 16")
    planned = plan.consider_all(now)
    assert (planned[first.pk].treated, planned[second.pk].treated) == (5, 0)
    assert Touch.objects.count() == 5


def test_nobody_starts_where_no_mail_may_leave(shop, now):
    """Capacity nought: nobody starts, people in the control group neither; a lapse without a mail that could be is no
    trial."""
    open_shop(now, daily_capacity=0)
    crowd(5, now)
    planned = plan.consider(win_back(now), now)
    assert (planned.treated, planned.control, planned.waiting) == (0, 0, 5)


def test_large_shops_are_gone_through_in_batches(shop, now, monkeypatch):
    """Seven people in batches of two: each is considered once, and ranks with all the others."""
    monkeypatch.setattr(candidates, "BATCH", 2)
    open_shop(now, daily_capacity=3)
    crowd(7, now)
    plan.consider(win_back(now, control_share="0"), now)
    assert (
        list(Enrolment.objects.order_by("-year_value").values_list("state", flat=True))
        == ["started"] * 3 + ["waiting"] * 4
    )


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_start_nobody_twice_and_stay_within_the_day(shop, now):
    """Four workers consider two campaigns at the same moment: each person once a campaign, seven mails in
    all."""
    open_shop(now, daily_capacity=7)
    crowd(60, now)
    both = [win_back(now), win_back(now, salt=b"other salt of 16")]
    together, failures = Barrier(4), []

    def work(campaign):
        try:
            together.wait()
            plan.consider(campaign, now)
        except Exception as error:  # noqa: BLE001 - shown below
            failures.append(error)
        finally:
            connection.close()

    workers = [Thread(target=work, args=(campaign,)) for campaign in both * 2]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    assert Touch.objects.count() == 7
    started = Enrolment.objects.filter(state="started")
    assert started.filter(arm="treated").count() == 7
    assert (
        started.values("profile").distinct().count() == started.count()
    )  # nobody in two campaigns at a time
    assert Enrolment.objects.count() == 120


@pytest.mark.django_db(transaction=True)
def test_the_room_is_not_given_out_twice(shop, now, monkeypatch):
    """Two campaigns reach the last seven mails at once. Each waits, with the room in its hand, for the other to have
    looked too: only one at a time gets that far."""
    open_shop(now, daily_capacity=7)
    crowd(30, now)
    both = [win_back(now), win_back(now, salt=b"other salt of 16")]
    together, look = Barrier(2), capacity.day_room

    def room(*given):
        found = look(*given)
        with suppress(BrokenBarrierError):
            together.wait(timeout=1)
        return found

    def work():
        try:
            plan.consider_all(now)
        finally:
            connection.close()

    monkeypatch.setattr(capacity, "day_room", room)
    workers = [Thread(target=work) for _ in both]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert Touch.objects.count() == 7


def test_giving_out_capacity_puts_like_people_in_both_arms(shop, now):
    """A hundred campaigns with room for two mails a day, over the same queue of twelve: those who start
    are as promising in one arm as in the other. Starting also the people in the control group after the last treated
    one would lower their mean by more than half a place."""
    open_shop(now, daily_capacity=200)
    crowd(12, now)
    for i in range(100):
        campaign = win_back(now, salt=f"{i:016}".encode(), daily_capacity=2)
        plan.consider(campaign, now)
        campaigns.pause(campaign, now=now)
        Contact.objects.all().delete()  # so that no campaign keeps them from the next
    assert Touch.objects.count() == 200
    year_value = {
        arm: list(Enrolment.objects.filter(state="started", arm=arm).values_list("year_value", flat=True))
        for arm in ("treated", "control")
    }
    treated, control = (sum(found) / len(found) for found in year_value.values())
    assert abs(treated - control) < 0.35


def test_a_day_of_twenty_five_hours_has_one_capacity(shop, now):
    """In Havana the hour after midnight comes twice when summer time ends: mails of the first one count in the
    second."""
    Shop.objects.update(time_zone="America/Havana")
    once, again = (datetime(2026, 11, 1, hour, 30, tzinfo=UTC) for hour in (4, 5))
    began = [capacity.day_began(at).astimezone(UTC) for at in (once, again)]
    assert began == [datetime(2026, 11, 1, 4, tzinfo=UTC)] * 2
    open_shop(once, daily_capacity=5)
    crowd(30, once)
    campaign = win_back(once)
    plan.consider(campaign, once)
    Touch.objects.update(state=TouchState.SENT, ended_at=once)
    assert plan.consider(campaign, again).treated == 0


def test_judged_before_the_other_campaign_started_them(shop, now, monkeypatch):
    """Both campaigns have judged the same thirty people and found them free. The first starts them all; the second,
    when its turn comes a moment later, passes them over."""
    open_shop(now)
    crowd(30, now)
    first, second = (
        win_back(now, control_share="0.2"),
        win_back(now, salt=b"other salt of 16", control_share="0.2"),
    )
    give = give_out.give_out
    monkeypatch.setattr(give_out, "give_out", lambda *given, **more: {key: Counter() for key in given[1]})
    for campaign in (first, second):
        plan.consider(campaign, now)
    for campaign in (first, second):
        give([campaigns.current(campaign)], [campaign.pk], now, broken=pytest.fail)
    started = Enrolment.objects.filter(state="started")
    assert started.count() == 30 and not started.filter(campaign=second).exists()
