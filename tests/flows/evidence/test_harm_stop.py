"""A campaign that harms pauses itself, once, and says why; bad luck does not stop it."""

from datetime import datetime
from typing import Any

import pytest
from django.utils import translation

from saleor_relacional.errors import BadInput, Several
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.campaign import harm_stop
from saleor_relacional.flows.evidence import harm_words, results
from saleor_relacional.flows.operations import health
from saleor_relacional.insight.inference.experiment import Verdict
from saleor_relacional.models import (
    Campaign,
    CampaignChange,
    Consent,
    Contact,
    CustomerSummary,
    Enrolment,
    Profile,
    Purchase,
    PurchaseLine,
)
from tests.support.campaign_stories import open_shop, win_back
from tests.support.instants import DAY
from tests.support.people import buys

pytestmark = pytest.mark.django_db
TREATED, CONTROL = 100, 60


@pytest.fixture
def campaign(shop: Any, now: datetime) -> Campaign:
    """A hundred treated people and sixty of the control group started ten days ago."""
    open_shop(now)
    made = win_back(now - 11 * DAY)
    people = Profile.objects.bulk_create(Profile(created_at=now) for _ in range(TREATED + CONTROL))
    CustomerSummary.objects.bulk_create(CustomerSummary(profile=who, since=now) for who in people)
    at = now - 10 * DAY
    Enrolment.objects.bulk_create(
        Enrolment(
            campaign=made, version=campaigns.current(made), profile=who, cycle="one", currency="EUR", state="started",
            arm="treated" if n < TREATED else "control", drawn_share=".375", stage="lapsed", considered_at=at,
            started_at=at, window_ends_at=at + 30 * DAY,
        )
        for n, who in enumerate(people)
    )  # fmt: skip
    return made


def people(campaign: Campaign, arm: str) -> list[Profile]:
    found = Profile.objects.filter(enrolments__campaign=campaign, enrolments__arm=arm)
    return list(found.order_by("pk"))


def object_(some: list[Profile], at: datetime) -> None:
    Consent.objects.bulk_create(
        Consent(
            profile=who, purpose="offers", basis="opt_out", source="one_click", happened_at=at, learned_at=at
        )
        for who in some
    )  # fmt: skip


def test_a_campaign_that_makes_people_object_pauses_itself(campaign: Campaign, now: datetime) -> None:
    """Thirty of a hundred treated object while their windows run, nobody of the control group: paused by the system for
    that reason, told in its history and in health in both languages. A second look changes nothing."""
    object_(people(campaign, "treated")[:30], now - DAY)
    assert harm_stop.stop_harm(now) == 1
    assert harm_stop.stop_harm(now) == 0
    campaign.refresh_from_db()
    assert (campaign.state, campaign.paused_for) == ("paused", "objections")
    [change] = CampaignChange.objects.filter(event="paused")
    assert (change.who, change.reason, change.at) == ("system", "objections", now)
    [[name, limit, bound]] = change.fields
    assert (name, limit) == ("bound", "0.0100") and 0.05 < float(bound) < 0.3
    [told] = [one for one in health.health(now).problems if one.code == "campaign_harms"]
    assert told.problem == (
        "The campaign Win back has paused itself. It makes people object, by more than the limit that was set for it."
    )
    with translation.override("es"):
        [told] = [one for one in health.health(now).problems if one.code == "campaign_harms"]
        assert told.problem.startswith("La campaña Win back se ha pausado sola.")


def test_a_few_objections_may_be_bad_luck(campaign: Campaign, now: datetime) -> None:
    """Eight of a hundred object and nobody of sixty: more than one in a hundred, but that may be chance."""
    object_(people(campaign, "treated")[:8], now - DAY)
    assert harm_stop.stop_harm(now) == 0
    assert Campaign.objects.get().state == "active"


def test_those_who_object_anyway_are_not_its_fault(campaign: Campaign, now: datetime) -> None:
    """Thirty of a hundred in either arm."""
    object_(people(campaign, "treated")[:30], now - DAY)
    object_(people(campaign, "control")[:18], now - DAY)
    assert harm_stop.stop_harm(now) == 0


def test_complaints_have_a_limit_of_their_own(campaign: Campaign, now: datetime) -> None:
    """Of a hundred treated twenty complain to the staff."""
    for who in people(campaign, "treated")[:20]:
        Contact.objects.create(profile=who, kind="complaint", at=now - DAY, recorded_at=now)
    assert harm_stop.stop_harm(now) == 1
    assert Campaign.objects.get().paused_for == "complaints"


@pytest.mark.parametrize(("net", "reason"), [(None, "loss_kept"), (40, "loss")])
def test_a_campaign_that_loses_money_pauses_itself(
    campaign: Campaign, now: datetime, net: int | None, reason: str
) -> None:
    """Of the control group everybody buys for about 50, of the treated nobody. Not before the windows have closed.
    Where nobody knows what was earned, it is not said to cost more than it earns."""
    Purchase.objects.bulk_create(
        Purchase(
            profile=who, source="test", reference=f"o{who.pk}", state="counts", channel="web", currency="EUR", net=net,
            sold=45 + n % 10, placed_at=now - DAY, day=now.date(), learned_at=now, digest=b"",
        )
        for n, who in enumerate(people(campaign, "control"))
    )  # fmt: skip
    PurchaseLine.objects.bulk_create(
        PurchaseLine(
            purchase=one, profile_id=one.profile_id, quantity=1, total=one.sold, net=net, cost=one.sold - 40
        )
        for one in Purchase.objects.all()
    )
    assert harm_stop.stop_harm(now) == 0
    assert harm_stop.stop_harm(now + 20 * DAY) == 1
    assert Campaign.objects.get().paused_for == reason
    with translation.override("en"):
        told = (
            "It costs more than it earns"
            if net
            else "With it people leave less money with you than without it"
        )
        assert harm_words.because(reason) == f"{told}, beyond doubt."


def test_whoever_goes_on_all_the_same_has_read_why(campaign: Campaign, now: datetime) -> None:
    """Activating it again is refused with the reason until it is confirmed. For that reason it is not paused again, for
    another one it is."""
    object_(people(campaign, "treated")[:30], now - DAY)
    assert harm_stop.stop_harm(now) == 1
    with pytest.raises(Several) as refused:
        campaigns.activate(campaign, now=now)
    assert refused.value.code == "HARMS" and "makes people object" in refused.value.message
    campaign = campaigns.activate(campaign, now=now, confirm=True)
    assert (campaign.state, campaign.paused_for) == ("active", "")
    assert not [one for one in health.health(now).problems if one.code == "campaign_harms"]
    assert harm_stop.stop_harm(now + DAY) == 0
    for who in people(campaign, "treated")[:30]:
        Contact.objects.create(profile=who, kind="complaint", at=now - DAY, recorded_at=now)
    assert harm_stop.stop_harm(now + DAY) == 1
    assert Campaign.objects.get().paused_for == "complaints"


def test_where_something_besides_the_draw_decides_nothing_is_concluded_and_it_pauses_itself(
    campaign: Campaign, now: datetime
) -> None:
    """Sixty of 160 are held out and sixty should be; then 23 of 155, as if many of the treated had been left out. The
    treated buy and the others do not, of which something would be concluded in euro: no verdict, the sentence says
    why, staff are told."""
    people_treated = people(campaign, "treated")
    for who in people_treated:
        buys(who, now - DAY, f"{45 + who.pk % 10}.00")
    end = now + 40 * DAY
    before = results.results(campaign, end).main
    assert before.came_back.verdict == Verdict.HELPS, before.came_back
    assert harm_stop.stop_harm(now) == 0
    Enrolment.objects.filter(profile__in=people_treated[95:]).delete()
    Enrolment.objects.update(drawn_share=".15")
    some = [*people_treated[:5], *people(campaign, "control")[:5]]
    Enrolment.objects.filter(profile__in=some).update(currency="USD")  # the draw knows no currency
    told = results.results(campaign, end)
    assert told.main is not None and told.main.came_back.lift.verdict == Verdict.HELPS, (
        "it would be concluded"
    )
    assert [one.mismatch for one in told.others] == [told.main.mismatch if told.main else None]
    assert told.main.mismatch is not None and not told.works
    assert {one.verdict for one in told.main.measured.values()} == {Verdict.NOT_ENOUGH_EVIDENCE}
    assert told.sentence.startswith(
        "Nothing can be concluded: of 155 people who started 60 are held out instead of about 23."
    )
    with translation.override("es"):
        assert told.sentence.startswith(
            "No se puede concluir nada: de 155 personas que empezaron, 60 no reciben"
        )
    assert harm_stop.stop_harm(now) == 1
    campaign.refresh_from_db()
    assert (campaign.state, campaign.paused_for) == ("paused", "sample_ratio")
    [problem] = [one for one in health.health(now).problems if one.code == "campaign_harms"]
    assert problem.problem.endswith("held out than were meant to be: what it brings cannot be known.")


def test_what_the_owner_paused_stays_paused_by_the_owner(campaign: Campaign, now: datetime) -> None:
    """A campaign that is not active is not looked at."""
    object_(people(campaign, "treated")[:30], now - DAY)
    campaigns.pause(campaign, now=now, by="staff:1")
    assert harm_stop.stop_harm(now) == 0
    assert (Campaign.objects.get().paused_for, CampaignChange.objects.filter(reason="").count()) == ("", 3)


def test_limits_are_given_when_it_is_made(shop: Any, now: datetime) -> None:
    """A share of the people, above 0; a kept limit of a half lets thirty of a hundred object."""
    with pytest.raises(BadInput) as refused:
        campaigns.create(
            name="None", now=now, terms=campaigns.Terms(), complaint_limit=campaigns.OBJECTIONS * 0
        )
    assert refused.value.field == "complaintLimit"
    made = campaigns.create(
        name="Loud", now=now, terms=campaigns.Terms(), objection_limit=campaigns.OBJECTIONS * 50
    )
    assert (made.objection_limit, made.complaint_limit) == (campaigns.OBJECTIONS * 50, campaigns.COMPLAINTS)
