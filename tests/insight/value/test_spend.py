"""Average order: own, drawn toward the shop's."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleor_relacional.insight.value import own_orders, spend

UNINFORMED = spend.Prior(scatter=0.55, spread=0.7, weight=0.0)
"""Says nothing: plain analysis of variance."""


def statistics(*people):
    """Orders, totals and square totals of people given as lists of order values."""
    return (
        [len(one) for one in people],
        [math.fsum(one) for one in people],
        [math.fsum(value * value for value in one) for one in people],
    )


def test_analysis_of_variance_by_hand():
    """Two people, two orders each: (8, 12) and (28, 32). Within 8; between ((10-20)^2 + (30-20)^2) - 8/2 =
    196."""
    shop = spend.fit(*statistics([8, 12], [28, 32]), prior=UNINFORMED)

    assert shop.mean == pytest.approx(20)
    assert shop.within_variance == pytest.approx(8)
    assert shop.between_variance == pytest.approx(196)
    assert shop.orders == 4


def test_the_fewer_orders_the_nearer_to_the_shop():
    """Three people average 40 in a shop of 20: with one, five and fifty orders they keep more and more of
    it."""
    shop = spend.ShopSpend(mean=20, mean_variance=0, between_variance=100, within_variance=400, orders=100)

    found = spend.average_order(shop, [0, 1, 5, 50], [0, 40, 200, 2000])

    assert found.mean == pytest.approx([20, 24, 20 + 20 * 5 / 9, 20 + 20 * 50 / 54])
    assert found.sd[0] == pytest.approx(10)
    assert (np.diff(found.sd) < 0).all()


def test_shop_comes_back_from_simulated_orders():
    """5,000 people of mean 50, between sd 10, within sd 20: all three are found again."""
    chance = np.random.default_rng(3)
    people = [chance.normal(chance.normal(50, 10), 20, chance.integers(1, 8)) for _ in range(5000)]

    shop = spend.fit(*statistics(*people))

    assert shop.mean == pytest.approx(50, rel=0.02)
    assert math.sqrt(shop.between_variance) == pytest.approx(10, rel=0.06)
    assert math.sqrt(shop.within_variance) == pytest.approx(20, rel=0.03)


def test_free_orders_are_orders():
    """Orders of 0.00 are no error: somebody who only took free ones is expected to spend little, not
    nothing."""
    shop = spend.fit(*statistics([0, 0, 0], [30, 34], [10, 12, 11]))
    found = spend.average_order(shop, [3], [0.0])

    assert 0 < found.mean[0] < 5


def test_a_shop_without_orders_knows_nothing():
    """No prior can know a currency: nan, not zero."""
    shop = spend.fit([0], [0], [0])

    assert math.isnan(shop.mean)
    assert np.isnan(spend.average_order(shop, [0], [0]).mean).all()


def test_a_new_shop_has_the_shipped_spread():
    """Nobody has ordered twice, three people: two degrees of freedom beside the prior's twenty. Single orders scatter
    by .55 of 30, and people by about .7 of it."""
    shop = spend.fit(*statistics([10], [20], [60]))
    found = spend.average_order(shop, [1, 0], [10, 0])

    assert shop.within_variance == pytest.approx((0.55 * 30) ** 2)
    assert shop.between_variance == pytest.approx((0.7 * 30) ** 2, rel=0.1)
    assert 10 < found.mean[0] < 20 and found.mean[1] == 30
    assert found.own[0] == pytest.approx(0.62, abs=0.02) and found.own[1] == 0
    assert found.sd[1] ** 2 == pytest.approx(shop.between_variance + shop.mean_variance)


def test_the_prior_fades_with_orders():
    """Everybody always spends 20: three orders of one person prove little, a hundred thousand of many do."""
    new = spend.fit(*statistics([20, 20, 20]))
    old = spend.fit(*statistics(*[[20] * 10] * 10_000))

    assert spend.average_order(new, [3], [60]).sd[0] > 4
    assert spend.average_order(old, [3], [60]).sd[0] < 0.5


def test_always_the_same_price():
    """Where nobody's orders vary and no prior speaks, one order tells all."""
    shop = spend.fit(*statistics([5, 5], [9, 9]), prior=UNINFORMED)

    assert spend.average_order(shop, [1, 0], [9, 0]).mean.tolist() == [9, 7]


def test_ten_strangers_do_not_tell_what_six_own_orders_are_worth():
    """Ten people bought once for 150 to 420; Ana six times for 50 to 55. She is not worth 230."""
    strangers = [[float(value)] for value in (150, 180, 190, 210, 230, 250, 260, 310, 350, 420)]
    anas = [50.0, 51.0, 52.0, 53.0, 54.0, 55.0]
    shop = spend.fit(*statistics(anas, *strangers))
    found = spend.average_order(shop, [6], [sum(anas)])

    assert 52 < found.mean[0] < 80
    assert found.mean[0] - own_orders.LIMIT * found.sd[0] < 55


def test_a_currency_that_the_shop_does_not_know():
    """The own average, and how sure it is says the prior: .7 between people, .55 within."""
    found = spend.order_value(None, [3, 0], [60, 0])
    between, within = 14.0**2, 11.0**2

    assert found.mean.tolist() == [20, 0] and found.own.tolist() == [1, 0]
    assert found.sd[0] == pytest.approx(math.sqrt(between * within / (within + 3 * between)))
    assert found.scatter[0] == pytest.approx(11)
    empty = spend.fit([], [], [])
    assert spend.order_value(empty, [3], [60]).mean.tolist() == [20]


def test_somebody_unknown_spends_as_people_do():
    """One customer known: the prior's spread nearly alone; a thousand alike: their own."""
    one, many = (spend.anybody(np.full(201, 20.0), customers) for customers in (1, 100_000))
    reach = 1.2815515655 * np.sqrt(20 * 0.49 / 21)
    assert one == pytest.approx((20 * np.exp(-reach), 20 * np.exp(reach)))
    assert many == pytest.approx((20, 20), rel=0.02)
    assert spend.anybody(np.zeros(201), 5) == (0.0, 0.0) == spend.anybody(np.zeros(0), 0)


@settings(deadline=None)
@given(st.lists(st.lists(st.floats(-100, 10_000), max_size=6), min_size=1, max_size=20))
def test_between_own_and_shop(people):
    """Everybody's expected order lies between their own average and the shop's."""
    n, total, squares = statistics(*people)
    shop = spend.fit(n, total, squares)
    found = spend.average_order(shop, n, total).mean
    if shop.orders == 0:
        return

    for orders, value, mean in zip(n, total, found, strict=True):
        low, high = sorted([value / orders if orders else shop.mean, shop.mean])
        assert low - 1e-6 * (1 + abs(low)) <= mean <= high + 1e-6 * (1 + abs(high))


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: spend.fit([-1], [0], [0]), "row 0: orders is not"),
        (lambda: spend.fit([1, 0], [5, 5], [25, 25]), "row 1: total without an order"),
        (lambda: spend.fit([2], [10], [1]), "row 0: square_total is less"),
        (lambda: spend.fit([1], [math.inf], [1]), "row 0: total is not a finite number"),
    ],
)
def test_bad_input_is_named(call, complaint):
    """Input that cannot be is refused with the row and the reason."""
    with pytest.raises(ValueError, match=complaint):
        call()
