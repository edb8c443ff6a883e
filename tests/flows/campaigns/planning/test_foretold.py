"""How many people per month a campaign is for, told before it is switched on: of each kind by what brings people to
it."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.db import counts
from saleor_relacional.flows.campaigns import campaigns, plan
from saleor_relacional.flows.campaigns.kinds.days import today
from saleor_relacional.flows.campaigns.kinds.registry import kinds
from saleor_relacional.flows.campaigns.planning import foretold
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.flows.evidence import power_words
from saleor_relacional.flows.learning import fit
from saleor_relacional.flows.segments import segments
from saleor_relacional.models import (
    Audience,
    Basket,
    Campaign,
    Contact,
    CustomerSummary,
    Enrolment,
    Profile,
    Purchase,
    RunningOut,
    StageChange,
)
from tests.support.campaign_stories import a_fit, open_shop
from tests.support.instants import DAY
from tests.support.kind_stories import agrees

pytestmark = pytest.mark.django_db

PASSED = 40 * DAY
"""Longer ago than any kind keeps somebody waiting who came then, and within the last three months."""


@pytest.fixture(autouse=True)
def everybody(shop: Any, now: datetime) -> None:
    """Two hundred regulars, who are there for nothing; they have bought for years."""
    a_fit(now)
    open_shop(now)
    people(200, now, first_day=today(now) - timedelta(days=1000), last_at=now - 10 * DAY)


def people(many: int, now: datetime, *, joined: datetime | None = None, **summary: Any) -> list[Profile]:
    """Regulars; `summary` are fields of their summary."""
    made = Profile.objects.bulk_create(
        Profile(created_at=now, vouched=True, joined_at=joined or now - 1000 * DAY) for _ in range(many)
    )
    CustomerSummary.objects.bulk_create(
        CustomerSummary(**{"profile": who, "since": now - 200 * DAY, "stage": "active", **summary})
        for who in made
    )
    return made


def moved(some: list[Profile], now: datetime, before: str, stage: str, cause: str) -> None:
    """They came from a stage into another one, and have moved on since."""
    StageChange.objects.bulk_create(
        StageChange(
            profile_id=who.pk, previous=before, stage=stage, cause=cause, happened_at=now - PASSED,
            learned_at=now - PASSED,
        )
        for who in some
    )  # fmt: skip


def bought(some: list[Profile], at: datetime, **more: Any) -> None:
    """One order each."""
    Purchase.objects.bulk_create(
        Purchase(
            profile=who, source="test", reference=f"{who.pk} {at}", state="counts", channel="eur", currency="EUR",
            sold=20, placed_at=at, day=at.date(), learned_at=at, digest=b"", **more,
        )
        for who in some
    )  # fmt: skip


def said(some: list[Profile], at: datetime, kind: str, **more: Any) -> None:
    Contact.objects.bulk_create(
        Contact(profile=who, kind=kind, at=at, recorded_at=at, **more) for who in some
    )


def per_month(kind: str, now: datetime) -> float | None:
    """Of the campaign as it ships, never switched on."""
    return foretold.per_month(campaigns.current(campaigns.ensure(kind, now)), now)


def test_win_back_is_for_whom_time_has_made_late(now: datetime) -> None:
    """Twelve in three months. Whom new priors moved, or who was late before, has not come."""
    moved(people(12, now), now, "active", "slipping", "time")
    moved(people(5, now), now, "active", "slipping", "refit")
    moved(people(5, now), now, "slipping", "lapsed", "time")
    assert per_month("win_back", now) == 4.0


def test_recovered_care_is_for_whom_an_order_brought_back(now: datetime) -> None:
    """Not for whom its taking back did."""
    moved(people(12, now), now, "lapsed", "recovered", "purchase")
    moved(people(5, now), now, "lapsed", "recovered", "correction")
    assert per_month("recovered_care", now) == 4.0


def test_second_purchase_is_for_who_had_not_bought_again_when_others_do(now: datetime) -> None:
    """Their day came forty days ago; five others had come the day after their first order."""
    first = now - PASSED - fit.shop(now).return_days * DAY
    late, early = (people(many, now, first_day=first.date(), last_at=now - DAY) for many in (12, 5))
    bought(late + early, first)
    bought(early, first + DAY)
    assert per_month("second_purchase", now) == 4.0


def test_welcome_is_for_who_opens_an_account_agrees_and_has_not_bought(now: datetime) -> None:
    """Five have not agreed, and five opened theirs because they bought."""
    at = now - PASSED
    fresh, _, buyers = (people(many, now, joined=at) for many in (12, 5, 5))
    for who in fresh + buyers:
        agrees(who, at)
    bought(buyers, at)
    assert per_month("welcome", now) == 4.0


def test_an_anniversary_is_for_whose_day_comes(now: datetime) -> None:
    """In thirty days; that of five was thirty days ago. Two hundred bought first 1,000 days ago: 95 from theirs."""
    day = today(now) + timedelta(days=30)
    people(12, now, first_day=day.replace(year=day.year - 2), last_at=now - DAY)
    people(5, now, first_day=(day - timedelta(days=60)).replace(year=day.year - 2), last_at=now - DAY)
    assert per_month("anniversary", now) == 4.0


def test_replenishment_is_for_whose_window_opens(now: datetime) -> None:
    """In forty days, one of two categories of theirs; that of five in half a year. Until a campaign of the kind runs
    nobody keeps windows, and nothing is told."""
    for many, days in ((12, 40), (5, 180)):
        RunningOut.objects.bulk_create(
            RunningOut(
                profile=who, category_key=key, own_gaps=3, last_at=now - 10 * DAY, opens_at=now + days * DAY,
                likely_at=now + (days + 5) * DAY, closes_at=now + (days + 10) * DAY,
            )
            for who in people(many, now)
            for key in ("tea", "coffee")
        )  # fmt: skip
    draft = campaigns.ensure("replenishment", now)
    assert per_month("replenishment", now) is None
    said = power_words.foretold(foretold.foretold(campaigns.current(draft), now))
    assert said.startswith("Who is due is worked out once it runs")
    with_nobody_held_out = foretold.foretold(campaigns.current(draft), now, control_share=Decimal(0))
    assert power_words.foretold(with_nobody_held_out) == said
    campaigns.create(kind="replenishment", name="Another", now=now, terms=Terms())
    another = Campaign.objects.exclude(pk=draft.pk)
    for state, beyond, known in (("active", 0, None), ("paused", None, None), ("active", None, 4.0)):
        another.update(state=state, planned_under="planned", planned_beyond=beyond)
        assert per_month("replenishment", now) == known, (state, beyond)


def test_an_abandoned_checkout_is_for_who_left_one(now: datetime) -> None:
    """With something in it, under a confirmed account, and did not buy it."""
    kept = {"vouched": True, "filled": True, "state": "gone"}
    for many, more in (
        (12, {}),
        (5, {"filled": False}),
        (5, {"vouched": False}),
        (5, {"state": "purchased"}),
    ):
        Basket.objects.bulk_create(
            Basket(
                **{**kept, **more}, profile=who, source="test", reference=f"b{who.pk}", currency="EUR", total=20,
                changed_at=now - PASSED, learned_at=now - PASSED,
            )
            for who in people(many, now)
        )  # fmt: skip
    assert per_month("abandoned_checkout", now) == 4.0


def test_thanks_are_for_who_first_bought(now: datetime) -> None:
    """Lately; five more than three months ago."""
    for many, ago in ((12, PASSED), (5, 100 * DAY)):
        people(many, now, first_day=(now - ago).date(), last_at=now - ago)
    assert per_month("thanks_first_order", now) == 4.0


def test_satisfaction_is_for_whose_order_has_left(now: datetime) -> None:
    """The orders of five have not."""
    for many, left in ((12, now - PASSED), (5, None)):
        some = people(many, now, last_at=now - PASSED - DAY)
        bought(some, now - PASSED - DAY, fulfilled_at=left)
    assert per_month("satisfaction", now) == 4.0


def test_second_chance_is_for_whom_we_disappointed(now: datetime) -> None:
    """They complained or rated us badly. Five were content."""
    said(people(6, now), now - PASSED, "complaint")
    said(people(6, now), now - PASSED, "rating", stars=1)
    said(people(5, now), now - PASSED, "rating", stars=5)
    assert per_month("second_chance", now) == 4.0


def test_sunset_is_for_the_lost_who_have_heard_enough(now: datetime) -> None:
    """Twelve are there, and became lost lately; five have heard us twice since their order."""
    for many, heard in ((12, 3), (5, 2)):
        some = people(
            many, now, stage="lost", since=now - PASSED, last_at=now - 900 * DAY, last_day=today(now)
        )
        for number in range(heard):
            said(some, now - PASSED - (100 + number) * DAY, "staff", commercial=True)
    assert per_month("sunset", now) == 8.0


def of_segment(now: datetime, **changes: Any) -> Campaign:
    """A campaign for who has bought forty times."""
    rule = {"field": "purchases", "operator": "at_least", "value": 40}
    mine = segments.create(name="Mine", rule=rule, now=now).public_id
    return campaigns.create(
        name="Mine", now=now, **changes, terms=Terms(segment=mine, objective="retain", daily_capacity=100)
    )


def test_a_segments_campaign_is_for_its_people_and_not_for_the_shop(now: datetime) -> None:
    """Thirty of 230. While nobody keeps who is in it, only they are known; then twelve more have come to it in 60 days:
    18 in three months."""
    members = people(30, now, purchases=40, last_day=today(now), last_at=now - DAY)
    running = of_segment(now, kind="segment")
    assert foretold.per_month(campaigns.current(running), now) == 10.0
    running = campaigns.activate(running, now=now)
    plan.consider(running, now)
    later = now + 60 * DAY
    Enrolment.objects.all().delete()
    Audience.objects.filter(profile__in=members[:12]).update(since=later - DAY)
    version = campaigns.current(Campaign.objects.get(pk=running.pk))
    assert foretold.per_month(version, later) == pytest.approx((30 + 12 * 91.3 / 59) / 3, rel=0.01)
    # Paused for long and switched on again three days ago: who stands in rows since then had entered before.
    Campaign.objects.filter(pk=running.pk).update(activated_at=later - 3 * DAY)
    version.refresh_from_db(fields=["campaign"])
    assert foretold.per_month(version, later) == 10.0


def test_whom_its_owner_narrows_any_kind_to_are_counted_alone(now: datetime) -> None:
    """Six of the twelve who became late are in the segment."""
    some = people(12, now)
    CustomerSummary.objects.filter(profile__in=some[:6]).update(purchases=40)
    moved(some, now, "active", "slipping", "time")
    rule = {"field": "purchases", "operator": "at_least", "value": 40}
    mine = segments.create(name="Mine", rule=rule, now=now).public_id
    made = campaigns.edit(campaigns.ensure("win_back", now), now=now, segment=mine)
    assert foretold.per_month(made, now) == 2.0


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_kind_says_who_comes(kind: str) -> None:
    """None is left to guess by stages that do not open it."""
    assert kinds()[kind].comes != "false"


def test_in_a_large_shop_some_tell_of_all(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """One in sixteen or so of 1,500 who came."""
    moved(people(1_500, now), now, "active", "slipping", "time")
    monkeypatch.setattr(counts, "of_table", lambda _table: 250_000)
    assert per_month("win_back", now) == pytest.approx(500.0, rel=0.35)
