"""The calendar over the API: by days, by people, made anew when somebody asks for it, for staff alone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from graphql_relay import to_global_id

from saleor_relacional import tasks
from saleor_relacional.flows import policy
from saleor_relacional.flows.calendar import calendars
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.contact import contact_policy, exclusions
from saleor_relacional.flows.people import merge
from saleor_relacional.models import Calendar, CalendarEntry, Profile
from tests.api.asking import Asker
from tests.support.campaign_stories import CHANNEL, crowd, open_shop, win_back
from tests.support.instants import DAY

pytestmark = pytest.mark.django_db

CALENDAR = """{ relationshipCalendar { asOf beingMade days { day treated control campaigns {
    campaign { name assumedLift } treated control waiting cost { amount currency } gain { amount currency } } } } }"""
ENTRIES = """query($first: Int, $after: String, $day: Date, $campaign: ID) {
    relationshipCalendarEntries(first: $first, after: $after, day: $day, campaign: $campaign) {
        day arm what why step stage cursor profile { email } cost { amount currency } gain { amount } } }"""
INCLUDE = "mutation($id: ID!) { relationshipExclusionDelete(id: $id) { errors { code } } }"
REFRESH = "mutation { relationshipCalendarRefresh { beingMade errors { code } } }"

MONTH = 10
"""Days that are foreseen here: all twelve people have had their turn by then."""


@pytest.fixture
def made(shop: Any, now: datetime) -> Calendar:
    """Twelve people who are late, two mails a day, ten per cent off."""
    open_shop(now, daily_capacity=2)
    crowd(12, now, value="20.00")
    win_back(now, discount="percentage", value=10, control_share="0.2")
    kept = calendars.make(now, days=MONTH)
    assert kept is not None
    return kept


def test_days_say_who_goes_who_waits_at_what_cost_and_gain(
    owner: Asker, made: Calendar, now: datetime
) -> None:
    """Two a day until all have had their turn; what each day leaves waiting; money with its currency."""
    told = owner.data(CALENDAR)["relationshipCalendar"]
    days = [day for day in told["days"] if day["treated"]]
    assert {day["treated"] for day in days[:-1]} == {2} and sum(day["treated"] for day in days) > 6
    assert sum(day["treated"] + day["control"] for day in told["days"]) == 12
    [first] = days[0]["campaigns"]
    assert first["waiting"] >= 8 and days[-1]["campaigns"][0]["waiting"] == 0
    assert first["cost"] == [{"amount": 4.0, "currency": "EUR"}]
    assert first["gain"][0]["amount"] > 0 and first["campaign"] == {"name": "Win back", "assumedLift": 0.1}
    assert not told["beingMade"] and len({day["day"] for day in told["days"]}) == made.days


def test_people_come_page_by_page(owner: Asker, made: Calendar) -> None:
    """Each once; a day, a campaign; a cursor of somebody else's is refused."""
    first = owner.data(ENTRIES, first=7)["relationshipCalendarEntries"]
    rest = owner.data(ENTRIES, first=7, after=first[-1]["cursor"])["relationshipCalendarEntries"]
    assert len({one["profile"]["email"] for one in first + rest}) == len(first + rest) == 12
    assert {one["what"] for one in first} == {"Win back"} and all(one["why"] for one in first)
    assert {one["cost"] is None for one in first if one["arm"] == "control"} <= {True}
    day = first[0]["day"]
    of_day = owner.data(ENTRIES, first=50, day=day)["relationshipCalendarEntries"]
    assert of_day == [one for one in first + rest if one["day"] == day]
    assert "cursor is invalid" in owner.ask(ENTRIES, first=7, after="nonsense")["errors"][0]["message"]
    assert "1 to 100" in owner.ask(ENTRIES, first=0)["errors"][0]["message"]


def test_it_is_made_anew_when_it_is_wanted(owner: Asker, made: Calendar, now: datetime) -> None:
    """Nobody makes it twice for nothing; a question, a new day or an edit makes the task do it."""
    assert not calendars.wanted(now)
    assert owner.data(REFRESH)["relationshipCalendarRefresh"] == {"beingMade": True, "errors": []}
    assert calendars.wanted(now) or calendars.wanted(now + timedelta(seconds=1))
    calendars.make(now + timedelta(seconds=1), days=MONTH)
    assert Calendar.objects.count() == 1 and not calendars.wanted(now + timedelta(seconds=2))
    assert calendars.wanted(now + DAY)
    campaign = made_campaign()
    campaigns.edit(campaign, now=now + timedelta(seconds=3), daily_capacity=1)
    assert calendars.wanted(now + timedelta(seconds=4))
    campaigns.pause(campaign, now=now)
    calendars.make(now + timedelta(seconds=5), days=MONTH)
    assert not CalendarEntry.objects.exists() and not calendars.wanted(now + timedelta(seconds=6))


def test_an_exclusion_that_is_taken_back_makes_it_anew(owner: Asker, made: Calendar, now: datetime) -> None:
    """Whoever was excluded may be written to again."""
    one = exclusions.add(address="staff@shop.example", now=now - DAY)
    assert not calendars.wanted(now)
    owner.data(INCLUDE, id=to_global_id("RelationshipExclusion", one.public_id))
    assert calendars.wanted(now)


def test_it_is_made_anew_after_the_owners_decisions(made: Calendar, now: datetime) -> None:
    """What the month looks like rests on capacity, contact policy, senders and exclusions."""
    eva = {"name": "Eva", "address": "eva@shop.example", "postal_address": "A street 1"}
    decisions: dict[str, Callable[[datetime], object]] = {
        "capacity": lambda at: policy.decide(now=at, daily_capacity=1),
        "contact policy": lambda at: contact_policy.decide(now=at, per_week=2),
        "sender": lambda at: policy.name_sender(channel=CHANNEL, now=at, **eva),
        "exclusion": lambda at: exclusions.add(address="staff@shop.example", now=at),
    }
    for number, (what, decide) in enumerate(decisions.items()):
        at = now + timedelta(minutes=number)
        decide(at + timedelta(seconds=1))
        assert calendars.wanted(at + timedelta(seconds=2)), what
        calendars.make(at + timedelta(seconds=3), days=1)
        assert not calendars.wanted(at + timedelta(seconds=4)), what


def made_campaign() -> Any:
    from saleor_relacional.models import Campaign

    return Campaign.objects.get()


def test_the_task_makes_it_and_whoever_is_gone_is_not_shown(
    owner: Asker, made: Calendar, now: datetime
) -> None:
    """Somebody who became part of another person, and somebody who was forgotten, are in no entry."""
    Calendar.objects.all().delete()
    tasks.calendar.apply()
    one, other, gone = Profile.objects.filter(pk__in=CalendarEntry.objects.values("profile"))[:3]
    merge.merge(one.pk, other.pk, cause="story", now=now)
    before = len(owner.data(ENTRIES, first=50)["relationshipCalendarEntries"])
    assert before == 11
    gone.delete()
    assert len(owner.data(ENTRIES, first=50)["relationshipCalendarEntries"]) == 10
