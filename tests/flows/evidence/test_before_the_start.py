"""What is fixed before anybody starts: what is believed of each, and what money counts up to."""

import math
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import campaigns, plan
from saleor_relacional.flows.evidence import past_spends, results
from saleor_relacional.flows.evidence.outcome import Outcome
from saleor_relacional.models import Campaign, Enrolment, Prediction
from tests.support.campaign_stories import REGULAR, crowd, late, open_shop, win_back
from tests.support.instants import DAY
from tests.support.people import buys, person

pytestmark = pytest.mark.django_db


def came_back(now: datetime, spends: list[str], *, currency: str = "EUR") -> None:
    """Somebody for each of these, who bought a year ago and came back a hundred days ago."""
    for n, spend in enumerate(spends):
        who = person(f"R{currency}{n}", email=f"r{currency}{n}@shop.example")
        buys(who, now - 365 * DAY, "1.00", currency=currency)
        buys(who, now - 100 * DAY, spend, currency=currency)


def test_beliefs_are_kept_with_the_start_in_both_arms(shop: Any, now: datetime) -> None:
    """Ana bought five times for 20, first 150 and last 90 days ago. Half are in the control group, and the numbers are
    there in both arms."""
    open_shop(now)
    ana = late("Ana", now, days_ago=REGULAR, value="20.00")
    crowd(9, now)
    plan.consider(win_back(now), now)
    mine = Enrolment.objects.get(profile=ana)
    assert mine.believed_basket == round(math.log(1 + 20), 1)
    assert mine.believed_rate == round(math.log(6 / (30 + 150.5)), 1)
    assert mine.believed_idle == round(math.log(1 + 90), 1)
    assert mine.believed_return == round(Prediction.objects.get(profile=ana).order_90, 1)
    arms = Enrolment.objects.filter(state="started", believed_idle__isnull=False).values_list(
        "arm", flat=True
    )
    assert len(arms) == 10 and set(arms) == {"treated", "control"}


def test_the_cap_is_fixed_at_the_first_activation(shop: Any, now: datetime) -> None:
    """Of a hundred who came back and spent 1 to 100, 95 spent 95.05 or less. A year in which they spend ten times as
    much, an edit and another activation do not move it; a new campaign has another."""
    open_shop(now)
    came_back(now, [f"{n}.00" for n in range(1, 101)])
    campaign = win_back(now)
    assert (campaign.cap, campaign.cap_currency, campaign.fixed_at) == (Decimal("95.050"), "EUR", now)
    later = now + 365 * DAY
    came_back(later, [f"{n}000.00" for n in range(1, 101)])
    campaigns.pause(campaign, now=later)
    campaigns.edit(campaign, now=later, daily_capacity=7)
    campaigns.activate(campaign, now=later)
    campaign = Campaign.objects.get(pk=campaign.pk)
    assert (campaign.cap, campaign.fixed_at) == (Decimal("95.050"), now)
    other = campaigns.create(name="Another", now=later, terms=campaigns.Terms(daily_capacity=9))
    assert (campaigns.activate(other, now=later).cap or 0) > 1000


def test_where_little_is_known_nothing_is_capped(shop: Any, now: datetime) -> None:
    """Nineteen came back: too few. Whoever buys every week has never been away; whoever bought once never came back.
    That stays so, too: what is learnt later does not make a cap."""
    open_shop(now)
    came_back(now, ["50.00"] * 19)
    regular = person("Weekly")
    for n in range(60):
        buys(regular, now - n * 7 * DAY - DAY, "500.00")
    buys(person("Once"), now - 100 * DAY, "900.00")
    campaign = win_back(now)
    assert (campaign.cap, campaign.fixed_at) == (None, now)
    came_back(now, ["50.00"] * 60, currency="USD")
    assert campaigns.activate(campaign, now=now + DAY).cap is None


def test_the_cap_is_told_in_the_currency_of_the_results(shop: Any, now: datetime) -> None:
    """Fifty came back and spent 100 euro each, forty 900 yen: the cap is 100 euro. Reported in dollars it is 110, and
    an order of 500 euro counts as much; uncapped beside it."""
    open_shop(now)
    came_back(now, ["100.00"] * 50)
    came_back(now, ["900.00"] * 40, currency="JPY")
    assert past_spends.cap(30, now) == (Decimal("100.000"), "EUR")
    crowd(4, now)
    campaign = win_back(now, control_share="0")
    plan.consider(campaign, now)
    who = Enrolment.objects.filter(state="started").order_by("pk")[0].profile
    assert who is not None
    buys(who, now + DAY, "500.00")
    main = results.results(campaign, now + 31 * DAY).main
    assert main is not None
    kept = [main.treated.of(outcome).total for outcome in (Outcome.KEPT, Outcome.UNCAPPED)]
    assert (kept, main.treated.kept) == ([100.0, 500.0], 500)
    policy.decide(now=now, reporting_currency="USD", rates=[("EUR", "1.1")])
    main = results.results(campaign, now + 31 * DAY).main
    assert main is not None and main.currency == "USD"
    kept = [main.treated.of(outcome).total for outcome in (Outcome.KEPT, Outcome.UNCAPPED)]
    assert kept == pytest.approx([110.0, 550.0])
