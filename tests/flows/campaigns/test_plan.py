"""Considering people: arms first, both judged alike, the most promising started while there is room."""

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from threading import Barrier, BrokenBarrierError, Thread

import pytest
from django.db import connection

from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import campaigns, candidates, capacity, plan
from saleor_relacional.flows.campaigns.hindrance import Hindrance
from saleor_relacional.flows.campaigns.suppression import Suppression
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.people import forget
from saleor_relacional.flows.scoring import score, stale
from saleor_relacional.hosts.standalone.models import Shop
from saleor_relacional.models import (
    CustomerSummary,
    Enrolment,
    EnrolmentState,
    Incentive,
    Profile,
    Stale,
    Touch,
    TouchState,
)
from tests.support.campaign_stories import CHANNEL, REGULAR, crowd, late, open_shop, win_back
from tests.support.instants import DAY, NOON
from tests.support.people import buys, every, person

pytestmark = pytest.mark.django_db


def states() -> Counter:
    return Counter(Enrolment.objects.values_list("state", flat=True))


def arms() -> dict[int, str]:
    return dict(Enrolment.objects.values_list("profile_id", "arm"))


def test_treated_people_get_a_touch_and_held_out_people_nothing(shop, now):
    """Of forty late people each gets an enrolment; only the treated ones have a mail queued, none a
    voucher."""
    open_shop(now)
    crowd(40, now)
    planned = plan.consider(win_back(now), now)
    assert planned.treated + planned.control == 40
    assert planned.control > 0
    assert Touch.objects.count() == planned.treated
    assert set(Touch.objects.values_list("enrolment__arm", "state")) == {("treated", "queued")}
    assert not Incentive.objects.exists()
    enrolment = Enrolment.objects.first()
    assert enrolment.window_ends_at - enrolment.started_at == 30 * DAY
    assert enrolment.cycle == CustomerSummary.objects.get(profile=enrolment.profile).last_day.isoformat()


def test_an_offer_is_promised_to_treated_people_only(shop, now):
    """With ten per cent off, each treated person has an incentive planned, no held-out person has."""
    open_shop(now)
    crowd(10, now)
    planned = plan.consider(win_back(now, discount="percentage", value=Decimal(10)), now)
    assert Incentive.objects.count() == planned.treated
    assert set(Incentive.objects.values_list("enrolment__arm", flat=True)) == {"treated"}


def test_considering_again_writes_no_new_row(shop, now):
    """A second run a minute later finds everything done."""
    open_shop(now)
    crowd(10, now)
    campaign = win_back(now)
    plan.consider(campaign, now)
    before = list(Enrolment.objects.order_by("pk").values())
    again = plan.consider(campaign, now + DAY)
    assert (again.treated, again.control, again.waiting) == (0, 0, 0)
    assert list(Enrolment.objects.order_by("pk").values()) == before


def test_the_arm_is_drawn_for_everybody_before_anything_is_asked(shop, now):
    """Half of the crowd agreed to nothing. They have enrolments with arms all the same, in both arms, and
    exactly the arms that the salt and their key give."""
    open_shop(now)
    crowd(20, now)
    silent = [late(f"Silent{i}", now, agreed=False) for i in range(20)]
    campaign = win_back(now)
    planned = plan.consider(campaign, now)
    assert planned.suppressed == {Suppression.NO_BASIS: 20}
    drawn = {profile.pk: candidates.draw(campaign, profile.arm_key) for profile in Profile.objects.all()}
    assert arms() == drawn
    suppressed = Enrolment.objects.filter(state=EnrolmentState.SUPPRESSED)
    assert set(suppressed.values_list("profile_id", flat=True)) == {profile.pk for profile in silent}
    assert set(suppressed.values_list("arm", flat=True)) == {"treated", "control"}


def test_who_is_suppressed_does_not_depend_on_the_arm(shop, now):
    """Two campaigns with different salts put people in different arms and suppress the same ones, for the
    same reasons."""
    open_shop(now)
    crowd(15, now)
    for i in range(15):
        late(f"Silent{i}", now, agreed=False)
    seen = []
    for salt in (b"first salt of 16", b"other salt of 16"):
        campaign = win_back(now, salt=salt, daily_capacity=0)
        plan.consider(campaign, now)
        rows = Enrolment.objects.filter(campaign=campaign)
        seen.append(
            (dict(rows.values_list("profile_id", "reason")), dict(rows.values_list("profile_id", "arm")))
        )
    assert seen[0][0] == seen[1][0]
    assert seen[0][1] != seen[1][1]


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
    assert all(Enrolment.objects.filter(state="waiting").values_list("next_try_at", flat=True))
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


def test_a_hindered_campaign_considers_nobody(shop, now):
    """Paused, in a copy of the shop, or the plugin switched off: no row is written."""
    open_shop(now)
    crowd(3, now)
    planned = plan.consider(campaigns.pause(win_back(now)), now)
    assert planned.hindrance == Hindrance.PAUSED
    assert not Enrolment.objects.exists()


def test_who_may_not_be_written_to_is_judged_again_while_the_lapse_lasts(shop, now):
    """Ana agrees a day later and starts, in the arm drawn at first."""
    open_shop(now)
    ana = late("Ana", now, agreed=False)
    campaign = win_back(now, control_share="0")
    plan.consider(campaign, now)
    assert Enrolment.objects.get().reason == "no_basis"
    consent.give(ana, basis="opt_in", source="storefront", text="Yes.", now=now)
    plan.consider(campaign, now + DAY)
    enrolment = Enrolment.objects.get()
    assert (enrolment.state, enrolment.reason, enrolment.arm) == ("started", "", "treated")


def test_a_lapse_that_ends_before_its_turn_expires(shop, now):
    """Ana bought while she waited: her enrolment ends with a reason, and her next lapse is a new one."""
    open_shop(now, daily_capacity=0)
    ana = late("Ana", now)
    campaign = win_back(now)
    plan.consider(campaign, now)
    buys(ana, now + DAY)
    CustomerSummary.objects.filter(profile=ana).update(
        stage="active", last_at=now + DAY, last_day=(now + DAY).date()
    )
    Stale.objects.all().delete()
    assert plan.consider(campaign, now + 2 * DAY).expired == 1
    assert Enrolment.objects.values_list("state", "reason").get() == ("expired", "cycle_over")
    CustomerSummary.objects.filter(profile=ana).update(stage="lapsed")
    policy.decide(now=now, daily_capacity=5)
    plan.consider(campaign, now + 100 * DAY)
    assert [row.state for row in Enrolment.objects.order_by("pk")] == ["expired", "started"]
    assert len({row.arm for row in Enrolment.objects.all()}) == 1


def test_an_old_order_that_arrives_late_opens_no_second_lapse(shop, now):
    """Ana was considered for the lapse since December. An order of January turns up from another till: same
    lapse."""
    open_shop(now)
    ana = late("Ana", now, days_ago=REGULAR)
    campaign = win_back(now)
    plan.consider(campaign, now)
    at = now - 60 * DAY
    CustomerSummary.objects.filter(profile=ana).update(last_at=at, last_day=at.date())
    plan.consider(campaign, now + DAY)
    assert Enrolment.objects.count() == 1


@pytest.mark.parametrize("cause", ["refit", "purchase", "correction", "merge"])
def test_only_time_puts_somebody_in_front_of_a_campaign(shop, now, cause):
    """A refit, a late or cancelled order made Ana lapsed overnight: nothing is triggered until time moves
    her on."""
    open_shop(now)
    ana = late("Ana", now)
    CustomerSummary.objects.filter(profile=ana).update(stage_cause=cause)
    campaign = win_back(now)
    plan.consider(campaign, now)
    assert not Enrolment.objects.exists()
    CustomerSummary.objects.filter(profile=ana).update(stage_cause="time")
    plan.consider(campaign, now)
    assert Enrolment.objects.count() == 1


def test_somebody_with_unread_news_waits_for_the_scoring(shop, now):
    """A fact about Ana has arrived and is not scored: she is neither considered nor started meanwhile."""
    open_shop(now, daily_capacity=0)
    ana, bea = late("Ana", now), late("Bea", now)
    campaign = win_back(now, control_share="0")
    plan.consider(campaign, now)
    stale.mark([ana.pk], now)
    policy.decide(now=now, daily_capacity=5)
    plan.consider(campaign, now)
    assert dict(Enrolment.objects.values_list("profile_id", "state")) == {
        ana.pk: "waiting",
        bea.pk: "started",
    }


def test_the_forgotten_stop_waiting(shop, now):
    """Ana is erased while she waits: the stripped row ends, named so."""
    open_shop(now, daily_capacity=0)
    campaign = win_back(now)
    ana = late("Ana", now)
    plan.consider(campaign, now)
    forget.forget(ana, now=now)
    plan.consider(campaign, now)
    assert Enrolment.objects.values_list("state", "reason").get() == ("expired", "forgotten")


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
    together, look = Barrier(2), capacity.room

    def room(*given):
        found = look(*given)
        with suppress(BrokenBarrierError):
            together.wait(timeout=1)
        return found

    def work(campaign):
        try:
            plan.consider(campaign, now)
        finally:
            connection.close()

    monkeypatch.setattr(capacity, "room", room)
    workers = [Thread(target=work, args=(campaign,)) for campaign in both]
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
        plan.consider(win_back(now, salt=f"{i:016}".encode(), daily_capacity=2), now)
        Enrolment.objects.filter(state="started").update(window_ends_at=now)  # so that no campaign keeps them
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


def test_a_real_refit_starts_nobody(shop, now):
    """Twenty monthly customers of a shop whose other customers were slow: learned anew, some are late overnight. Their
    stage says so, with its cause, and the campaign leaves them alone; when time moves them further, it does not."""
    open_shop(NOON, daily_capacity=1000)
    for i in range(40):
        person(f"Slow{i}", days_ago=every(150, 3, last=i), channel=CHANNEL)
    for i in range(20):
        agrees(person(f"Monthly{i}", days_ago=every(30, 2, last=40 + i), channel=CHANNEL))
    score.score_stale(NOON)
    CustomerSummary.objects.update(stage_cause="purchase")  # nothing is left of the first reading
    campaign = win_back(NOON, control_share="0", daily_capacity=1000)
    for i in range(200):
        person(f"Quick{i}", days_ago=every(12, 12, last=i % 9), channel=CHANNEL)
    score.score_stale(NOON)
    score.refit(NOON)
    moved = CustomerSummary.objects.filter(stage="slipping", stage_cause="refit")
    lapses_at = moved.order_by("lapses_at").values_list("lapses_at", flat=True).first()
    assert lapses_at is not None
    plan.consider(campaign, NOON)
    assert not Enrolment.objects.exists() and not Touch.objects.exists()
    score.pass_time(lapses_at)
    plan.consider(campaign, lapses_at)
    assert (
        Enrolment.objects.count()
        == CustomerSummary.objects.filter(stage_cause="time", stage="lapsed").count()
        > 0
    )


def agrees(profile):
    consent.import_consent(
        [profile.pk], source="import", text="News.", happened_at=NOON - 400 * DAY, now=NOON
    )
    return profile


def test_judged_before_the_other_campaign_started_them(shop, now, monkeypatch):
    """Both campaigns have judged the same thirty people and found them free. The first starts them all; the second,
    when its turn comes a moment later, passes them over."""
    open_shop(now)
    crowd(30, now)
    first, second = (
        win_back(now, control_share="0.2"),
        win_back(now, salt=b"other salt of 16", control_share="0.2"),
    )
    give_out = capacity.start
    monkeypatch.setattr(capacity, "start", lambda *given: Counter())
    for campaign in (first, second):
        plan.consider(campaign, now)
    for campaign in (first, second):
        give_out(campaign, campaigns.current(campaign), now)
    started = Enrolment.objects.filter(state="started")
    assert started.count() == 30 and not started.filter(campaign=second).exists()
