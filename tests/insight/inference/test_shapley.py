"""Reasons: facts with weights that add up to the belief."""

import math

import numpy as np
import pytest

from saleor_relacional.insight import summary_columns
from saleor_relacional.insight.inference import shapley
from saleor_relacional.insight.inference.shapley import Facts
from saleor_relacional.insight.timing import forecast, mbg_nbd
from saleor_relacional.insight.timing.forecast import Weights
from saleor_relacional.insight.value import spend
from tests.insight.shops import RHYTHM, simulated

WEIGHTS = Weights(lean=0.1, worth=0.3)
USUAL = Facts(purchases=2, gap_days=40, regularity=0.4, idle_days=60, order_value=30)


@pytest.fixture(scope="module")
def shop():
    period, _ = summary_columns.at(*simulated("random", customers=400), 400, 60)
    return forecast.learn(period.past), period.past


@pytest.mark.parametrize("of", [shapley.of_probability, shapley.of_orders])
def test_weights_add_up_to_the_difference(shop, of):
    """Anna's belief minus the typical customer's is the sum of her reasons, strongest first."""
    anna = Facts(purchases=9, gap_days=20, regularity=0.2, idle_days=5, order_value=80)
    (reasons,) = of(shop[0], WEIGHTS, [anna], USUAL, 90)
    believe = forecast.probability_of_order if of is shapley.of_probability else forecast.expected_orders
    said = [believe(WEIGHTS, forecast.signals(shop[0], shapley._past([one]), 90))[0] for one in (anna, USUAL)]

    assert sum(reason.weight for reason in reasons) == pytest.approx(said[0] - said[1], abs=1e-12)
    assert [abs(reason.weight) for reason in reasons] == sorted(
        (abs(r.weight) for r in reasons), reverse=True
    )
    assert {reason.name for reason in reasons} == set(shapley.NAMES)
    assert next(reason.value for reason in reasons if reason.name == "purchases") == 9


def test_many_at_once_are_told_as_one_by_one(shop):
    """Anna's reasons do not depend on who is asked about beside her; nobody asked about is no error."""
    anna = Facts(purchases=9, gap_days=20, regularity=0.2, idle_days=5, order_value=80)
    bruno = Facts(purchases=2, gap_days=40, regularity=0.4, idle_days=365, order_value=30)
    together = shapley.of_orders(shop[0], WEIGHTS, [anna, bruno], USUAL, 365)

    assert together[0] == shapley.of_orders(shop[0], WEIGHTS, [anna], USUAL, 365)[0]
    assert together[1] == shapley.of_orders(shop[0], WEIGHTS, [bruno], USUAL, 365)[0]
    assert shapley.of_orders(shop[0], WEIGHTS, [], USUAL, 365) == []


def test_being_alive_has_its_reasons_too(shop):
    """They add up to the difference in P(alive), and what an order is worth is none of them."""
    anna = Facts(purchases=9, gap_days=20, regularity=0.2, idle_days=50, order_value=80)
    (reasons,) = shapley.of_alive(shop[0], [anna], USUAL)
    said = [mbg_nbd.probability_alive(shop[0].mbg_nbd, p.frequency, p.recency, p.tenure)[0]
            for p in (shapley._past([anna]), shapley._past([USUAL]))]  # fmt: skip

    assert sum(reason.weight for reason in reasons) == pytest.approx(said[0] - said[1], abs=1e-12)
    assert next(reason.weight for reason in reasons if reason.name == "order_value") == 0


def test_the_typical_customer_has_no_reasons(shop):
    """All weights are 0: there is nothing to explain."""
    (reasons,) = shapley.of_probability(shop[0], WEIGHTS, [USUAL], USUAL, 90)
    assert [reason.weight for reason in reasons] == [0] * 5


def test_a_long_silence_is_the_reason_for_a_low_chance(shop):
    """Bruno is as usual but for a year of silence: that fact alone carries weight, and downward."""
    bruno = Facts(purchases=2, gap_days=40, regularity=0.4, idle_days=365, order_value=30)
    ((first, *others),) = shapley.of_probability(shop[0], WEIGHTS, [bruno], USUAL, 90)

    assert first.name == "idle_days" and first.weight < -0.05
    assert all(other.weight == pytest.approx(0, abs=1e-12) for other in others)


def test_an_unknown_order_value_is_no_reason(shop):
    """nan on both sides."""
    unknown = Facts(purchases=5, gap_days=40, regularity=0.4, idle_days=60, order_value=math.nan)
    usual = Facts(purchases=2, gap_days=40, regularity=0.4, idle_days=60, order_value=math.nan)
    (reasons,) = shapley.of_probability(shop[0], WEIGHTS, [unknown], usual, 90)

    assert next(reason.weight for reason in reasons if reason.name == "order_value") == 0


def test_facts_are_the_history(shop):
    """Beliefs from the exchanged-and-put-back facts are those of the history itself, to .01 on average."""
    known, people = shop
    again = shapley._past(shapley.facts(people, math.exp(known.rhythm.log_mean)))
    own, same = (
        forecast.probability_of_order(WEIGHTS, forecast.signals(known, one, 90)) for one in (people, again)
    )

    assert np.abs(own - same).mean() < 0.01
    assert again.frequency.tolist() == people.frequency.tolist()
    assert again.idle == pytest.approx(people.idle)


def test_typical_of_nobody_and_of_three():
    """Medians; a stated stand-in without customers."""
    three = [
        Facts(purchases=n, gap_days=10 * n, regularity=0, idle_days=n, order_value=v)
        for n, v in ((1, math.nan), (2, 5.0), (9, 7.0))
    ]

    assert shapley.typical(three) == Facts(purchases=2, gap_days=20, regularity=0, idle_days=2, order_value=6)
    assert shapley.typical([]).purchases == 1


def test_a_rhythm_rests_on_own_gaps_and_on_the_shop():
    """Three gaps of 20 days: weights 3 x .5 / (.8 + 3 x .5) and the rest, values in days."""
    mine, shops = shapley.of_rhythm(RHYTHM, 3, 3 * math.log(20))

    assert (mine.name, shops.name) == ("own_gaps", "shop_rhythm")
    assert mine.value == pytest.approx(20) and shops.value == pytest.approx(40)
    assert mine.weight == pytest.approx(1.5 / 2.3) and mine.weight + shops.weight == pytest.approx(1)


def test_what_was_declared_stands_alone():
    """ "Every six weeks" is the only reason then."""
    (only,) = shapley.of_rhythm(RHYTHM, 3, 3 * math.log(20), declared_days=42)

    assert (only.name, only.value, only.weight) == ("declared", 42, 1.0)


def test_an_order_value_rests_on_own_orders_and_on_the_average():
    """Without own orders the shop's average is the whole reason."""
    shop = spend.fit([2, 2], [20, 60], [208, 1808])
    (only,) = shapley.of_order_value(shop, 0, 0.0)
    mine, shops = shapley.of_order_value(shop, 4, 120.0)

    assert (only.name, only.weight) == ("shop_average", 1.0)
    assert mine.name == "own_orders" and mine.value == 30
    assert mine.weight + shops.weight == pytest.approx(1)


def test_reasons_of_somebody_whose_habit_changed_are_of_the_new_habit():
    """Anna bought weekly for a year and monthly since: her gap is the month, her history as long as it was."""
    week, month = [7.0] * 50, [30.0] * 5
    anna = summary_columns.SummaryColumns(
        frequency=[55], recency=[sum(week + month)], tenure=[520], rhythm_gaps=[5],
        log_sum=[5 * math.log(30)], log_square_sum=[5 * math.log(30) ** 2], value=[20.0], value_square_sum=[np.nan],
    )  # fmt: skip
    (told,) = shapley.facts(anna)
    again = shapley._past([told])

    assert told.gap_days == pytest.approx(30) and told.purchases == 56
    assert (told.habit_gaps, told.history_gap_days) == (5, pytest.approx(500 / 55))
    assert again.gaps.tolist() == [5] and again.frequency.tolist() == [55]
    assert again.recency == pytest.approx(anna.recency) and again.log_sum == pytest.approx(anna.log_sum)
