"""Considering people: arms first, both judged alike, the most promising started while there is room."""

from decimal import Decimal

import pytest

from saleor_relacional.flows.campaigns import campaigns, candidates, plan
from saleor_relacional.flows.campaigns.hindrance import Hindrance
from saleor_relacional.flows.campaigns.suppression import Suppression
from saleor_relacional.flows.consent import consent
from saleor_relacional.models import (
    CustomerSummary,
    Enrolment,
    EnrolmentState,
    Incentive,
    Profile,
    Touch,
)
from tests.support.campaign_stories import crowd, late, open_shop, win_back
from tests.support.instants import DAY

pytestmark = pytest.mark.django_db


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
    drawn = {
        profile.pk: candidates.draw(campaigns.current(campaign), profile.arm_key)
        for profile in Profile.objects.all()
    }
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
        campaign = win_back(now, salt=salt, daily_capacity=1, starts_on=(now + DAY).date())
        plan.consider(campaign, now)
        rows = Enrolment.objects.filter(campaign=campaign)
        seen.append(
            (dict(rows.values_list("profile_id", "reason")), dict(rows.values_list("profile_id", "arm")))
        )
    assert seen[0][0] == seen[1][0]
    assert seen[0][1] != seen[1][1]


def test_a_hindered_campaign_considers_nobody(shop, now):
    """Paused, in a copy of the shop, or the plugin switched off: no row is written."""
    open_shop(now)
    crowd(3, now)
    planned = plan.consider(campaigns.pause(win_back(now), now=now), now)
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
