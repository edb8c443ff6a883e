"""Whom two campaigns wanted: from the records of a real plan, with the reason and the next try."""

import io
from datetime import datetime, timedelta
from typing import Any

import pytest

from saleor_relacional.demo import contests
from saleor_relacional.demo.contests import Contest, Contests
from saleor_relacional.demo.days import Diary
from saleor_relacional.demo.telling import together
from saleor_relacional.demo.terminal import Terminal
from saleor_relacional.flows.campaigns import campaigns, plan
from saleor_relacional.flows.evidence import results
from saleor_relacional.models import Campaign, Profile
from tests.support.campaign_stories import customer, scored
from tests.support.kind_stories import switched_on
from tests.support.people import every

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wanted(shop: Any, now: datetime) -> tuple[Profile, Campaign, Campaign]:
    """Ana's first order was a year ago today, and a win-back is for her stage too."""
    thanks = switched_on("anniversary", now)
    recovers = switched_on("win_back", now, stages=("active", "loyal"))
    ana = customer("Ana", now, days_ago=[*every(30, 11, last=20), 365])
    scored(now)
    return ana, thanks, recovers


def test_who_went_first_and_what_the_other_was_told(
    wanted: tuple[Profile, Campaign, Campaign], now: datetime
) -> None:
    """The win-back goes, the anniversary waits for a week; it is told once, with nothing of her but a first name."""
    ana, thanks, recovers = wanted
    plan.consider_all(now)
    seen = Contests()
    seen.look(now)
    [one] = seen.seen
    assert (one.profile, one.first, one.other, one.reason) == (ana.pk, "win_back", "anniversary", "week_cap")
    assert one.next_try - now == timedelta(days=7)
    assert {kind: {why: len(who) for why, who in held.items()} for kind, held in seen.held.items()} == {
        "anniversary": {"week_cap": 1}
    }
    plan.consider_all(now + timedelta(days=1))
    seen.look(now + timedelta(days=1))
    assert len(seen.seen) == 1
    out = io.StringIO()
    found = {one.kind: results.results(one, now) for one in (recovers, thanks)}
    together.tell(Terminal(out), found, seen, Diary())
    said = " ".join(out.getvalue().split())
    assert "Win back went first, because who recovers somebody comes before who keeps somebody." in said
    assert "Anniversary was told: they hear enough from us in these 7 days; next try on Mar 9, 2026." in said
    assert "Anniversary still waits: hear enough in these 7 days." in said
    assert ana.email not in said and "1 hear enough in these 7 days" in said
    assert together.numbers(found, seen)["contests"] == 1


def test_two_who_do_not_compete_are_no_contest(
    wanted: tuple[Profile, Campaign, Campaign], now: datetime
) -> None:
    """The win-back is paused: the anniversary has her for itself."""
    campaigns.pause(wanted[2], now=now)
    seen = Contests()
    assert plan.consider_all(now)[wanted[1].pk].treated == 1
    seen.look(now)
    assert seen.seen == [] and not seen.held


def test_the_first_of_each_pair_is_told_and_nobody_twice(now: datetime) -> None:
    """Three pairs of campaigns, one person in two of them."""

    def one(profile: int, first: str, other: str) -> Contest:
        return Contest(
            enrolment=profile, profile=profile, first_name="", first=first, other=other, reason="week_cap",
            next_try=now, day=now,
        )  # fmt: skip

    seen = [one(number, "win_back", "replenishment") for number in range(1, 9)]
    seen += [one(1, "abandoned_checkout", "replenishment"), one(9, "replenishment", "recovered_care")]
    told = together.chosen(seen)
    assert len(told) == together.TOLD
    assert [(each.profile, each.first) for each in told[:2]] == [(1, "win_back"), (9, "replenishment")]
    assert len({each.profile for each in told}) == len(told)


def test_what_became_of_it(wanted: tuple[Profile, Campaign, Campaign], now: datetime) -> None:
    """It waits as it did; an enrolment that is gone is left out."""
    plan.consider_all(now)
    seen = Contests()
    seen.look(now)
    found = contests.ends(seen.seen)
    assert found[seen.seen[0].enrolment].state == "suppressed"
    wanted[0].enrolments.all().delete()
    assert contests.ends(seen.seen) == {}
