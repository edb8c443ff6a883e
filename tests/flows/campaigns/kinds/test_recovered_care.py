"""Recovered care: thanks to who has come back after a lapse; never an offer in the first rhythm."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.kinds.recovered_care import KIND
from saleor_relacional.flows.people import merge
from saleor_relacional.models import Campaign, CustomerSummary, Enrolment, Profile, Touch
from tests.support.campaign_stories import CHANNEL, customer
from tests.support.instants import DAY
from tests.support.kind_stories import a_day, orders, refunds, switched_on, takes_back, the_days
from tests.support.people import every, person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def care(shop: Any, now: datetime) -> Campaign:
    """The campaign as it ships, switched on."""
    return switched_on(KIND.name, now)


def came_back(name: str, now: datetime, *, ago: int = 0, **story: Any) -> Profile:
    """Every sixty days, then nothing for seven hundred, then an order so many days ago."""
    return customer(name, now, days_ago=[*every(60, 5, last=700 + ago), ago], **story)


def test_three_days_after_the_return_once(care: Campaign, now: datetime) -> None:
    """She is thanked for coming back, with both dates, and offered nothing."""
    ana = came_back("Ana", now)
    assert the_days(care, now, (0, 2, 3, 4, 20)) == [0, 0, 1, 0, 0]
    assert CustomerSummary.objects.get(profile=ana).stage == "recovered"
    [sent] = mail.outbox
    assert "order of March 2, 2026" in sent.body and "April 1, 2024" in sent.body
    assert not any(word in sent.body.lower() for word in ("code", "% off", "discount"))


def test_an_order_in_rhythm_is_no_return(care: Campaign, now: datetime) -> None:
    """Who comes as always, comes for the first time or came back a month ago is not written to."""
    customer("Regular", now, days_ago=every(60, 5))
    customer("First", now, days_ago=(0,))
    came_back("LongAgo", now, ago=45)
    assert the_days(care, now, range(5)) == [0, 0, 0, 0, 0]


def test_a_second_lapse_and_return_is_a_cycle_of_its_own(care: Campaign, now: datetime) -> None:
    """Two years later she lapses and comes back again."""
    ana = came_back("Ana", now)
    assert a_day(care, now + 3 * DAY) == 1
    again = now + 900 * DAY
    orders(ana, again)
    assert the_days(care, again, (0, 3, 4)) == [0, 1, 0]
    assert Enrolment.objects.filter(state="started").count() == 2


@pytest.mark.parametrize("undone", [refunds, takes_back])
def test_money_that_goes_back_stops_it(care: Campaign, now: datetime, undone: Any) -> None:
    """A refund of the order that brought her back, or its cancellation: no thanks."""
    ana = came_back("Ana", now)
    assert a_day(care, now) == 0
    undone(ana.purchases.latest("placed_at"), now + DAY)
    assert the_days(care, now, (1, 2, 3, 4)) == [0, 0, 0, 0]
    assert not Touch.objects.exists()


@pytest.mark.parametrize("undone", [refunds, takes_back])
def test_what_is_queued_is_stopped(care: Campaign, now: datetime, undone: Any) -> None:
    """Her turn has come; the mail waits for the morning when the money goes back."""
    campaigns.edit(care, now=now, steps=(Step(message="recovered_care", wait_days=5),))
    ana = came_back("Ana", now)
    assert the_days(care, now, (0, 4)) == [0, 0]
    assert Touch.objects.get().state == "queued"
    undone(ana.purchases.latest("placed_at"), now + 4 * DAY)
    assert (Touch.objects.get().state, Touch.objects.get().reason) == ("suppressed", "refunded")
    assert the_days(care, now, (5, 6)) == [0, 0]


def test_three_days_without_a_run_lose_nobody(care: Campaign, now: datetime) -> None:
    """The beat was away."""
    came_back("Ana", now)
    assert a_day(care, now + 7 * DAY) == 1


def test_who_stood_in_the_stage_is_spread(shop: Any, now: datetime) -> None:
    """Five came back last week; two mails per day, the most promising first, nobody twice."""
    care = switched_on(KIND.name, now, daily_capacity=2)
    for i in range(5):
        came_back(f"Person{i}", now, ago=6, value=f"{50 - 10 * i}.00")
    assert the_days(care, now, range(4)) == [2, 2, 1, 0]
    assert {sent.to[0] for sent in mail.outbox[:2]} == {"person0@shop.example", "person1@shop.example"}


def test_a_guest_who_registers_is_thanked_once(care: Campaign, now: datetime) -> None:
    """The account that she opens inherits the thanks."""
    guest = came_back("Ana", now, ago=4)
    assert a_day(care, now) == 1
    account = person("AnaToo", channel=CHANNEL)
    merge.merge(guest.pk, account.pk, cause="vouched", now=now + DAY)
    assert the_days(care, now, (1, 2, 3)) == [0, 0, 0]
    assert Enrolment.objects.count() == 1


def test_an_offer_in_the_first_rhythm_is_refused(care: Campaign, now: datetime) -> None:
    """Days do not count: nobody knows whose rhythm they are. One whole own rhythm, over all steps, does."""
    word = Step(message="recovered_care", wait_days=3)

    def money(**wait: Any) -> Step:
        return Step(message="recovered_care", discount="percentage", value=Decimal(10), **wait)

    half = {"wait_rhythms": Decimal("0.5")}
    for steps in ([money()], [word, money(wait_days=365)], [word, money(**half)]):
        with pytest.raises(BadInput, match="own rhythms") as refused:
            campaigns.edit(care, now=now, steps=tuple(steps))
        assert refused.value.field == f"steps[{len(steps) - 1}].discount"
    campaigns.edit(care, now=now, steps=(word, Step(message="recovered_care", **half), money(**half)))
    assert campaigns.current(care).steps.get(number=3).rungs.get().kind == "percentage"
