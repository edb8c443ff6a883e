"""Sufficiency, declarations, categories, share of customer, quintiles, calibration."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.fit import simulated
from saleor_relacional.insight import sufficiency
from saleor_relacional.insight.inference import calibration
from saleor_relacional.insight.sufficiency import Sufficiency
from saleor_relacional.insight.timing import (
    category,
    declared,
    mbg_nbd,
    rhythm,
    stages,
)
from saleor_relacional.insight.timing.mbg_nbd import fitting, grouped
from saleor_relacional.insight.timing.next_order import Within
from saleor_relacional.insight.timing.rhythm import Rhythm
from saleor_relacional.insight.value import rfm, share
from tests.insight.shops import MBG_NBD, RHYTHM, gaps_of


def test_words_for_how_much_is_the_customers_own():
    """A newcomer leans on the others, three gaps are some, thirty are own."""
    weight = rhythm.own_weight(RHYTHM, [0, 3, 30])

    assert sufficiency.of(weight, 800) == [Sufficiency.PRIOR_MOSTLY, Sufficiency.SOME, Sufficiency.OWN]
    assert sufficiency.of([0.0], 0) == [Sufficiency.NOTHING]


@given(st.lists(st.floats(0, 1), min_size=2, max_size=20), st.integers(0, 3))
def test_more_own_data_never_means_less(weights, customers):
    """Words rise with the weight, whatever the shop."""
    codes = [sufficiency.LEVELS.index(word) for word in sufficiency.of(sorted(weights), customers)]

    assert codes == sorted(codes)


def test_every_six_weeks_wins():
    """Anna buys every 20 days and says "every six weeks": her middle day is 42, and four in five are near it.
    Bruno has said nothing."""
    own = Rhythm(log_mean=np.log([20.0, 20.0]), log_sd=np.array([0.9, 0.9]))
    used = declared.rhythm(own, [42, math.nan])

    assert rhythm.quantile(used, 0.5) == pytest.approx([42, 20])
    assert rhythm.quantile(used, 0.9)[0] < 60 < rhythm.quantile(used, 0.9)[1]


def test_not_before_march_wins():
    """Clara asked to be left alone until day 100: her window begins there and no stage moves before; what follows
    keeps its distance."""
    own = Rhythm(log_mean=np.log([20.0]), log_sd=np.array([0.4]))
    limits = stages.boundaries(own)
    later = declared.boundaries(limits, [100])
    within = Within(rhythm=own, idle=declared.idle([30], [100]), reach=365)

    assert within.quantile(0.1)[0] >= 100
    assert later.slips_after[0] >= 100
    assert later.lapses_after - later.slips_after == pytest.approx(limits.lapses_after - limits.slips_after)
    assert (later.slips_after * 1024 == np.floor(later.slips_after * 1024)).all()


def test_a_declaration_that_is_over_binds_nobody():
    """ "Not before" the last purchase, or nothing said: as if there were none."""
    own = Rhythm(log_mean=np.log([20.0, 20.0]), log_sd=np.array([0.4, 0.4]))
    limits = stages.boundaries(own)
    same = declared.boundaries(limits, [-5, math.nan])

    assert same.slips_after.tolist() == limits.slips_after.tolist()
    assert declared.idle([30, 30], [-5, math.nan]).tolist() == [30, 30]


def test_every_no_days_is_refused():
    """A slip of the keyboard is named."""
    own = Rhythm(log_mean=np.log([20.0]), log_sd=np.array([0.4]))
    with pytest.raises(ValueError, match="row 0: every_days is not a number of at least 1"):
        declared.rhythm(own, [0])


def test_coffee_and_machines_have_rhythms_of_their_own():
    """Coffee every 20 days, machines every 300: both are found again; a category with a handful of gaps has none."""
    coffee = gaps_of(500, 365, 1, log_mean=math.log(20), between=0.2, within=0.3)
    machines = gaps_of(500, 1500, 2, log_mean=math.log(300), between=0.1, within=0.2)
    rare = gaps_of(8, 100, 3)
    found = category.fit(RHYTHM, {
        name: category.Bought(gaps=rows[0], log_sum=rows[1], log_square_sum=rows[2], idle=rows[3])
        for name, rows in (("coffee", coffee), ("machines", machines), ("rare", rare))
    })  # fmt: skip

    assert set(found) == {"coffee", "machines"}
    assert math.exp(found["coffee"].log_mean) == pytest.approx(20, rel=0.15)
    assert math.exp(found["machines"].log_mean) == pytest.approx(300, rel=0.15)


def test_share_of_customer_has_its_interval():
    """The busiest of a type cover their need; a newcomer may cover much or little: a wide interval; a type of nine
    is not judged."""
    x = np.concatenate([np.repeat([0, 1, 2, 4, 8], 20), [5] * 9]).astype(float)
    tenure = np.full(len(x), 360.0)
    annual_needs = share.annual_needs(share.own_rates(MBG_NBD, x, tenure), ["a"] * 100 + ["b"] * 9)
    assert set(annual_needs) == {"a"}
    found = share.against(MBG_NBD, x[:100], tenure[:100], annual_needs["a"])

    assert (found.low <= found.middle).all() and (found.middle <= found.high).all()
    assert (found.low >= 0).all() and (found.high <= 1).all()
    assert found.middle[99] == 1.0 and found.middle[0] < 0.3


def test_quintiles_that_owners_know():
    """Ten buyers in a row: two in each fifth, the last to buy scores 5; equal values score alike."""
    idle, purchases, money = np.arange(10.0), np.array([1.0] * 5 + [2, 3, 4, 5, 6]), np.arange(10.0) * 10
    shop = rfm.edges(idle, purchases, money)
    found = rfm.scores(shop, idle, purchases, money)

    assert found.recency.tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert found.monetary.tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert len(set(found.frequency[:5].tolist())) == 1
    assert found.frequency[9] == 5


def test_quintiles_of_nobody():
    """An empty shop has edges, and the first customer a score."""
    shop = rfm.edges([], [], [])

    assert 1 <= rfm.scores(shop, [3], [1], [20]).recency[0] <= 5


@given(
    st.lists(st.tuples(st.floats(0, 1000), st.integers(1, 50), st.floats(-50, 5000)), min_size=1, max_size=50)
)
@settings(deadline=None)
def test_quintiles_are_one_to_five_and_rise(people):
    """Whatever the shop: 1 to 5, and never lower for who spends more."""
    idle, purchases, money = (np.array(column, dtype=float) for column in zip(*people, strict=True))
    found = rfm.scores(rfm.edges(idle, purchases, money), idle, purchases, money)

    for column in (found.recency, found.frequency, found.monetary):
        assert ((column >= 1) & (column <= 5)).all()
    order = np.argsort(money, kind="stable")
    assert (np.diff(found.monetary[order].astype(int)) >= 0).all()


def test_a_calibration_table_by_hand():
    """Twenty people in ten groups of two: sizes, means and bias."""
    said = np.repeat(np.arange(10) / 10, 2)
    came = np.tile([0.0, 1.0], 10)
    rows = calibration.deciles(said, came)

    assert [row.customers for row in rows] == [2] * 10
    assert [row.group for row in rows] == list(range(1, 11))
    assert rows[0].predicted == 0 and rows[0].happened == 0.5 and rows[0].bias == -0.5
    assert calibration.expected_error(rows) == pytest.approx(np.mean(np.abs(np.arange(10) / 10 - 0.5)))


def test_a_true_forecast_is_called_true():
    """5,000 coins thrown as predicted: what happened holds the prediction in nearly every decile."""
    chance = np.random.default_rng(4)
    said = chance.beta(1, 3, 5000)
    rows = calibration.deciles(said, chance.random(5000) < said)

    assert sum(row.low <= row.predicted <= row.high for row in rows) >= 9
    assert calibration.expected_error(rows) < 0.03


def test_months_in_the_order_they_came():
    """Groups by label, numbers of orders too; nobody is no table."""
    rows = calibration.by(["May", "May", "June"], [1.0, 2.0, 4.0], [2.0, 3.0, 4.0])

    assert [(row.group, row.customers, row.predicted, row.happened) for row in rows] == [
        ("May", 2, 1.5, 2.5), ("June", 1, 4.0, 4.0),
    ]  # fmt: skip
    assert calibration.deciles([], []) == [] and math.isnan(calibration.expected_error([]))


def test_a_large_fit_is_the_plain_one():
    """Above 50,000 distinct histories a thinned start and Newton's steps are used: the same maximum."""
    histories = simulated(200_000)
    found = mbg_nbd.fit(*histories)
    data = grouped.group(*histories, None)
    plain = np.exp(fitting._lbfgs(data, np.log([0.7, 0.2, 0.5, 2.5]), None, 1.0)[0])

    assert len(data.weight) > fitting._FEW
    assert found.converged
    assert (found.r, found.alpha / data.scale, found.a, found.b) == pytest.approx(tuple(plain), rel=2e-5)
