"""The cap on money, and what it counts."""

import numpy as np
import pytest

from saleor_relacional.insight.inference.cap import cap, counted


def test_the_cap_is_a_quantile_of_what_returning_people_spent():
    """Of 1 to 100 the 95 % quantile, whoever spent nothing left out; of too few none."""
    assert cap([*range(101), 0, 0]) == pytest.approx(95.05)
    assert cap([0.0] * 1_000 + [5.0] * 19) is None


def test_beyond_the_cap_money_counts_in_proportion():
    """Bought for 50, for the cap of 200, for 800: of the last a quarter counts, and 10 % off is a loss to us there too,
    which min(margin, cap) would not see."""
    bought = np.array([50.0, 200.0, 800.0, 0.0])
    part = counted(bought, 200.0)

    assert part.tolist() == [1, 1, 0.25, 1]
    assert (part * bought).max() == 200
    assert (part * (0.35 * bought - 0.10 * bought)).tolist() == pytest.approx([12.5, 50, 50, 0])
    assert (part * 0.35 * bought)[2] == 70
    assert counted(bought, None).tolist() == [1] * 4


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: cap([1.0], quantile=1), "quantile is 1"),
        (lambda: counted([1.0], 0.0), "the cap is 0.0: give a number above 0, or None"),
    ],
)
def test_bad_input_is_named(call, complaint):
    """A cap that cannot be is refused with the reason."""
    with pytest.raises(ValueError, match=complaint):
        call()
