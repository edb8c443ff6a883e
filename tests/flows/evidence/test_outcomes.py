"""What outlives a forgotten person is what results said of them a moment before."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.evidence import results
from saleor_relacional.flows.people import forget
from saleor_relacional.models import Campaign, Enrolment, Profile, Purchase, Refund
from tests.running.tries import tries
from tests.support.people import buys, person

pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
WINDOW = 30 * DAY
_numbers = count(1)

moments = st.sampled_from([-MINUTE, 0 * DAY, DAY, 10 * DAY, WINDOW - MINUTE, WINDOW, WINDOW + DAY, 90 * DAY])
"""From the start of the window."""
currencies = st.sampled_from(["EUR", "EUR", "USD"])
amounts = st.sampled_from(["0", "0.005", "12.345", "50", "50"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    at: timedelta
    amount: str
    currency: str
    state: str
    refunds: list[tuple[timedelta, str, str]]
    """(moment, amount, currency)"""


purchases = st.builds(
    Bought,
    at=moments, amount=amounts, currency=currencies, state=st.sampled_from(["counts", "counts", "withdrawn"]),
    refunds=st.lists(st.tuples(moments, amounts, currencies), max_size=2),
)  # fmt: skip
people = st.tuples(
    st.sampled_from(["treated", "control"]), currencies, st.booleans(), st.lists(purchases, max_size=4)
)
"""(arm, currency, whether they start a second time, purchases)"""


def started(campaign: Campaign, profile: Profile, arm: str, currency: str, at: datetime) -> None:
    Enrolment.objects.create(
        campaign=campaign, version=campaigns.current(campaign), profile=profile, cycle=str(next(_numbers)), arm=arm,
        state="started", stage="lapsed", currency=currency, considered_at=at, started_at=at, window_ends_at=at + WINDOW,
    )  # fmt: skip


def buy(profile: Profile, bought: Bought, start: datetime) -> None:
    row = buys(profile, start + bought.at, bought.amount, currency=bought.currency)
    Purchase.objects.filter(pk=row.pk).update(state=bought.state)
    for n, (at, amount, currency) in enumerate(bought.refunds):
        Refund.objects.create(
            profile=profile, source="test", reference=f"{row.pk}-{n}", purchase=row, amount=Decimal(amount),
            currency=currency, happened_at=start + at, learned_at=start + at,
        )  # fmt: skip


def kept(campaign: Campaign, now: datetime) -> dict[str, list[tuple[int, Decimal]]]:
    """Currency → (people, kept) of each arm, closed windows and running ones."""
    found = results.results(campaign, now)
    every = ([found.main] if found.main else []) + list(found.others)
    return {
        each.currency: [
            (arm.people, arm.kept)
            for arm in (each.treated, each.control, each.running_treated, each.running_control)
        ]
        for each in every
    }


def test_forgetting_freezes_what_results_said(shop: Any, now: datetime) -> None:
    """Random purchases and refunds around the edges of the window; some are forgotten while it runs, some after."""

    @settings(
        max_examples=tries(40),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    @given(st.lists(people, min_size=1, max_size=4), moments.filter(lambda at: at >= 0 * DAY), st.data())
    def agree(several: list[Any], later: timedelta, data: Any) -> None:
        campaign = campaigns.create(name=f"Win back {next(_numbers)}", now=now, terms=campaigns.Terms())
        profiles = []
        for arm, currency, twice, bought in several:
            profile = person("Ana", email=f"ana{next(_numbers)}@shop.example")
            started(campaign, profile, arm, currency, now)
            if twice:
                started(campaign, profile, arm, currency, now + later)
            for each in bought:
                buy(profile, each, now)
            profiles.append(profile)
        at = now + later
        before = kept(campaign, at)
        for profile in profiles:
            if data.draw(st.booleans()):
                forget.forget(profile, now=at)
        assert kept(campaign, at) == before

    agree()


def test_forgetting_freezes_who_objected(shop: Any, now: datetime) -> None:
    """Fifteen people objected, at moments around the edges of their window, and were forgotten afterwards: as many are
    counted as harm as before, in both arms."""
    campaign = campaigns.create(name="Win back", now=now, terms=campaigns.Terms())
    edges = [-MINUTE, 0 * DAY, DAY, WINDOW - MINUTE, WINDOW]
    people = [person(f"P{n}", email=f"p{n}@shop.example") for n in range(15)]
    for n, (one, at) in enumerate(zip(people, edges * 3, strict=True)):
        started(campaign, one, "control" if n < 5 else "treated", "EUR", now)
        consent.record_objection(one, source="storefront", now=now + at)
    later = now + 2 * WINDOW
    main = results.results(campaign, later).main
    assert main and (main.control.objected, main.treated.objected) == (3, 6)
    for one in people:
        forget.forget(one, now=later)
    main = results.results(campaign, later).main
    assert main and (main.control.objected, main.treated.objected) == (3, 6)


def test_what_has_not_happened_yet_is_not_frozen(shop: Any, now: datetime) -> None:
    """Ana's order of tomorrow (a shop's clock that runs ahead) is in neither answer."""
    campaign = campaigns.create(name="Win back", now=now, terms=campaigns.Terms())
    ana = person("Ana")
    started(campaign, ana, "treated", "EUR", now - DAY)
    buys(ana, now, "10.00"), buys(ana, now + DAY, "100.00")
    assert forget.forget(ana, now=now)
    assert Enrolment.objects.get().settled_kept == Decimal(10)
