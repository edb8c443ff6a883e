"""Habit shift: seen when there is one, rarely when there is none."""

import math

import numpy as np
import pytest

from benchmarks.orders import DATA, public
from saleor_relacional.insight import shift


def test_anna_moves_from_weekly_to_monthly():
    """Eight weekly gaps, then five monthly ones: the change is at the ninth gap, with both paces."""
    gaps = [7, 8, 7, 6, 7, 9, 7, 7, 30, 28, 33, 31, 29]
    found = shift.in_numbers([math.log(gap) for gap in gaps])

    assert found is not None and found.at == 8
    assert math.exp(found.before) == pytest.approx(7.2, abs=0.1)
    assert math.exp(found.after) == pytest.approx(30.2, abs=0.1)
    assert found.p_value < 1e-6


@pytest.mark.parametrize("gaps", [[], [7] * 5, [7] * 40, [7, 30, 7, 30, 7, 30, 7, 30]])
def test_bruno_has_not_changed(gaps):
    """No history, a short one, clockwork, and one that alternates: no shift."""
    assert shift.in_numbers([math.log(gap) for gap in gaps]) is None


def test_one_strange_order_is_no_habit():
    """A single gap of a year among weekly ones is a holiday."""
    assert shift.in_numbers([math.log(gap) for gap in [7, 8, 7, 6, 7, 365, 7, 7, 8, 6]]) is None


def test_false_alarms_stay_under_what_is_said():
    """20,000 histories without a change, of 6 to 30 values: at most one in a hundred, over all places."""
    chance = np.random.default_rng(2)
    alarms = sum(
        shift.in_numbers(chance.normal(0, 1, chance.integers(6, 31))) is not None for _ in range(20_000)
    )

    assert 0 < alarms / 20_000 <= shift.ALARM


@pytest.mark.parametrize("what", ["gaps", "values"])
def test_false_alarms_on_real_histories(what):
    """The real histories with their order shuffled hold no change: about one in a hundred is called changed (values
    are not normal, so the promise holds nearly). Unshuffled they are called changed more than twice as often."""
    shops = public()
    if not shops:
        pytest.skip(f"no order history in {DATA}")
    chance = np.random.default_rng(3)
    for orders in shops:
        histories = list(_histories(orders, what))
        shuffled = [chance.permutation(one) for one in histories for _ in range(20)]
        false = np.mean([shift.in_numbers(one) is not None for one in shuffled])
        real = np.mean([shift.in_numbers(one) is not None for one in histories])

        assert false <= 1.25 * shift.ALARM
        assert real > 2 * false


def _histories(orders, what):
    order = np.lexsort((orders.day, orders.customer))
    who, day, value = orders.customer[order], orders.day[order], orders.value[order]
    for begin, end in zip(
        np.flatnonzero(np.r_[True, who[1:] != who[:-1]]),
        np.flatnonzero(np.r_[who[1:] != who[:-1], True]) + 1, strict=True,
    ):  # fmt: skip
        bought = value[begin:end][value[begin:end] > 0]
        numbers = np.diff(np.unique(day[begin:end])) if what == "gaps" else bought
        if len(numbers) >= 6:
            yield np.log(numbers)


def test_clara_moves_house():
    """Ten parcels to Lisbon, then five to Porto: a shift of address at the eleventh."""
    found = shift.in_names(["Lisbon"] * 10 + ["Porto"] * 5)

    assert found is not None and found.at == 10
    assert found.p_value == pytest.approx(10 / math.comb(15, 5))


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
    assert shift.in_names(places) is None


def test_infinite_logarithms_are_refused():
    """An order of 0.00 has none: the message says what to do."""
    with pytest.raises(ValueError, match=r"leave out orders of 0\.00"):
        shift.in_numbers([1.0, -math.inf, 2.0])
