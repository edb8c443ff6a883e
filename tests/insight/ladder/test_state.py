"""What was known is stored whole: whoever reads it computes the same probabilities."""

import json

import numpy as np
import pytest

from saleor_relacional.insight.ladder import state
from saleor_relacional.insight.ladder.moments import moments
from saleor_relacional.insight.ladder.state import LadderState, Money

RUNGS = ("nothing", "word", "percentage:1")


def known(**changes):
    rng = np.random.default_rng(7)
    rung = np.arange(900) % 3
    came = rng.gamma(2.0, 10.0, 900) + 3.0 * (rung == 1)
    gathered = moments(
        RUNGS, np.arange(900) % 2, [("", "111"), ("s", "111")], rung, np.full(900, 1 / 3), came, 1.0 * (rung == 2)
    )  # fmt: skip
    money = Money(unit=20.0, takes=(0.0, 0.0, 5.0), holds=(0.0, 0.0, 8.0), alone=0.2)
    said = {"segments": ("", "s"), "currency": "EUR", "outcome": "margin", "money": money, "price": 0.1}
    return LadderState(gathered=gathered, **{**said, **changes})


def test_it_reads_back_to_the_last_bit():
    """Through JSON, with its digest."""
    before = known()
    written = json.loads(json.dumps(before.written()))
    after = state.read(written)

    assert after.written() == before.written() and state.digest(written) == state.digest(before.written())
    everything = np.ones((2, 3), dtype=bool)
    assert (after.odds(everything) == before.odds(everything)).all()
    assert state.digest(known(price=0.2).written()) != state.digest(written)


def test_probabilities_keep_the_floor_and_a_price_makes_offers_rarer():
    """Nothing and a word whatever is allowed; at a price of ten nobody is given ten per cent but by the floor."""
    free, dear = (known(price=one).odds(np.ones((2, 3), dtype=bool)) for one in (0.0, 10.0))
    closed = known().odds(np.array([[True, True, False], [True, True, True]]))

    assert free[free > 0].min() >= 0.05 and free.sum(axis=1) == pytest.approx([1, 1])
    assert closed[0, 2] == 0 and closed[0, 1] >= 0.05
    assert (dear[:, 2] <= free[:, 2]).all() and dear[:, 2].max() <= 0.05 + 1e-9
