"""Segments lean on each other as far as they are alike."""

import numpy as np
import pytest
from scipy import stats

from saleor_relacional.insight.ladder import hierarchy
from saleor_relacional.insight.ladder.belief import Belief
from saleor_relacional.insight.ladder.hierarchy import Information, posterior
from saleor_relacional.insight.ladder.moments import moments

PRIOR = Belief().prior([0.1, 0.3], [[0.0, 0.25], [0.0, 0.25]])
NOISE = np.array([[[4e-4, 1e-4], [1e-4, 9e-4]], [[1e-4, 0], [0, 4e-4]]])
SEEN = np.array([[0.05, -0.02], [-0.01, -0.08]])


def measured(noise=NOISE, seen=SEEN):
    precision = np.linalg.inv(noise)
    return Information(precision=precision, scaled=np.einsum("gij,gj->gi", precision, seen))


def joint(k):
    """(mean, covariance of d, noise) of both segments' increments as one long vector, written down directly."""
    believed = np.kron(np.ones((2, 2)), PRIOR.shop) + np.kron(np.eye(2), k * PRIOR.segment)
    noise = np.zeros((4, 4))
    noise[:2, :2], noise[2:, 2:] = NOISE
    return PRIOR.centre.ravel(), believed, noise


def test_the_closed_form_is_the_joint_normal_distribution():
    """Two segments and two rungs as one normal vector of four, conditioned on what was measured."""
    told = posterior(measured(), PRIOR)
    mean, believed, noise = joint(told.spread)
    gain = believed @ np.linalg.inv(believed + noise)
    right = mean + gain @ (SEEN.ravel() - mean)
    covariance = believed - gain @ believed

    assert told.mean.ravel() == pytest.approx(right)
    assert told.covariance[0] == pytest.approx(covariance[:2, :2])
    assert told.covariance[1] == pytest.approx(covariance[2:, 2:])


def test_how_much_segments_differ_is_the_likeliest():
    """Its likelihood is that of the same normal vector, but for a constant."""

    def whole(k):
        mean, believed, noise = joint(k)
        return stats.multivariate_normal(mean, believed + noise).logpdf(SEEN.ravel())

    off = [hierarchy._evidence(measured(), PRIOR, k) - whole(k) for k in hierarchy.SPREADS]

    assert np.ptp(off) == pytest.approx(0, abs=1e-9)
    alike = posterior(measured(NOISE / 100, np.tile(PRIOR.centre[0] + 0.01, (2, 1))), PRIOR)
    unlike = posterior(measured(NOISE / 100, PRIOR.centre + np.array([[0.1], [-0.1]])), PRIOR)
    assert alike.spread <= 1 < unlike.spread


def test_what_nobody_measured_is_what_was_believed():
    """And a segment without data leans on the other."""
    nothing = Information(precision=np.zeros((2, 2, 2)), scaled=np.zeros((2, 2)))
    alone = posterior(nothing, PRIOR)
    one = measured()
    leaning = posterior(
        Information(precision=one.precision * [[[1]], [[0]]], scaled=one.scaled * [[1], [0]]), PRIOR
    )

    assert alone.mean == pytest.approx(PRIOR.centre) and alone.spread == 1
    assert alone.covariance[0] == pytest.approx(PRIOR.shop + PRIOR.segment)
    assert alone.mean[1, 0] < leaning.mean[1, 0] < leaning.mean[0, 0]


def test_increments_are_taken_within_a_stratum():
    """A rung that was open in one season only is held against the nothing of that season."""
    strata = [("loyal", "111"), ("loyal", "110")]
    stratum = np.repeat([0, 1], 400)
    rung = np.concatenate([np.arange(400) % 3, np.arange(400) % 2])
    came = np.where(stratum == 0, 100.0, 20.0) + np.arange(800) % 7 + 5.0 * (rung == 2)
    told = moments(("nothing", "word", "ten"), stratum, strata, rung, np.full(800, 0.4), came, np.zeros(800))
    found = hierarchy.information(told, ["loyal", "new"], [10.0, 10.0])

    increments = np.linalg.solve(found.precision[0], found.scaled[0])
    assert increments[1] * 10 == pytest.approx(5, abs=0.3) and increments[0] * 10 == pytest.approx(0, abs=0.3)
    assert not found.precision[1].any()


def test_the_prior_knows_what_an_offer_takes_off_those_who_come_anyway():
    """30 of 100 come, an offer takes a quarter of the margin: 7.5 of 100 orders, less what it is believed to bring."""
    assert PRIOR.centre[1] == pytest.approx([0.01, 0.02 * 0.75 - 0.3 * 0.25])
    with pytest.raises(ValueError, match="row per segment"):
        Belief().prior([0.1], [0.0, 0.2])
