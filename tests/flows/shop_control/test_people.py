"""Entries of people who turn out to be one, and of people who are forgotten."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.people import forget, merge
from saleor_relacional.flows.shop_control import entries, overview, periods
from saleor_relacional.models import Profile, ShopControlEntry
from tests.support.instants import DAY
from tests.support.people import buys, person
from tests.support.shop_control import hold_out

pytestmark = pytest.mark.django_db


def enters(profile: Profile, arm: str, at: datetime) -> ShopControlEntry:
    """Somebody whose turn has come."""
    return ShopControlEntry.objects.create(
        period_id=periods.current(at).key, profile=profile, arm=arm, drawn_share=Decimal("0.2"), started_at=at,
        window_ends_at=at + 90 * DAY, currency="EUR",
    )  # fmt: skip


@pytest.fixture
def two(shop: Any, now: datetime) -> tuple[Profile, Profile]:
    """A guest and an account."""
    hold_out(now)
    return person("Guest"), person("Ana")


def stands(profile: Profile) -> list[str]:
    return list(ShopControlEntry.objects.filter(profile=profile).values_list("arm", flat=True))


def test_a_guest_who_registers_stays_in_their_arm(two: tuple[Profile, Profile], now: datetime) -> None:
    """The account had not entered: nothing commercial reaches it either. Undone, it may enter by itself."""
    guest, ana = two
    enters(guest, "control", now)
    done = merge.merge(guest.pk, ana.pk, cause="vouched", now=now + DAY)
    assert (stands(guest), stands(ana)) == ([], ["control"])
    assert entries.held([guest.pk, ana.pk], now + DAY) == {ana.pk}
    merge.undo(done, now=now + 2 * DAY)
    assert (stands(guest), stands(ana)) == (["control"], [])


@pytest.mark.parametrize("guest_first", [True, False])
def test_of_two_entries_the_earlier_stands(
    two: tuple[Profile, Profile], now: datetime, guest_first: bool
) -> None:
    """Whoever it was; the other counts as nobody. Undone, each has their own again."""
    guest, ana = two
    enters(guest, "control", now if guest_first else now + DAY)
    enters(ana, "treated", now + DAY if guest_first else now)
    done = merge.merge(guest.pk, ana.pk, cause="vouched", now=now + 2 * DAY)
    assert stands(ana) == ["control" if guest_first else "treated"]
    [period] = overview.overview(now).periods
    assert (period.treated, period.control) == ((0, 1) if guest_first else (1, 0))
    merge.undo(done, now=now + 3 * DAY)
    merge.undo(done, now=now + 3 * DAY)
    assert (stands(guest), stands(ana)) == (["control"], ["treated"])
    [period] = overview.overview(now).periods
    assert (period.treated, period.control) == (1, 1)


def test_forgetting_leaves_an_entry_without_a_name_and_its_outcome(
    two: tuple[Profile, Profile], now: datetime
) -> None:
    """Two orders of twenty until today count; she is one person in one arm, and later plans leave it alone."""
    guest, ana = two
    enters(guest, "control", now)
    enters(ana, "treated", now + DAY)
    merge.merge(guest.pk, ana.pk, cause="vouched", now=now + 2 * DAY)
    ana.refresh_from_db()
    for days in (3, 4):
        buys(ana, now + days * DAY)
    assert forget.forget(ana, now=now + 5 * DAY)
    entry = ShopControlEntry.objects.get()
    assert (entry.profile_id, entry.arm) == (None, "control")
    assert (entry.settled_orders, entry.settled_kept, entry.settled_objected) == (2, Decimal("40.000"), False)
    assert entry.settled_early
    plan.consider_all(now + 6 * DAY)
    assert ShopControlEntry.objects.count() == 1
