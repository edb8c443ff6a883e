"""The shop's own past decides how its future is predicted."""

import dataclasses
import math

import numpy as np
import pytest

from saleor_relacional.insight import summary_columns
from saleor_relacional.insight.inference import backtest, value_choice
from saleor_relacional.insight.inference.value_choice import Valuer
from saleor_relacional.insight.timing import forecast
from saleor_relacional.insight.timing.forecast import Weights
from saleor_relacional.insight.timing.next_order import ShopGaps
from tests.insight.shops import simulated

TODAY = 400.0


def periods(orders, horizon=100.0, as_of=TODAY):
    known = orders[1] <= as_of
    columns = [column[known] for column in orders]
    return [
        summary_columns.at(*columns, cut, days)[0] for cut, days in summary_columns.cuts(0, as_of, horizon)
    ]


def log_loss(orders, weights, horizon=100.0):
    """Of the days after TODAY, which no back-test saw."""
    period, _ = summary_columns.at(*orders, TODAY, horizon)
    said = forecast.signals(forecast.learn(period.past), period.past, horizon)
    chance = forecast.probability_of_order(weights, said)
    return float(-np.mean(np.where(period.came, np.log(chance), np.log1p(-chance))))


def test_a_shop_of_regulars_is_heard_by_its_rhythm():
    """Where customers keep their pace the own past leans to the rhythm, and the days not seen are predicted
    better than by the defaults and than by the random model alone."""
    orders = simulated("regular")
    weights = backtest.study(periods(orders)).weights

    assert weights.lean > 0.2
    assert log_loss(orders, weights) < log_loss(orders, Weights()) < log_loss(orders, Weights(lean=-0.5))


def test_a_shop_where_the_rich_return_learns_that():
    """Order value predicts returning here, and only here."""
    richer = backtest.study(periods(simulated("richer", customers=900))).weights
    others = backtest.study(periods(simulated("random", customers=900))).weights

    assert richer.worth > 0.1
    assert abs(others.worth) < 0.1


def test_without_a_past_the_defaults_speak():
    """Three weeks of history: both models alike, no correction, and it says that nothing was tried."""
    study = backtest.study([])

    assert study.weights == Weights()
    assert study.weights.periods == 0
    assert study.periods == ()


@pytest.mark.parametrize("orders", [0.0, 1.0])
def test_a_period_in_which_nobody_or_everybody_came_teaches_nothing(orders):
    """No weights from it; it is judged all the same, without an AUC."""
    period, _ = summary_columns.at(*simulated("random", customers=50), TODAY, 60)
    same = dataclasses.replace(period, orders=np.full(len(period.past), orders))
    study = backtest.study([same])

    assert study.weights == Weights()
    assert math.isnan(study.periods[0].auc)
    assert study.periods[0].happened_share == orders


def test_one_odd_season_does_not_take_over():
    """A period in which nearly everybody came moves the level by less than half of what it shows."""
    found = periods(simulated("random"))
    odd = dataclasses.replace(
        found[0], orders=np.maximum(found[0].orders, np.arange(len(found[0].past)) % 10 > 0)
    )
    weights = backtest.study([odd, *found[1:]]).weights

    assert abs(weights.level) < 0.6


def test_no_level_from_a_single_period():
    """One period cannot say whether its level lasts."""
    assert backtest.study(periods(simulated("random"))[:1]).weights.level == 0.0


def busier(period, every):
    """The same people, and of those who stayed away one in `every` came after all."""
    came = np.arange(len(period.past)) % every == 0
    return dataclasses.replace(period, orders=np.where(came, np.maximum(period.orders, 1), period.orders))


def test_a_period_is_judged_by_the_others():
    """Every season was busier than the models say: the level rises. What the newest season taught changes what is used
    from now on, and nothing in how that season itself is judged."""
    found = [busier(one, 3) for one in periods(simulated("random"))]
    plain, busiest = backtest.study(found), backtest.study([busier(found[0], 2), *found[1:]])

    assert plain.level.applied and plain.level.error_with < plain.level.error_without
    assert busiest.weights.level > plain.weights.level > 0
    assert busiest.leave_one_out[0].level == plain.leave_one_out[0].level
    assert busiest.leave_one_out[1].level > plain.leave_one_out[1].level


def test_no_correction_where_seasons_disagree():
    """One season busier, the next quieter: a level learnt on the others makes each worse, and none is applied."""
    found = periods(simulated("random"))
    empty = [dataclasses.replace(one, orders=one.orders * (np.arange(len(one.past)) % 2)) for one in found]
    study = backtest.study([busier(found[0], 2), empty[1], busier(found[2], 2), empty[3]])

    assert not study.level.applied and study.weights.level == 0.0
    assert study.level.error_with >= study.level.error_without


def test_judged_periods_add_up():
    """Predicted and happened of a period are those of its customers."""
    found = periods(simulated("random"))
    judged = backtest.study(found).periods[0]

    assert judged.customers == len(found[0].past)
    assert judged.happened_orders == found[0].orders.sum()
    assert judged.happened_share == pytest.approx(found[0].came.mean())
    assert judged.predicted_share == pytest.approx(judged.happened_share, abs=0.08)
    assert 0.5 < judged.auc < 1 and 0 < judged.brier < 0.25


def test_a_subscription_shop_learns_its_windows_from_everybody():
    """Everybody comes every 28 days or skips one: the own log-normal is too smooth, the shop's gaps are better,
    and the back-test sees it. Where everybody has an own pace it keeps to that."""
    chance = np.random.default_rng(3)
    rows = []
    for customer in range(500):
        day = float(chance.integers(0, 340))
        while day < 500:
            rows.append((customer, day, 20.0))
            if chance.random() < 0.08:
                break
            day += 28 + (28 if chance.random() < 0.2 else 0)
    subscribers, regulars = tuple(np.array(rows).T), simulated("regular")

    assert share(subscribers) < 1.0
    assert share(regulars) == 1.0


def share(orders):
    found = summary_columns.cuts(0, TODAY, 100)
    gaps = []
    for cut, _ in found:
        known = orders[1] <= cut
        order = np.lexsort((orders[1][known], orders[0][known]))
        who, day = orders[0][known][order], orders[1][known][order]
        gap = np.diff(day)[who[1:] == who[:-1]]
        gaps.append(ShopGaps.of(gap[gap > 0]))
    return backtest.study(periods(orders), gaps).weights.own_share


def test_order_value_is_decided_by_what_was_spent():
    """Both are tried on the same periods; the chosen one has the smaller error, and which is said."""
    found = periods(simulated("random"))
    choice = value_choice.choose(found, Weights())

    assert choice.errors[choice.valuer] == min(choice.errors.values())
    assert all(error > 0 for error in choice.errors.values())


def test_orders_of_nothing_are_no_error():
    """A shop of free samples: Gamma-Gamma has nothing to say, the own average says 0.00, and it is chosen."""
    who, day, _ = simulated("random", customers=80)
    choice = value_choice.choose(periods((who, day, np.zeros(len(who)))), Weights())

    assert choice.valuer is Valuer.OWN_AVERAGE
    assert choice.errors[Valuer.OWN_AVERAGE] == 0.0
    assert math.isnan(choice.errors[Valuer.GAMMA_GAMMA])


@pytest.mark.parametrize(
    ("score", "came", "worth"),
    [
        ([1, 2, 3], [0, 0, 1], 1.0),
        ([1, 1], [0, 1], 0.5),
        ([3, 2, 1], [0, 0, 1], 0.0),
        ([1, 2], [1, 1], math.nan),
    ],
)
def test_auc_by_hand(score, came, worth):
    """Ties count half; nobody to compare is nan."""
    found = backtest.auc(np.array(score, float), np.array(came, bool))

    assert found == pytest.approx(worth, nan_ok=True)
