"""Own rhythm: shrunk toward the shop, honest about gaps that are still open."""

import dataclasses
import math

import numpy as np
import pytest

from saleor_relacional.insight import history
from saleor_relacional.insight.history import gap_statistics
from saleor_relacional.insight.timing import rhythm
from tests.insight.shops import RHYTHM as SHOP
from tests.insight.shops import gaps_of


def of(*days):
    """The rhythm at SHOP of somebody who bought on these days."""
    found = gap_statistics(days)
    return rhythm.rhythms(SHOP, [found.gaps], [found.log_sum], [found.log_square_sum])


def test_somebody_who_bought_once_has_the_shops_rhythm():
    """Without a gap of their own the typical day is the shop's, and the spread is between customers and
    within."""
    once = of(0)

    assert rhythm.quantile(once, 0.5)[0] == pytest.approx(40, rel=1e-12)
    assert once.log_sd[0] == pytest.approx(math.sqrt(0.5 + 0.8), rel=1e-12)


def test_own_gaps_take_over():
    """A weekly buyer in a shop of 40 days: the more weeks we have seen, the nearer to seven, and the
    surer."""
    known = [of(*range(0, 7 * weeks + 1, 7)) for weeks in (1, 3, 10, 40)]
    typical = [rhythm.quantile(one, 0.5)[0] for one in known]

    assert typical == sorted(typical, reverse=True)
    assert typical[0] > 15
    assert typical[-1] == pytest.approx(7, abs=0.2)
    assert [one.log_sd[0] for one in known] == sorted((one.log_sd[0] for one in known), reverse=True)


def test_normal_posterior_by_hand():
    """One gap of 10 days: the mean is the precision-weighted mean of 10 and 40 on the log scale (Morris
    1983)."""
    weight = 0.5 / (0.5 + 0.8)

    one = of(0, 10)

    assert one.log_mean[0] == pytest.approx((1 - weight) * math.log(40) + weight * math.log(10), rel=1e-12)
    assert one.log_sd[0] == pytest.approx(math.sqrt(0.8 * weight + 0.8), rel=1e-12)


def test_regular_people_are_missed_sooner():
    """Same typical gap, but Ana keeps the day and Bea does not: after twice the gap Ana is the more
    overdue."""
    ana = of(*np.cumsum([0, 20, 20, 20, 20, 20, 20]))
    bea = of(*np.cumsum([0, 4, 100, 4, 100, 4, 100]))

    assert ana.log_mean[0] == pytest.approx(bea.log_mean[0], abs=0.2)
    assert rhythm.overdue(ana, [40])[0] > rhythm.overdue(bea, [40])[0] + 0.1


def test_overdue_is_the_inverse_of_quantile():
    """By the day of quantile p, a customer would have been back with probability p; on the first day
    nobody is late."""
    one = of(0, 12, 30)

    for p in (0.01, 0.5, 0.8, 0.99):
        assert rhythm.overdue(one, rhythm.quantile(one, p))[0] == pytest.approx(p, rel=1e-9)
    assert rhythm.overdue(one, [0]).tolist() == [0.0]


def test_probability_left_grows_with_silence():
    """Right after the second purchase the chance to have left is a / (a + b + 1); silence raises it toward
    1."""
    one = of(0, 30)
    chances = [rhythm.probability_left(SHOP, one, [1], [idle])[0] for idle in (0, 30, 300, 30_000)]

    assert chances[0] == pytest.approx(0.4 / 2.4, rel=1e-12)
    assert chances == sorted(chances)
    assert chances[-1] > 0.999


def test_the_shop_is_found_again_although_long_gaps_are_cut():
    """3,000 customers watched for a year only: closed gaps alone look short, the fit is not fooled."""
    n, total, squares, idle = gaps_of(3000, 365, seed=11)
    naive = total.sum() / n.sum()

    shop = rhythm.fit(n, total, squares, idle)

    assert shop.converged
    assert (shop.gaps, shop.customers) == (int(n.sum()), 3000)
    assert naive < math.log(40) - 0.35
    assert shop.log_mean == pytest.approx(math.log(40), abs=0.1)
    assert shop.between_variance == pytest.approx(0.5, abs=0.12)
    assert shop.within_variance == pytest.approx(0.8, abs=0.08)
    assert shop.leave_a / (shop.leave_a + shop.leave_b) == pytest.approx(0.4 / 1.4, abs=0.05)


def test_equally_regular_customers_share_their_scatter():
    """Where every customer scatters alike, the shop's variance outweighs a handful of own gaps."""
    shop = rhythm.fit(*gaps_of(3000, 2000, seed=12))

    assert shop.own_scatter_weight > 30


def test_a_new_shop_has_the_prior():
    """No customers is legitimate: a typical gap of 60 days, and it says that nothing stands behind it."""
    shop = rhythm.fit([], [], [], [])

    assert math.exp(shop.log_mean) == pytest.approx(60)
    assert (shop.gaps, shop.customers, shop.converged) == (0, 0, True)


def test_the_prior_fades():
    """A shop of yearly buyers is far from the prior; with its own gaps the fit gets there."""
    rows = gaps_of(600, 4000, seed=13, log_mean=math.log(365))
    typical = [math.exp(rhythm.fit(*rows[:, :k]).log_mean) for k in (1, 10, 600)]

    assert 12 < typical[0] < 365
    assert abs(math.log(typical[2] / 365)) < 0.15
    assert abs(math.log(typical[2] / 365)) < abs(math.log(typical[0] / 365))


@pytest.mark.parametrize(
    "days",
    [[0], [0, 1], [0, 7, 14, 21], list(range(5000))],
    ids=["once", "next day", "weekly", "daily, 5,000 times"],
)
def test_one_customer_is_enough_not_to_fail(days):
    """A shop of one customer, of whatever kind, has a finite rhythm of positive spread."""
    found = gap_statistics(days)
    shop = rhythm.fit([found.gaps], [found.log_sum], [found.log_square_sum], [3])

    assert 0.5 < math.exp(shop.log_mean) < 1000
    assert shop.between_variance > 0
    assert shop.within_variance > 0


def test_order_of_customers_does_not_matter():
    """The same customers shuffled are the same shop."""
    rows = gaps_of(500, 700, seed=14)
    plain, turned = rhythm.fit(*rows), rhythm.fit(*rows[:, ::-1])

    assert dataclasses.astuple(turned)[:6] == pytest.approx(dataclasses.astuple(plain)[:6], rel=1e-3)


def test_a_large_shop_is_learnt_alike_whatever_keys_its_customers_have():
    """More customers than a fit looks at: it looks at the same ones however they are numbered, and at some of each
    kind."""
    rows = np.concatenate([gaps_of(21_000, 300, seed=3), gaps_of(9_000, 300, seed=4)], axis=1)
    shuffled = rows[:, np.random.default_rng(7).permutation(rows.shape[1])]
    assert rhythm.fit(*shuffled) == rhythm.fit(*rows)
    values = np.arange(100.0)[::-1]
    assert values[history.evenly(10, values)].tolist() == [5, 15, 25, 35, 45, 55, 65, 75, 85, 95]


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: rhythm.fit([1], [-1], [1], [0]), "row 0: log_sum is negative"),
        (lambda: rhythm.fit([0, 0], [0, 1], [0, 1], [0, 0]), "row 1: sums without a gap"),
        (lambda: rhythm.fit([2], [4], [1], [0]), "row 0: log_square_sum is less than"),
        (lambda: rhythm.fit([0], [0], [0], [-1]), "row 0: idle is negative"),
        (lambda: rhythm.fit([0.5], [0], [0], [1]), "row 0: gaps is not a whole number"),
        (lambda: rhythm.fit([0], [0], [0], [math.nan]), "row 0: idle is not a finite number"),
        (lambda: rhythm.quantile(of(0), 1.0), "p is 1.0"),
        (lambda: rhythm.overdue(of(0), [-1]), "row 0: idle is negative"),
        (lambda: rhythm.overdue(of(0), [1, 2]), "idle has 2 rows"),
    ],
)
def test_bad_input_is_named(call, complaint):
    """Input that cannot be is refused with the row and the reason."""
    with pytest.raises(ValueError, match=complaint):
        call()
