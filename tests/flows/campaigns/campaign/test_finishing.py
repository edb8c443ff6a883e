"""A campaign comes to its end: nobody waits in it, nothing leaves, and what was learnt stays."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail

from saleor_relacional.errors import Refused
from saleor_relacional.flows.campaigns import campaigns, plan
from saleor_relacional.flows.campaigns.hindrance import Hindrance, hindrance
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.evidence import results
from saleor_relacional.flows.sending import person_plan, send
from saleor_relacional.models import Campaign, Enrolment, Incentive, Profile, Touch
from tests.support.campaign_stories import crowd, late, open_shop, win_back
from tests.support.instants import DAY
from tests.support.people import buys

pytestmark = pytest.mark.django_db(transaction=True)

TEN_OFF = Step(message="win_back", discount="percentage", value=Decimal(10))
AGAIN = Step(message="win_back_again", wait_days=8)


def states(campaign: Campaign) -> dict[tuple[str, str], int]:
    """State and reason → how many enrolments."""
    found: dict[tuple[str, str], int] = {}
    for key in Enrolment.objects.filter(campaign=campaign).values_list("state", "reason"):
        found[key] = found.get(key, 0) + 1
    return found


def test_who_waits_expires_and_what_is_queued_is_stopped(shop: Any, now: datetime) -> None:
    """Two are written to and hold a code, two more mails are queued, six wait, one has agreed to nothing. At the end
    the codes that were told work on; nothing else leaves, ever, however often the shop is planned."""
    open_shop(now, daily_capacity=2)
    campaign = win_back(now, control_share="0", steps=(TEN_OFF, AGAIN))
    crowd(10, now)
    late("Silent", now, agreed=False)
    plan.consider_all(now)
    assert send.send_due(now=now).sent == 2
    plan.consider_all(now + DAY)
    assert Touch.objects.filter(state="queued").count() == 2
    campaign = campaigns.finish(campaign, now=now + DAY)
    assert campaign.state == "finished" and hindrance(campaign, now) == Hindrance.FINISHED
    assert states(campaign) == {("started", ""): 4, ("expired", "finished"): 7}
    assert sorted(Touch.objects.values_list("state", "reason")) == [
        ("sent", ""), ("sent", ""), ("suppressed", "finished"), ("suppressed", "finished"),
    ]  # fmt: skip
    assert sorted(Incentive.objects.values_list("state", flat=True)) == [
        "issued", "issued", "withdrawn", "withdrawn",
    ]  # fmt: skip
    for days in range(2, 12):
        plan.consider_all(now + days * DAY)
        assert send.send_due(now=now + days * DAY).sent == 0
    assert len(mail.outbox) == 2 and Enrolment.objects.count() == 11


def test_windows_run_on_and_results_stay(shop: Any, now: datetime) -> None:
    """Who bought after the end, within the window, counts."""
    open_shop(now)
    campaign = win_back(now)
    crowd(12, now)
    plan.consider(campaign, now)
    campaign = campaigns.finish(campaign, now=now + DAY)
    buys(Profile.objects.get(first_name="Person000"), now + 3 * DAY, "80.00")
    main = results.results(campaign, now + 40 * DAY).main
    assert main is not None
    assert main.treated.people + main.control.people == 12
    assert main.treated.kept + main.control.kept == 80


def test_it_is_neither_activated_nor_edited_again(shop: Any, now: datetime) -> None:
    """The error says what to do instead. Finished twice, it is finished; the kind's campaign is another one then."""
    open_shop(now)
    campaign = campaigns.activate(campaigns.ensure("win_back", now), now=now)
    campaigns.finish(campaign, now=now)
    finished = campaigns.finish(campaign, now=now + DAY)
    for change in (
        lambda: campaigns.activate(finished, now=now, confirm=True),
        lambda: campaigns.edit(finished, now=now, daily_capacity=3),
    ):
        with pytest.raises(Refused, match="make a new one") as refused:
            change()
        assert refused.value.code == "FINISHED"
    with pytest.raises(Refused):
        campaigns.pause(finished, now=now)
    assert Campaign.objects.get().state == "finished"
    assert campaigns.ensure("win_back", now).pk != finished.pk
    draft = campaigns.finish(campaigns.ensure("welcome", now), now=now)
    assert draft.state == "finished"


def test_what_a_plan_had_begun_is_ended_by_the_next(shop: Any, now: datetime) -> None:
    """The campaign is finished while a plan is under way: it enrolled somebody after the end, and queued a mail."""
    open_shop(now)
    campaign = win_back(now, control_share="0")
    ana, ben = late("Ana", now), late("Ben", now)
    plan.consider(campaign, now)
    Enrolment.objects.filter(profile=ben).update(state="waiting", started_at=None, window_ends_at=None)
    Touch.objects.filter(profile=ben).delete()
    Campaign.objects.update(state="finished")
    plan.consider_all(now)
    assert Enrolment.objects.get(profile=ben).reason == "finished"
    assert [(one.profile_id, one.state, one.reason) for one in Touch.objects.all()] == [
        (ana.pk, "suppressed", "finished")
    ]


def test_the_plan_of_a_person_promises_nothing_more(shop: Any, now: datetime) -> None:
    """The second message was booked; it will not come."""
    open_shop(now)
    campaign = win_back(now, control_share="0", steps=(Step(message="win_back"), AGAIN))
    ana = late("Ana", now)
    plan.consider_all(now)
    send.send_due(now=now)
    later = now + 9 * DAY
    plan.consider_all(later)
    Touch.objects.exclude(state="sent").delete()
    campaigns.finish(campaign, now=later)
    entries = person_plan.of([ana.pk], later + timedelta(minutes=1))[ana.pk]
    assert sorted(one.state.value for one in entries) == ["sent", "stopped"]
