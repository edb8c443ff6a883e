"""Who is considered: those whom time alone has made late, once per lapse, and scored since the last news."""

import pytest

from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.people import forget
from saleor_relacional.flows.scoring import score, stale, unplanned
from saleor_relacional.models import (
    CustomerSummary,
    Enrolment,
    StageChange,
    Touch,
)
from tests.support.campaign_stories import CHANNEL, REGULAR, late, open_shop, scored, win_back
from tests.support.instants import DAY, NOON
from tests.support.people import buys, every, person

pytestmark = pytest.mark.django_db


def test_a_lapse_that_ends_before_its_turn_expires(shop, now):
    """Ana bought while she waited: her enrolment ends with a reason, and her next lapse is a new one."""
    open_shop(now, daily_capacity=0)
    ana = late("Ana", now)
    campaign = win_back(now)
    plan.consider(campaign, now)
    buys(ana, now + DAY)
    scored(now + 2 * DAY)
    assert plan.consider(campaign, now + 2 * DAY).expired == 1
    assert Enrolment.objects.values_list("state", "reason").get() == ("expired", "cycle_over")
    again = CustomerSummary.objects.get(profile=ana).lapses_at
    score.pass_time(again)
    policy.decide(now=now, daily_capacity=5)
    plan.consider(campaign, again)
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
    unplanned.mark([ana.pk])
    plan.consider(campaign, now + DAY)
    assert Enrolment.objects.count() == 1


@pytest.mark.parametrize("cause", ["refit", "purchase", "correction", "merge"])
def test_only_time_puts_somebody_in_front_of_a_campaign(shop, now, cause):
    """A refit, a late or cancelled order made Ana lapsed overnight: nothing is triggered until time moves
    her on."""
    open_shop(now)
    ana = late("Ana", now)
    CustomerSummary.objects.filter(profile=ana).update(stage_cause=cause)
    StageChange.objects.filter(profile_id=ana.pk).update(cause=cause)
    campaign = win_back(now)
    plan.consider(campaign, now)
    assert not Enrolment.objects.exists()
    CustomerSummary.objects.filter(profile=ana).update(stage_cause="time")
    unplanned.mark([ana.pk])
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


def test_a_refit_within_a_lapse_hides_nobody_from_a_campaign_that_comes_later(shop, now):
    """One-time buyers of a slow shop are slipping when it is read first. The shop is learnt anew, and by that they
    have lapsed: they are late by time all the same, and a campaign that is switched on now finds them."""
    open_shop(NOON, daily_capacity=1000)
    for i in range(60):
        person(f"Slow{i}", days_ago=every(150, 3, last=i), channel=CHANNEL)
    for i in range(20):
        agrees(person(f"Once{i}", days_ago=(60 + 15 * i,), channel=CHANNEL))
    score.score_stale(NOON)
    late = set(CustomerSummary.objects.filter(stage="slipping").values_list("profile_id", flat=True))
    for i in range(200):
        person(f"Quick{i}", days_ago=every(12, 12, last=i % 9), channel=CHANNEL)
    score.score_stale(NOON)
    score.refit(NOON)
    moved = CustomerSummary.objects.filter(stage="lapsed", stage_cause="refit", profile_id__in=late)
    expected = set(moved.values_list("profile_id", flat=True))
    assert expected
    plan.consider(win_back(NOON, control_share="0", daily_capacity=1000), NOON)
    assert set(Enrolment.objects.values_list("profile_id", flat=True)) >= expected


def agrees(profile):
    consent.import_consent(
        [profile.pk], source="import", text="News.", happened_at=NOON - 400 * DAY, now=NOON
    )
    return profile
