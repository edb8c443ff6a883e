"""What a rung would have brought everybody, told from those who happened to draw it."""

import numpy as np
import pytest

from saleor_relacional.insight.ladder.moments import RungMoments, means, moments

RUNGS = ("nothing", "word", "ten")


def gathered(rung, probability, outcome, stratum=None, strata=(("loyal", "111"),)):
    rung = np.array(rung)
    at = np.zeros(len(rung), dtype=np.int64) if stratum is None else np.array(stratum)
    return moments(RUNGS, at, list(strata), rung, probability, outcome, np.ones(len(rung)))


def test_two_people_by_hand():
    """Weights 2 and 4: (2·10 + 4·40) / 6 = 30; variance (2²·20² + 4²·10²) / 6² before it is held against the pool."""
    told = means(gathered([1, 1], [0.5, 0.25], [10, 40]).sums["loyal", "111"])

    assert told.seen.tolist() == [False, True, False] and np.isnan(told.mean[[0, 2]]).all()
    assert told.mean[1] == pytest.approx(30)
    scatter = 4 * 20**2 + 16 * 10**2
    pooled = scatter / (4 + 16) * 2 / 1
    assert told.variance[1] == pytest.approx(max(scatter / 36, pooled * 20 / 36))


def test_odds_that_moved_with_the_season_deceive_plain_means_and_not_these():
    """Before Christmas everybody spends 100 and one in ten draws a word, afterwards everybody spends 20 and nine in ten
    do. A word changes nothing: plain means say 28 against 92."""
    season = np.repeat([0, 1], 1000)
    word = np.concatenate([np.arange(1000) % 10 == 0, np.arange(1000) % 10 != 0]).astype(int)
    odds = np.where(season == 0, 0.1, 0.9)
    outcome = np.where(season == 0, 100.0, 20.0)
    block = gathered(word, np.where(word == 1, odds, 1 - odds), outcome).sums["loyal", "111"]

    assert outcome[word == 1].mean() == pytest.approx(28) and outcome[word == 0].mean() == pytest.approx(92)
    assert means(block).mean[:2] == pytest.approx([60, 60])


def test_sums_add_up_stratum_by_stratum():
    """Of two nights, one of which knows another segment."""
    strata = (("loyal", "111"), ("new", "110"))
    first = gathered([1, 2], [0.5, 0.5], [1, 2])
    second = gathered([1, 0], [0.25, 0.5], [3, 4], stratum=[0, 1], strata=strata)
    whole = gathered([1, 2, 1, 0], [0.5, 0.5, 0.25, 0.5], [1, 2, 3, 4], stratum=[0, 0, 0, 1], strata=strata)
    both = first + second

    assert both.segments() == ("loyal", "new")
    assert {key: block.tolist() for key, block in both.sums.items()} == {
        key: block.tolist() for key, block in whole.sums.items()
    }
    with pytest.raises(ValueError, match="two ladders"):
        first + RungMoments(rungs=("nothing", "word"))


def test_what_could_not_have_been_drawn_is_refused():
    """A probability of 0 has no weight."""
    with pytest.raises(ValueError, match="probability"):
        gathered([1], [0.0], [1])
