"""Lift with what was believed beforehand taken off: against ordinary least squares, and at its edges."""

import math

import numpy as np
import pytest
from scipy import stats

from saleor_relacional.insight.inference import adjusted, experiment, moments
from saleor_relacional.insight.inference.experiment import Stratum, Verdict
from saleor_relacional.insight.inference.moments import MomentStratum


def arms(seed=3, treated=260, control=120, k=2, brings=3.0, slope=4.0):
    """Outcomes and covariates of both arms; the outcome depends on them differently in each."""
    chance = np.random.default_rng(seed)
    there, out = chance.normal(2, 1, (treated, k)), chance.normal(2, 1, (control, k))
    return (
        (20 + brings + slope * there.sum(axis=1) + chance.normal(0, 2, treated), there),
        (20 + (slope - 1) * out.sum(axis=1) + chance.normal(0, 2, control), out),
    )


def stratum(treated, control):
    """Sums of (y, x) of both arms."""
    return MomentStratum(treated=moments.of(*treated), control=moments.of(*control))


def test_the_estimate_is_that_of_least_squares():
    """numpy's own regression of each arm, read at the mean of the covariates of both together."""
    treated, control = arms()
    centre = np.vstack([treated[1], control[1]]).mean(axis=0)

    def read(y, x):
        terms = np.column_stack([np.ones(len(y)), x - centre])
        return np.linalg.lstsq(terms, y, rcond=None)[0][0]

    found = adjusted.compare([stratum(treated, control)])

    assert found.estimate == pytest.approx(read(*treated) - read(*control), rel=1e-10)


@pytest.mark.parametrize("fixed", [False, True])
def test_the_error_is_that_of_least_squares(fixed):
    """Each arm's residual variance (its own beside the pooled one, as its buyers allow) by the textbook's formula for
    a prediction, and the variance of the mean of x where slopes differ."""
    treated, control = arms()
    centre = np.vstack([treated[1], control[1]]).mean(axis=0)

    def fit(y, x):
        terms = np.column_stack([np.ones(len(y)), x - centre])
        beta, square, *_ = np.linalg.lstsq(terms, y, rcond=None)
        return beta, float(square[0]), len(y) - 3, np.linalg.inv(terms.T @ terms)[0, 0]

    (b1, square1, free1, at1), (b0, square0, free0, at0) = fit(*treated), fit(*control)
    pooled = (square1 + square0) / (free1 + free0)
    one = (260 * square1 / free1 + 7 * pooled) / 267 * at1
    other = (120 * square0 / free0 + 7 * pooled) / 127 * at0
    within = sum((x - x.mean(0)).T @ (x - x.mean(0)) for _, x in (treated, control))
    uneven = (b1 - b0)[1:] @ within @ (b1 - b0)[1:] / 378 / 380
    square = one + other + uneven
    freedom = square**2 / (one**2 / free1 + other**2 / free0 + uneven**2 / 380)
    reach = stats.t.ppf(0.975, freedom) if fixed else experiment.boundary(380, 0.05, 1000)

    found = adjusted.compare([stratum(treated, control)], fixed=fixed)

    assert found.high - found.estimate == pytest.approx(math.sqrt(square) * reach, rel=1e-9)
    assert found.estimate - found.low == pytest.approx(found.high - found.estimate)
    assert (found.people_treated, found.people_control) == (260, 120)


def test_without_covariates_it_is_the_plain_difference():
    """The estimate of `stratified_lift` over several shares to the last digits; where both arms of each share vary
    alike, its interval too."""
    (y1, _), (y0, _) = arms()
    pairs = [(y1, y0), (y1 + 5, y1), (y1[:100], y1[:100] - 2)]
    plain = [Stratum(treated=experiment.outcome(one), control=experiment.outcome(two)) for one, two in pairs]
    ours = [MomentStratum(treated=moments.of(one), control=moments.of(two)) for one, two in pairs]

    one, other = experiment.stratified_lift(plain), adjusted.compare(ours)
    assert other.estimate == pytest.approx(one.estimate, rel=1e-12)
    one, other = experiment.stratified_lift(plain[1:2]), adjusted.compare(ours[1:2])
    assert (other.low, other.high) == pytest.approx((one.low, one.high), rel=1e-9)
    assert other.verdict is one.verdict is Verdict.HELPS


def test_an_arm_without_buyers_borrows_its_variance():
    """Nobody of 200 in the control group came back: the pooled variance stands in for all of theirs."""
    treated, nobody = moments.of([0.0] * 170 + [30.0, 40.0, 50.0] * 10), moments.of([0.0] * 200)
    own = treated.centred().square / 199
    pooled = own / 2

    found = adjusted.compare([MomentStratum(treated=treated, control=nobody)])

    error = math.sqrt((30 * own + 7 * pooled) / 37 / 200 + pooled / 200)
    assert found.high - found.estimate == pytest.approx(error * experiment.boundary(400, 0.05, 1000))


def test_what_explains_the_outcome_narrows_the_interval():
    """Slopes of 4 and noise of 2: about a third of the width."""
    treated, control = arms(treated=500, control=400)
    plain = MomentStratum(treated=moments.of(treated[0]), control=moments.of(control[0]))
    wide, narrow = adjusted.compare([plain]), adjusted.compare([stratum(treated, control)])

    assert (narrow.high - narrow.low) / (wide.high - wide.low) < 0.5


def test_columns_that_say_nothing_new_change_nothing():
    """A constant, and the same column twice in another unit: as if they were not there."""
    (y1, x1), (y0, x0) = arms(k=1)
    lean = adjusted.compare([stratum((y1, x1), (y0, x0))])

    def widen(x):
        return np.column_stack([x, np.full(len(x), 7.3), 100 * x + 3])

    full = adjusted.compare([stratum((y1, widen(x1)), (y0, widen(x0)))])

    assert (full.estimate, full.low, full.high) == pytest.approx(
        (lean.estimate, lean.low, lean.high), rel=1e-6
    )


def test_few_people_are_compared_plainly():
    """Two covariates need forty people in the smaller arm: with 39 the lift is the plain one."""
    treated, control = arms(control=39)
    tuning = experiment.Tuning(least_people=10)
    with_x = adjusted.compare([stratum(treated, control)], tuning=tuning)
    without = MomentStratum(treated=moments.of(treated[0]), control=moments.of(control[0]))

    assert with_x == adjusted.compare([without], tuning=tuning)


def test_a_share_with_an_empty_arm_compares_nothing():
    """Its people are in no lift; alone, it gives none at all."""
    whole = stratum(*arms())
    lonely = MomentStratum(treated=whole.treated, control=moments.of([]))

    assert adjusted.compare([whole, lonely]) == adjusted.compare([whole])
    for alone in ([lonely], []):
        found = adjusted.compare(alone)
        assert (found.estimate, found.low, found.verdict) == (None, None, Verdict.NOT_ENOUGH_EVIDENCE)


def yes(successes, people):
    """An arm of a yes or no."""
    return moments.of(np.repeat([1.0, 0.0], [successes, people - successes]))


def test_a_yes_or_no_by_hand():
    """46 of 100 against 31 of 100 by Agresti and Caffo: one more yes and one more no in each arm."""
    pair = [MomentStratum(treated=yes(46, 100), control=yes(31, 100))]
    found = adjusted.compare(pair, binary=True, fixed=True)
    p1, p0 = 47 / 102, 32 / 102
    half = stats.norm.ppf(0.975) * math.sqrt(p1 * (1 - p1) / 102 + p0 * (1 - p0) / 102)

    assert found.estimate == pytest.approx(0.15)
    assert (found.low, found.high) == pytest.approx((p1 - p0 - half, p1 - p0 + half), rel=1e-12)
    assert found.verdict is Verdict.HELPS


@pytest.mark.parametrize(("treated", "control"), [(0, 0), (12, 0), (240, 60), (240, 0)])
def test_nobody_or_everybody_came_back(treated, control):
    """No variance in an arm: there is an interval all the same, it holds the estimate and stays within -1 and 1."""
    found = adjusted.compare(
        [MomentStratum(treated=yes(treated, 240), control=yes(control, 60))], binary=True
    )

    assert -1 <= found.low < found.estimate < found.high <= 1 or (found.estimate, found.high) == (1, 1)
    assert found.high - found.low > 0.05


def test_money_waits_until_there_is_enough_of_it():
    """Nothing varies, or few buyers, or few people: an estimate and no interval."""
    few = MomentStratum(
        treated=moments.of([0.0] * 200 + [30.0] * 10), control=moments.of([0.0] * 60 + [5.0] * 9)
    )
    one_more = MomentStratum(treated=few.treated + moments.of([30.0]), control=few.control)
    still = MomentStratum(treated=moments.of([5.0] * 99), control=moments.of([5.0] * 99))

    for pair in (few, still):
        found = adjusted.compare([pair])
        assert found.estimate is not None
        assert (found.low, found.high, found.verdict) == (None, None, Verdict.NOT_ENOUGH_EVIDENCE)
    assert adjusted.compare([one_more]).low is not None


def test_a_single_look_waits_for_buyers_in_proportion():
    """Forty buyers, and a quarter of the people in the control group: ten would be its own if both bought alike,
    whether or not they do. The interval of a single look is then there, and narrower."""
    nearly = MomentStratum(treated=moments.of([0.0] * 261 + [30.0] * 39), control=moments.of([0.0] * 100))
    enough = MomentStratum(treated=moments.of([0.0] * 260 + [30.0] * 40), control=moments.of([0.0] * 100))

    assert adjusted.compare([nearly], fixed=True).low is None
    found, daily = adjusted.compare([enough], fixed=True), adjusted.compare([enough])
    assert daily.low < found.low < found.high < daily.high


def test_bad_input_is_named():
    """A share of 1.5 is no confidence, and 2 is neither yes nor no."""
    pair = [MomentStratum(treated=moments.of([2.0, 0.0]), control=yes(1, 2))]
    with pytest.raises(ValueError, match="confidence is 95"):
        adjusted.compare(pair, confidence=95)
    with pytest.raises(ValueError, match="not 0 or 1 throughout"):
        adjusted.compare(pair, binary=True)
