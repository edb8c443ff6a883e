"""The calendar says what the planner then does, day by day, on frozen facts; and making it changes nothing."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from saleor_relacional.db import sql
from saleor_relacional.flows.calendar import rehearse
from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.campaigns.kinds.days import today
from saleor_relacional.flows.contact import contact_policy
from saleor_relacional.flows.scoring import score
from saleor_relacional.flows.sending import send
from saleor_relacional.models import Contact, Enrolment, Profile, Touch, Unplanned
from tests.running.tries import seeds, tries
from tests.support.campaign_stories import customer, swept
from tests.support.people import buys
from tests.support.shop_control import hold_out
from tests.support.whole_shop import everything_on, somebody

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)
DAYS = 2 * tries(rehearse.DAYS // 2)


def a_shop(seed: int, now: datetime, people: int = 40) -> None:
    """With a campaign of every kind, and everything that waits: orders that have not left, checkouts, unread people."""
    chance = Random(seed)
    everything_on(now)
    for number in range(people):
        somebody(chance, number, now)
    buys(customer("Late", now, days_ago=(40,)), now - 30 * HOUR, sent=False)
    while score.score_stale(now).profiles:
        pass


def really(now: datetime, days: int) -> set[tuple[Any, ...]]:
    """The beat of so many days: what was said to whom, and who was held out."""
    for moment, _ in rehearse._moments(now, days):
        swept()
        while score.pass_time(moment).profiles:
            pass
        sends(moment)
        plan.consider_all(moment)
        for hour in range(24):
            sends(moment + hour * HOUR) if today(moment + hour * HOUR) == today(moment) else None
    said = Contact.objects.filter(kind="message").select_related("enrolment")
    left = {(t.enrolment_id, t.step_id): t.ended_at for t in Touch.objects.filter(state="sent")}
    return {
        (one.enrolment.campaign_id, one.profile_id, one.step_id, today(at), one.enrolment.arm)
        for one in said
        if (at := one.at if one.enrolment.arm == "control" else left.get((one.enrolment_id, one.step_id)))
    }


def sends(at: datetime) -> None:
    while send.send_due(now=at).ends:
        pass


def everything() -> Iterator[Any]:
    """All that making it could have changed."""
    for model in (Enrolment, Contact, Touch, Profile, Unplanned):
        yield sorted(model.objects.values_list(), key=str)
    for (table,) in sql.rows("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'relacional%%'"):
        yield table


@pytest.mark.parametrize("seed", seeds(3))
def test_the_real_run_of_each_day_equals_it(shop: Any, now: datetime, seed: int) -> None:
    """A month of ten campaigns in a shop whose mails do not suffice, or its first days: the same messages on the same
    days to the same people, in both arms; once where some are held out of everything commercial."""
    a_shop(seed, now)
    if seed == 1:
        hold_out(now)
    contact_policy.decide(now=now, weekends=False)
    plan.consider_all(now)
    before = list(everything())
    foreseen = rehearse.rehearse(now + HOUR, days=DAYS)
    assert list(everything()) == before
    told = {(one.campaign_id, one.profile_id, one.step_id, today(one.at), one.arm) for one in foreseen.said}
    assert len(told) > DAYS // 3 and max(foreseen.waiting.values()) > 0
    assert told == really(now + HOUR, DAYS)
