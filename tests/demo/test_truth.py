"""The truth beside the lift: what the treated kept with us less what they would have kept without."""

from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from saleor_relacional.demo import truth
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.hosts.base import Host
from saleor_relacional.models import Arm, Campaign, Enrolment, EnrolmentState, Profile

OPENS = datetime.fromisoformat("2026-03-02T06:00+00:00")


def started(campaign: Campaign, name: str, arm: Arm, day: int, *, cycle: str = "one") -> None:
    """Somebody's turn came on this day; their window is two days long."""
    address = f"{name}@customers.example"
    profile, _ = Profile.objects.get_or_create(
        email=address, email_key=address, defaults={"created_at": OPENS}
    )
    at = OPENS + timedelta(days=day)
    Enrolment.objects.create(
        campaign=campaign, version=campaigns.current(campaign), profile=profile, cycle=cycle, arm=arm,
        state=EnrolmentState.STARTED, stage="lapsed", considered_at=at, started_at=at,
        window_ends_at=at + timedelta(days=2),
    )  # fmt: skip


@pytest.fixture
def campaign(host: Host) -> Campaign:
    """A campaign with windows of two days."""
    return campaigns.create(name="Win back", now=OPENS, terms=Terms(), window_days=2)


def lived(kept: np.ndarray) -> truth.Lived:
    """A world in which nothing comes back."""
    return truth.Lived(kept=kept, listed=kept, ordered=kept > 0)


def test_a_cap_caps_the_truth_too(campaign: Campaign) -> None:
    """What is estimated is the mean of capped money: Ana's 500 counts as 100, and so does the truth; with a tenth off,
    450 counts as 90. An order that came back makes Berta one who came back all the same."""
    campaign.cap = Decimal(100)
    started(campaign, "ana", Arm.TREATED, 0)
    started(campaign, "berta", Arm.TREATED, 0)
    ours = truth.Lived(
        kept=np.array([[450.0, 0], [0, 0]]), listed=np.array([[500.0, 0], [0, 0]]),
        ordered=np.array([[True, False], [False, True]]),
    )  # fmt: skip
    theirs = lived(np.array([[30.0, 0], [0, 0]]))
    names = ["ana@customers.example", "berta@customers.example"]
    found = truth.of(campaign, ours, theirs, names, opens=OPENS, now=OPENS + timedelta(days=2))
    assert (found.effect, found.uncapped) == (30.0, 210.0)
    assert (found.returned_with, found.returned_without, found.came_back) == (2, 1, 0.5)


def test_only_treated_people_whose_window_has_closed_count_and_only_what_is_inside_it(
    campaign: Campaign,
) -> None:
    """Ana kept 30 instead of 10 in her window; Berta's still runs; Carla is a control; day 0 is before Ana's."""
    for name, arm, day in (("ana", Arm.TREATED, 1), ("berta", Arm.TREATED, 3), ("carla", Arm.CONTROL, 0)):
        started(campaign, name, arm, day)
    addresses = ["ana@customers.example", "berta@customers.example", "carla@customers.example", ""]
    ours, theirs = np.zeros((4, 5)), np.zeros((4, 5))
    ours[0] = [500, 10, 20, 700, 0]
    theirs[0] = [0, 0, 10, 0, 0]
    ours[1:3] = 1000
    found = truth.of(
        campaign, lived(ours), lived(theirs), addresses, opens=OPENS, now=OPENS + timedelta(days=4)
    )
    assert (found.people, found.effect) == (1, 20.0)
    assert (found.kept_with, found.kept_without) == (30.0, 10.0)
    assert (found.returned_with, found.returned_without) == (1, 1)


def test_a_person_counts_once_with_the_first_time(campaign: Campaign) -> None:
    """As in the results: a second lapse compares like with unlike."""
    started(campaign, "ana", Arm.TREATED, 0)
    started(campaign, "ana", Arm.TREATED, 2, cycle="two")
    ours = np.array([[1.0, 1.0, 99.0, 99.0]])
    found = truth.of(
        campaign,
        lived(ours),
        lived(np.zeros((1, 4))),
        ["ana@customers.example"],
        opens=OPENS,
        now=OPENS + timedelta(days=4),
    )
    assert (found.people, found.effect) == (1, 2.0)


def test_without_anybody_there_is_no_truth(campaign: Campaign) -> None:
    """Not zero: nothing."""
    found = truth.of(campaign, lived(np.zeros((0, 4))), lived(np.zeros((0, 4))), [], opens=OPENS, now=OPENS)
    assert (found.people, found.effect) == (0, None)
