"""After how many days buyers most often come back for the first time."""

import math

import numpy as np
import pytest

from saleor_relacional.insight.timing import return_day
from saleor_relacional.insight.timing.next_order import ShopGaps
from saleor_relacional.insight.timing.rhythm import ShopRhythm
from tests.running.tries import seeds

SHOP = ShopRhythm(
    log_mean=math.log(60), between_variance=0.5, within_variance=0.5, own_scatter_weight=6, leave_a=0.3, leave_b=0.7,
    gaps=0, customers=0, converged=True,
)  # fmt: skip


def test_a_shop_that_has_seen_nothing_has_the_mode_of_its_rhythm():
    """exp(mean - variance) of a log-normal: 60 / e days."""
    assert return_day.most_often(ShopGaps.of([]), SHOP) == pytest.approx(60 / math.e)


@pytest.mark.parametrize("seed", seeds(3))
def test_the_mode_of_many_gaps_is_found(seed):
    """Two thousand log-normal gaps: their mode within a fifth."""
    chance = np.random.default_rng(seed)
    gaps = np.maximum(np.rint(np.exp(chance.normal(math.log(50), 0.5, 2000))), 1)
    assert return_day.most_often(ShopGaps.of(gaps), SHOP) == pytest.approx(50 * math.exp(-0.25), rel=0.2)


def test_two_crowds_are_not_averaged():
    """Most come back after a month, some after four: the month, not what lies between."""
    gaps = [*range(27, 34)] * 20 + [*range(115, 126)] * 5
    assert 27 <= return_day.most_often(ShopGaps.of(gaps), SHOP) <= 33


@pytest.mark.parametrize(("gap", "told"), [(1, 7), (400, 180)])
def test_it_is_neither_at_once_nor_after_ages(gap, told):
    """Whatever the shop: people unpack first, and remember for half a year."""
    assert return_day.most_often(ShopGaps.of([gap] * 50), SHOP) == told
