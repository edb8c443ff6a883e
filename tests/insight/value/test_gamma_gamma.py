"""What an order is worth when values are skewed."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from saleor_relacional.insight.value import gamma_gamma
from tests.insight import cdnow

SHOP = gamma_gamma.GammaGamma(
    p=6.25, q=3.74, gamma=15.44, log_likelihood=0.0, customers=946, converged=True
)  # Fader and Hardie (2013)


def test_cdnow_gives_the_published_figures():
    """Fader and Hardie's note 025: p 6.25, q 3.74, gamma 15.44, log-likelihood -4055.9177, 946 customers; the
    orders of 0.00 on which lifetimes raises are no error."""
    found = gamma_gamma.fit(*cdnow.repeat_values())

    assert found.converged and found.customers == 946
    assert found.log_likelihood == pytest.approx(-4055.9177, abs=5e-5)
    assert (found.p, found.q, found.gamma) == pytest.approx((6.25, 3.74, 15.44), abs=5e-3)


def test_the_published_expectation():
    """Their worked customer: no orders seen, (6.25 x 15.44)/(3.74 - 1) = 35.2."""
    assert gamma_gamma.order_value(SHOP, [0], [0])[0] == pytest.approx(35.2, abs=0.05)
    assert SHOP.mean == pytest.approx(35.2, abs=0.05)


def test_the_density_is_one():
    """Over all means, for one, two and five orders: the likelihood that is maximised integrates to 1."""
    for x in (1, 2, 5):

        def density(m, x=x):
            return math.exp(-gamma_gamma._loss(np.log([6.25, 3.74, 15.44]), np.array([x]), np.array([m]))[0])

        assert integrate.quad(density, 0, np.inf, limit=200)[0] == pytest.approx(1.0, abs=1e-6)


def test_the_slope_is_the_slope():
    """Against differences of the value."""
    x, m, at = np.array([1.0, 3.0, 7.0]), np.array([4.0, 55.0, 0.2]), np.array([0.3, -0.2, 1.1])
    slope = gamma_gamma._loss(at, x, m)[1]
    for place, step in enumerate(np.eye(3) * 1e-6):
        difference = gamma_gamma._loss(at + step, x, m)[0] - gamma_gamma._loss(at - step, x, m)[0]
        assert slope[place] == pytest.approx(difference / 2e-6, rel=1e-5, abs=1e-9)


def test_the_interval_holds_what_it_says():
    """20,000 customers drawn from the model: the own mean lies in the 80 % interval four times in five."""
    chance = np.random.default_rng(5)
    nu = chance.gamma(SHOP.q, 1 / SHOP.gamma, 20_000)
    x = chance.integers(1, 8, 20_000)
    m = chance.gamma(SHOP.p * x, 1 / (nu * x))
    low, high = gamma_gamma.interval(SHOP, x, m)

    inside = ((SHOP.p / nu >= low) & (SHOP.p / nu <= high)).mean()
    assert inside == pytest.approx(0.8, abs=3 * math.sqrt(0.16 / 20_000))
    tail = stats.gamma.sf(SHOP.p / high[0], SHOP.p * x[0] + SHOP.q, scale=1 / (SHOP.gamma + x[0] * m[0]))
    assert tail == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("orders", "mean"),
    [([], []), ([3], [10.0]), ([0, 0], [0, 0]), ([2, 3], [5.0, 5.0]), ([1, 2], [0.0, -4.0])],
)
def test_what_cannot_be_fitted_says_so(orders, mean):
    """Nobody, one customer, nobody with orders, all alike, nothing but nothing: not converged, no exception."""
    assert not gamma_gamma.fit(orders, mean).converged


@given(st.lists(st.tuples(st.integers(0, 40), st.floats(-100, 10_000)), min_size=1, max_size=20))
@settings(deadline=None)
def test_values_lie_between_the_shops_and_the_own(people):
    """Whatever the means, zero and negative ones too: the value is between the own mean (at least 0) and the
    shop's."""
    x, m = (np.array(column, dtype=float) for column in zip(*people, strict=True))
    own = np.where(x > 0, np.maximum(m, 0.0), SHOP.mean)
    value = gamma_gamma.order_value(SHOP, x, m)

    assert (value >= np.minimum(own, SHOP.mean) * (1 - 1e-9)).all()
    assert (value <= np.maximum(own, SHOP.mean) * (1 + 1e-9)).all()
