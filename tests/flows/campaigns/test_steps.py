"""A campaign of two messages: a word, and money only if the word was not enough."""

import math
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail

from saleor_relacional.errors import BadInput
from saleor_relacional.flows.campaigns import campaigns, plan, steps
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.flows.incentives import codes, incentive, wallet
from saleor_relacional.flows.sending import send
from saleor_relacional.models import Campaign, CampaignStep, CustomerSummary, Incentive, Profile, Stage, Touch
from tests.support.campaign_stories import late, open_shop, win_back
from tests.support.instants import DAY
from tests.support.people import buys, every

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
    assert touches(ana) == [(1, "sent")] and len(mail.outbox) == 1
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
    campaign, ana, later = word_then_money(now), late("Ana", now), now + 7 * DAY
    a_day(campaign, now)
    for _ in range(2):
        plan.consider(campaign, later)
    assert steps.queue_next(campaign, campaigns.current(campaign), later) == 0
    assert touches(ana) == [(1, "sent"), (2, "queued")]


def test_a_first_step_that_waits(shop: Any, now: datetime) -> None:
    """Its message leaves so many days after the cycle began, in the morning where that is at night. It takes the room
    of the day on which its person starts."""
    open_shop(now)
    campaign = win_back(
        now, control_share="0", daily_capacity=1, steps=(Step(message="win_back", wait_days=3),)
    )
    ana, bea = late("Ana", now, days_ago=(337,)), late("Bea", now, days_ago=(337,), value="19.00")
    a_day(campaign, now)
    since = CustomerSummary.objects.get(profile=ana).since + 3 * DAY
    assert since.hour == 23
    assert (
        Touch.objects.get(profile=ana).due_at
        == since.replace(hour=8, minute=0, second=0, microsecond=0) + DAY
    )
    assert not Touch.objects.filter(profile=bea).exists()


def test_an_offer_lasts_its_days_from_the_day_of_its_message(shop: Any, now: datetime) -> None:
    """Ana's turn comes days before her message does: three days are three days from when she reads of it, and the code
    works then."""
    open_shop(now)
    late_step = Step(message="win_back", wait_days=7, discount="percentage", value=Decimal(10), offer_days=3)
    campaign = win_back(now, control_share="0", steps=(late_step,))
    ana = late("Ana", now, days_ago=(337,))
    a_day(campaign, now)
    due = Touch.objects.get(profile=ana).due_at
    assert due > now + 3 * DAY and Incentive.objects.get(profile=ana).state == "planned"
    for days in range(1, 8):
        incentive.expire(now + days * DAY)
        a_day(campaign, now + days * DAY)
    touch, promised = Touch.objects.get(profile=ana), Incentive.objects.get(profile=ana)
    assert promised.code in mail.outbox[0].body and touch.ended_at is not None
    assert promised.expires_at == codes.last_moment(touch.ended_at, 3)


def test_a_step_that_waits_for_half_an_own_rhythm(shop: Any, now: datetime) -> None:
    """Ana comes every fifteen days or so, Bea every hundred: the second word comes to each in her own time."""
    open_shop(now)
    campaign = campaigns.activate(
        campaigns.create(
            name="As it ships", now=now, terms=Terms(daily_capacity=9, control_share=Decimal(0))
        ),
        now=now,
    )
    people = [
        late("Ana", now, days_ago=every(15, 8, last=60)),
        late("Bea", now, days_ago=every(100, 8, last=260)),
    ]
    for days in range(60):
        a_day(campaign, now + days * DAY)
    waits = []
    for one in people:
        first, second = Touch.objects.filter(profile=one).order_by("step__number")
        rhythm = math.exp(CustomerSummary.objects.get(profile=one).rhythm_log_mean)
        waits.append((second.ended_at - first.ended_at) / DAY)
        assert waits[-1] == math.ceil(rhythm / 2)
        assert (first.step.message, second.step.message) == ("win_back", "win_back_again")
    assert 6 < waits[0] < 12 and 40 < waits[1] < 60


@pytest.mark.parametrize(
    ("step", "field"),
    [
        (Step(message="win_back", wait_days=3, wait_rhythms=Decimal(1)), "waitRhythms"),
        (Step(message="win_back", wait_rhythms=Decimal("10.5")), "waitRhythms"),
        (Step(message="win_back", wait_rhythms=Decimal("-0.5")), "waitRhythms"),
        (Step(message="win_back", wait_rhythms=Decimal("NaN")), "waitRhythms"),
        (Step(message="anniversary"), "message"),
        (Step(message="thanks_first_order", discount="percentage", value=Decimal(10)), "discount"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused(shop: Any, now: datetime, step: Step, field: str) -> None:
    """Both waits, too long a one, a mail about what a win-back does not know, a code that the mail never tells."""
    with pytest.raises(BadInput) as refused:
        campaigns.create(name="Odd", now=now, terms=Terms(steps=(step,)))
    assert refused.value.field == f"steps[0].{field}"


@pytest.mark.parametrize("kind", ["welcome", "abandoned_checkout"])
def test_a_mail_that_names_a_purchase_goes_to_nobody_who_never_bought(
    shop: Any, now: datetime, kind: str
) -> None:
    """It would end as failed. Where stages leave prospects out, or what opens a cycle does, it may be chosen."""
    steps = (Step(message="win_back"),)
    with pytest.raises(BadInput, match="may not have bought yet") as refused:
        campaigns.create(name="Odd", kind=kind, now=now, terms=Terms(steps=steps))
    assert refused.value.field == "steps[0].message"
    everybody = tuple(Stage.values)
    assert campaigns.create(name="Even", now=now, terms=Terms(steps=steps, stages=everybody))
    buyers = tuple(stage for stage in everybody if stage != Stage.PROSPECT)
    assert campaigns.create(name="Even", kind=kind, now=now, terms=Terms(steps=steps, stages=buyers))
    kept = campaigns.create(name="Even", kind=kind, now=now, terms=Terms(steps=steps, stages=buyers))
    with pytest.raises(BadInput, match="may not have bought yet"):
        campaigns.edit(kept, now=now, stages=everybody)


def test_what_it_sends_already_keeps_nobody_from_editing_it(shop: Any, now: datetime) -> None:
    """A campaign of an earlier release whose mail names a purchase: its mails per day may change, not its people so
    that others who may never have bought hear it."""
    kept = campaigns.create(name="Old", kind="welcome", now=now, terms=Terms())
    CampaignStep.objects.filter(version__campaign=kept).update(message="win_back")
    assert campaigns.edit(kept, now=now, daily_capacity=7).daily_capacity == 7
    with pytest.raises(BadInput, match="may not have bought yet"):
        campaigns.edit(kept, now=now, stages=("prospect", "new"))
