"""Two models heard together."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from saleor_relacional.insight import summary_columns
from saleor_relacional.insight.timing import forecast, mbg_nbd
from saleor_relacional.insight.timing.forecast import Ranking, Weights
from tests.insight.shops import simulated


@pytest.fixture(scope="module")
def shop():
    period, _ = summary_columns.at(*simulated("random", customers=400), 400, 60)
    return forecast.learn(period.past), period.past


def test_leaning_all_the_way_is_one_model_alone(shop):
    """-.5 is MBG/NBD to the last digit; 0 is the mean of the log-odds."""
    known, people = shop
    said = forecast.signals(known, people, 90)
    random = mbg_nbd.probability_of_order(known.mbg_nbd, people.frequency, people.recency, people.tenure, 90)

    assert forecast.probability_of_order(Weights(lean=-0.5), said) == pytest.approx(random, rel=1e-9)
    assert forecast.expected_orders(Weights(lean=-0.5), said) == pytest.approx(said.orders, rel=1e-9)
    both = special.expit(0.5 * (said.random + said.rhythmic))
    assert forecast.probability_of_order(Weights(), said) == pytest.approx(both)


def test_more_days_more_orders(shop):
    """For everybody: 30, 90 and 365 days rise, in probability and in number."""
    known, people = shop
    said = [forecast.signals(known, people, days) for days in (30, 90, 365)]
    chances = [forecast.probability_of_order(Weights(), one) for one in said]
    orders = [forecast.expected_orders(Weights(), one) for one in said]

    for less, more in ((0, 1), (1, 2)):
        assert (chances[less] < chances[more]).all()
        assert (orders[less] < orders[more]).all()


def test_expected_orders_are_at_least_the_probability_of_one(shop):
    """Whoever comes, comes at least once."""
    known, people = shop
    said = forecast.signals(known, people, 90)
    weights = Weights(level=0.3, lean=0.4, worth=0.2)

    assert (
        forecast.expected_orders(weights, said) >= forecast.probability_of_order(weights, said) * (1 - 1e-6)
    ).all()


def test_an_unknown_order_value_says_nothing(shop):
    """nan, as when no rate is given: as if their value were the middle one."""
    known, people = shop
    unknown = dataclasses.replace(people, value=np.full(len(people), np.nan))
    said = forecast.signals(known, unknown, 90)

    assert (said.worth == 0).all()
    assert forecast.learn(unknown).worth.size == 0
    assert (forecast.signals(forecast.learn(unknown), people, 90).worth == 0).all()


def test_ranking_by_what_was_decided(shop):
    """The score is one of the two numbers, never a third."""
    known, people = shop
    said = forecast.signals(known, people, 90)

    assert (
        forecast.ranking_score(Weights(ranking=Ranking.ORDERS), said)
        == forecast.expected_orders(Weights(), said)
    ).all()
    assert (forecast.ranking_score(Weights(), said) == forecast.probability_of_order(Weights(), said)).all()


@given(st.floats(0.001, 0.999), st.floats(1, 60))
@settings(deadline=None)
def test_orders_interval_by_adding_up(probability, mean_if_any):
    """Against the distribution added up term by term: at most a tenth below low, at most a tenth above high."""
    expected = probability * mean_if_any
    low, high = forecast.orders_interval(np.array([probability]), np.array([expected]))
    again = 1 - 1 / mean_if_any
    n = np.arange(0, 20_000)
    above = np.where(n == 0, probability, probability * again ** n.astype(float))

    assert low[0] <= high[0]
    assert above[int(high[0])] <= 0.1 + 1e-9
    assert low[0] == 0 or 1 - above[int(low[0]) - 1] <= 0.1 + 1e-9


def test_a_shop_of_nobody_is_the_prior():
    """No buyers: the shipped prior, ready for the first."""
    empty, _ = summary_columns.at([], [], [], 0, 10)
    known = forecast.learn(empty.past)

    assert known.mbg_nbd.basis is mbg_nbd.FitBasis.PRIOR
    first, _ = summary_columns.at([0], [0], [25.0], 0, 10)
    chance = forecast.probability_of_order(Weights(), forecast.signals(known, first.past, 90))
    assert 0.2 < chance[0] < 0.8


def test_everybody_at_the_same_instant():
    """Five people, one purchase, one day, today: finite, alike, and no order expected in no time."""
    same, _ = summary_columns.at(range(5), [10] * 5, [9.0] * 5, 10, 10)
    known = forecast.learn(same.past)
    chance = forecast.probability_of_order(Weights(), forecast.signals(known, same.past, 90))

    assert np.isfinite(chance).all() and np.ptp(chance) == 0


def test_somebody_with_fifty_thousand_orders():
    """An account that is a marketplace: two orders a day for a lifetime. Finite, and nearly sure to return."""
    days = np.repeat(np.arange(0, 25_000), 2)
    one = (np.concatenate([np.zeros(len(days)), [1, 2]]), np.concatenate([days, [5, 24_990]]))
    people, _ = summary_columns.at(*one, np.ones(len(one[0])), 25_000, 30)
    known = forecast.learn(people.past)
    said = forecast.signals(known, people.past, 30)
    chance, orders = forecast.probability_of_order(Weights(), said), forecast.expected_orders(Weights(), said)

    assert np.isfinite(chance).all() and np.isfinite(orders).all()
    assert chance[0] > 0.95 and chance[0] > chance[1]


def test_a_changed_habit_is_a_rhythm_of_its_own_beside_the_whole_history(shop):
    """Weekly for a year, monthly since: MBG/NBD still knows all 55 gaps, the rhythm those of the new habit alone. Five
    days after the last order the mixed rhythm expects her within the week, the new one does not."""
    month, gaps = np.log(30.0), np.log(np.r_[np.full(50, 7.0), np.full(5, 30.0)])
    whole = summary_columns.SummaryColumns(
        frequency=[55], recency=[500], tenure=[505], log_sum=[gaps.sum()], log_square_sum=[(gaps**2).sum()],
        value=[20.0], value_square_sum=[np.nan],
    )  # fmt: skip
    anew = dataclasses.replace(whole, log_sum=[5 * month], log_square_sum=[5 * month**2], rhythm_gaps=[5])
    mixed, changed = (forecast.signals(shop[0], one, 7) for one in (whole, anew))

    assert whole.gaps.tolist() == [55] and anew.gaps.tolist() == [5]
    assert changed.random.tolist() == mixed.random.tolist()
    assert changed.rhythmic[0] < -1 < 0 < mixed.rhythmic[0]
    assert forecast.learn(anew).rhythm.gaps == 5


def test_more_rhythm_gaps_than_rows_are_refused():
    """A column of another length is a mistake of ours."""
    with pytest.raises(ValueError, match="rhythm_gaps has not as many rows"):
        summary_columns.SummaryColumns(
            frequency=[1], recency=[9], tenure=[9], log_sum=[2], log_square_sum=[4], value=[1],
            value_square_sum=[1], rhythm_gaps=[1, 1],
        )  # fmt: skip
