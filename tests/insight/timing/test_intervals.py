"""Between what beliefs lie: as wide as what is not known, and true of simulated people."""

import numpy as np
import pytest

from saleor_relacional.insight.timing import intervals, mbg_nbd, rhythm
from saleor_relacional.insight.timing.intervals import Worth

FIT = mbg_nbd.MbgNbd(r=0.7, alpha=55, a=0.5, b=2.5, log_likelihood=0, customers=1, converged=True)


def test_a_probability_spreads_by_the_doubt_about_its_level():
    """Half and half with .3 in log-odds: 1 / (1 + e^(1.2816 x .3)) and its mirror; without doubt it is a point."""
    low, high = intervals.probability([0.5], 0.3)
    assert low == pytest.approx(1 / (1 + np.exp(1.2815515655 * 0.3))) and high == pytest.approx(1 - low)
    assert intervals.probability([0.2], 0.0) == (pytest.approx(0.2), pytest.approx(0.2))


def test_the_chance_of_being_alive_knows_that_rates_differ():
    """20,000 simulated customers who bought three times in 90 days and were quiet for 60: were each one's own rate
    known, the chance would lie within for 80 of 100 of them."""
    dice = np.random.default_rng(1)
    x, t_x, big_t = 3.0, 90.0, 150.0
    here = float(mbg_nbd.probability_alive(FIT, [x], [t_x], [big_t])[0])
    still = dice.random(20_000) < here
    rate = dice.gamma(FIT.r + x, 1 / (FIT.alpha + np.where(still, big_t, t_x)))
    own = 1 / (1 + FIT.a / (FIT.b + x) * np.exp(rate * (big_t - t_x)))
    low, high = intervals.alive(FIT, [x], [t_x], [big_t])

    assert low[0] < here < high[0]
    assert np.mean((low[0] <= own) & (own <= high[0])) == pytest.approx(0.8, abs=0.01)
    assert np.mean(own < low[0]) == pytest.approx(0.1, abs=0.01)


def test_who_bought_just_now_is_alive_whatever_their_rate():
    """No silence, nothing to doubt but the last goodbye: the interval is a point."""
    low, high = intervals.alive(FIT, [0, 5], [0, 100], [0, 100])
    said = mbg_nbd.probability_alive(FIT, [0, 5], [0, 100], [0, 100])
    assert low == pytest.approx(said) and high == pytest.approx(said)


def test_being_overdue_is_surer_the_more_gaps_are_known():
    """One gap or forty of the same 30 days, 45 days of silence: both intervals hold the belief, the second is
    narrower, and where nobody differs there is no doubt."""
    shop = rhythm.ShopRhythm(
        log_mean=np.log(60), between_variance=0.5, within_variance=0.2, own_scatter_weight=6, leave_a=1, leave_b=3,
        gaps=100, customers=100, converged=True,
    )  # fmt: skip
    gaps, total = np.array([1.0, 40.0]), np.log(30.0) * np.array([1.0, 40.0])
    own = rhythm.rhythms(shop, gaps, total, total * np.log(30.0))
    low, high = intervals.overdue(own, intervals.own_scatter(own, shop.between_variance, gaps), [45, 45])
    said = rhythm.overdue(own, [45, 45])

    assert (low < said).all() and (said < high).all()
    assert high[1] - low[1] < 0.5 * (high[0] - low[0])
    point = intervals.overdue(own, intervals.own_scatter(own, 0.0, gaps), [45, 45])
    assert point[0] == pytest.approx(said) and point[1] == pytest.approx(said)


def test_the_spread_within_is_got_back_from_the_predictive_one():
    """With three gaps: doubt about the own mean is between x within / (within + n between), as insight/timing/rhythm.py
    adds it."""
    shop = rhythm.ShopRhythm(
        log_mean=4.0, between_variance=0.5, within_variance=0.2, own_scatter_weight=1e9, leave_a=1, leave_b=3,
        gaps=100, customers=100, converged=True,
    )  # fmt: skip
    own = rhythm.rhythms(shop, [3], [12.0], [48.0])
    scatter = intervals.own_scatter(own, 0.5, [3])
    low, high = intervals.overdue(own, scatter, [np.exp(float(own.log_mean[0]))])
    doubt = np.sqrt(0.5 * 0.2 / (0.2 + 3 * 0.5))

    from scipy import special

    assert scatter[0] == pytest.approx(0.2, rel=1e-6)
    assert high[0] == pytest.approx(special.ndtr(1.2815515655 * doubt / np.sqrt(0.2)), rel=1e-6)
    assert low[0] == pytest.approx(1 - high[0], rel=1e-6)


def test_a_year_holds_what_simulated_years_bring():
    """Orders as told, worth 30 give or take 3 a customer and 8 an order: 8 of 10 years within, by simulation."""
    dice = np.random.default_rng(2)
    chance, expected = 0.7, 3.5
    number = np.where(dice.random(200_000) < chance, dice.geometric(chance / expected, 200_000), 0)
    total = number * dice.normal(30, 3, 200_000) + np.sqrt(number) * 8 * dice.standard_normal(200_000)
    worth = Worth(mean=np.array([30.0]), doubt=np.array([3.0]), scatter=np.array([8.0]))
    low, high = intervals.year([chance], [expected], worth)

    assert low[0] == pytest.approx(0, abs=1e-6)
    assert high[0] == pytest.approx(np.quantile(total, 0.9), rel=0.02)


def test_an_unknown_worth_has_no_year():
    """nan, not a figure."""
    worth = Worth(mean=np.array([30.0]), doubt=np.array([np.nan]), scatter=np.array([8.0]))
    low, high = intervals.year([0.7], [3.5], worth)
    assert np.isnan(low[0]) and np.isnan(high[0])


@pytest.mark.parametrize("coverage", [0, 1, 1.5])
def test_a_coverage_is_a_probability(coverage):
    """Neither nothing nor certainty."""
    with pytest.raises(ValueError, match="coverage is"):
        intervals.alive(FIT, [1], [1], [2], coverage)
