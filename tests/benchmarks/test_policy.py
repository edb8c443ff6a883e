"""A small simulated year: what make bench-policy tells of two hundred shops is told right of one."""

import numpy as np
import pytest

from benchmarks import policy
from benchmarks.orders import DATA
from benchmarks.policy_shop import RUNGS, shop
from benchmarks.policy_year import CONTROL, Year, known

pytestmark = pytest.mark.skipif(
    not (DATA / "online_retail.csv.gz").exists(), reason=f"the public histories are not in {DATA}"
)


@pytest.fixture(scope="module")
def drawn():
    return shop(1, 400)


@pytest.fixture(scope="module")
def year(drawn):
    return Year(shop=drawn, known=known(drawn)).live()


def test_what_is_expected_is_the_mean_of_what_comes(drawn):
    """Over all occasions, within four standard errors, for every rung."""
    rows = np.arange(len(drawn.week))
    for rung in range(len(RUNGS)):
        off = drawn.margin(rows, np.full(len(rows), rung))[0] - drawn.expected[:, rung]
        assert abs(off.mean()) < 4 * off.std() / np.sqrt(len(rows))


def test_nobody_held_out_gets_anything_and_every_open_rung_is_open(year, drawn):
    """The floor of .05 and the control group, in all decisions; nothing is reserved beyond the budget."""
    assert drawn.held_out.any() and (year.rung[drawn.held_out] == 0).all()
    assert year.smallest == pytest.approx(0.05)
    assert year.probability.min() >= 0.05 * (1 - CONTROL) - 1e-12
    assert set(np.unique(year.rung)) >= {0, 1}
    assert policy.overspend(year) == 0


def test_the_table_is_of_one_truth(drawn):
    """No policy is above the oracle without a budget, which is the best of each segment by definition."""
    told = policy.one(1, 400)
    best = sum(
        drawn.expected[drawn.segment == g].sum(axis=0).max() for g in np.unique(drawn.segment)
    ) / len(drawn.segment)  # fmt: skip

    assert told.oracle <= best + 1e-9 and told.policy <= best and told.best_rung <= best
    assert told.flat == pytest.approx(drawn.expected[:, RUNGS.index("ten")].mean())
    assert told.nothing == pytest.approx(drawn.expected[:, 0].mean())
    assert {"share_better_than_flat", "overspend", "share_under_nothing"} <= set(policy.told([told]))
