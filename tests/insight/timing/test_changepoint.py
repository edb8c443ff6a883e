"""Habit shift: seen when there is one, rarely when there is none."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import alarms
from benchmarks.orders import public
from saleor_relacional.insight.timing import changepoint
from tests.insight import cdnow
from tests.running.tries import tries


def test_anna_moves_from_weekly_to_monthly():
    """Eight weekly gaps, then five monthly ones: the change is at the ninth gap, with both paces."""
    gaps = [7, 8, 7, 6, 7, 9, 7, 7, 30, 28, 33, 31, 29]
    found = changepoint.in_numbers([math.log(gap) for gap in gaps])

    assert found is not None and found.at == 8
    assert math.exp(found.before) == pytest.approx(7.2, abs=0.1)
    assert math.exp(found.after) == pytest.approx(30.2, abs=0.1)
    assert found.p_value < 1e-6


@pytest.mark.parametrize("gaps", [[], [7] * 5, [7] * 40, [7, 30, 7, 30, 7, 30, 7, 30]])
def test_bruno_has_not_changed(gaps):
    """No history, a short one, clockwork, and one that alternates: no shift."""
    assert changepoint.in_numbers([math.log(gap) for gap in gaps]) is None


def test_one_strange_order_is_no_habit():
    """A single gap of a year among weekly ones is a holiday."""
    assert changepoint.in_numbers([math.log(gap) for gap in [7, 8, 7, 6, 7, 365, 7, 7, 8, 6]]) is None


def test_false_alarms_stay_under_what_is_said():
    """5,000 histories without a change, of 6 to 30 values, each looked at once: at most as many alarms as its length
    allows, over all places."""
    chance = np.random.default_rng(2)
    histories = [chance.normal(0, 1, chance.integers(6, 31)) for _ in range(5_000)]
    called = sum(changepoint.in_numbers(one, level=0.01) is not None for one in histories)

    assert 0 < called / 5_000 <= 0.01
    assert changepoint.alarm([10, 20]).tolist() == [0.002, 0.001]


@pytest.fixture(scope="module")
def shops():
    """CDNOW, and beside it Online Retail where ../shared/data holds it: its 7 MB are too many to keep here."""
    return [cdnow.long_histories(), *(orders for orders in public() if orders.name != "cdnow")]


@pytest.mark.parametrize("what", ["gaps", "values"])
def test_false_alarms_on_real_histories(shops, what):
    """The real histories with their order shuffled hold no change. Looked at after every order of a whole life, fewer
    of them than `LIFE` are ever called changed (the table of docs/maths.md: make bench-shifts). Unshuffled they are
    called changed at least half as often again."""
    for orders in shops:
        found = alarms.of_shop(orders, what, np.random.default_rng(3), longest=25)

        assert 0 < found.per_life <= changepoint.LIFE
        assert found.unshuffled > 1.5 * found.per_life


def test_many_looks_at_once_are_each_of_them():
    """What the rates are counted with says of Anna, after each of 30 orders, what `in_numbers` says."""
    anna = np.random.default_rng(6).normal(size=30) + np.repeat([0.0, 2.0], [18, 12])
    many = alarms.at_each_look(anna[None, :])[0]
    each = [changepoint.in_numbers(anna[:n], level=1.0) for n in range(6, 31)]

    assert many[6:] == pytest.approx([one.p_value if one else 1.0 for one in each], rel=1e-9)
    assert sum(one is not None for one in each) > 10
    assert many[:6].tolist() == [1.0] * 6


def test_clara_moves_house():
    """Ten parcels to Lisbon, then five to Porto: a shift of address at the eleventh."""
    found = changepoint.in_names(["Lisbon"] * 10 + ["Porto"] * 5)

    assert found is not None and found.at == 10
    assert found.p_value == pytest.approx(10 / math.comb(15, 5))


def test_who_always_buys_something_new_has_not_changed():
    """Diego sends every parcel to another friend: whichever come last were never seen before, and that means
    nothing."""
    assert changepoint.in_names([f"friend {n}" for n in range(40)]) is None
    assert (
        alarms.of_names("many kinds", [np.random.default_rng(5).integers(0, 50, 40).tolist()]).per_life == 0
    )


def test_p_of_names_is_what_shuffling_says():
    """Three kinds, 6 + 2 + 2 names: a set of two of the three makes up the last 4 in one way, the last 2 in two. Of all
    orders, as many as the p-value says at most end in names never seen before."""
    names = list("aaaaaabbcc")
    found = changepoint.in_names(names, level=1.0)
    chance = np.random.default_rng(4)
    hits = sum(
        any(at in changepoint._fresh(shuffled) for at in range(changepoint.SIDE, 8))
        for shuffled in (chance.permutation(names).tolist() for _ in range(5_000))
    )

    assert found is not None and found.at == 6
    assert found.p_value == pytest.approx(5 / math.comb(10, 4))
    assert hits / 5_000 <= 0.05


def test_what_changed_lately_must_settle_before_it_changes_again():
    """A history that begins with a change: three values are too few to believe the next one."""
    values = [1.0, 1.1, 0.9, 5.0, 5.1, 4.9, 5.0, 5.2, 4.8, 5.0]

    assert changepoint.in_numbers(values) is not None
    assert changepoint.in_numbers(values, earliest=changepoint.SETTLED) is None


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=tries(60), deadline=None)
def test_many_histories_at_once_are_each_of_them(seed):
    """Of histories of any length, changed and not, clockwork among them, one call says what each alone says."""
    draw = np.random.default_rng(seed)
    histories, earliest = [], []
    for _ in range(40):
        n = int(draw.integers(1, 40))
        level = np.where(np.arange(n) < draw.integers(0, n + 1), 0.0, draw.choice([0.0, 0.5, 4.0]))
        histories.append(level + draw.choice([0.0, 0.3, 5.0]) * draw.normal(size=n) + draw.choice([0.0, 3.0]))
        earliest.append(int(draw.choice([changepoint.SIDE, changepoint.SETTLED])))
    ends = np.cumsum([len(one) for one in histories])
    starts = np.append(0, ends[:-1])
    found = changepoint.in_many(np.concatenate(histories), starts, earliest)

    alone = [
        changepoint.in_numbers(one, earliest=first) for one, first in zip(histories, earliest, strict=True)
    ]
    expected = [(one, start) for one, start in zip(alone, starts, strict=True) if one is not None]
    assert found.at.tolist() == [start + one.at for one, start in expected]
    for name in ("before", "after", "p_value"):
        assert getattr(found, name) == pytest.approx(
            [getattr(one, name) for one, _ in expected], rel=1e-6, abs=1e-9
        )


def test_of_no_history_long_enough_nothing_is_said():
    """Nobody, and somebody with two values."""
    assert changepoint.in_many(np.empty(0), [], []).at.tolist() == []
    assert changepoint.in_many(np.array([1.0, 5.0]), [0], [changepoint.SIDE]).at.tolist() == []


@pytest.mark.parametrize("n", [9, 12, 15, 40])
def test_fewer_new_names_than_the_least_never_show_a_change(n):
    """What the database sieves by."""
    least = changepoint.least_new(n)
    for m in range(changepoint.SIDE, n - changepoint.SIDE + 1):
        found = changepoint.in_names(["a"] * (n - m) + ["b"] * m)
        assert found is None or min(m, n - m) >= least


@pytest.mark.parametrize(
    "places",
    [
        [],
        ["Lisbon"] * 30,
        ["Lisbon"] * 10 + ["Porto"] * 2,
        ["Lisbon", "Porto"] * 10,
        ["Lisbon"] * 3 + ["Porto"] * 3,
    ],
)
def test_a_parcel_to_a_friend_is_no_move(places):
    """Too few new ones, or kinds that were always mixed."""
    assert changepoint.in_names(places) is None


def test_a_change_too_fresh_to_be_placed_waits():
    """Eight weekly gaps and two monthly ones: it would be clearest between them, and two are too few. A third tells it,
    at its place."""
    gaps = [7, 8, 7, 6, 7, 9, 7, 7, 30, 28]

    assert changepoint.in_numbers([math.log(gap) for gap in gaps]) is None
    assert changepoint.in_numbers([math.log(gap) for gap in [*gaps, 31]]).at == 8


def test_infinite_logarithms_are_refused():
    """An order of 0.00 has none: the message says what to do."""
    with pytest.raises(ValueError, match=r"leave out orders of 0\.00"):
        changepoint.in_numbers([1.0, -math.inf, 2.0])
