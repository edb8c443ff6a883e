"""The control share is changed while a campaign runs: new people are drawn under the new one, nobody changes arms."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import campaigns, candidates, plan
from saleor_relacional.flows.evidence import results
from saleor_relacional.insight.inference.experiment import Stratum, outcome, stratified_lift
from saleor_relacional.models import Arm, Campaign, Contact, Enrolment, Profile
from tests.support.campaign_stories import LATE, customer, open_shop, scored, win_back
from tests.support.instants import DAY
from tests.support.people import buys

pytestmark = pytest.mark.django_db

HALF, FIFTH = Decimal("0.500"), Decimal("0.200")


def come(prefix: str, size: int, now: datetime) -> set[int]:
    """So many late people; their keys."""
    people = [customer(f"{prefix}{i:02}", now) for i in range(size)]
    scored(now)
    return {one.pk for one in people}


def drawn(people: Iterable[int]) -> dict[int, tuple[str, Decimal]]:
    """Profile's key → arm, and the share under which it was drawn."""
    rows = Enrolment.objects.filter(profile_id__in=people).values_list("profile_id", "arm", "drawn_share")
    return {profile: (arm, share) for profile, arm, share in rows}


def changed(now: datetime) -> tuple[Campaign, set[int], set[int]]:
    """A campaign with half in the control group, five of whose twenty people have started when the share becomes a
    fifth; then forty others come. With the early and the late people's keys."""
    open_shop(now, daily_capacity=3)
    early = come("Early", 20, now)
    campaign = win_back(now)
    plan.consider(campaign, now)
    campaigns.edit(campaign, now=now + DAY, control_share=Decimal("0.2"))
    return campaign, early, come("Late", 40, now + DAY)


def test_a_new_share_holds_for_who_is_enrolled_from_then_on(shop: Any, now: datetime) -> None:
    """The waiting keep their arm and their share too, also when they start under the new version; a newcomer's arm is
    what the salt, their key and the new share give."""
    campaign, early, late = changed(now)
    before = drawn(early)
    assert {share for _, share in before.values()} == {HALF}
    assert Enrolment.objects.filter(state="waiting").exists()
    policy.decide(now=now, daily_capacity=1000)
    plan.consider(campaign, now + DAY)
    version = campaigns.current(campaign)
    assert set(Enrolment.objects.filter(started_at=now + DAY).values_list("version", flat=True)) == {
        version.pk
    }
    assert drawn(early) == before
    keys = dict(Profile.objects.filter(pk__in=late).values_list("pk", "arm_key"))
    assert drawn(late) == {one: (candidates.draw(version, key), FIFTH) for one, key in keys.items()}
    held = [sum(arm == Arm.CONTROL for arm, _ in drawn(some).values()) for some in (early, late)]
    assert held == [8, 10]


def test_a_later_cycle_keeps_the_arm_of_the_first(shop: Any, now: datetime) -> None:
    """Twenty started before their last order, half of them in the control group, and are late again. The share is 0 by
    now: whoever was held out stays so, and keeps the share under which that was drawn; newcomers are drawn under 0."""
    open_shop(now)
    known = come("Known", 20, now)
    campaign = win_back(now)
    plan.consider(campaign, now)
    first = {person: arm for person, (arm, _) in drawn(known).items()}
    at = now - (LATE + 10) * DAY
    Enrolment.objects.update(cycle="before", considered_at=at, started_at=at, window_ends_at=at + DAY)
    Contact.objects.all().delete()
    fresh = come("Fresh", 3, now)
    campaigns.edit(campaign, now=now, control_share=Decimal(0))
    plan.consider(campaign, now)
    Enrolment.objects.filter(cycle="before").delete()
    assert drawn(known) == {person: (arm, HALF) for person, arm in first.items()}
    assert set(first.values()) == {Arm.TREATED, Arm.CONTROL} and len(first) == 20
    assert set(drawn(fresh).values()) == {(Arm.TREATED, 0)}


def test_people_are_compared_within_their_share(shop: Any, now: datetime) -> None:
    """Who came late buys more, in both arms alike: as the arms lie the mail helps; within each share it does not."""
    campaign, early, late = changed(now)
    policy.decide(now=now, daily_capacity=1000)
    plan.consider(campaign, now + DAY)
    bought: dict[tuple[Decimal, str], list[float]] = {}
    for one, (arm, share) in (drawn(early) | drawn(late)).items():
        rows = bought.setdefault((share, arm), [])
        rows.append(float((5 if one in early else 60) + len(rows) % 2))
        buys(Profile.objects.get(pk=one), now + 2 * DAY, f"{rows[-1]:.2f}")
    found = results.results(campaign, now + 40 * DAY).main
    assert found is not None
    strata = [
        Stratum(treated=outcome(bought[share, Arm.TREATED]), control=outcome(bought[share, Arm.CONTROL]))
        for share in (FIFTH, HALF)
    ]
    assert found.lift.estimate == pytest.approx(stratified_lift(strata).estimate, abs=1e-9)
    back = found.came_back.lift
    assert (back.estimate, back.low is not None) == (0.0, True)
    assert found.lift.estimate is not None and abs(found.lift.estimate) < 0.1
    assert (found.treated.people, found.control.people) == (42, 18)
    assert found.treated.mean - found.control.mean > 8
