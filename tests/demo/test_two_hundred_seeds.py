"""What the owner is told about lift is true: over 200 simulated shops nothing is called something in at most 5 %, and
a large effect is found in at least 80 %."""

from dataclasses import replace

import numpy as np

from saleor_relacional.demo.simulator import Habits, Mail, newcomers, world
from saleor_relacional.demo.simulator.chance import uniform
from saleor_relacional.insight.inference.experiment import (
    Lift,
    Verdict,
    lift,
    outcome,
)
from tests.running.tries import tries

SEEDS, PEOPLE, DAYS, WINDOW = tries(200), 2_000, 50, 35
NOTHING = Mail(effect=0.0)
LARGE = Mail(effect=0.2, discount=0.1)
"""The documented large one (docs/simulator.md): a mail with ten per cent brings back about one in four."""


def shop(seed: int, mail: Mail) -> tuple[Lift, float]:
    """One shop's slipping and lapsed people, half of them written to, looked at when all windows are over; the
    truth."""
    people = newcomers(seed, PEOPLE, 1, Habits())
    chances = [uniform(seed, people.keys, 0, 90 + number) for number in range(3)]
    people = replace(people, joins_on=np.full(PEOPLE, -1), there=chances[0] < 0.3)
    treated, starts = chances[1] < 0.5, (chances[2] * (DAYS - WINDOW)).astype(np.int64)
    mailed = {people.names[index]: int(starts[index]) for index in np.flatnonzero(treated)}
    with_us, without = world(seed, DAYS, people, mailed, mail), world(seed, DAYS, people)
    kept, bought = with_us.kept_within(starts, WINDOW), with_us.bought_within(starts, WINDOW)
    found = lift(outcome(kept[treated], bought[treated]), outcome(kept[~treated], bought[~treated]))
    truth = float((kept - without.kept_within(starts, WINDOW))[treated].mean())
    return found, truth


def holds(found: Lift, truth: float) -> bool:
    """Does the interval hold the truth?"""
    return found.low is not None and found.high is not None and found.low <= truth <= found.high


def test_nothing_is_rarely_called_something() -> None:
    """The truth is exactly zero, and in at most ten shops of 200 the owner reads otherwise."""
    shops = [shop(seed, NOTHING) for seed in range(SEEDS)]
    assert {truth for _, truth in shops} == {0.0}
    called = sum(found.verdict is not Verdict.NOT_ENOUGH_EVIDENCE for found, _ in shops)
    assert called <= SEEDS * 0.05
    assert sum(holds(found, truth) for found, truth in shops) >= SEEDS * 0.95


def test_a_large_effect_is_found_and_never_called_harm() -> None:
    """In at least 160 shops of 200 the owner reads that it helps, in none that it harms, and the interval is right."""
    shops = [shop(seed, LARGE) for seed in range(SEEDS)]
    assert min(truth for _, truth in shops) > 0
    verdicts = [found.verdict for found, _ in shops]
    assert verdicts.count(Verdict.HELPS) >= SEEDS * 0.8
    assert verdicts.count(Verdict.HARMS) == 0
    assert sum(holds(found, truth) for found, truth in shops) >= SEEDS * 0.95
