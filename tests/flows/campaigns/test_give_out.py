"""The day's turns: who comes first where two campaigns want the same person, and what is booked for whom."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail

from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import campaigns, capacity, plan, steps
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.flows.contact import contact_policy, notes
from saleor_relacional.flows.sending import send
from saleor_relacional.models import Campaign, Contact, Enrolment, Profile, Touch
from tests.support.campaign_stories import SALT, crowd, customer, late, open_shop, scored, win_back
from tests.support.instants import DAY
from tests.support.people import buys

pytestmark = pytest.mark.django_db(transaction=True)

TEN_DAYS = Step(message="win_back", wait_days=10)


def of_kind(
    kind: str, now: datetime, *, control_share: str = "0", daily_capacity: int = 100, **terms: Any
) -> Campaign:
    """An active campaign of this kind as it ships."""
    made = campaigns.create(
        kind=kind, name=kind, now=now, salt=SALT,
        terms=Terms(daily_capacity=daily_capacity, control_share=Decimal(control_share), **terms),
    )  # fmt: skip
    return campaigns.activate(made, now=now)


def a_day(now: datetime) -> int:
    """What the beat does."""
    plan.consider_all(now)
    return send.send_due(now=now).sent


def started(campaign: Campaign) -> list[str]:
    """The addresses of whom it has started."""
    rows = Enrolment.objects.filter(campaign=campaign, state="started").order_by("profile__email")
    return list(rows.values_list("profile__email", flat=True))


def of(campaign: Campaign, profile: Profile) -> tuple[str, str]:
    """State and reason of somebody's enrolment."""
    return Enrolment.objects.values_list("state", "reason").get(campaign=campaign, profile=profile)


def test_recover_comes_first_and_the_other_waits_its_week(shop: Any, now: datetime) -> None:
    """Both want Ana on one day: who recovers writes, whichever was switched on first; the anniversary is told why it
    waits, and until when."""
    open_shop(now)
    thanks = of_kind("anniversary", now)
    recovers = of_kind("win_back", now, stages=("active", "loyal"))
    ana = late("Ana", now, days_ago=range(5, 366, 30))
    assert a_day(now) == 1
    assert of(recovers, ana) == ("started", "") and of(thanks, ana) == ("suppressed", "week_cap")
    assert Enrolment.objects.get(campaign=thanks).next_try_at == now + 7 * DAY
    [heard] = Contact.objects.filter(profile=ana)
    assert heard.enrolment.campaign == recovers and heard.commercial and heard.sent_at == now
    assert [a_day(now + days * DAY) for days in (1, 6)] == [0, 0]


def test_the_last_mail_of_the_day_goes_to_whom_we_would_lose(shop: Any, now: datetime) -> None:
    """One mail today: Ana, who is late and worth little, hears before Bea, whose anniversary it is."""
    open_shop(now, daily_capacity=1)
    thanks, recovers = of_kind("anniversary", now), of_kind("win_back", now)
    late("Ana", now, value="1.00")
    customer("Bea", now, days_ago=range(5, 366, 30), value="900.00")
    scored(now)
    assert a_day(now) == 1
    assert started(recovers) == ["ana@shop.example"] and started(thanks) == []
    assert a_day(now + DAY) == 1
    assert started(thanks) == ["bea@shop.example"]


@pytest.mark.parametrize("arm", ["treated", "control"])
def test_whoever_is_held_out_is_booked_too(shop: Any, now: datetime, arm: str) -> None:
    """Two campaigns after the same people: whichever the arm in the first, the second finds the week taken."""
    open_shop(now)
    first, second = win_back(now), win_back(now, salt=b"other salt of 16")
    crowd(12, now)
    a_day(now)
    some = Enrolment.objects.filter(campaign=first, state="started", arm=arm)
    assert some.exists()
    for row in some:
        assert of(second, row.profile) == ("suppressed", "week_cap")
    assert Contact.objects.count() == 12
    assert set(Contact.objects.values_list("enrolment__arm", "sent_at")) == {
        ("treated", now),
        ("control", None),
    }


def test_later_steps_are_booked_in_both_arms(shop: Any, now: datetime) -> None:
    """Ten days after the first word the second is booked for all who have not come back, and leaves to the treated."""
    open_shop(now)
    win_back(now, steps=(Step(message="win_back"), TEN_DAYS))
    people = crowd(12, now)
    a_day(now)
    came = Enrolment.objects.filter(arm="control").first().profile
    buys(came, now + DAY)
    scored(now + DAY)
    assert [a_day(now + days * DAY) for days in (5, 9)] == [0, 0]
    treated = Enrolment.objects.filter(arm="treated").count()
    assert a_day(now + 10 * DAY) == treated
    second = Contact.objects.filter(step__number=2)
    assert set(second.values_list("profile", flat=True)) == {one.pk for one in people} - {came.pk}
    assert second.filter(sent_at=now + 10 * DAY).count() == treated
    assert a_day(now + 11 * DAY) == 0 and Contact.objects.count() == 23


def test_who_was_passed_over_makes_room_for_those_further_down(shop: Any, now: datetime) -> None:
    """Room for two mails a day in each campaign, both after the same twenty: the second takes the next two."""
    open_shop(now)
    first, second = (win_back(now, salt=bytes([i]) * 16, control_share="0", daily_capacity=2) for i in (1, 2))
    crowd(20, now)
    assert a_day(now) == 4
    assert started(first) == ["person000@shop.example", "person001@shop.example"]
    assert started(second) == ["person002@shop.example", "person003@shop.example"]


def test_a_mail_waits_for_the_morning_where_the_person_lives(shop: Any, now: datetime) -> None:
    """At noon here it is nine in the evening in Tokyo. Ana's mail leaves at eight there, Leo's at once; also one that
    was queued for an hour that is a quiet one by now."""
    open_shop(now)
    win_back(now, control_share="0")
    ana, leo = late("Ana", now, time_zone="Asia/Tokyo"), late("Leo", now)
    assert a_day(now) == 1 and mail.outbox[0].to == [leo.email]
    morning = datetime(2026, 3, 2, 23, tzinfo=UTC)
    assert Touch.objects.get(profile=ana).due_at == morning
    contact_policy.decide(now=now, quiet_to="09:00")
    assert send.send_due(now=morning).sent == 0
    waits = Touch.objects.get(profile=ana)
    assert (waits.state, waits.reason, waits.due_at) == ("waiting", "quiet_hours", morning + DAY / 24)
    assert send.send_due(now=morning + DAY / 24).sent == 1


def test_what_staff_wrote_meanwhile_holds_the_mail(shop: Any, now: datetime) -> None:
    """A mail is queued; then somebody of the shop writes to her. It waits until her week is over, or it is too late."""
    open_shop(now)
    win_back(now, control_share="0")
    ana = late("Ana", now)
    plan.consider_all(now)
    notes.note(ana.pk, kind="staff", at=now, now=now, commercial=True)
    assert send.send_due(now=now).sent == 0
    assert Touch.objects.values_list("state", "reason").get() == ("waiting", "week_cap")


def test_an_apology_ends_the_silence(shop: Any, now: datetime) -> None:
    """She complained: nobody sells to her, in a month or when somebody has apologised."""
    open_shop(now)
    campaign = win_back(now, control_share="0")
    ana = late("Ana", now)
    notes.note(ana.pk, kind="complaint", at=now, now=now)
    assert a_day(now) == 0 and of(campaign, ana) == ("suppressed", "silence")
    notes.note(ana.pk, kind="apology", at=now + DAY, now=now + DAY)
    assert a_day(now + DAY) == 1


def test_staff_see_what_holds_a_service_message_nothing(shop: Any, now: datetime) -> None:
    """Thanks for the first order leave although a campaign has written this week and the parcel has just left."""
    open_shop(now)
    thanks = of_kind("thanks_first_order", now, stages=("new",))
    ana = customer("Ana", now, days_ago=(2,))
    scored(now)
    notes.note(ana.pk, kind="staff", at=now - DAY, now=now, commercial=True)
    assert a_day(now) == 1 and of(thanks, ana) == ("started", "")
    assert not Contact.objects.get(kind="message").commercial


def test_the_room_of_the_shop_and_of_each_campaign(shop: Any, now: datetime) -> None:
    """What is left of the day, after what was sent and what is on its way."""
    open_shop(now, daily_capacity=10)
    first, second = (win_back(now, salt=bytes([i]) * 16, control_share="0", daily_capacity=6) for i in (1, 2))
    crowd(3, now)
    assert a_day(now) == 3
    left = capacity.day_room([campaigns.current(first), campaigns.current(second)], now)
    assert left.shop == 7 and sorted(left.campaigns.values()) == [3, 6]


def test_one_offer_at_a_time_in_both_arms(shop: Any, now: datetime) -> None:
    """Two campaigns with an offer, the first's lasts for two weeks: the second's turn comes when it is over, for those
    of the first's control group too, so that no arm of the first decides who gets the second's code."""
    open_shop(now)
    first = win_back(now, discount="percentage", value=10)
    second = win_back(now, salt=b"other salt of 16", discount="percentage", value=20, control_share="0")
    people = crowd(12, now)
    a_day(now)
    campaigns.pause(first, now=now)
    a_day(now + 8 * DAY)
    assert {of(second, one) for one in people} == {("suppressed", "other_offer")}
    assert a_day(now + 14 * DAY) == 12
    assert {of(second, one) for one in people} == {("started", "")}


def test_what_left_late_holds_the_next_one(shop: Any, now: datetime) -> None:
    """The first campaign was paused on its day and its mail left six days later. The other's, booked for the day after,
    waits until a week has passed since the mail really left."""
    open_shop(now)
    first = win_back(now, control_share="0")
    ana = late("Ana", now)
    plan.consider_all(now)
    campaigns.pause(first, now=now)
    win_back(now, salt=b"other salt of 16", control_share="0")
    campaigns.activate(first, now=now + 6 * DAY)
    assert a_day(now + 6 * DAY) == 1
    assert a_day(now + 7 * DAY) == 0
    waits = Touch.objects.exclude(state="sent").get(profile=ana)
    assert (waits.state, waits.reason, waits.due_at) == ("waiting", "week_cap", now + 13 * DAY)
    assert send.send_due(now=now + 13 * DAY).sent == 1


def test_a_campaign_that_fails_at_its_start_keeps_nobody_elses_turn(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it would start fails: the day is given out anew among the others, today."""
    open_shop(now, daily_capacity=5)
    first, second = (win_back(now, salt=bytes([i]) * 16, control_share="0") for i in (1, 2))
    crowd(30, now)
    queue = steps.queue_first

    def fails(version: Any, due: Any, now: datetime) -> None:
        if version.campaign_id == first.pk:
            raise ValueError("broken")
        queue(version, due, now)

    monkeypatch.setattr(steps, "queue_first", fails)
    planned = plan.consider_all(now)
    assert first.pk not in planned and planned[second.pk].treated == 5
    assert len(started(second)) == 5 and not started(first)
    assert Contact.objects.count() == 5


def test_one_person_who_cannot_be_started_keeps_nobody_elses_turn(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something is wrong about the third of ten: the others start."""
    open_shop(now)
    running = win_back(now, control_share="0")
    people = crowd(10, now)
    queue = steps.queue_first

    def fails(version: Any, due: Any, now: datetime) -> None:
        if Enrolment.objects.filter(pk__in=[one for one, _ in due], profile=people[2]).exists():
            raise ValueError("broken")
        queue(version, due, now)

    monkeypatch.setattr(steps, "queue_first", fails)
    assert plan.consider_all(now)[running.pk].treated == 9
    assert of(running, people[2]) == ("waiting", "capacity")


def test_nobody_is_booked_long_before_their_day(shop: Any, now: datetime) -> None:
    """A first message that waits for sixty days: other campaigns write to her meanwhile; her turn comes in the week
    before."""
    open_shop(now)
    slow = win_back(now, control_share="0", wait_days=60)
    late("Ana", now, days_ago=(337,))
    a_day(now)
    assert started(slow) == [] and not Contact.objects.exists()
    win_back(now, salt=b"other salt of 16", control_share="0")
    assert a_day(now) == 1


def test_monies_that_cannot_be_compared_are_compared_by_place(shop: Any, now: datetime) -> None:
    """Without a rate 2,000 yen are not more than 150 euros: of two campaigns, one after whoever pays in each, neither
    takes all turns."""
    open_shop(now, daily_capacity=4)
    shop.channel("jpy", "JPY")
    policy.name_sender(channel="jpy", name="Tea", address="t@tea.example", postal_address="Tokyo", now=now)
    both = [
        win_back(now, control_share="0", channels=("eur",)),
        win_back(now, salt=b"other salt of 16", control_share="0", channels=("jpy",)),
    ]
    for number in range(6):
        customer(f"Eur{number}", now, value=f"{150 - number}.00")
        customer(f"Jpy{number}", now, value=f"{2000 - number}.00", currency="JPY", channel="jpy")
    scored(now)
    assert a_day(now) == 4
    assert [len(started(one)) for one in both] == [2, 2]
