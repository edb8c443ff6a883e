"""Who comes first where people pay in several currencies: money is compared through rates, or not at all."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import plan, ranking
from saleor_relacional.flows.scoring import unplanned
from saleor_relacional.models import CustomerSummary, Enrolment, Prediction, Profile
from tests.support.campaign_stories import crowd, customer, open_shop, scored, win_back
from tests.support.instants import DAY

pytestmark = pytest.mark.django_db


def worth(name: str, now: datetime, year_value: float, currency: str) -> Profile:
    """Somebody late whose coming year is believed to bring so much."""
    profile = customer(name, now)
    scored(now)
    CustomerSummary.objects.filter(profile=profile).update(currency=currency)
    Prediction.objects.filter(profile=profile).update(year_value=year_value)
    return profile


def started(people: Sequence[Profile]) -> list[bool]:
    found = dict(Enrolment.objects.values_list("profile_id", "state"))
    return [found[person.pk] == "started" for person in people]


def test_twenty_thousand_yen_come_after_150_euro(shop: Any, now: datetime) -> None:
    """20,000 JPY are 122 EUR and 40 KWD are 120.40: through rates the order is Ana, Bea, Cleo, in the dry run and in
    the day's room, which is two."""
    open_shop(now, daily_capacity=2)
    cleo = worth("Cleo", now, 40, "KWD")
    bea = worth("Bea", now, 20_000, "JPY")
    ana = worth("Ana", now, 150, "EUR")
    policy.decide(now=now, reporting_currency="EUR", rates=[("JPY", "0.0061"), ("KWD", "3.01")])
    campaign = win_back(now, control_share="0")
    foretold = plan.dry_run(campaign, now)
    assert [each.profile_id for each in foretold.proposals] == [ana.pk, bea.pk, cleo.pk]
    assert [each.reason for each in foretold.proposals] == ["", "", "capacity"]
    plan.consider(campaign, now)
    assert started([ana, bea, cleo]) == [True, True, False]


def test_the_months_money_goes_down_the_same_queue(shop: Any, now: datetime) -> None:
    """Whose message is queued together share the month's money in the order in which they would start: through rates
    where there are, each within their own money where there are none."""
    rows = [
        Enrolment(pk=number, profile_id=number, year_value=value, currency=currency)
        for number, (value, currency) in enumerate(
            [(20_000, "JPY"), (150, "EUR"), (90_000, "JPY"), (300, "EUR")]
        )
    ]

    def order() -> list[int]:
        return [row.pk for row in ranking.down_the_queue(rows, now)]

    assert order() == [2, 3, 0, 1]
    policy.decide(now=now, reporting_currency="EUR", rates=[("JPY", "0.0061")])
    assert order() == [2, 3, 1, 0]
    assert [row.pk for row in ranking.down_the_queue(rows[1::2], now)] == [3, 1]


def test_without_a_rate_each_is_ranked_within_their_own_money(shop: Any, now: datetime) -> None:
    """Four pay in yen, two in euro, and nobody said what a yen is worth: the first half of each comes before the second
    half of any; the smallest number of yen is more than the largest of euro, and comes last."""
    open_shop(now, daily_capacity=3)
    yen = [worth(f"Yen{i}", now, 90_000 - 10_000 * i, "JPY") for i in range(4)]
    euro = [worth(f"Euro{i}", now, 300 - 100 * i, "EUR") for i in range(2)]
    campaign = win_back(now, control_share="0")
    queue = [yen[0], euro[0], yen[1], yen[2], euro[1], yen[3]]
    foretold = plan.dry_run(campaign, now)
    assert [each.profile_id for each in foretold.proposals] == [person.pk for person in queue]
    assert (foretold.summary.treated, foretold.summary.waiting) == (3, 3)
    pages, place = [], None
    for _ in range(3):
        page = plan.dry_run(campaign, now, first=2, after=place)
        pages, place = [*pages, *page.proposals], page.next
    assert pages == list(foretold.proposals)
    plan.consider(campaign, now)
    assert started(queue) == [True] * 3 + [False] * 3


def test_who_may_not_be_written_to_changes_no_place(shop: Any, now: datetime) -> None:
    """The best of the euro people never agreed: the others keep their places, in the dry run and in the real one."""
    open_shop(now, daily_capacity=1)
    silent = customer("Silent", now, agreed=False)
    scored(now)
    Prediction.objects.filter(profile=silent).update(year_value=900)
    euro, yen = worth("Euro", now, 300, "EUR"), worth("Yen", now, 20_000, "JPY")
    campaign = win_back(now, control_share="0")
    foretold = plan.dry_run(campaign, now)
    assert [each.profile_id for each in foretold.proposals] == [silent.pk, yen.pk, euro.pk]
    assert [each.reason for each in foretold.proposals] == ["no_basis", "", "capacity"]
    plan.consider(campaign, now)
    assert started([silent, yen, euro]) == [False, True, False]


def test_whose_money_changes_while_they_wait_is_ranked_by_what_it_is_now(shop: Any, now: datetime) -> None:
    """Ana's 150 waits as euro; the owner reports in yen from now on, and the enrolment says what its number is in."""
    open_shop(now, daily_capacity=0)
    ana, _ = crowd(2, now)
    campaign = win_back(now)
    plan.consider(campaign, now)
    CustomerSummary.objects.filter(profile=ana).update(currency="JPY")
    unplanned.mark([ana.pk])
    plan.consider(campaign, now + DAY)
    assert Enrolment.objects.get(profile=ana).currency == "JPY"
