"""As many people are held out as were meant to be: a draw passes at every look, what is beside it does not."""

import math

import numpy as np
import pytest
from scipy.stats import beta, binom

from saleor_relacional.insight.inference import sample_ratio
from saleor_relacional.insight.inference.sample_ratio import FALSE_ALARM, PRIOR_PEOPLE, Drawn, mismatch

CAMPAIGNS, PEOPLE, LOOK = 4000, 3000, 25


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5])
def test_a_sound_draw_is_hardly_ever_suspected_however_often_one_looks(share: float) -> None:
    held_out = np.random.default_rng(8).random((CAMPAIGNS, PEOPLE)) < share
    looks = np.arange(LOOK, PEOPLE + 1, LOOK)
    counts = held_out.cumsum(axis=1)[:, looks - 1]
    alarms = sum(
        any(
            mismatch([Drawn(share=share, treated=int(people - control), control=int(control))])
            for people, control in zip(looks, row, strict=True)
        )
        for row in counts[:400]
    )
    assert alarms <= 3  # .4 expected at most; more than 3 in one of two thousand runs of this test


@pytest.mark.parametrize(
    ("people", "share", "control", "found"),
    [
        (1000, 0.2, 200, False), (1000, 0.2, 230, False), (1000, 0.2, 270, True), (1000, 0.2, 130, True),
        (200, 0.2, 100, True), (200, 0.2, 55, False), (100_000, 0.5, 49_500, False), (100_000, 0.5, 49_000, True),
        (30, 0.5, 15, False), (1000, 0.0, 0, False), (1000, 0.0, 1, True), (50, 1.0, 50, False), (50, 1.0, 49, True),
    ],
)  # fmt: skip
def test_what_luck_explains_and_what_it_does_not(
    people: int, share: float, control: int, found: bool
) -> None:
    said = mismatch([Drawn(share=share, treated=people - control, control=control)])
    assert (said is not None) == found
    if said is not None:
        assert (said.people, said.control, said.expected) == (people, control, pytest.approx(people * share))


def test_it_is_the_likelihood_under_a_mixture_of_shares_over_that_of_the_one_that_was_meant() -> None:
    """Integrated by hand over the mixture."""
    share, people, control = 0.2, 400, 112
    grid = (np.arange(200_000) + 0.5) / 200_000
    prior = beta.pdf(grid, PRIOR_PEOPLE * share, PRIOR_PEOPLE * (1 - share))
    ratio = (binom.pmf(control, people, grid) * prior).mean() / binom.pmf(control, people, share)
    found = sample_ratio._evidence(Drawn(share=share, treated=people - control, control=control))
    assert found == pytest.approx(math.log(ratio), abs=1e-6)


def test_shares_are_taken_together_each_beside_its_own_draw() -> None:
    """A changed share: the whole looks uneven and is not; twice a little too many is too much."""
    assert (
        mismatch([Drawn(share=0.2, treated=800, control=200), Drawn(share=0.5, treated=500, control=500)])
        is None
    )
    some = Drawn(share=0.2, treated=757, control=243)
    assert mismatch([some]) is None and mismatch([some] * 2) is not None
    assert mismatch([]) is None and FALSE_ALARM < 0.01
