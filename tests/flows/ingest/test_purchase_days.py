"""Purchase days follow the shop's time zone, also when it is changed."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from saleor_relacional.db import sql
from saleor_relacional.flows.ingest import purchase_days
from saleor_relacional.flows.ingest import record as flow
from saleor_relacional.flows.scoring import score
from saleor_relacional.models import Cursor, CustomerSummary, HabitShift, Profile, Purchase, Stale
from tests.support.campaign_stories import a_fit
from tests.support.instants import DAY, NOON
from tests.support.tell import order

pytestmark = pytest.mark.django_db

EVENING = NOON.replace(hour=23, minute=30) - 2 * DAY
"""Half past eleven in London is tomorrow in Madrid."""
SATURDAY, SUNDAY = date(2026, 2, 28), date(2026, 3, 1)


def in_zone(name: str) -> None:
    from saleor_relacional.hosts.standalone.models import Shop

    Shop.objects.update_or_create(id=1, defaults={"time_zone": name})


def days() -> set[date]:
    return set(Purchase.objects.values_list("day", flat=True))


def settle() -> int:
    """All that is to do now; how many batches that took."""
    batches = 0
    while purchase_days.recompute_days(NOON):
        batches += 1
    return batches


@pytest.fixture
def evenings(shop: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Five people bought late on Saturday in a shop that says UTC; purchases are walked two by two."""
    monkeypatch.setattr(purchase_days, "BATCH", 2)
    in_zone("UTC")
    names = [f"person{number}@shop.example" for number in range(5)]
    for number, name in enumerate(names):
        flow.record([order(f"o{number}", name, placed_at=EVENING)], now=NOON)
    settle()
    a_fit(NOON)
    score.score_stale(NOON)
    return names


def test_a_change_of_zone_moves_the_days(evenings: list[str]) -> None:
    """The owner says Madrid: all five bought on Sunday, and are scored again."""
    assert days() == {SATURDAY} and not Stale.objects.exists()
    in_zone("Europe/Madrid")
    assert settle() == 3
    assert days() == {SUNDAY} and Stale.objects.count() == 5
    score.score_stale(NOON)
    assert set(CustomerSummary.objects.values_list("first_day", "last_day")) == {(SUNDAY, SUNDAY)}
    assert settle() == 0


def test_cut_short_it_goes_on(evenings: list[str]) -> None:
    """A worker dies after the first batch; the next goes on there. Meanwhile an order is recorded, in the new zone."""
    in_zone("Europe/Madrid")
    assert purchase_days.recompute_days(NOON)
    assert sorted(Purchase.objects.values_list("day", flat=True)) == [SATURDAY] * 3 + [SUNDAY] * 2
    flow.record([order("o9", "late@shop.example", placed_at=EVENING)], now=NOON)
    assert Purchase.objects.get(reference="o9").day == SUNDAY
    settle()
    assert days() == {SUNDAY}


def test_who_has_the_walk_has_it_alone(evenings: list[str]) -> None:
    """Another worker holds the cursor: nothing is done twice."""
    in_zone("Europe/Madrid")
    Cursor.objects.create(
        name="days:Europe/Madrid", lease_token="c0ffee00-0000-4000-8000-000000000000",
        lease_until=sql.real_now() + timedelta(minutes=1),
    )  # fmt: skip
    assert not purchase_days.recompute_days(NOON)
    assert days() == {SATURDAY}


def test_what_somebody_recorded_in_the_old_zone_is_found_by_the_second_walk(evenings: list[str]) -> None:
    """A long transaction had read UTC before the change and committed after the walk had passed."""
    in_zone("Europe/Madrid")
    settle()
    Purchase.objects.filter(reference="o1").update(day=SATURDAY)
    assert settle() == 0
    Cursor.objects.filter(name="days:Europe/Madrid").update(position_at=sql.real_now() - purchase_days.AGAIN)
    assert settle() == 3
    assert days() == {SUNDAY}
    assert Cursor.objects.get(name="days:Europe/Madrid").finished_at is not None
    assert settle() == 0


def test_there_and_back(evenings: list[str]) -> None:
    """Madrid was a mistake: the days of London are those of before."""
    in_zone("Europe/Madrid")
    settle()
    in_zone("Europe/London")
    settle()
    in_zone("Europe/Madrid")
    settle()
    assert days() == {SUNDAY}
    in_zone("UTC")
    settle()
    assert days() == {SATURDAY}


def test_a_change_of_habit_keeps_its_first_day(evenings: list[str]) -> None:
    """It was told by the day of a purchase, which is another day now; its gaps are still counted from that purchase."""
    ana = Profile.objects.get(email_key=evenings[0])
    for what in ("rhythm", "basket"):
        HabitShift.objects.create(
            profile_id=ana.pk, what=what, happened_on=SATURDAY, learned_at=NOON, p_value=0.001
        )
    HabitShift.objects.create(
        profile_id=ana.pk, what="basket", happened_on=SUNDAY, learned_at=NOON, p_value=0.001
    )
    in_zone("Europe/Madrid")
    settle()
    assert set(HabitShift.objects.values_list("what", "happened_on")) == {
        ("rhythm", SUNDAY), ("basket", SATURDAY), ("basket", SUNDAY),
    }  # fmt: skip


def test_a_summer_evening_follows_the_summer_s_clock(shop: Any) -> None:
    """22:30 in UTC is the next day in Madrid in summer, and the same in winter."""
    in_zone("UTC")
    for number, month in enumerate((1, 7)):
        at = datetime(2025, month, 10, 22, 30, tzinfo=NOON.tzinfo)
        flow.record([order(f"o{number}", "ana@shop.example", placed_at=at)], now=NOON)
    settle()
    in_zone("Europe/Madrid")
    settle()
    assert days() == {date(2025, 1, 10), date(2025, 7, 11)}
