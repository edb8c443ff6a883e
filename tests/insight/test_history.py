"""What a history is, and which numbers cannot be one."""

import math

import pytest

from saleor_relacional.insight import history


def test_ana_bought_on_three_days():
    """Two orders on one day are one purchase day; frequency counts the repeats, idle the days since the
    last."""
    ana = history.from_purchase_days([10, 0, 10, 40], as_of=100, values=[5.0, 99.0, 7.0, 20.0])

    assert (ana.frequency, ana.recency, ana.tenure, ana.idle) == (2, 40.0, 100.0, 60.0)
    assert ana.monetary == (12.0 + 20.0) / 2


def test_a_first_time_buyer_has_no_repeats():
    """Frequency, recency and monetary of a one-time buyer are 0, as in the literature; purchases to come
    do not count."""
    bea = history.from_purchase_days([7, 60], as_of=30, values=[50.0, 1.0])

    assert (bea.frequency, bea.recency, bea.tenure, bea.idle, bea.monetary) == (0, 0.0, 23.0, 23.0, 0.0)


def test_a_prospect_has_no_history():
    """Without a purchase up to the date there is nothing to describe, and the message says so."""
    with pytest.raises(ValueError, match="a prospect has no history"):
        history.from_purchase_days([50], as_of=10)


def test_gap_statistics_do_not_depend_on_order_or_repeats():
    """Facts that arrive late, twice or shuffled give the same sufficient statistics."""
    found = history.gap_statistics([30, 0, 10, 10, 0])

    assert found == history.gap_statistics([0, 10, 30])
    assert found.gaps == 2
    assert found.log_sum == pytest.approx(math.log(10) + math.log(20), rel=1e-15)
    assert found.log_square_sum == pytest.approx(math.log(10) ** 2 + math.log(20) ** 2, rel=1e-15)
    assert found.last_gap == 20.0


def test_one_purchase_day_has_no_gap():
    """A one-time buyer's statistics are zeros, and the last gap is not a number rather than a lie."""
    gaps, log_sum, log_square_sum, last_gap = history.gap_statistics([5, 5])

    assert (gaps, log_sum, log_square_sum) == (0, 0.0, 0.0)
    assert math.isnan(last_gap)


@pytest.mark.parametrize(
    ("frequency", "recency", "tenure", "complaint"),
    [
        ([1, -1], [1, 1], [2, 2], r"row 1: frequency is negative \(-1\)"),
        ([1.5], [1], [2], r"row 0: frequency is not a whole number"),
        ([1], [-1], [2], "row 0: recency is negative"),
        ([1, 1, 1], [1, 1, 3], [2, 2, 2], "row 2: recency is greater than tenure"),
        ([0], [1], [2], "row 0: recency is positive without a repeat"),
        ([1, 1], [1, 1], [2, math.nan], "row 1: tenure is not a finite number"),
        ([1, 1], [1], [2, 2], "recency has 1 rows, frequency has 2"),
        ([[1]], [[1]], [[2]], "frequency has 2 dimensions"),
    ],
)
def test_impossible_histories_are_refused_by_row(frequency, recency, tenure, complaint):
    """The message names the row and what is wrong with it, so that the customer can be found."""
    with pytest.raises(ValueError, match=complaint):
        history.check_histories(frequency, recency, tenure)


def test_a_history_checks_itself():
    """No frozen history can be impossible."""
    with pytest.raises(ValueError, match="recency is greater"):
        history.History(frequency=1, recency=5, tenure=4)
    with pytest.raises(ValueError, match="monetary is nan"):
        history.History(frequency=1, recency=5, tenure=9, monetary=math.nan)


def test_idle_of_many():
    """Idle is tenure minus recency, for arrays."""
    assert history.idle([0, 5], [3, 5]).tolist() == [3.0, 0.0]
