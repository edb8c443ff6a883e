"""A plan looks at those of whom there is news, and comes to what looking at everybody comes to."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import DataError

from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import campaigns, candidates, judging, plan
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.contact import exclusions
from saleor_relacional.flows.people import forget, merge
from saleor_relacional.flows.scoring import score, stale, unplanned
from saleor_relacional.flows.segments.native_segments import NATIVE
from saleor_relacional.models import (
    Basis,
    Campaign,
    Enrolment,
    ErrorCount,
    Profile,
    Refund,
    Unplanned,
)
from tests.running.tries import seeds
from tests.support.asked import Asked
from tests.support.campaign_stories import a_fit, customer, late, open_shop, scored, win_back
from tests.support.instants import DAY
from tests.support.people import buys
from tests.support.shop_control import hold_out

pytestmark = pytest.mark.django_db


def enrolments(campaign: Campaign) -> dict[tuple[int | None, str], tuple[Any, ...]]:
    """What is written of everybody whom it considers."""
    rows = Enrolment.objects.filter(campaign=campaign, profile__isnull=False)
    return {
        (row.profile_id, row.cycle): (
            row.state, row.reason, row.arm, row.year_value, row.channel, row.currency, row.cost,
        )
        for row in rows
    }  # fmt: skip


def something_happens(chance: Random, now: datetime) -> None:
    """To somebody, who may be anybody."""
    people = list(Profile.objects.filter(merged_into=None).order_by("pk"))
    one, other = chance.sample(people, 2)
    happening = chance.choice(
        ("buys", "objects", "agrees", "refund", "forget", "merge", "time", "news", "nobody new")
    )
    if happening == "buys":
        buys(one, now - timedelta(days=chance.choice((0, 1, 100))))
        stale.mark([one.pk], now)
    elif happening == "objects":
        consent.record_objection(one, source="one_click", now=now)
    elif happening == "agrees":
        consent.give(one, basis=Basis.OPT_IN, source="storefront", text="Tea news.", now=now)
    elif happening == "refund":
        purchase = one.purchases.first()
        if purchase is not None:
            Refund.objects.create(
                purchase=purchase, profile=one, source="story", reference=f"r{chance.random()}", amount=1,
                happened_at=now - DAY, learned_at=now,
            )  # fmt: skip
        stale.mark([one.pk], now)
    elif happening == "forget":
        forget.forget(one, now=now)
    elif happening == "merge":
        merge.merge(one.pk, other.pk, cause="story", now=now)
    elif happening == "time":
        score.pass_time(now)
    elif happening == "news":
        stale.mark([one.pk], now)
    else:
        customer(f"New{chance.random()}", now, days_ago=(400,), agreed=chance.random() < 0.7)


@pytest.mark.parametrize("seed", seeds(8))
def test_news_come_to_what_everybody_comes_to(shop: Any, now: datetime, seed: int) -> None:
    """Whatever happens in an hour, the plan after it leaves every enrolment as one that looks at everybody does."""
    chance = Random(seed)
    open_shop(now, daily_capacity=3)
    for i in range(12):
        customer(f"P{i}", now, days_ago=(chance.choice((10, 250, 400)),), agreed=chance.random() < 0.7)
    if seed % 2:
        hold_out(now)
    scored(now)
    both = [win_back(now), win_back(now, salt=b"other salt of 16")]
    plan.consider_all(now)
    for minute in range(1, 8):
        at = now + timedelta(minutes=minute)
        for _ in range(chance.randint(0, 4)):
            something_happens(chance, at)
        if chance.random() < 0.7:
            score.score_stale(at)
        plan.consider_all(at)
        found = [enrolments(campaign) for campaign in both]
        Campaign.objects.update(planned_under="")
        plan.consider_all(at)
        for campaign, kept in zip(both, found, strict=True):
            assert {k: v for k, v in enrolments(campaign).items() if kept.get(k) != v} == {}


def test_nothing_new_asks_little_whatever_the_number_of_candidates(shop: Any, now: datetime) -> None:
    """Forty candidates or four: a plan without news reads none of them."""
    open_shop(now, daily_capacity=1)
    campaign = win_back(now)
    asked = []
    for number in (4, 40):
        for i in range(number):
            customer(f"P{number}-{i}", now)
        scored(now)
        plan.consider_all(now)
        plan.consider_all(now)
        with Asked() as statements:
            plan.consider_all(now)
        asked.append(len(statements))
        assert not any("INSERT INTO" in each["sql"] for each in statements.captured_queries)
    assert asked[0] == asked[1] and Enrolment.objects.filter(campaign=campaign).count() == 44


@pytest.mark.parametrize(
    "decision", ["day of an excluded segment", "soft opt-in", "sender", "version", "activation"]
)
def test_what_concerns_everybody_has_everybody_looked_at(shop: Any, now: datetime, decision: str) -> None:
    """Behind our back Ana became due. Nobody told; a decision that concerns everybody finds her, and where a segment is
    excluded the next day does."""
    shop.channel("usd", "USD")
    open_shop(now)
    a_fit(now)
    campaign = win_back(now)
    if decision == "day of an excluded segment":
        exclusions.add(now=now, segment=NATIVE[0].public_id)
    plan.consider_all(now)
    late("Ana", now)
    Unplanned.objects.all().delete()
    plan.consider_all(now)
    assert not Enrolment.objects.exists()
    at = now
    if decision == "day of an excluded segment":
        at = now + DAY
    elif decision == "soft opt-in":
        policy.decide(now=now, soft_opt_in=True, soft_opt_in_text="As a buyer you hear from us.")
    elif decision == "sender":
        policy.name_sender(
            channel="usd", name="Tea", address="us@tea.example", postal_address="Main Street 1", now=now
        )
    elif decision == "version":
        campaigns.edit(campaign, now=now, daily_capacity=7)
    else:
        campaigns.pause(campaign, now=now)
        campaigns.activate(campaign, now=now)
    plan.consider_all(at)
    assert Enrolment.objects.get().profile.first_name == "Ana"


def test_a_plan_that_is_killed_is_gone_on_with(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of seven people in batches of two, the third batch dies: the next plan begins where the second one ended."""
    monkeypatch.setattr(candidates, "BATCH", 2)
    open_shop(now, daily_capacity=0)
    campaign = win_back(now)
    for i in range(7):
        customer(f"P{i}", now)
    scored(now)
    judge, seen = judging.judge, []

    def dies(campaign: Any, version: Any, batch: Any, now: Any) -> Any:
        if len(seen) == 2:
            raise KeyboardInterrupt
        seen.append([each.profile_id for each in batch])
        return judge(campaign, version, batch, now)

    monkeypatch.setattr(judging, "judge", dies)
    with pytest.raises(KeyboardInterrupt):
        plan.consider_all(now)
    assert Enrolment.objects.count() == 4
    monkeypatch.setattr(judging, "judge", judge)
    before = list(Enrolment.objects.order_by("pk").values())
    plan.consider_all(now)
    assert Enrolment.objects.filter(campaign=campaign).count() == 7
    assert list(Enrolment.objects.order_by("pk").values())[:4] == before


@pytest.mark.parametrize("everybody", [True, False])
def test_somebody_about_whom_something_is_wrong_stops_nobody_else(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch, everybody: bool
) -> None:
    """Bea cannot be judged. The other eight are, it is counted, and she is tried again at the next plan."""
    open_shop(now)
    campaign = win_back(now, control_share="0")
    if not everybody:
        plan.consider_all(now)
    people = [customer(f"P{i}", now) for i in range(8)]
    bea = customer("Bea", now)
    scored(now)
    judge = judging.judge

    def fails(campaign: Any, version: Any, batch: Any, now: Any) -> Any:
        if bea.pk in [each.profile_id for each in batch]:
            raise DataError("her row is broken")
        return judge(campaign, version, batch, now)

    monkeypatch.setattr(judging, "judge", fails)
    plan.consider_all(now)
    started = set(Enrolment.objects.filter(state="started").values_list("profile_id", flat=True))
    assert started == {person.pk for person in people}
    assert ErrorCount.objects.get().place == "plan"
    assert set(Unplanned.objects.values_list("profile_id", flat=True)) >= {bea.pk}
    monkeypatch.setattr(judging, "judge", judge)
    plan.consider_all(now)
    assert Enrolment.objects.filter(campaign=campaign, profile=bea, state="started").exists()


def test_who_begins_second_removes_no_mark(shop: Any, now: datetime) -> None:
    """Two workers find that everybody is to be looked at. While one of them has come far already somebody changes; the
    other, who still believes that nobody has begun, leaves the mark alone."""
    open_shop(now)
    campaign = win_back(now)
    second = plan._Run(campaign=campaign, version=campaigns.current(campaign), now=now)
    plan.consider_all(now)
    unplanned.mark([7])
    plan._begin([second], now)
    assert set(unplanned.after(0, 10)) == {7}
    assert Campaign.objects.get().planned_beyond is None


def test_a_mark_made_again_meanwhile_stays(now: datetime) -> None:
    """The plan read an older mark than the one that is there: the person is looked at once more."""
    unplanned.mark([7])
    seen = unplanned.after(0, 10)
    unplanned.clear({7: seen[7] - 1})
    assert unplanned.after(0, 10) == seen
    unplanned.clear(seen)
    assert unplanned.after(0, 10) == {}
