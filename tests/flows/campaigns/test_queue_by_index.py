"""Reading a queue in the order of an index comes to what reading all of it comes to, by worth and by share."""

from datetime import datetime
from random import Random
from typing import Any

import pytest

from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import campaigns, plan
from saleor_relacional.flows.campaigns.arbitration import queue, wants
from saleor_relacional.flows.campaigns.arbitration.queue import Compared
from saleor_relacional.models import CustomerSummary, Enrolment, Prediction
from tests.running.tries import seeds
from tests.support.campaign_stories import crowd, open_shop, win_back

pytestmark = pytest.mark.django_db

MONEYS = ("EUR", "JPY", "GBP")


@pytest.mark.parametrize("seed", seeds(6))
@pytest.mark.parametrize("how", [Compared.BY_SHARE, Compared.BY_WORTH])
def test_the_same_people_in_the_same_order(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch, seed: int, how: Compared
) -> None:
    """Forty people of three moneys, equals among them, some of whom may not be written to or have bought meanwhile:
    whatever the room, and however few are read at once."""
    chance = Random(seed)
    monkeypatch.setattr(queue, "FEW", 1)
    open_shop(now, daily_capacity=0)
    if how is Compared.BY_WORTH:
        policy.decide(now=now, reporting_currency="EUR", rates=[("JPY", "0.006"), ("GBP", "1.2")])
    people = crowd(40, now, value="20.00")
    for one in people:
        CustomerSummary.objects.filter(profile=one).update(currency=chance.choice(MONEYS))
        Prediction.objects.filter(profile=one).update(year_value=chance.choice((5, 5, 10, 40, 1000)))
    campaign = win_back(now)
    plan.consider(campaign, now)
    for one in chance.sample(people, 12):
        Enrolment.objects.filter(profile=one).update(state="suppressed", reason="opted_out")
    version = campaigns.current(campaign)
    assert queue.compared([version], now) is how
    for room in (1, 3, 10, 100):
        read = wants.first(version, now, room, compared=how).wants
        whole = wants.first(version, now, room, compared=Compared.MIXED).wants
        assert [one.enrolment for one in read] == [
            one.enrolment
            for one in sorted(
                whole, key=lambda one: ((one.share if how is Compared.BY_SHARE else -one.worth), one.profile)
            )
        ]
