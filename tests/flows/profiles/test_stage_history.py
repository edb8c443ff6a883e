"""What was believed on a day that is gone, and changes of stage and habit after a merge."""

from datetime import date, datetime
from typing import Any

import pytest

from saleor_relacional.flows.people import merge
from saleor_relacional.flows.profiles import habits, stage_history
from saleor_relacional.flows.profiles.stage_history import HistoryPage, ProfileDay
from saleor_relacional.models import HabitShift, Profile, StageChange
from tests.support.asked import Asked
from tests.support.instants import DAY, NOON
from tests.support.people import person

pytestmark = pytest.mark.django_db


def became(
    who: Profile, stage: str, happened: datetime, learned: datetime | None = None, cause: str = "time"
) -> None:
    """Told in the history."""
    StageChange.objects.create(
        profile_id=who.pk, stage=stage, happened_at=happened, learned_at=learned or happened, cause=cause
    )


def on(who: Profile, day: date) -> str | None:
    """The stage believed on this day."""
    found = list(stage_history.believed_on([ProfileDay(profile=who.pk, day=day)]).values())
    return found[0].stage if found else None


def history(who: Profile) -> list[stage_history.Change]:
    """Their first page."""
    page = HistoryPage(profile=who.pk)
    return stage_history.changes([page])[page]


def test_what_we_believed_is_not_what_we_know_now(host: Any) -> None:
    """Ana's order of January was told in March: on 1 February we believed her lapsed, whatever we know since."""
    ana = person("Ana")
    became(ana, "new", NOON - 200 * DAY)
    became(ana, "lapsed", NOON - 60 * DAY)
    became(ana, "recovered", NOON - 50 * DAY, NOON, cause="purchase")
    assert on(ana, (NOON - 201 * DAY).date()) is None
    assert on(ana, (NOON - 200 * DAY).date()) == "new"
    assert on(ana, date(2026, 2, 1)) == "lapsed"
    assert on(ana, NOON.date()) == "recovered"
    [believed] = stage_history.believed_on([ProfileDay(profile=ana.pk, day=date(2026, 2, 1))]).values()
    assert (believed.since, believed.cause) == (NOON - 60 * DAY, "time")


def test_a_day_ends_at_the_shops_midnight(host: Any, shop: Any) -> None:
    """What was learned at 23:30 in Madrid on 1 May belongs to 1 May, though it is 21:30 in Greenwich."""
    from zoneinfo import ZoneInfo

    from saleor_relacional.hosts.standalone.models import Shop

    Shop.objects.update(time_zone="Europe/Madrid")
    zone = ZoneInfo("Europe/Madrid")
    assert host.time_zone() == zone.key
    ana = person("Ana")
    became(ana, "new", datetime(2026, 5, 1, 23, 30, tzinfo=zone))
    became(ana, "lapsed", datetime(2026, 5, 2, 0, 0, tzinfo=zone))
    assert [on(ana, date(2026, 4, 30)), on(ana, date(2026, 5, 1)), on(ana, date(2026, 5, 2))] == [
        None, "new", "lapsed",
    ]  # fmt: skip


def test_two_steps_of_one_look_end_at_the_last(host: Any) -> None:
    """Nobody looked for a while: slipping and lapsed are learned in one moment."""
    ana = person("Ana")
    became(ana, "lapsed", NOON - 10 * DAY, NOON)
    became(ana, "slipping", NOON - 30 * DAY, NOON)
    assert on(ana, NOON.date()) == "lapsed"


def test_after_a_merge_both_histories_are_told(host: Any) -> None:
    """The guest was slipping before Ana registered: her page tells it, says that it was the guest's, and her own word
    comes first. Undone, each has theirs."""
    guest, ana, bea = person("Guest"), person("Ana"), person("Bea")
    became(guest, "new", NOON - 100 * DAY)
    became(guest, "slipping", NOON - 40 * DAY)
    became(ana, "new", NOON - 30 * DAY)
    became(bea, "loyal", NOON - 30 * DAY)
    done = merge.merge(guest.pk, ana.pk, cause="confirmed", now=NOON)
    assert [(one.stage, one.of_merged) for one in history(ana)] == [
        ("new", False), ("slipping", True), ("new", True),
    ]  # fmt: skip
    assert [(one.stage, one.of_merged) for one in history(bea)] == [("loyal", False)]
    assert on(ana, (NOON - 35 * DAY).date()) == "slipping"
    assert on(ana, (NOON - 20 * DAY).date()) == "new"
    merge.undo(done, now=NOON)
    assert [one.stage for one in history(ana)] == ["new"]


def test_a_merge_of_a_merge_is_told_too(host: Any) -> None:
    """Two guests, one after the other, became Ana."""
    first, second, ana = person("First"), person("Second"), person("Ana")
    became(first, "new", NOON - 100 * DAY)
    merge.merge(first.pk, second.pk, cause="confirmed", now=NOON)
    merge.merge(second.pk, ana.pk, cause="confirmed", now=NOON)
    assert [one.stage for one in history(ana)] == ["new"]


def test_many_pages_and_days_are_one_statement(host: Any) -> None:
    """Ana's first two changes, the rest of them, Bea's, and three days of either: each gets its own answer."""
    ana, bea = person("Ana"), person("Bea")
    for n, stage in enumerate(["new", "active", "slipping"]):
        became(ana, stage, NOON - (30 - 10 * n) * DAY)
    became(bea, "loyal", NOON - 15 * DAY)
    start = HistoryPage(profile=ana.pk, first=2)
    rest = HistoryPage(profile=ana.pk, first=2, after=history(ana)[1].place)
    beas = HistoryPage(profile=bea.pk, first=1)
    with Asked() as questions:
        told = stage_history.changes([start, rest, beas])
    assert len(questions) == 1
    assert {page: [one.stage for one in found] for page, found in told.items()} == {
        start: ["slipping", "active"], rest: ["new"], beas: ["loyal"],
    }  # fmt: skip
    days = [
        ProfileDay(profile=who.pk, day=(NOON - ago * DAY).date()) for who in (ana, bea) for ago in (25, 15, 5)
    ]
    with Asked() as questions:
        believed = stage_history.believed_on(days)
    assert len([each for each in questions.captured_queries if "family" in each["sql"]]) == 1
    assert [believed[day].stage if day in believed else None for day in days] == [
        "new", "active", "slipping", None, "loyal", "loyal",
    ]  # fmt: skip


@pytest.mark.parametrize("first", [1, 2, 3, 7])
def test_pages_hold_every_change_once(host: Any, first: int) -> None:
    """Also where several happened in one moment."""
    ana = person("Ana")
    for n, stage in enumerate(["new", "active", "loyal", "slipping", "lapsed", "lost", "recovered"]):
        became(ana, stage, NOON + (n // 3) * DAY)
    found, after = [], None
    while told := stage_history.changes([HistoryPage(profile=ana.pk, first=first, after=after)]):
        [page] = told.values()
        found += [one.stage for one in page]
        after = page[-1].place
    assert found == ["recovered", "lost", "lapsed", "slipping", "loyal", "active", "new"]


def test_changes_of_habit_go_with_the_person(host: Any) -> None:
    """Newest first, those of the guest among them; news for thirty days after we came to know."""
    guest, ana = person("Guest"), person("Ana")
    for who, what, happened, learned in (
        (guest, "channel", NOON - 200 * DAY, NOON - 100 * DAY), (ana, "rhythm", NOON - 90 * DAY, NOON - 10 * DAY),
    ):  # fmt: skip
        HabitShift.objects.create(
            profile_id=who.pk, what=what, happened_on=happened.date(), learned_at=learned, p_value=0.001,
            before=7 if what == "rhythm" else None, after=30 if what == "rhythm" else None,
        )  # fmt: skip
    merge.merge(guest.pk, ana.pk, cause="confirmed", now=NOON)
    told = habits.of([ana.pk])[ana.pk]
    assert [(one.what, one.before, one.after) for one in told] == [
        ("rhythm", 7.0, 30.0),
        ("channel", None, None),
    ]
    assert habits.news(told, NOON) == told[0]
    assert habits.news(told, NOON + 21 * DAY) is None
    assert habits.news([], NOON) is None
