"""Cutting a shop's past: what was known, and what came of it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleor_relacional.insight import summary_columns
from saleor_relacional.insight.history import from_purchase_days, gap_statistics
from tests.running.tries import tries

ANNA, BRUNO, CLARA = 0, 1, 2
ORDERS = [
    (ANNA, 1, 10.0), (ANNA, 11, 20.0), (ANNA, 11, 5.0), (ANNA, 31, 15.0), (ANNA, 45, 100.0), (ANNA, 47, 1.0),
    (BRUNO, 20, 0.0),
    (CLARA, 60, 9.0),
]  # fmt: skip


def cut(orders, day, days):
    return summary_columns.at(*np.array(orders, dtype=float).reshape(-1, 3).T, day, days)


def test_anna_bruno_and_clara_on_day_40():
    """Anna's two orders of day 11 are one purchase day of 25; Bruno's order of 0.00 counts; Clara is not a buyer
    yet; what came in the ten days after is Anna's two orders, the first 14 days after her last."""
    period, who = cut(ORDERS, 40, 10)

    assert who.tolist() == [ANNA, BRUNO]
    assert period.past.frequency.tolist() == [2, 0]
    assert period.past.recency.tolist() == [30, 0]
    assert period.past.tenure.tolist() == [39, 20]
    assert period.past.idle.tolist() == [9, 20]
    assert period.past.value == pytest.approx([50 / 3, 0])
    assert period.past.value_square_sum == pytest.approx([10**2 + 25**2 + 15**2, 0])
    assert period.past.log_sum == pytest.approx([np.log(10) + np.log(20), 0])
    assert period.orders.tolist() == [2, 0]
    assert period.came.tolist() == [True, False]
    assert period.gap[0] == 14 and np.isnan(period.gap[1])
    assert period.spent.tolist() == [101, 0]


def test_a_clock_that_ran_ahead_does_no_harm():
    """Orders dated after the period change nothing of it."""
    usual, _ = cut(ORDERS, 40, 10)
    ahead, _ = cut([*ORDERS, (BRUNO, 900, 5.0), (7, 901, 5.0)], 40, 10)

    for name in ("orders", "gap", "spent"):
        assert getattr(ahead, name) == pytest.approx(getattr(usual, name), nan_ok=True)
    assert ahead.past.frequency.tolist() == usual.past.frequency.tolist()


def test_a_shop_without_orders_has_an_empty_past():
    """Not an error: there is nobody to speak of."""
    period, who = cut([], 40, 10)

    assert len(period.past) == 0 and len(who) == 0 and period.orders.tolist() == []


def test_half_a_day_is_refused():
    """Days are whole: which day of the shop an order falls on is decided before."""
    with pytest.raises(ValueError, match=r"row 0: day is not a whole number \(1\.5\)"):
        summary_columns.at([0], [1.5], [1.0], 5, 5)


people = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 60), st.floats(-50, 500)), min_size=1, max_size=40
)


@given(people, st.integers(0, 60), st.integers(1, 40), st.randoms())
@settings(deadline=None, max_examples=tries(80))
def test_columns_say_what_each_history_says(orders, day, days, chance):
    """Whatever the orders and their order: each row equals the history of that one customer, computed by
    itself."""
    shuffled = chance.sample(orders, len(orders))
    period, who = cut(shuffled, day, days)

    assert set(who.tolist()) == {one for one, when, _ in orders if when <= day}
    for row, one in enumerate(who.tolist()):
        before = [when for buyer, when, _ in orders if buyer == one and when <= day]
        after = {when for buyer, when, _ in orders if buyer == one and day < when <= day + days}
        alone, gaps = from_purchase_days(before, day), gap_statistics(before)
        assert (period.past.frequency[row], period.past.recency[row], period.past.tenure[row]) == (
            alone.frequency, alone.recency, alone.tenure,
        )  # fmt: skip
        assert period.past.log_sum[row] == pytest.approx(gaps.log_sum)
        assert period.past.log_square_sum[row] == pytest.approx(gaps.log_square_sum)
        assert period.orders[row] == len(after)
        if after:
            assert period.gap[row] == min(after) - max(before)


def test_cuts_leave_as_much_before_as_after():
    """A year judged over 90 days: four periods, the newest ends today, none reaches before a third of the
    history."""
    found = summary_columns.cuts(0, 364, 90)

    assert found[0] == (274, 90)
    assert len(found) == 4
    assert all(cut >= days and cut + days <= 364 for cut, days in found)


def test_a_long_horizon_is_tried_on_a_third_of_the_history():
    """273 days asked of 272 days of history: periods of 90."""
    assert {days for _, days in summary_columns.cuts(0, 272, 273)} == {90}


@pytest.mark.parametrize("as_of", [-5, 0, 20])
def test_three_weeks_are_nothing_to_cut(as_of):
    """Nor is a clock that went backwards."""
    assert summary_columns.cuts(0, as_of, 90) == []
