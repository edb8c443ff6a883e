"""The window of the next order within reach."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleor_relacional.insight.timing.next_order import (
    NextOrder,
    ShopGaps,
    Within,
    expected,
    interval_score,
    windows,
)
from saleor_relacional.insight.timing.rhythm import Rhythm
from tests.running.tries import tries


def monthly(sd=0.5, people=1):
    return Rhythm(log_mean=np.full(people, math.log(30)), log_sd=np.full(people, sd))


def test_the_window_is_that_of_an_order_within_reach():
    """Against a million drawn gaps: those beyond the wait and within reach have the quantiles that are said."""
    chance = np.random.default_rng(1)
    gaps = np.exp(chance.normal(math.log(30), 0.5, 1_000_000))
    seen = gaps[(gaps > 20) & (gaps <= 20 + 40)]
    within = Within(rhythm=monthly(), idle=np.array([20.0]), reach=40)

    for p in (0.1, 0.5, 0.9):
        assert within.quantile(p)[0] == pytest.approx(np.quantile(seen, p), abs=0.15)
        assert within.cdf(within.quantile(p))[0] == pytest.approx(p, abs=1e-9)


def test_anna_reads_two_windows_a_day_and_the_chance_of_never():
    """The 50 % window lies in the 80 % one, around the middle; never is what the probability leaves."""
    found = expected(Within(rhythm=monthly(), idle=np.array([20.0]), reach=365), [0.7])

    assert isinstance(found, NextOrder)
    assert 20 < found.low_80[0] < found.low_50[0] < found.middle[0] < found.high_50[0] < found.high_80[0]
    assert found.never[0] == pytest.approx(0.3)


def test_the_shop_is_mixed_in_as_told():
    """With nothing left to the own rhythm the window is that of the shop's gaps longer than the wait."""
    shop = ShopGaps.of([28] * 80 + [56] * 20 + [3] * 500)
    within = Within(rhythm=monthly(), idle=np.array([10.0]), reach=100, shop=shop, own_share=0.0)

    assert within.quantile(0.5)[0] == pytest.approx(28, abs=1e-6)
    assert within.quantile(0.9)[0] == pytest.approx(56, abs=1e-6)


def test_where_the_shop_has_seen_nothing_the_own_rhythm_speaks():
    """Fewer than five gaps beyond the wait: nothing to learn from."""
    alone = Within(rhythm=monthly(), idle=np.array([10.0]), reach=100)
    mixed = Within(
        rhythm=monthly(), idle=np.array([10.0]), reach=100, shop=ShopGaps.of([3, 4]), own_share=0.0
    )

    assert mixed.quantile(0.5) == pytest.approx(alone.quantile(0.5), rel=1e-6)


@given(
    st.floats(0, 9), st.floats(0.05, 3), st.floats(0, 4000), st.floats(0.5, 2000), st.floats(0.01, 0.98),
)  # fmt: skip
@settings(deadline=None, max_examples=tries(200))
def test_never_in_the_past_nor_beyond_reach(log_mean, log_sd, idle, reach, p):
    """Whatever the rhythm and the wait, also where all its weight lies elsewhere: a number between today and
    the reach, rising with the probability."""
    own = Rhythm(log_mean=np.array([log_mean]), log_sd=np.array([log_sd]))
    within = Within(rhythm=own, idle=np.array([idle]), reach=reach)
    sooner, later = within.quantile(p)[0], within.quantile(p + 0.01)[0]

    assert idle <= sooner <= later <= idle + reach


@pytest.mark.parametrize("idle", [0.0, 27.9999, 28.4, 300.0])
def test_where_all_gaps_are_of_one_length_the_window_is_that_day(idle):
    """Every closed gap of the shop is of 28 days: the window is a day, not an instant, and has not begun before now."""
    shop = ShopGaps.of([28] * 40)
    within = Within(rhythm=monthly(0.001), idle=np.array([idle]), reach=365, shop=shop, own_share=0.0)
    low_80, low_50, middle, high_50, high_80 = (end[0] for end in windows(within))

    assert idle <= low_80 < low_50 < middle < high_50 < high_80
    assert high_80 - low_80 >= 1.0 - 1e-9
    assert high_50 - low_50 >= 1.0 - 1e-9
    if idle == 0.0:
        assert (low_80, low_50, high_50, high_80) == pytest.approx((27.2, 27.5, 28.5, 28.8), abs=0.01)


@given(
    st.floats(0, 9), st.floats(1e-4, 3), st.floats(0, 4000), st.floats(2, 2000), st.floats(0, 1),
    st.lists(st.integers(1, 400), max_size=40),
)  # fmt: skip
@settings(deadline=None, max_examples=tries(200))
def test_no_window_is_narrower_than_a_day(log_mean, log_sd, idle, reach, own_share, gaps):
    """Whatever the rhythm, the wait and the shop: both windows hold a day, within reach, the 50 % one in the other."""
    own = Rhythm(log_mean=np.array([log_mean]), log_sd=np.array([log_sd]))
    within = Within(
        rhythm=own, idle=np.array([idle]), reach=reach, shop=ShopGaps.of(gaps), own_share=own_share
    )
    low_80, low_50, middle, high_50, high_80 = (end[0] for end in windows(within))

    assert idle <= low_80 <= low_50 <= high_50 <= high_80 <= (idle + reach) * (1 + 1e-12)
    assert low_50 - 1e-9 <= middle <= high_50 + 1e-9
    assert high_50 - low_50 >= 1.0 - 1e-9


def test_a_miss_costs_ten_times_its_distance():
    """Gneiting and Raftery's score at 80 %."""
    score = interval_score(np.array([10.0] * 3), np.array([20.0] * 3), np.array([15.0, 8.0, 23.0]))

    assert score == pytest.approx([10, 30, 40])


def test_what_cannot_be_is_refused():
    """Each message says what to give."""
    with pytest.raises(ValueError, match="reach is 0"):
        Within(rhythm=monthly(), idle=np.array([1.0]), reach=0)
    with pytest.raises(ValueError, match="row 0: idle is negative"):
        Within(rhythm=monthly(), idle=np.array([-1.0]), reach=9)
    with pytest.raises(ValueError, match="p is 1"):
        Within(rhythm=monthly(), idle=np.array([1.0]), reach=9).quantile(1)
    with pytest.raises(ValueError, match="probability_of_order is not between 0 and 1"):
        expected(Within(rhythm=monthly(), idle=np.array([1.0]), reach=9), [1.2])
