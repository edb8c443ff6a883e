"""The shops of `make bench-coverage`: what is called the truth there is the truth."""

import numpy as np
import pytest

from benchmarks import coverage, coverage_shops
from benchmarks.orders import DATA

pytestmark = pytest.mark.skipif(
    not (DATA / "online_retail.csv.gz").exists() or not (DATA / "cdnow_sample.txt").exists(),
    reason="the public histories are not in ../shared/data",
)


@pytest.mark.parametrize("number", [2, 5])
def test_the_truth_is_what_many_people_come_to(number):
    """200,000 people of each history, capped and uncapped: the difference of the arms is within four standard errors
    of the sum that is called the truth."""
    shop = coverage_shops.shop(number, 200_000)

    for y, truth in ((shop.capped, shop.truth), (shop.raw, shop.truth_uncapped)):
        treated, control = y[~shop.control], y[shop.control]
        error = np.sqrt(treated.var(axis=0) / len(treated) + control.var(axis=0) / len(control))
        assert (np.abs(treated.mean(axis=0) - control.mean(axis=0) - truth) < 4 * error).all()
    assert (shop.capped <= shop.raw).mean() == 1 and (shop.capped < shop.raw).any(axis=0).tolist() == [
        0,
        0,
        1,
        1,
    ]


def test_a_shop_is_judged_by_every_day():
    """One of 300: who came back has an interval, narrower for a single look; the same number is the same shop."""
    came, *_, margin = coverage.judge(7, 300)

    assert (came.outcome, margin.outcome) == ("came_back", "margin")
    assert came.shown and 0 < came.single < came.width
    assert coverage.judge(7, 300)[0] == came


def test_shares_count_what_is_shown():
    """Of three shops one shows nothing: of the two others one held."""
    assert coverage._share([True, None, False]) == 0.5
