"""What the ledger says is to come: what may come and when, and nothing that cannot come any more."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from saleor_relacional import conf
from saleor_relacional.flows.calendar import calendars
from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.suppression import Suppression
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.contact import notes
from saleor_relacional.flows.ledger import coming, words
from saleor_relacional.flows.preferences import preferences
from saleor_relacional.flows.sending import send, service
from saleor_relacional.models import CalendarEntry, Campaign, Enrolment, Profile, Topic
from tests.support.campaign_stories import customer, late, open_shop, scored, win_back
from tests.support.instants import DAY
from tests.support.kind_stories import switched_on
from tests.support.mailing import campaign, due, touch_of


def told(person: Profile, now: datetime) -> list[tuple[str, datetime | None]]:
    """What waits and for what, and when."""
    return [(one.detail, one.at) for one in coming.planned(person, now).entries]


@pytest.fixture
def running(shop: Any, now: datetime) -> Campaign:
    """About tea, and with one mail a day."""
    Topic.objects.create(key="tea", names={"en": "Tea"}, created_at=now)
    return campaign(now, capacity=1, topic="tea")


@pytest.fixture
def people(running: Campaign, now: datetime) -> tuple[Profile, Profile]:
    """A mail to Ana is queued; Bea's turn comes after hers."""
    ana, bea = customer("Ana", now, value="40.00"), customer("Bea", now, value="10.00")
    scored(now)
    plan.consider(running, now)
    assert told(ana, now) == [("It is on its way.", now)] and told(bea, now) == [("Others come first.", None)]
    return ana, bea


def test_what_their_quiet_hours_hold(people: tuple[Profile, Profile], now: datetime) -> None:
    """Ana asks for quiet until the evening: her mail is not on its way before, and would not leave."""
    ana, _bea = people
    local = now.astimezone(conf.time_zone())
    until = local + timedelta(hours=2)
    preferences.change(
        ana, now=now, source="customer", quiet_from=(local - timedelta(hours=1)).time().isoformat(),
        quiet_to=until.time().isoformat(),
    )  # fmt: skip
    assert told(ana, now) == [("It is not the time of day for it.", until)]
    assert send.send_due(now=now).sent == 0
    assert told(ana, now) == [("It is not the time of day for it.", until)]


NEVER: dict[str, dict[str, Any]] = {
    "just looking": {"just_looking": True}, "no offers": {"do_not_sell": True},
    "not about tea": {"unwanted_topics": ["tea"]}, "nothing concluded": {"no_profiling": True},
}  # fmt: skip


@pytest.mark.parametrize("wish", [None, *NEVER], ids=["left", *NEVER])
def test_what_cannot_come_is_no_plan(
    people: tuple[Profile, Profile], running: Campaign, now: datetime, wish: str | None
) -> None:
    """They left, or want none of it: at once, and after the campaign has considered them again, nothing may come."""
    for one in people:
        if wish is None:
            consent.record_objection(one, source="unsubscribe_link", now=now)
        else:
            preferences.change(one, now=now, source="customer", **NEVER[wish])
        assert told(one, now) == []
    plan.consider(running, now)
    send.send_due(now=now)
    for one in people:
        assert told(one, now) == [] and coming.planned(one, now).summary == "Nothing for now."


LATER: dict[str, tuple[dict[str, Any], str]] = {
    "a pause": ({"paused_until": ...}, "You asked for a pause until then."),
    "no reminder": ({"not_before": ...}, "You asked for no reminder before then."),
    "less often": ({"per_month": 1}, "You asked to hear from us less often."),
}


@pytest.mark.parametrize("wish", LATER)
def test_what_waits_says_until_when(
    people: tuple[Profile, Profile], running: Campaign, now: datetime, wish: str
) -> None:
    """A pause, a day of their own, a smaller number: the message, what it waits for, and the day on which that ends; at
    once, and after it was tried."""
    asked, said = LATER[wish]
    until = now + 5 * DAY
    value = {"paused_until": until, "not_before": until.date()}
    for one in people:
        if wish == "less often":
            notes.note(one.pk, kind="staff", commercial=True, at=now - 10 * DAY, now=now)
        preferences.change(
            one, now=now, source="customer", **{name: value.get(name, given) for name, given in asked.items()}
        )
    before = [told(one, now) for one in people]
    plan.consider(running, now)
    send.send_due(now=now)
    for found in (*before, *(told(one, now) for one in people)):
        [(detail, at)] = found
        assert detail == said and at is not None and at > now + 4 * DAY


def test_a_mail_that_waits_for_the_hour(people: tuple[Profile, Profile], now: datetime) -> None:
    """It is not "on its way" while it waits for the end of her quiet hours."""
    [ana, _bea] = people
    local = now.time().replace(tzinfo=None)
    hours = {"quiet_from": f"{max(local.hour - 3, 0):02}:00", "quiet_to": f"{local.hour + 4:02}:00"}
    preferences.change(ana, now=now, source="customer", **hours)
    send.send_due(now=now)
    assert touch_of(ana).reason == "quiet_hours"
    [(detail, at)] = told(ana, now)
    assert detail == "It is not the time of day for it." and at == touch_of(ana).due_at > now


def test_a_mail_that_the_server_did_not_take(people: tuple[Profile, Profile], now: datetime) -> None:
    """What is tried again is said so, with no word of ours for why."""
    [ana, _bea] = people
    touch = touch_of(ana)
    touch.state, touch.reason, touch.due_at = "waiting", "smtp_4.2.1", now + timedelta(minutes=15)
    touch.save()
    assert told(ana, now) == [("It could not leave yet: we try again.", touch.due_at)]
    assert told(ana, now + timedelta(hours=1)) == [("It is on its way.", now + timedelta(hours=1))]


def test_what_they_are_owed(shop: Any, now: datetime) -> None:
    """An answer that is in the outbox stands in the plan; of somebody who cannot be written to it does not."""
    [ana] = due(campaign(now), now, "Ana")
    asked = {"answer": "Soon.", "said": "Where is it?"}
    service.enqueue(
        profile=ana, message="feedback_answer", key="one", occasion=asked, now=now, expires_at=now + DAY
    )
    titles = [one.title for one in coming.planned(ana, now).entries]
    assert "An answer, or what you had asked for" in titles and len(titles) == 2
    consent.record_objection(ana, source="provider", now=now, cause="complaint")
    assert told(ana, now) == []


def test_one_message_is_told_once(people: tuple[Profile, Profile], now: datetime) -> None:
    """What waits for its turn and stands in the calendar is one message, with the calendar's day; leaving empties the
    calendar of her."""
    [ana, bea] = people
    calendars.make(now, days=3)
    [(detail, at)] = told(bea, now)
    assert detail == "If nothing happens until then." and at is not None and at > now
    assert len(told(ana, now)) == 1
    consent.record_objection(bea, source="one_click", now=now)
    assert told(bea, now) == [] and not CalendarEntry.objects.filter(profile=bea).exists()


def test_silence_is_told(shop: Any, now: datetime) -> None:
    """Ana complained: what she would get waits, and she is told why and until when."""
    open_shop(now)
    words_only = win_back(now, control_share="0")
    ana = late("Ana", now)
    notes.note(ana.pk, kind="complaint", at=now, now=now)
    plan.consider(words_only, now)
    held = Enrolment.objects.get(profile=ana)
    assert held.reason == "silence" and held.next_try_at is not None
    assert told(ana, now) == [("We keep quiet, because something went wrong.", held.next_try_at)]


def test_every_reason_that_ends_has_words() -> None:
    """A new one gets them, or is named here: what time does not end is left out, and needs none."""
    silent = {
        "forgotten", "merged", "no_profiling", "cycle_over", "audience", "excluded", "opted_out", "no_basis",
        "no_address", "bad_address", "channel_excluded", "language", "no_sender", "no_postal_address", "left_in_peace",
        "shop_control", "just_looking", "no_selling", "topic", "trust", "no_own_act",
    }  # fmt: skip
    assert {str(one) for one in Suppression if not words.waits_for(one)} == silent
    assert all(words.waits_for(one) for one in ("quiet_hours", "shopping", "taken_back"))


def test_a_mail_for_tomorrow(shop: Any, now: datetime) -> None:
    """Ana pauses until tomorrow, and her thanks are queued for the day after tomorrow: that is what is on its way,
    and when. What is over by then holds nothing."""
    thanks = switched_on("anniversary", now, steps=(Step(message="anniversary", wait_days=2),))
    ana = customer("Ana", now, days_ago=[365 - gap for gap in range(0, 365, 30)])
    scored(now)
    plan.consider(thanks, now)
    assert touch_of(ana).state == "queued"
    preferences.change(ana, now=now, source="customer", paused_until=now + DAY)
    assert told(ana, now) == [("It is on its way.", touch_of(ana).due_at)] and touch_of(ana).due_at > now
