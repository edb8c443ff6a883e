"""A campaign is paused for objections or complaints by the lower end of an interval that holds at every look
(flows/evidence/harm.py): looking again and again pauses none by bad luck, in small; docs/maths.md has the figures."""

from collections.abc import Sequence

import numpy as np
import pytest

from saleor_relacional.insight.inference import adjusted
from saleor_relacional.insight.inference.experiment import TUNING
from saleor_relacional.insight.inference.moments import ArmMoments, MomentStratum

CONTROL = 0.2
LOOKS = 60
"""Every three days of half a year, in which people come evenly."""
OBJECT, COMPLAIN = (0.01, 0.01), (0.001, 0.001)
"""Of people who are left alone, and how many more may at most: the limits of a new campaign (1 and .1 of 100)."""


class Harmed:
    """People in the order of their start, a fifth in control; so many more of the treated object, at once."""

    def __init__(self, seed: int, people: int, alone: float, more: float) -> None:
        chance = np.random.default_rng([seed, people])
        x = chance.normal(size=(people, 2))
        control = chance.random(people) < CONTROL
        objected = (chance.random(people) < np.where(control, alone, alone + more)).astype(float)
        self.seen = np.linspace(0, people, LOOKS + 1).round().astype(int)[1:] - 1
        self.arms = [_sums(x, objected, inside) for inside in (~control, control)]

    def paused(self, limit: float) -> bool:
        """Whether it is at any look."""
        return any(self._beyond(*(arm[seen] for arm in self.arms), limit) for seen in self.seen)

    def _beyond(self, treated: np.ndarray, control: np.ndarray, limit: float) -> bool:
        if min(treated[0], control[0]) < TUNING.least_people:
            return False
        pair = MomentStratum(treated=_moments(treated), control=_moments(control))
        low = adjusted.compare([pair], binary=True).low
        return low is not None and low > limit


def _sums(x: np.ndarray, y: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Of an arm, up to each person: people, objections, what is believed of them and its products."""
    one, two = x.T
    terms = (np.ones_like(y), y, one, two, one * one, one * two, two * two, one * y, two * y)
    return np.cumsum(np.column_stack(terms) * inside[:, None], axis=0)


def _moments(sums: np.ndarray) -> ArmMoments:
    people, y, one, two, one_one, one_two, two_two, one_y, two_y = sums.tolist()
    return ArmMoments(
        people=round(people), buyers=round(y), total=y, squares=y, x=(one, two),
        xx=((one_one, one_two), (one_two, two_two)), xy=(one_y, two_y),
    )  # fmt: skip


def share_paused(seeds: Sequence[int], people: int, harm: tuple[float, float], more: float) -> float:
    """Of so many campaigns, those that any look pauses."""
    alone, limit = harm
    return sum(Harmed(seed, people, alone, more).paused(limit) for seed in seeds) / len(seeds)


@pytest.mark.parametrize(("people", "shops"), [(300, 100), (2_000, 60), (20_000, 40)])
@pytest.mark.parametrize("harm", [OBJECT, COMPLAIN], ids=["objections", "complaints"])
def test_sixty_looks_pause_nobody_whose_harm_is_at_the_limit(people, shops, harm):
    """At most one in twenty where exactly as many more object as may; that is the worst case that is no harm."""
    assert share_paused(range(shops), people, harm, more=harm[1]) <= 0.05


@pytest.mark.parametrize(("people", "least"), [(2_000, 0.2), (20_000, 0.95)])
def test_three_times_the_limit_and_more_is_found(people, least):
    """Five of 100 more where one may: the interval is no excuse for never pausing."""
    assert share_paused(range(25), people, OBJECT, more=0.05) >= least
