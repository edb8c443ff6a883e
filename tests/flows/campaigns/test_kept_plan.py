"""A large shop is shown what its last plan kept, which is what asking everybody says; a draft there is estimated."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import (
    campaigns,
    candidates,
    kept_plan,
    plan,
    proposals,
    totals,
)
from saleor_relacional.flows.campaigns.owner import outlook
from saleor_relacional.flows.campaigns.planning import foretold
from saleor_relacional.flows.scoring import rebuild
from saleor_relacional.models import Touch
from tests.running.tries import some
from tests.support.asked import Asked
from tests.support.campaign_stories import crowd, customer, late, open_shop, scored, win_back
from tests.support.instants import DAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The shop counts as large; call it with False, and it is small again."""

    def set(yes: bool = True) -> None:
        monkeypatch.setattr(rebuild, "SMALL", 0 if yes else 10**9)

    set()
    return set


def pages(campaign: Any, now: datetime, first: int = 4) -> tuple[Any, list[Any]]:
    """The totals, and all proposals, page by page."""
    found, place, summary = [], None, None
    while True:
        page = proposals.dry_run(campaign, now, first=first, after=place)
        summary = summary or page.summary
        found += page.proposals
        if (place := page.next) is None:
            return summary, found


@pytest.mark.parametrize("currencies, rates, capacity, budget", some(
    [("EUR",), ("USD",), ("EUR", "USD", "JPY")],
    [(), (("USD", "0.9"), ("JPY", "0.006"))],
    [0, 3, 50],
    [None, "4.5"],
))  # fmt: skip
def test_what_is_kept_is_what_asking_everybody_says(
    shop: Any,
    now: datetime,
    large: Any,
    currencies: tuple[str, ...],
    rates: Any,
    capacity: int,
    budget: str | None,
) -> None:
    """Totals, costs, order, days and people: page by page the same, on the day of a plan and when more may leave."""
    open_shop(now, daily_capacity=0)
    if rates:
        policy.decide(now=now, reporting_currency="EUR", rates=list(rates))
    for i in range(14):
        currency = currencies[i % len(currencies)]
        customer(f"P{i}", now, value=f"{5 + 10 * (i // 3)}", currency=currency, agreed=i % 4 != 0)
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
    large(False)
    assert kept == pages(campaign, now) and len(kept[1]) == 14
    assert (kept[0].left is None) == (budget is None)


def test_whoever_left_since_the_plan_is_not_shown(shop: Any, now: datetime, large: Any) -> None:
    """The page judges anew whom it names: Ana has bought since, and is no candidate any more."""
    open_shop(now, daily_capacity=0)
    people = crowd(3, now)
    campaign = win_back(now)
    plan.consider(campaign, now)
    campaign.refresh_from_db()
    people[1].summary.delete()
    _, found = pages(campaign, now, first=2)
    assert [each.profile_id for each in found] == [people[0].pk, people[2].pk]


def test_what_was_planned_under_other_terms_is_not_shown(shop: Any, now: datetime, large: Any) -> None:
    """After the owner decided otherwise, everybody is asked until the next plan has been."""
    open_shop(now, daily_capacity=0)
    crowd(2, now)
    campaign = win_back(now)
    assert not kept_plan.usable(campaign, campaign.versions.get(), now)
    plan.consider(campaign, now)
    campaign.refresh_from_db()
    version = campaign.versions.get()
    assert kept_plan.usable(campaign, version, now) and kept_plan.usable(campaign, version, now + DAY)
    policy.decide(now=now, soft_opt_in=True, soft_opt_in_text="As a buyer you hear from us.")
    assert not kept_plan.usable(campaign, version, now)


def test_a_page_of_what_is_kept_reads_no_more_for_many(shop: Any, now: datetime, large: Any) -> None:
    """As many questions for thirty candidates as for three."""
    open_shop(now, daily_capacity=0)
    campaign, asked = win_back(now), []
    for number in (3, 30):
        crowd(number, now) if number == 3 else [late(f"More{i}", now) for i in range(27)]
        plan.consider(campaign, now)
        campaign.refresh_from_db()
        with Asked() as questions:
            proposals.dry_run(campaign, now, first=2)
        asked.append(len(questions))
    assert asked[0] == asked[1] and not Touch.objects.exists()


def test_a_large_draft_is_estimated(shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of sixty candidates about one in three is judged: the totals are near the truth, and say what they are."""
    monkeypatch.setattr(totals, "SAMPLE", 30)
    open_shop(now, daily_capacity=6)
    for i in range(60):
        customer(f"P{i}", now, agreed=i % 3 != 0)
    scored(now)
    found = proposals.dry_run(win_back(now, control_share="0"), now).summary
    assert found.estimated and found.treated == 6
    assert found.considered == found.treated + found.control + found.waiting + sum(found.suppressed.values())
    assert found.considered % 3 == 0 and 30 <= found.considered <= 90
    monkeypatch.undo()
    exact = proposals.dry_run(win_back(now, control_share="0"), now).summary
    assert (exact.estimated, exact.considered, exact.suppressed) == (False, 60, {"no_basis": 20})
    rough = proposals.in_counts(win_back(now, control_share="0"), now, roughly=True)
    assert rough == exact, "of few everybody is judged, however roughly one asks"


def test_a_card_of_many_is_told_roughly(shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of ninety people a kind's card judges about one in nine and counts one key of three: it says that these are
    estimates, and holds out as many on the first day as all of them say, not the two or three at the head. What the API
    foretells of a campaign counts all; and where nobody is, that is said."""
    open_shop(now, daily_capacity=6)
    version = campaigns.current(win_back(now))
    nobody = outlook.of_kind("win_back", now)
    assert nobody and (nobody.people, nobody.summary.considered, nobody.summary.estimated) == (0, 0, False)
    for i in range(90):
        customer(f"P{i}", now, agreed=True)
    scored(now)
    for name, number in (("SAMPLE", 60), ("ROUGHLY", 10)):
        monkeypatch.setattr(totals, name, number)
    for name, number in (("MANY", 60), ("OF", 3)):
        monkeypatch.setattr(candidates, name, number)
    assert candidates.count(version, now) == 90
    assert foretold.per_month(version, now) == 30
    about = candidates.count(version, now, roughly=True)
    assert about % 3 == 0 and 60 <= about <= 150
    found = outlook.of_kind("win_back", now)
    assert found and found.summary.estimated and 0 < found.people <= 300
    assert found.people % (1 + about // 10) == 0
    assert found.summary.treated <= 6 and min(found.summary.control, found.summary.waiting) >= 0
    monkeypatch.setattr(candidates, "MANY", 600)
    assert candidates.count(version, now, roughly=True) == 90


def test_the_figures_alone_are_those_of_the_dry_run(shop: Any, now: datetime, large: Any) -> None:
    """Whether a plan kept them or everybody is judged."""
    open_shop(now, daily_capacity=2)
    campaign = win_back(now)
    crowd(7, now, value="20.00")
    for kept in (False, True):
        if kept:
            plan.consider(campaign, now)
            campaign.refresh_from_db()
        assert kept_plan.usable(campaign, campaigns.current(campaign), now) == kept
        figures = proposals.in_counts(campaign, now)
        assert figures.considered and figures == proposals.dry_run(campaign, now, first=1).summary
