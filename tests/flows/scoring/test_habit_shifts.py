"""Habits that change are told once, and the rhythm is learnt anew from there."""

import math
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import numpy as np
import pytest

from saleor_relacional.db import sql
from saleor_relacional.flows import cursors
from saleor_relacional.flows.people import forget, merge
from saleor_relacional.flows.scoring import habit_shifts, score, shift_walk, stale
from saleor_relacional.insight.timing import changepoint
from saleor_relacional.models import (
    CustomerSummary,
    HabitShift,
    ProductCategory,
    Profile,
    Purchase,
    PurchaseLine,
    Stale,
)
from tests.support.instants import DAY, NOON
from tests.support.people import buys, every, person

pytestmark = pytest.mark.django_db
_orders = count(1)


def told(profile: Profile) -> list[tuple[str, date]]:
    return list(
        HabitShift.objects.filter(profile_id=profile.pk)
        .order_by("what", "happened_on")
        .values_list("what", "happened_on")
    )


def days_ago(*gaps: int, last: int = 0) -> list[int]:
    """Purchases with these gaps between them, oldest gap first, the last purchase so many days ago."""
    ago = [last]
    for gap in reversed(gaps):
        ago.append(ago[-1] + gap)
    return ago[::-1]


WEEKLY, MONTHLY = [7, 8, 7, 6, 7, 9, 7, 7, 6, 8], [30, 28, 33, 31, 29, 30]


def test_anna_moves_from_weekly_to_monthly_and_it_is_told_once():
    """Told with both paces and the first purchase of the new habit, and however often one looks, never again."""
    anna = person("Anna", days_ago=days_ago(*WEEKLY, *MONTHLY))
    begins = (NOON - sum(MONTHLY) * DAY).date()

    assert habit_shifts.detect([anna.pk], NOON) == 1
    assert habit_shifts.detect([anna.pk], NOON) == 0
    assert habit_shifts.detect_range(anna.pk, anna.pk, NOON) == 0
    row = HabitShift.objects.get()
    assert (row.profile_id, row.what, row.happened_on, row.learned_at) == (anna.pk, "rhythm", begins, NOON)
    assert row.before == pytest.approx(7.15, abs=0.01) and row.after == pytest.approx(30.1, abs=0.1)
    assert row.p_value < 1e-8


def test_bruno_keeps_his_pace():
    """Clockwork, and one holiday in it: nothing to tell."""
    bruno = person("Bruno", days_ago=days_ago(*[7] * 20))
    clara = person("Clara", days_ago=days_ago(7, 8, 7, 6, 7, 60, 7, 7, 8, 6))

    assert habit_shifts.detect([bruno.pk, clara.pk], NOON) == 0


def test_more_data_that_place_it_a_little_later_tell_nothing_new():
    """Anna's change is told on a day; the purchases that follow would place it two gaps later. It is the same change:
    the habit that began with it has not lasted long enough for another."""
    anna = person("Anna", days_ago=days_ago(*WEEKLY, 22, 22, *MONTHLY, last=120))
    habit_shifts.detect([anna.pk], NOON)
    (first,) = told(anna)
    for ago in (90, 60, 30, 0):
        buys(anna, NOON - ago * DAY)

        assert habit_shifts.detect([anna.pk], NOON) == 0
    assert told(anna) == [first]


def test_the_same_change_placed_elsewhere_is_not_told_again():
    """It was told three gaps too early, as little data may have it. The habit since then begins with three weekly gaps
    and goes on monthly, which looks like a change after them: it is the one that was told."""
    anna = person("Anna", days_ago=days_ago(*WEEKLY, *MONTHLY, 29, 31))
    early = (NOON - sum([*WEEKLY[-3:], *MONTHLY, 29, 31]) * DAY).date()
    HabitShift.objects.create(
        profile_id=anna.pk,
        what="rhythm",
        happened_on=early,
        learned_at=NOON,
        before=7,
        after=20,
        p_value=0.001,
    )

    assert habit_shifts.detect([anna.pk], NOON) == 0
    assert told(anna) == [("rhythm", early)]


def test_a_real_change_after_the_first_is_news():
    """From weekly to monthly, and from there to each quarter: two events at once from an old history, the second read
    from the first one on."""
    quarterly = [91, 88, 95, 90, 92, 89]
    anna = person("Anna", days_ago=days_ago(*WEEKLY, *MONTHLY, 29, 31, *quarterly))
    begins = (NOON - sum([*MONTHLY, 29, 31, *quarterly]) * DAY).date()

    assert habit_shifts.detect([anna.pk], NOON) == 2
    assert told(anna) == [("rhythm", begins), ("rhythm", (NOON - sum(quarterly) * DAY).date())]


def test_who_goes_back_to_the_old_habit_changes_twice():
    """Looked at as the orders come: weekly, monthly for half a year, weekly again."""
    gaps = [*WEEKLY, *MONTHLY, 29, 31, *WEEKLY]
    anna = person("Anna", days_ago=[sum(gaps)])
    for i in range(1, len(gaps) + 1):
        at = NOON - sum(gaps[i:]) * DAY
        buys(anna, at)
        habit_shifts.detect([anna.pk], at)

    (_, first), (_, second) = told(anna)
    assert first == (NOON - sum(gaps[10:]) * DAY).date()
    assert second == (NOON - sum(WEEKLY) * DAY).date()


def test_what_a_habit_rests_on_is_what_counts_and_lies_behind_us():
    """Withdrawn orders and orders dated in the future are no habit."""
    anna = person("Anna", days_ago=days_ago(*WEEKLY, *MONTHLY))
    Purchase.objects.filter(profile=anna, placed_at__gt=NOON - 130 * DAY).update(state="withdrawn")
    bruno = person("Bruno", days_ago=[ago - 400 for ago in days_ago(*WEEKLY, *MONTHLY)])

    assert habit_shifts.detect([anna.pk, bruno.pk], NOON) == 0


def test_a_basket_that_doubled_is_told_in_the_money_of_the_last_purchase():
    """Diego spends 20, then 60; his old purchases in dollars do not count, nor an order of nothing."""
    diego = person("Diego")
    for i, value in enumerate(["20", "22", "19", "21", "0", "20", "23", "60", "64", "58", "61", "59", "60"]):
        buys(diego, NOON - (130 - 10 * i) * DAY, value)
    for i in range(8):
        buys(diego, NOON - (400 - 10 * i) * DAY, "900", currency="USD")

    assert habit_shifts.detect([diego.pk], NOON) == 1
    row = HabitShift.objects.get()
    assert (row.what, row.happened_on) == ("basket", (NOON - 60 * DAY).date())
    assert row.before == pytest.approx(20.8, abs=0.1) and row.after == pytest.approx(60.3, abs=0.1)


def test_two_orders_of_a_day_are_one_basket():
    """Diego orders twice a day, half of it each time, and once a day later: as much a day as before, no change. Eva's
    days are worth twice as much since, in as many orders."""
    diego, eva = person("Diego"), person("Eva")
    for i in range(16):
        at = NOON - 10 * (15 - i) * DAY
        for hour in (1, 2):
            buys(eva, at - hour * DAY / 24, str((20 if i < 8 else 40) + i % 3))
            if i < 8 or hour == 1:
                buys(diego, at - hour * DAY / 24, str((20 if i < 8 else 40) + i % 3))

    assert habit_shifts.detect([diego.pk, eva.pk], NOON) == 1
    assert told(eva) == [("basket", (NOON - 70 * DAY).date())]


def moves(profile: Profile, places: str, channels: str) -> None:
    """A purchase every ten days, the last today, to these places through these channels, a letter each."""
    for i, (place, channel) in enumerate(zip(places, channels, strict=True)):
        purchase = buys(profile, NOON - 10 * (len(places) - 1 - i) * DAY)
        Purchase.objects.filter(pk=purchase.pk).update(place=place.strip(), channel=channel.strip())


def test_clara_moves_house_and_eva_starts_to_buy_online():
    """Ten parcels to one place and five to another; purchases in the shop, then on the web. Fabio's parcels go now
    here, now there. What is not known is left out."""
    clara, eva, fabio = person("Clara"), person("Eva"), person("Fabio")
    moves(clara, "aaaaaaaaaa bbbbb", "w" * 16)
    moves(eva, "c" * 16, "ssssssssssswwwww")
    moves(fabio, "abababababababab", "w" * 16)

    assert habit_shifts.detect([clara.pk, eva.pk, fabio.pk], NOON) == 2
    assert told(clara) == [("address", (NOON - 40 * DAY).date())]
    assert told(eva) == [("channel", (NOON - 40 * DAY).date())]
    assert set(HabitShift.objects.values_list("before", "after")) == {(None, None)}


def test_gil_leaves_coffee_for_tea():
    """The category of a day is the one that most was spent on: the filters he goes on buying do not hide it."""
    gil = person("Gil", days_ago=every(10, 16))
    ProductCategory.objects.bulk_create(
        ProductCategory(source="test", product_key=key, category_key=kind, name=kind.title(), learned_at=NOON)
        for key, kind in (("arabica", "coffee"), ("assam", "tea"), ("filter", "things"))
    )
    for i, purchase in enumerate(Purchase.objects.filter(profile=gil).order_by("day")):
        for key, total in (("arabica" if i < 10 else "assam", "12"), ("filter", "3"), ("unknown", "90")):
            PurchaseLine.objects.create(
                purchase=purchase, profile_id=gil.pk, product_key=key, quantity=1, total=Decimal(total)
            )

    assert habit_shifts.detect([gil.pk], NOON) == 1
    assert told(gil) == [("category", (NOON - 50 * DAY).date())]


def test_a_range_is_everybody_in_it_and_who_changed_is_to_be_scored():
    """Nobody is marked; Anna and Bruno changed, Clara did not, Diego lies outside. Twice tells nothing new."""
    anna, bruno = (person(name, days_ago=days_ago(*WEEKLY, *MONTHLY)) for name in ("Anna", "Bruno"))
    clara = person("Clara", days_ago=every(7, 20))
    diego = person("Diego", days_ago=days_ago(*WEEKLY, *MONTHLY))
    stale.clear(stale.take(9, NOON))

    assert habit_shifts.detect_range(anna.pk, clara.pk, NOON) == 2
    assert len(told(anna)) == len(told(bruno)) == 1
    assert set(Stale.objects.values_list("profile_id", flat=True)) == {anna.pk, bruno.pk}
    assert habit_shifts.detect_range(anna.pk, clara.pk, NOON) == 0
    assert told(diego) == []


def test_the_walk_reaches_everybody_and_begins_anew(monkeypatch):
    """Three people, ranges of one: one worker reaches them all, the cursor stands at the beginning again, and while
    somebody else walks nobody else does."""
    people = [person(name, days_ago=days_ago(*WEEKLY, *MONTHLY)) for name in ("Anna", "Bruno", "Clara")]
    monkeypatch.setattr(shift_walk, "RANGE", 1)
    sql.run("ANALYZE saleor_relacional_profile")  # an estimate outlives the story it was made in
    runs = [shift_walk.detect_shifts(NOON) for _ in range(4)]

    assert runs == [1, 1, 1, 0]
    assert [len(told(one)) for one in people] == [1, 1, 1]
    assert (cursors.cursor("shifts").position_reference, cursors.cursor("shifts").finished_at is None) == (
        "",
        False,
    )
    cursors.take("shifts")
    assert shift_walk.detect_shifts(NOON) == 0


def test_who_buys_monthly_now_is_learnt_anew_and_not_called_late():
    """Anna bought weekly for a year. A month of silence, and she slips; it goes on so, order by order, until the new
    rhythm shows. From then on a month of silence is what she does: she is neither slipping nor lapsed, and her rhythm
    is that of the new habit alone. Told once."""
    for i in range(30):
        person(f"Regular{i}", days_ago=every(20, 10, last=i % 20))
    weekly = [7, 6, 8, 7, 7, 9, 6, 7] * 6
    start = NOON - 700 * DAY
    anna = person("Anna")
    day = start
    for gap in weekly:
        buys(anna, day)
        day += gap * DAY
    buys(anna, day)
    score.score_stale(day)
    late = []
    for gap in [30, 28, 33, 31, 29, 30, 31, 30, 29, 32]:
        before = day + (gap - 1) * DAY
        score.pass_time(before)
        late.append(CustomerSummary.objects.get(profile=anna).stage)
        day += gap * DAY
        buys(anna, day)
        score.score_stale(day)
    summary = CustomerSummary.objects.get(profile=anna)

    assert set(late[:3]) <= {"lapsed", "lost", "slipping"}
    assert late[-3:] == ["loyal"] * 3
    assert told(anna) == [("rhythm", start.date() + sum(weekly) * DAY)]
    assert summary.rhythm_since == start.date() + sum(weekly) * DAY
    assert summary.rhythm_gaps == 10 and summary.purchase_days == 59
    assert math.exp(summary.rhythm_log_mean) == pytest.approx(30, abs=2)
    assert HabitShift.objects.count() == 1


def test_a_guest_who_registers_takes_the_change_along():
    """Anna's guest profile changed its rhythm. Her account takes over the purchases and what was told of them: nothing
    is told anew, and undone it goes back."""
    guest, account = person("Anna", days_ago=days_ago(*WEEKLY, *MONTHLY)), person("Account")
    habit_shifts.detect([guest.pk], NOON)
    done = merge.merge(guest.pk, account.pk, cause="joined", now=NOON)

    assert habit_shifts.detect([guest.pk, account.pk], NOON) == 0
    assert (len(told(guest)), len(told(account))) == (0, 1)
    merge.undo(done, now=NOON)
    assert (len(told(guest)), len(told(account))) == (1, 0)


def test_who_is_forgotten_leaves_no_change_of_habit():
    """It was hers."""
    anna = person("Anna", days_ago=days_ago(*WEEKLY, *MONTHLY))
    habit_shifts.detect([anna.pk], NOON)
    forget.forget(anna, now=NOON)

    assert not HabitShift.objects.exists()


def test_of_somebody_who_is_forgotten_meanwhile_nothing_is_told():
    """Anna's history was read; when it comes to telling, she is gone."""
    anna = person("Anna", days_ago=days_ago(*WEEKLY, *MONTHLY))
    (seen,) = habit_shifts._look(habit_shifts.THESE, {"ids": [anna.pk], "now": NOON})
    Profile.objects.filter(pk=anna.pk).delete()

    assert habit_shifts._tell([seen], NOON) == []
    assert not HabitShift.objects.exists()


def test_two_workers_who_place_it_a_day_apart_tell_it_once():
    """Each read the history before the other told: the later finds that it was told meanwhile."""
    anna = person("Anna", days_ago=days_ago(*WEEKLY, *MONTHLY))
    (seen,) = habit_shifts._look(habit_shifts.THESE, {"ids": [anna.pk], "now": NOON})
    buys(anna, NOON - (sum(MONTHLY) - 3) * DAY)
    (other,) = habit_shifts._look(habit_shifts.THESE, {"ids": [anna.pk], "now": NOON})

    assert other.happened_on != seen.happened_on
    assert habit_shifts._tell([seen], NOON) == [anna.pk]
    assert habit_shifts._tell([other], NOON) == []
    assert len(told(anna)) == 1


def test_the_database_finds_what_insight_finds_in_random_histories():
    """Half of them change somewhere: same places, same p-values, same means, of numbers and of names."""
    draw = np.random.default_rng(11)
    people, rows = {}, []
    for i in range(160):
        profile = Profile.objects.create(first_name=f"P{i}", email=f"p{i}@shop.example", created_at=NOON)
        n = int(draw.integers(1, 60))
        changes = int(draw.integers(0, n + 1)) if i % 2 else n
        gaps = np.where(np.arange(n) < changes, draw.integers(1, 20, n), draw.integers(10, 60, n))
        day = (NOON.date() - timedelta(days=int(gaps.sum()))).toordinal() + np.cumsum(np.r_[0, gaps])
        values = np.round(np.exp(draw.normal(3, 0.5, n + 1)) * np.where(np.arange(n + 1) < changes, 1, 2), 2)
        names = np.where(
            np.arange(n + 1) < changes, draw.integers(0, 2, n + 1), draw.integers(2, 4, n + 1)
        ).astype(str)
        people[profile.pk] = (day, values, names)
        rows += [
            Purchase(
                profile=profile, source="test", reference=f"random-{next(_orders)}", state="counts", channel=name,
                currency="EUR", sold=Decimal(str(value)), day=date.fromordinal(int(one)), learned_at=NOON, digest=b"",
                placed_at=NOON - timedelta(days=NOON.date().toordinal() - int(one)),
            )
            for one, value, name in zip(day, values, names, strict=True)
        ]  # fmt: skip
    Purchase.objects.bulk_create(rows)
    seen = {
        (s.profile, s.what): s
        for s in habit_shifts._look(habit_shifts.THESE, {"ids": list(people), "now": NOON})
    }

    expected = 0
    for profile, (day, values, names) in people.items():
        for what, found in (
            ("rhythm", changepoint.in_numbers([math.log(gap) for gap in np.diff(day)])),
            ("basket", changepoint.in_numbers(np.log(values))),
            ("channel", changepoint.in_names(names.tolist())),
        ):
            ours = seen.pop((profile, what), None)
            assert (ours is None) == (found is None), (profile, what, ours, found)
            if found is not None:
                expected += 1
                assert ours.happened_on == date.fromordinal(int(day[found.at]))
                assert ours.p_value == pytest.approx(found.p_value, rel=1e-6)
                if what != "channel":
                    assert (math.log(ours.before), math.log(ours.after)) == pytest.approx(
                        (found.before, found.after)
                    )
    assert not seen
    assert expected > 75
