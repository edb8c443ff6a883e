"""The control share was changed while the campaign ran, and other people come than before: what may be concluded."""

import math

import numpy as np
import pytest

from saleor_relacional.insight.inference.experiment import (
    ArmOutcome,
    Lift,
    Stratum,
    Verdict,
    boundary,
    lift,
    outcome,
    stratified_lift,
)

BEFORE, AFTER = 0.2, 0.5
PEOPLE = 1_200
"""Under each share."""
RATES = (0.05, 0.40)
"""Who buys by themselves: those who came before the change, and those who came after it."""
ORDER = math.exp(3.4 + 0.5)
"""Mean of an order."""


class Shop:
    """One campaign: people in the order of their start, drawn under .2 and then under .5. `more`: how many more in a
    hundred buy of the treated, before and after the change."""

    def __init__(self, seed: int, more: tuple[float, float]) -> None:
        chance = np.random.default_rng(seed)
        self.share = np.repeat([BEFORE, AFTER], PEOPLE)
        self.control = chance.random(2 * PEOPLE) < self.share
        rate = np.repeat(RATES, PEOPLE) + np.where(self.control, 0.0, np.repeat(more, PEOPLE))
        buys = chance.random(2 * PEOPLE) < rate
        self.kept = np.where(buys, chance.lognormal(3.4, 1.0, 2 * PEOPLE), 0.0)

    def arm(self, seen: int, control: bool, share: float | None = None) -> ArmOutcome:
        those = (self.control == control) & (np.arange(2 * PEOPLE) < seen)
        return outcome(self.kept[those if share is None else those & (self.share == share)])

    def naive(self, seen: int) -> Lift:
        return lift(self.arm(seen, False), self.arm(seen, True))

    def ours(self, seen: int) -> Lift:
        return stratified_lift(
            [
                Stratum(treated=self.arm(seen, False, share), control=self.arm(seen, True, share))
                for share in (BEFORE, AFTER)
            ]
        )


def test_by_hand():
    """Under .2 the mail brings 1, under .5 it brings 4; there are 1,000 and 500 people: 2 per person. Each arm's
    variance is that of all arms together, 100: the error is the root of (2/3)² (100/800 + 100/200) + (1/3)² (100/250 +
    100/250)."""
    strata = [
        Stratum(treated=arm(800, 6.0), control=arm(200, 5.0)),
        Stratum(treated=arm(250, 34.0), control=arm(250, 30.0)),
    ]
    found = stratified_lift(strata)
    error = math.sqrt(4 / 9 * (100 / 800 + 100 / 200) + 1 / 9 * (100 / 250 + 100 / 250))
    assert found.estimate == pytest.approx(2)
    assert found.high - found.estimate == pytest.approx(error * boundary(1_500, 0.05, 1000), rel=1e-12)
    assert (found.people_treated, found.people_control) == (1_050, 450)
    assert found.verdict is Verdict.HELPS
    assert (
        lift(together(800, 6.0, 250, 34.0), together(200, 5.0, 250, 30.0)).estimate < -6
    )  # the arms as they lie


def test_one_share_is_what_it_was():
    """To the last digit, also beside a share under which nobody was held out: that compares nothing."""
    treated, control = arm(500, 12.0), arm(400, 10.0)
    alone = lift(treated, control)
    nobody = outcome([])
    assert stratified_lift([Stratum(treated=treated, control=control)]) == alone
    assert (
        stratified_lift(
            [Stratum(treated=treated, control=control), Stratum(treated=arm(900, 80.0), control=nobody)]
        )
        == alone
    )
    assert stratified_lift([Stratum(treated=arm(900, 80.0), control=nobody)]).estimate is None
    assert stratified_lift([]).estimate is None


def test_the_arms_as_they_lie_mislead_and_ours_do_not():
    """A mail that brings nothing, 300 campaigns: most of those who came first were treated, and they buy less. Taken
    as they lie the arms say that the mail takes 5.7 per person; within each share they say nothing, and the mean over
    campaigns is nothing."""
    shops = [Shop(seed, (0.0, 0.0)) for seed in range(300)]
    naive = np.array([shop.naive(2 * PEOPLE).estimate for shop in shops])
    ours = np.array([shop.ours(2 * PEOPLE).estimate for shop in shops])
    assert naive.mean() < -5
    assert abs(ours.mean()) < 3 * ours.std() / math.sqrt(300)
    assert ours.std() < naive.std()


@pytest.mark.parametrize("more", [(0.0, 0.0), (0.1, 0.0), (0.0, 0.1)], ids=["none", "early", "late"])
def test_the_interval_holds_the_truth_at_every_look(more):
    """200 campaigns, looked at 16 times each: at most 5 % miss at any look what the mail brought on average to the
    people seen so far (measured: none); the arms as they lie miss it in half."""
    looks = np.linspace(300, 2 * PEOPLE, 16).astype(int)
    missed = {"ours": 0, "naive": 0}
    for seed in range(200):
        shop = Shop(seed, more)
        for name in missed:
            missed[name] += any(not holds(getattr(shop, name)(seen), truth(seen, more)) for seen in looks)
    assert missed["ours"] <= 10
    assert missed["naive"] >= 90


def test_a_mail_that_changes_nothing_is_not_called_one():
    """Of 200 campaigns at most 5 % are called an effect at any look (measured: none); as they lie, half are called
    harmful at the end."""
    shops = [Shop(seed, (0.0, 0.0)) for seed in range(200)]
    looks = np.linspace(300, 2 * PEOPLE, 16).astype(int)
    called = sum(
        any(shop.ours(seen).verdict is not Verdict.NOT_ENOUGH_EVIDENCE for seen in looks) for shop in shops
    )
    assert called <= 10
    assert sum(shop.naive(2 * PEOPLE).verdict is Verdict.HARMS for shop in shops) >= 90


def arm(people: int, mean: float) -> ArmOutcome:
    return ArmOutcome(people=people, mean=mean, variance=100.0, buyers=people // 5)


def together(first: int, one: float, second: int, other: float) -> ArmOutcome:
    return arm(first + second, (first * one + second * other) / (first + second))


def truth(seen: int, more: tuple[float, float]) -> float:
    """What the mail brings on average to those seen so far."""
    early = min(seen, PEOPLE)
    return ORDER * (early * more[0] + (seen - early) * more[1]) / seen


def holds(found: Lift, value: float) -> bool:
    return found.low is None or found.high is None or found.low <= value <= found.high
