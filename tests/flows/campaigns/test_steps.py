"""A campaign of two messages: a word, and money only if the word was not enough."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail

from saleor_relacional.flows.campaigns import campaigns, plan, steps
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.incentives import wallet
from saleor_relacional.flows.sending import send
from saleor_relacional.models import Campaign, CustomerSummary, Incentive, Profile, Touch
from tests.support.campaign_stories import late, open_shop, win_back
from tests.support.instants import DAY
from tests.support.people import buys

pytestmark = pytest.mark.django_db(transaction=True)

A_WORD = Step(message="win_back")
TEN_OFF = Step(message="win_back", wait_days=7, discount="percentage", value=Decimal(10))


def word_then_money(now: datetime) -> Campaign:
    """Both steps, nobody in the control group."""
    open_shop(now)
    return win_back(now, control_share="0", steps=(A_WORD, TEN_OFF))


def touches(profile: Profile) -> list[tuple[int, str]]:
    """Steps and states of somebody's messages."""
    rows = Touch.objects.filter(profile=profile).order_by("step__number")
    return list(rows.values_list("step__number", "state"))


def a_day(campaign: Campaign, now: datetime) -> None:
    """What the beat does: plan, then send."""
    plan.consider(campaign, now)
    send.send_due(now=now)


def test_the_second_message_follows_the_first(shop: Any, now: datetime) -> None:
    """The word leaves today; a week later, and no day earlier, the code; then nothing more."""
    campaign, ana = word_then_money(now), late("Ana", now)
    a_day(campaign, now)
    assert touches(ana) == [(1, "sent")] and not Incentive.objects.exists()
    for days in range(1, 7):
        a_day(campaign, now + days * DAY)
    assert [state for _, state in touches(ana)] == ["sent", "queued"] and len(mail.outbox) == 1
    a_day(campaign, now + 7 * DAY)
    assert touches(ana) == [(1, "sent"), (2, "sent")] and len(mail.outbox) == 2
    [offer] = wallet.wallet(ana, now + 7 * DAY)
    assert offer.code in mail.outbox[1].body and offer.code not in mail.outbox[0].body
    a_day(campaign, now + 30 * DAY)
    assert len(mail.outbox) == 2


def test_who_buys_after_the_word_gets_no_money(shop: Any, now: datetime) -> None:
    """The cycle is over: no second message, whether or not the purchase is scored."""
    campaign, ana = word_then_money(now), late("Ana", now)
    a_day(campaign, now)
    buys(ana, now + DAY)
    for days in (2, 8, 9):
        a_day(campaign, now + days * DAY)
    assert touches(ana) == [(1, "sent")] and len(mail.outbox) == 1 and not Incentive.objects.exists()


def test_queueing_twice_queues_once(shop: Any, now: datetime) -> None:
    """Two planners, or one that is run again."""
    campaign, ana = word_then_money(now), late("Ana", now)
    a_day(campaign, now)
    version = campaigns.current(campaign)
    assert [steps.queue_next(campaign, version, now), steps.queue_next(campaign, version, now)] == [1, 0]
    assert touches(ana) == [(1, "sent"), (2, "queued")]


def test_a_first_step_that_waits(shop: Any, now: datetime) -> None:
    """Its message leaves so many days after the cycle began, and takes the room of the day on which its person
    starts."""
    open_shop(now)
    campaign = win_back(
        now, control_share="0", daily_capacity=1, steps=(Step(message="win_back", wait_days=3),)
    )
    ana, bea = late("Ana", now, days_ago=(337,)), late("Bea", now, days_ago=(337,), value="19.00")
    a_day(campaign, now)
    since = CustomerSummary.objects.get(profile=ana).since
    assert Touch.objects.get(profile=ana).due_at == max(now, since + 3 * DAY)
    assert not Touch.objects.filter(profile=bea).exists()
