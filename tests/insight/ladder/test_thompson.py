"""Every rung that is open is open to everybody, and none that is closed to anybody."""

import numpy as np
import pytest
from scipy import stats

from saleor_relacional.insight.ladder import price, thompson
from saleor_relacional.insight.ladder.hierarchy import Posterior

OPEN = np.ones((1, 3), dtype=bool)


def believed(mean, sd=1.0):
    mean = np.array(mean, dtype=float)
    size = mean.shape[1]
    return Posterior(mean=mean, covariance=np.tile(np.eye(size) * sd**2, (len(mean), 1, 1)), spread=1.0)


def test_it_is_the_probability_of_being_best():
    """One rung of mean 0.3 and spread 1 beats nothing with Φ(0.3)."""
    told = thompson.probabilities(believed([[0.3]]), [[True, True]], floor=0.0)

    assert told[0] == pytest.approx([1 - stats.norm.cdf(0.3), stats.norm.cdf(0.3)], abs=2e-3)


def test_no_open_rung_falls_under_the_floor():
    """However bad it is believed to be; a closed one is never drawn."""
    told = thompson.probabilities(believed([[5.0, -50.0]], 0.1), OPEN)
    closed = thompson.probabilities(believed([[5.0, 50.0]], 0.1), [[True, True, False]])

    assert told[0] == pytest.approx([0.05, 0.90, 0.05])
    assert closed[0] == pytest.approx([0.05, 0.95, 0.0])
    with pytest.raises(ValueError, match="no room"):
        thompson.probabilities(believed([[0.0, 0.0]]), OPEN, floor=0.34)
    with pytest.raises(ValueError, match="always open"):
        thompson.probabilities(believed([[0.0, 0.0]]), [[False, True, True]])


def test_a_price_makes_dear_rungs_rarer():
    """A ten that is better by 1 is not, once its money is asked to earn 2."""
    free, dear = (
        thompson.probabilities(believed([[0.0, 1.0]], 0.1), OPEN, [[0.0, 0.0, cost]])[0, 2] for cost in (0, 2)
    )

    assert (free, dear) == (pytest.approx(0.9), pytest.approx(0.05))


def test_a_price_rises_with_what_is_reserved_and_never_under_nothing():
    """By a tenth of what is reserved beyond nine tenths of what the days of the month have had; of two budgets by the
    one that is used more."""
    assert price.updated(0.02, [(100, 100)], 1.0) == pytest.approx(0.03)
    assert price.updated(0.02, [(50, 100)], 0.5) == pytest.approx(0.03)
    assert price.updated(0.02, [(40, 100)], 1.0) == 0.0
    assert price.updated(0.02, [(40, 100), (100, 100)], 1.0) == pytest.approx(0.03)
    assert price.updated(0.02, [(100, 100), (40, 100)], 1.0) == pytest.approx(0.03)
    assert price.updated(0.5, [], 1.0) == price.updated(0.5, [(0, 0)], 1.0) == 0.0
    with pytest.raises(ValueError, match="neither is below 0"):
        price.updated(0.0, [(-1, 1)], 1.0)


def test_a_rung_that_cannot_be_worth_more_is_not_tried():
    """Nothing and a word stay, whatever is believed of them; a dear rung is held against the next cheaper open one."""
    told = believed([[-9.0, 0.0, 1.0], [0.0, 9.0, 8.0]], 0.5)
    usable = thompson.worth_trying(told, [[True, True, True, True], [True, False, False, True]])

    assert usable.tolist() == [[True, True, True, True], [True, True, False, True]]
    sure = thompson.worth_trying(believed([[0.0, 9.0, 6.0]], 0.5), np.ones((1, 4), dtype=bool))
    assert sure.tolist() == [[True, True, True, False]]


def test_chance_is_given_and_cuts_at_the_sums():
    """Of .05, .90, .05: just under .05 is nothing, from .05 a word, from .95 ten."""
    chances = np.tile([0.05, 0.9, 0.05], (5, 1))

    assert thompson.choose(chances, [0.0, 0.0499, 0.0501, 0.9499, 0.9999]).tolist() == [0, 0, 1, 1, 2]
    assert thompson.choose([[1.0, 0.0, 0.0]], [0.9999999]).tolist() == [0]
    with pytest.raises(ValueError, match="uniform"):
        thompson.choose(chances[:1], [1.0])
