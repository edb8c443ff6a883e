"""Dry run, kept plan and real run say the same while some are held out of everything commercial."""

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import kept_plan, plan, proposals
from saleor_relacional.flows.scoring import rebuild
from saleor_relacional.models import Enrolment
from tests.flows.campaigns.test_dry_run import budgeted, happened, read_only
from tests.flows.campaigns.test_kept_plan import pages
from tests.support.campaign_stories import crowd, customer, open_shop, scored, swept, win_back
from tests.support.instants import DAY
from tests.support.shop_control import arms, drawn, hold_out

pytestmark = pytest.mark.django_db

SHARE = "0.2"
NEW_YEAR = datetime(2027, 1, 1, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("budget", "capacity"), [("0", 3), ("13", 3), ("31.5", 100), ("1000", 5), ("1000", 100)]
)
def test_the_dry_run_foretells_who_is_held_out(shop: Any, now: datetime, budget: str, capacity: int) -> None:
    """Person by person, after one plan of the day and after three; what it costs, and how many of each."""
    open_shop(now, daily_capacity=capacity)
    hold_out(now)
    campaign = budgeted(now, budget)
    foretold = plan.dry_run(campaign, now)
    said = {each.profile_id: (each.arm, each.reason) for each in foretold.proposals}
    planned = plan.consider(campaign, now)
    assert happened(campaign) == said
    for hours in (1, 2):
        plan.consider(campaign, now + hours * DAY / 24)
        assert happened(campaign) == said
    summary, reasons = foretold.summary, Counter(reason for _, reason in said.values())
    assert (
        summary.suppressed
        == planned.suppressed
        == ({"shop_control": reasons["shop_control"]} if reasons["shop_control"] else {})
    )
    assert (summary.treated, summary.control) == (planned.treated, planned.control)
    assert summary.waiting == planned.waiting == reasons["capacity"] + reasons["budget"]
    assert summary.considered == 16 and (reasons["shop_control"] > 0) == (budget == "1000")
    held = [each for each in foretold.proposals if each.reason == "shop_control"]
    assert {(each.on, each.cost) for each in held} <= {(None, Decimal(0))}
    assert {each.profile_id for each in held} == {one for one, arm in arms().items() if arm == "control"}


@pytest.mark.parametrize("currencies", [("EUR",), ("EUR", "USD", "JPY")])
@pytest.mark.parametrize("capacity", [3, 50])
@pytest.mark.parametrize("budget", [None, "4.5"])
def test_what_is_kept_is_what_asking_everybody_says(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch, currencies: tuple[str, ...], capacity: int,
    budget: str | None,
) -> None:  # fmt: skip
    """And the real run does it, also where some money cannot be compared."""
    monkeypatch.setattr(rebuild, "SMALL", 0)
    open_shop(now, daily_capacity=0)
    hold_out(now)
    policy.decide(now=now, reporting_currency="EUR", rates=[("USD", "0.9")])
    people = [
        customer(f"P{i}", now, value=f"{5 + 10 * (i // 3)}", currency=currencies[i % len(currencies)])
        for i in range(20)
    ]
    scored(now)
    money = (
        {"month_budget": Decimal(budget), "budget_currency": "EUR", "channels": ("eur",)} if budget else {}
    )
    campaign = win_back(now, discount="percentage", value=Decimal(10), daily_capacity=50, **money)
    plan.consider(campaign, now)
    campaign.refresh_from_db()
    policy.decide(now=now, daily_capacity=capacity)
    assert kept_plan.usable(campaign, campaign.versions.get(), now)
    kept = pages(campaign, now)
    monkeypatch.setattr(rebuild, "SMALL", 10**9)
    assert kept == pages(campaign, now)
    planned = plan.consider(campaign, now)
    assert kept[0].suppressed == planned.suppressed
    assert happened(campaign) == {each.profile_id: (each.arm, each.reason) for each in kept[1]}
    assert (kept[0].treated, kept[0].control) == (planned.treated, planned.control)
    assert arms().items() <= {one.pk: drawn(one) for one in people}.items()
    assert budget or "control" in arms().values()


def test_the_first_dry_run_of_a_new_year_draws_as_the_plan_after_it(shop: Any, now: datetime) -> None:
    """Nothing is written of the year yet, and nothing may be written; the salt is known all the same."""
    open_shop(now)
    hold_out(now)
    crowd(30, NEW_YEAR)
    campaign = win_back(now)
    with read_only():
        foretold = proposals.dry_run(campaign, NEW_YEAR)
    swept()
    plan.consider(campaign, NEW_YEAR)
    assert happened(campaign) == {each.profile_id: (each.arm, each.reason) for each in foretold.proposals}
    assert Enrolment.objects.filter(reason="shop_control").exists()
