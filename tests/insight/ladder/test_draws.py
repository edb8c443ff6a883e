"""Down the queue: rungs close one after the other as the money goes, and nobody waits for it."""

import numpy as np
import pytest

from saleor_relacional.insight.ladder import draws
from saleor_relacional.insight.ladder.moments import RungMoments
from saleor_relacional.insight.ladder.state import LadderState, Money

RUNGS = ("nothing", "word", "percentage:1")

ALL = np.ones((2, 3), dtype=bool)


def known():
    """Nothing was seen yet: an offer that takes a hundredth of an order may well be worth it."""
    money = Money(unit=20.0, takes=(0.0, 0.0, 0.2), holds=(0.0, 0.0, 3.0), alone=0.2)
    return LadderState(
        gathered=RungMoments(rungs=RUNGS), segments=("", "s"), currency="EUR", outcome="margin", money=money
    )


def drawn(people, left, *, holds=None, treated=None, seed=1, allowed=ALL):
    """So many people, segment by turns, of whom the offer holds 3 each, or what `holds` says."""
    luck = np.random.default_rng(seed).random(people)
    each = np.zeros((people, 3))
    each[:, 2] = 3.0 if holds is None else holds
    return draws.draw(
        known(), allowed, segment=np.arange(people) % 2, holds=np.tile(each, (len(left), 1, 1)), left=left,
        treated=np.ones(people, dtype=bool) if treated is None else treated, luck=luck,
    )  # fmt: skip


def one_by_one(people, left, holds, treated, seed):
    """The same, told person by person."""
    luck, rest, found = np.random.default_rng(seed).random(people), left, []
    usable = drawn(2, [np.inf]).open_rungs
    for row in range(people):
        is_open = usable[row % 2] & np.array([True, True, holds[row] <= rest])
        odds = known().odds(usable & is_open)[row % 2]
        place = int((luck[row] >= odds.cumsum()).sum()) if treated[row] else 0
        rest -= holds[row] * (place == 2)
        found.append((place, is_open.tolist(), odds.tolist()))
    return found


@pytest.mark.parametrize("seed", range(5))
def test_each_finds_what_those_before_left(seed):
    """Six hundred people of all sizes, a fifth held out: place, open rungs and chances are those that a loop finds."""
    random = np.random.default_rng(100 + seed)
    holds, treated = random.gamma(2.0, 2.0, 600), random.random(600) > 0.2
    told = drawn(600, [90.0], holds=holds, treated=treated, seed=seed)
    by_hand = one_by_one(600, 90.0, holds, treated, seed)
    assert told.place.tolist() == [place for place, _, _ in by_hand]
    assert told.open_rungs.tolist() == [is_open for _, is_open, _ in by_hand]
    assert told.chances == pytest.approx(np.array([odds for _, _, odds in by_hand]))
    assert holds[told.place == 2].sum() <= 90 and (told.place[~treated] == 0).all()
    assert told.too_dear.any() and not (told.too_dear & told.open_rungs).any()


def test_whoever_is_held_out_takes_nothing_and_finds_the_same_rungs_open():
    """Turning one person's arm round changes nothing of what was open to them."""
    rest = np.ones(40, dtype=bool)
    rest[20] = False
    for_all, but_one = drawn(40, [30.0]), drawn(40, [30.0], treated=rest)
    assert (for_all.open_rungs[:21] == but_one.open_rungs[:21]).all()
    assert (for_all.chances[:21] == but_one.chances[:21]).all() and but_one.place[20] == 0


def test_both_budgets_hold_and_without_money_a_word_and_nothing_remain():
    """Ten in one and four in the other: one offer. An overdrawn month, and what nobody has a rate for, close it for
    all."""
    assert (drawn(200, [10.0, 4.0]).place == 2).sum() == 1
    for told in (drawn(200, [-5.0]), drawn(200, [90.0], holds=np.inf)):
        assert set(told.place.tolist()) == {0, 1} and told.too_dear[:, 2].all()
        assert told.open_rungs[:, :2].all() and told.chances[:, :2].min() >= 0.05


def test_what_is_stopped_is_not_called_too_dear():
    """It is closed for another reason."""
    allowed = np.array([[True, True, False], [True, True, True]])
    told = drawn(4, [0.0], allowed=allowed)
    assert told.too_dear[:, 2].tolist() == [False, True, False, True]
