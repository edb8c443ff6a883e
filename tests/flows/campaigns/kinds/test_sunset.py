"""Sunset: who is lost and has not moved after three messages is asked once, and then left in peace."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.campaigns import campaigns, plan, suppression
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.kinds.sunset import KIND
from saleor_relacional.flows.people import merge
from saleor_relacional.models import Campaign, Enrolment, Profile, Touch
from tests.support.campaign_stories import CHANNEL, customer, win_back
from tests.support.instants import DAY
from tests.support.kind_stories import a_day, agrees, orders, switched_on, the_days, written_to
from tests.support.people import person

pytestmark = pytest.mark.django_db(transaction=True)

LOST = 740
"""Days. Who bought once is lost after 730 by the shipped priors."""


@pytest.fixture
def sunset(shop: Any, now: datetime) -> Campaign:
    """The campaign as it ships, switched on."""
    return switched_on(KIND.name, now)


def lost(name: str, now: datetime, *, messages: int = 3, arm: str = "treated", **story: Any) -> Profile:
    """Somebody who bought once, long ago, and was written to so many times since."""
    profile = customer(name, now, days_ago=(LOST,), **story)
    written_to(profile, messages, now - 300 * DAY, arm=arm)
    return profile


def reasons(campaign: Campaign) -> list[tuple[str, str]]:
    """States and reasons of its enrolments."""
    return list(Enrolment.objects.filter(campaign=campaign).values_list("state", "reason"))


def test_asked_once_for_good(sunset: Campaign, now: datetime) -> None:
    """Today, and never again; the mail says that she need do nothing."""
    lost("Ana", now)
    assert the_days(sunset, now, (0, 1, 40, 400)) == [1, 0, 0, 0]
    [sent] = mail.outbox
    assert "keep writing" in sent.subject and "no more news or offers" in sent.body
    assert not any(word in sent.body.lower() for word in ("code", "% off", "discount"))


@pytest.mark.parametrize("arm", ["treated", "control"])
def test_three_messages_in_whichever_arm(sunset: Campaign, now: datetime, arm: str) -> None:
    """Two are not enough; and no arm of another campaign decides who is asked."""
    lost("Two", now, messages=2, arm=arm)
    assert a_day(sunset, now) == 0
    lost("Three", now, arm=arm)
    assert a_day(sunset, now) == 1


def test_an_own_act_begins_anew(sunset: Campaign, now: datetime) -> None:
    """She opted in after the second message: one message since then is no silence."""
    ana = lost("Ana", now)
    agrees(ana, now - 299 * DAY + DAY / 2)
    assert the_days(sunset, now, range(3)) == [0, 0, 0]


def test_who_is_not_lost_is_not_asked(sunset: Campaign, now: datetime) -> None:
    """Lapsed by their rhythm, but not lost."""
    written_to(customer("Ana", now, days_ago=(400,)), 3, now - 100 * DAY)
    assert a_day(sunset, now) == 0


@pytest.mark.parametrize("arm", ["treated", "control"])
def test_afterwards_nobody_sells_to_them_until_they_act(sunset: Campaign, now: datetime, arm: str) -> None:
    """A win-back for the lost passes over whoever was asked, in both arms; after an opt-in it may write again."""
    if arm == "control":
        campaigns.edit(sunset, now=now, control_share=Decimal("0.999"))
    ana = lost("Ana", now)
    a_day(sunset, now)
    Enrolment.objects.filter(campaign=sunset).update(arm=arm)
    other = win_back(now, control_share="0", stages=("lost",))
    for days in (0, 31, 400):
        plan.consider(other, now + days * DAY)
        assert reasons(other) == [("suppressed", "left_in_peace")]
    agrees(ana, now + 401 * DAY)
    plan.consider(other, now + 401 * DAY)
    assert reasons(other) == [("started", "")]


def test_service_messages_still_reach_them(sunset: Campaign, now: datetime) -> None:
    """Peace is judged for what sells alone: thanks for a first order have another reason not to be sent."""
    ana = lost("Ana", now)
    a_day(sunset, now)
    thanks = campaigns.current(campaigns.ensure("thanks_first_order", now))
    judged = suppression.judge([ana.pk], thanks, now + 40 * DAY)[ana.pk]
    assert judged == suppression.Suppression.CYCLE_OVER  # not left in peace


@pytest.mark.parametrize("answers", [agrees, orders])
def test_an_answer_ends_it(shop: Any, now: datetime, answers: Any) -> None:
    """The question waits; she opts in, or orders: it is not asked any more."""
    sunset = switched_on(KIND.name, now, steps=(Step(message="sunset", wait_days=16),))
    ana = lost("Ana", now)
    assert a_day(sunset, now) == 0 and Touch.objects.get().state == "queued"
    answers(ana, now + DAY)
    assert the_days(sunset, now, (1, 11, 12)) == [0, 0, 0]
    assert Touch.objects.get().state == "suppressed"


def test_who_stood_in_the_state_is_spread_and_a_missed_run_loses_nobody(shop: Any, now: datetime) -> None:
    """Five when it is switched on, two mails per day; three days without a run in between."""
    sunset = switched_on(KIND.name, now, daily_capacity=2)
    for i in range(5):
        lost(f"Person{i}", now, value=f"{50 - 10 * i}.00")
    assert the_days(sunset, now, (0, 4, 5, 6)) == [2, 2, 1, 0]
    assert {sent.to[0] for sent in mail.outbox[:2]} == {"person0@shop.example", "person1@shop.example"}


def test_a_guest_who_registers_is_asked_once(sunset: Campaign, now: datetime) -> None:
    """The account inherits the question, and the peace."""
    guest = lost("Ana", now)
    assert a_day(sunset, now) == 1
    account = person("AnaToo", channel=CHANNEL)
    merge.merge(guest.pk, account.pk, cause="vouched", now=now + DAY)
    assert the_days(sunset, now, (1, 2, 40)) == [0, 0, 0]
    assert Enrolment.objects.filter(campaign=sunset).count() == 1


def test_an_offer_is_refused(sunset: Campaign, now: datetime) -> None:
    """Nobody is bought into staying."""
    money = Step(message="win_back", wait_rhythms=Decimal(5), discount="percentage", value=Decimal(10))
    with pytest.raises(BadInput, match="offers nothing, ever") as refused:
        campaigns.edit(sunset, now=now, steps=(money,))
    assert refused.value.field == "steps[0].discount"
