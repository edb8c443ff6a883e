"""The sums that SQL gives are those of the people, one by one."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.evidence import sums
from saleor_relacional.flows.evidence.outcome import Outcome
from saleor_relacional.flows.evidence.sums import Group, Windows
from saleor_relacional.flows.people import forget
from saleor_relacional.insight.inference import moments
from saleor_relacional.models import Contact, Enrolment, Refund
from tests.running.tries import tries
from tests.support.people import buys, person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WINDOW = 10 * DAY
CAP = Decimal(40)
BELIEFS = ("believed_basket", "believed_rate", "believed_idle", "believed_return")
_numbers = count(1)

tenths = st.integers(-50, 70).map(lambda n: n / 10)
bought = st.tuples(st.sampled_from([0, 5, 9, 10, 15, 19, 20]), st.integers(1, 90), st.booleans())
"""(day after the start, money, whether 1 of it comes back)"""
people = st.tuples(
    st.sampled_from(["treated", "control"]), st.sampled_from(["0.2", "0.5"]), st.tuples(*[tenths] * 4),
    st.lists(bought, max_size=3), st.booleans(), st.booleans(), st.booleans(),
)  # fmt: skip
"""(arm, share, beliefs, purchases, objects, complains, is forgotten at last)"""


def test_sums_are_those_of_the_people(shop: Any, now: datetime) -> None:
    """Drawn people with drawn beliefs: every sum of every outcome is numpy's, also of those who were forgotten."""

    @settings(
        max_examples=tries(25),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    @given(st.lists(people, min_size=1, max_size=6))
    def agree(several: list[Any]) -> None:
        campaign = campaigns.create(
            name="Win back", now=now, terms=campaigns.Terms(), window_days=WINDOW.days
        )
        campaign.cap, campaign.cap_currency = CAP, "EUR"
        end = now + 25 * DAY
        for each in several:
            _live(campaign, each, now, end)
        found = sums.sums(campaign, end, timedelta(0), None)
        drawn = {(arm, Decimal(share)) for arm, share, *_ in several}
        assert {(group.arm, group.share) for group in found} == drawn
        for arm, share in drawn:
            mine = [each for each in several if (each[0], Decimal(each[1])) == (arm, share)]
            x = np.array([each[2] for each in mine])
            for windows in (Windows.CLOSED, Windows.SETTLED, Windows.FOLLOWED):
                told = found[Group("EUR", windows, arm, share)]
                assert told.erased == sum(each[6] for each in mine)
                for outcome, y in _outcomes(mine).items():
                    _same(told.of(outcome), moments.of(y, x))

    agree()


def _live(campaign: Any, each: Any, now: datetime, end: datetime) -> None:
    arm, share, beliefs, purchases, objects, complains, goes = each
    who = person("Ana", email=f"ana{next(_numbers)}@shop.example")
    Enrolment.objects.create(
        campaign=campaign, version=campaigns.current(campaign), profile=who, cycle="one", arm=arm, drawn_share=share,
        state="started", stage="lapsed", currency="EUR", considered_at=now, started_at=now, window_ends_at=now + WINDOW,
        **dict(zip(BELIEFS, beliefs, strict=True)),
    )  # fmt: skip
    for days, money, back in purchases:
        order = buys(who, now + days * DAY, str(money))
        if back:
            Refund.objects.create(
                profile=who, source="test", reference=f"r{next(_numbers)}", purchase=order, amount=Decimal(1),
                currency="EUR", happened_at=now + 24 * DAY, learned_at=now,
            )  # fmt: skip
    if objects:
        consent.record_objection(who, source="storefront", now=now + DAY)
    if complains:
        Contact.objects.create(profile=who, kind="complaint", at=now + 2 * DAY, recorded_at=now)
    if goes:
        forget.forget(who, now=end)


def _outcomes(people: list[Any]) -> dict[Outcome, np.ndarray[Any, Any]]:
    inside = [[(money - back, back) for day, money, back in each[3] if day < WINDOW.days] for each in people]
    after = [sum(m - b for day, m, b in each[3] if WINDOW.days <= day < 2 * WINDOW.days) for each in people]
    kept = np.array([float(sum(money for money, _ in one)) for one in inside])
    return {
        Outcome.CAME_BACK: np.array([float(bool(one)) for one in inside]),
        Outcome.ORDERS: np.array([float(len(one)) for one in inside]),
        Outcome.KEPT: np.minimum(kept, float(CAP)),
        Outcome.UNCAPPED: kept,
        Outcome.AFTER: np.array([float(one) for one in after]),
        Outcome.OBJECTED: np.array([float(each[4]) for each in people]),
        Outcome.COMPLAINED: np.array([float(each[5]) for each in people]),
        Outcome.REFUNDED: np.array([float(any(back for _, back in one)) for one in inside]),
    }


def _same(told: moments.ArmMoments, true: moments.ArmMoments) -> None:
    assert (told.people, told.buyers) == (true.people, true.buyers)
    assert (told.total, told.squares) == pytest.approx((true.total, true.squares))
    assert told.x == pytest.approx(true.x) and told.xy == pytest.approx(true.xy)
    assert np.array(told.xx) == pytest.approx(np.array(true.xx))
