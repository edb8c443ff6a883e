"""Four campaigns want the same people: a small shop shows what docs/maths.md tells of five hundred."""

import numpy as np
import pytest

from benchmarks import competing
from benchmarks.competing_shop import CAMPAIGNS, NOT_YET, Life, shop
from saleor_relacional.insight.inference.experiment import outcome
from saleor_relacional.rules.contact.moments import DAY, LONG_AGO
from saleor_relacional.rules.contact.policy import DEFAULT

NAMES = [terms.name for terms in CAMPAIGNS]


@pytest.fixture(scope="module")
def drawn():
    return shop(3, 400, 110)


def test_a_campaign_without_effect_changes_nothing(drawn):
    """The shop without it is the same shop, to the cent; without one that works it is another."""
    lived = Life(shop=drawn).live()
    for number, terms in enumerate(CAMPAIGNS):
        without = Life(shop=drawn, silent=number).live()
        assert bool((without.kept == lived.kept).all()) is (terms.boost == 0)


def test_the_caps_hold_in_both_arms(drawn):
    """Nobody is booked twice in a week nor a fourth time without an own act; the held out are booked like the
    others."""
    lived = Life(shop=drawn).live()
    recent = lived.recent[(lived.recent > LONG_AGO).all(axis=1)]
    assert len(recent) > 20
    assert (recent[:, :-1] - recent[:, 1:] >= 7 * DAY).all()
    held = ~drawn.treated & (lived.started < NOT_YET)
    assert held.sum() > 100 and (lived.heard[held] < 0).all()
    assert (lived.recent[held.any(axis=0), 0] > LONG_AGO).all()
    assert (lived.since_act <= DEFAULT.between_acts).all()


def test_who_is_held_out_of_one_campaign_hears_from_the_others_as_before(drawn):
    """Everybody's arm in a campaign that changes nothing is turned round: all other campaigns start the same people on
    the same days. Where only what is sent is booked they do not."""
    turned = drawn.treated.copy()
    turned[1] = ~turned[1]
    other = type(drawn)(**{name: getattr(drawn, name) for name in drawn.__slots__} | {"treated": turned})
    room = {"room": 10**6, "own": 10**6}
    before, after = (Life(shop=some, **room).live().started[[0, 2, 3]] for some in (drawn, other))
    assert (before == after).all()
    before, after = (
        Life(shop=some, book_both=False, **room).live().started[[0, 2, 3]] for some in (drawn, other)
    )
    assert (before != after).any()


def test_twenty_seeds_find_what_works_and_nothing_else():
    """Of 40 looks at campaigns without effect at most five cry wolf (one in twenty, and two standard errors); of
    80 plain intervals at least 70 hold the truth; both campaigns that work are seen to."""
    lines = competing.told([competing.one(seed, 500, 120) for seed in range(20)])
    named = dict(zip(NAMES, lines, strict=True))
    assert named["replenishment"]["truth"] == named["segment"]["truth"] == 0
    assert 20 * (named["replenishment"]["called"] + named["segment"]["called"]) <= 5
    assert sum(20 * line["held"] for line in lines) >= 70
    assert min(named["win-back"]["truth"], named["anniversary"]["truth"]) > 5


def test_the_figures_are_of_the_rows(drawn):
    """Outcome and interval of one campaign, by hand."""
    lived = Life(shop=drawn).live()
    who, kept = lived.outcome(2)
    began = lived.started[2, who]
    one = who[7]
    assert kept[7] == pytest.approx(lived.kept[one, began[7] : began[7] + 30].sum())
    treated = drawn.treated[2, who]
    run = competing.one(3, 400, 110)[2]
    assert run.estimate == pytest.approx(kept[treated].mean() - kept[~treated].mean())
    spread = [outcome(kept[arm]).variance / arm.sum() for arm in (treated, ~treated)]
    assert run.half == pytest.approx(1.96 * np.sqrt(sum(spread)))
