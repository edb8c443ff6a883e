"""What nine next orders in ten stay below, as a multiple of what was expected of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_relacional.insight.value import high_orders
from saleor_relacional.insight.value.spend import Prior

SILENT = Prior(scatter=0.55, spread=0.7, weight=0.0)
"""Says nothing."""


def test_the_place_is_that_of_conformal_prediction():
    """Of nineteen ratios 1, 2, … 19 the eighteenth: ⌈20 · .9⌉. Of nine the last one; of none what is expected."""
    assert high_orders.multiple(np.arange(1, 20), np.ones(19), prior=SILENT) == 18
    assert high_orders.multiple(np.arange(1, 10), np.ones(9), prior=SILENT) == 9
    assert high_orders.multiple([], [], prior=SILENT) == 1


def test_a_young_shop_leans_on_the_shipped_prior():
    """Without orders twice what is expected is held; with two thousand its own say."""
    assert high_orders.multiple([], []) == pytest.approx(2.033, abs=0.001)
    chance = np.random.default_rng(3)
    assert high_orders.multiple(chance.uniform(0, 2, 2_000), np.ones(2_000)) == pytest.approx(1.8, abs=0.03)


def test_who_was_expected_to_pay_nothing_says_nothing_and_it_is_never_below_what_is_expected():
    """A gift of 0.00 expected, and a shop whose orders all came to half."""
    assert high_orders.multiple([7, 3], [0, 1], prior=SILENT) == 3
    assert high_orders.multiple(np.full(99, 5), np.full(99, 10), prior=SILENT) == 1


@given(st.floats(0.1, 2.0), st.integers(20, 400), st.integers(0, 10_000))
def test_nine_next_orders_in_ten_stay_below(spread, buyers, seed):
    """Whatever the spread of a shop whose orders are log-normal: on average over what was learnt from, a little more
    than nine in ten where the shop is small."""
    chance = np.random.default_rng(seed)
    below = []
    for _ in range(60):
        learnt = chance.lognormal(-spread * spread / 2, spread, buyers)
        held = high_orders.multiple(learnt, np.ones(buyers), prior=SILENT)
        below.append(np.mean(chance.lognormal(-spread * spread / 2, spread, 200) <= held))
    assert np.mean(below) >= 0.9 - 0.02
