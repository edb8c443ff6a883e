"""Whatever a shop was learnt from, no belief about an order's value stands beside what somebody does."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleor_relacional.insight.value import gamma_gamma, own_orders, spend
from tests.running.tries import tries

VALUES = st.integers(0, 1_000_000).map(lambda cents: cents / 100)


@st.composite
def shops(draw):
    """A shop's customers: for each the values of their orders, some close together and some far apart."""
    people = draw(st.lists(st.lists(VALUES, min_size=1, max_size=8), max_size=30))
    alike = draw(st.integers(0, 2_000))
    return [*people, *([[draw(VALUES)]] * alike)]


@settings(deadline=None, max_examples=tries(300))
@given(shops(), st.lists(VALUES, min_size=own_orders.ENOUGH, max_size=12), st.booleans())
def test_the_interval_overlaps_the_span_of_own_orders(shop, own, among_them):
    """On any fit, learnt with the customer or without, by either model: four or more own orders are heard."""
    everybody = [*shop, own] if among_them else shop
    n = np.array([len(one) for one in everybody], dtype=float)
    total = np.array([sum(one) for one in everybody])
    learnt = spend.fit(n, total, [float(np.square(one).sum()) for one in everybody])
    count, mean = np.array([float(len(own))]), np.array([sum(own) / len(own)])

    found = spend.order_value(learnt, count, [sum(own)])
    reach = own_orders.LIMIT * found.sd
    ends = [own_orders.reaching(found.mean - reach, found.mean + reach, mean, count)]
    skewed = gamma_gamma.fit(n, total / np.maximum(n, 1))
    if skewed.converged:
        ends.append(gamma_gamma.interval(skewed, count, mean))
    for low, high in ends:
        assert low[0] <= max(own) * (1 + 1e-9) and high[0] >= min(own) * (1 - 1e-9)


@pytest.mark.parametrize("orders", [4, 40])
def test_a_large_shop_of_people_alike_does_not_swallow_who_differs(orders):
    """Ten thousand people spend 100 give or take 20, all alike; Ana spends 10, four times or forty. She is drawn away
    from it by what her own mean may be off, not by ninety."""
    chance = np.random.default_rng(7)
    crowd = [chance.normal(100, 20, 3) for _ in range(10_000)]
    shop = spend.fit([3] * 10_000, [one.sum() for one in crowd], [(one**2).sum() for one in crowd])
    found = spend.average_order(shop, [orders], [10.0 * orders])

    assert 10 < found.mean[0] <= 10 + own_orders.LIMIT * 20.5 / np.sqrt(orders)
    assert found.own[0] > 0.8


def test_typical_customers_are_drawn_as_before():
    """The limit is for outliers: in a shop of people who differ, fewer than one in twenty meets it, and eight in ten of
    their true means lie in the interval."""
    chance = np.random.default_rng(8)
    truth = chance.normal(50, 15, 20_000)
    orders = chance.integers(4, 9, 20_000)
    total = np.array([chance.normal(mean, 20, n).sum() for mean, n in zip(truth, orders, strict=True)])
    shop = spend.ShopSpend(
        mean=50, mean_variance=0, between_variance=225, within_variance=400, orders=100_000
    )
    found = spend.average_order(shop, orders, total)
    plain = (400 * 50 + 225 * total) / (400 + orders * 225)
    low, high = own_orders.reaching(
        found.mean - own_orders.LIMIT * found.sd,
        found.mean + own_orders.LIMIT * found.sd,
        total / orders,
        orders,
    )

    assert np.mean(np.abs(found.mean - plain) > 1e-9) < 0.05
    assert np.mean((low <= truth) & (truth <= high)) == pytest.approx(0.8, abs=0.02)
