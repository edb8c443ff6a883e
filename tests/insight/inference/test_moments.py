"""Sums of an arm: what they add up to, and what they refuse."""

import numpy as np
import pytest

from saleor_relacional.insight.inference import moments
from saleor_relacional.insight.inference.moments import ArmMoments, MomentStratum


def people(seed=1, n=40, k=3):
    """Outcomes, many of them 0, and covariates that they depend on."""
    chance = np.random.default_rng(seed)
    x = chance.normal(5, 2, (n, k))
    return np.maximum(x.sum(axis=1) + chance.normal(0, 9, n) - 12, 0), x


def test_sums_of_two_days_are_those_of_both():
    """Adding is exact up to rounding, and counts people and buyers."""
    y, x = people()
    both, parts = moments.of(y, x), moments.of(y[:17], x[:17]) + moments.of(y[17:], x[17:])

    assert (both.people, both.buyers) == (parts.people, parts.buyers) == (40, int((y > 0).sum()))
    for name in ("total", "squares", "x", "xx", "xy"):
        assert np.array(getattr(parts, name)) == pytest.approx(np.array(getattr(both, name)), rel=1e-13)
    assert ArmMoments(people=0, buyers=0) + both == both + ArmMoments(people=0, buyers=0) == both


def test_about_its_means_an_arm_is_what_numpy_says():
    """Means, squares and products about them; money in millions with a small spread loses nothing that counts."""
    y, x = people()
    found = moments.of(y + 1e6, x).centred()

    assert (found.mean, found.square) == (
        pytest.approx(1e6 + y.mean()), pytest.approx(((y - y.mean()) ** 2).sum(), rel=1e-4)
    )  # fmt: skip
    assert found.xx == pytest.approx((x - x.mean(0)).T @ (x - x.mean(0)), rel=1e-12)
    assert found.xy == pytest.approx((x - x.mean(0)).T @ (y - y.mean()), rel=1e-5)


def test_a_column_that_does_not_vary_has_no_square():
    """Not the rounding of one: .1 a thousand times."""
    found = moments.of(np.full(1000, 0.1), np.full((1000, 1), 0.3)).centred()

    assert (found.square, found.xx.tolist(), found.xy.tolist()) == (0.0, [[0.0]], [0.0])


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: moments.of([1.0], [[1.0] * 5]), "5 covariates: give at most 4"),
        (lambda: moments.of([1.0, 2.0], [[1.0]]), r"shape \(1, 1\): give a row for each of 2"),
        (lambda: moments.of([1.0, np.nan]), "must be finite"),
        (lambda: moments.of([1.0, 2.0], bought=[True]), "1 told to have bought or not, of 2 people"),
        (lambda: ArmMoments(people=1, buyers=2), "2 buyers among 1 people"),
        (lambda: ArmMoments(people=1, buyers=0, squares=-1), "at least 0"),
        (lambda: ArmMoments(people=1, buyers=0, x=(1.0,)), "1 sums of x go with 1 of xy"),
        (
            lambda: ArmMoments(people=1, buyers=0, x=(1, 1), xy=(1, 1), xx=((1, 2), (3, 1))),
            "must be symmetric",
        ),
        (lambda: moments.of([1.0], [[1.0]]) + moments.of([1.0]), "1 and 0 covariates do not add up"),
        (
            lambda: MomentStratum(treated=moments.of([1.0], [[1.0]]), control=moments.of([1.0])),
            "both arms of a stratum need the same",
        ),
        (lambda: ArmMoments(people=0, buyers=0).centred(), "without people"),
    ],
)
def test_bad_input_is_named(call, complaint):
    """Sums that cannot be are refused with the reason."""
    with pytest.raises(ValueError, match=complaint):
        call()
