"""When something will be known: against simulated campaigns, and against itself."""

import numpy as np
import pytest

from saleor_relacional.insight.inference import adjusted, moments, power
from saleor_relacional.insight.inference.moments import MomentStratum
from saleor_relacional.insight.inference.power import Noise, Pace

PACE = Pace(per_month=900, control_share=0.2, window_days=30)


@pytest.mark.parametrize("noise", [Noise(rate=0.3), Noise(rate=0.0), Noise(variance=2_500.0)])
def test_effect_and_weeks_are_each_others_answer(noise):
    """What is known after twenty weeks takes twenty weeks to know."""
    effect = power.effect_known(20, pace=PACE, noise=noise)

    assert power.weeks_to_know(effect, pace=PACE, noise=noise) == pytest.approx(20, abs=1e-5)


def test_what_is_foretold_is_what_comes():
    """400 campaigns with the effect that is said to be known after so many weeks: about 80 in 100 know it at the last
    look."""
    noise, people = Noise(rate=0.3), 2_000
    weeks = PACE.weeks(people)
    effect = power.effect_known(weeks, pace=PACE, noise=noise)
    chance = np.random.default_rng(11)

    def known():
        treated, control = chance.binomial(1_600, 0.3 + effect), chance.binomial(400, 0.3)
        pair = MomentStratum(
            treated=moments.of(np.repeat([1.0, 0.0], [treated, 1_600 - treated])),
            control=moments.of(np.repeat([1.0, 0.0], [control, 400 - control])),
        )
        return adjusted.compare([pair], binary=True).low > 0

    assert sum(known() for _ in range(400)) / 400 == pytest.approx(0.8, abs=0.06)


def test_half_in_the_control_group_knows_soonest():
    """A share and its complement take the same for money; half takes the least."""

    def weeks(share):
        pace = Pace(per_month=900, control_share=share, window_days=30)
        return power.weeks_to_know(5.0, pace=pace, noise=Noise(variance=2_500.0))

    assert weeks(0.5) < weeks(0.3) < weeks(0.1)
    assert weeks(0.3) == pytest.approx(weeks(0.7))


def test_too_few_or_too_long_is_not_foretold():
    """Before fifty in the control group nothing is known; what takes more than five years is not."""
    assert power.effect_known(5, pace=PACE, noise=Noise(rate=0.3)) is None
    assert power.effect_known(9, pace=Pace(per_month=270, control_share=0.2), noise=Noise(rate=0.9)) is None
    assert power.weeks_to_know(0.001, pace=PACE, noise=Noise(rate=0.3)) is None
    assert power.weeks_to_know(-0.3, pace=PACE, noise=Noise(rate=0.3)) is not None


def test_weeks_more_at_this_pace():
    """So many weeks later, with the same shares, the interval just leaves zero out; then it takes no more."""

    def look(times):
        return adjusted.compare([
            MomentStratum(
                treated=moments.of(np.repeat([1.0, 0.0], [int(300 * times), int(700 * times)])),
                control=moments.of(np.repeat([1.0, 0.0], [int(60 * times), int(190 * times)])),
            )
        ], binary=True)  # fmt: skip

    now = look(1)
    assert now.low < 0
    weeks = power.weeks_more(now, per_week=125)
    later = look((1_250 + 125 * weeks) / 1_250)

    assert later.low == pytest.approx(0, abs=0.002)
    assert power.weeks_more(look(100), per_week=125) == 0
    assert power.weeks_more(now, per_week=0) is None
    assert power.weeks_more(now, per_week=0.1) is None


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: Pace(per_month=9, control_share=1), "control_share is 1"),
        (lambda: Pace(per_month=0, control_share=0.2), "0 people per month"),
        (lambda: Noise(), "one of them"),
        (lambda: Noise(rate=0.2, variance=2.0), "one of them"),
        (lambda: Noise(rate=1.0), "rate is 1.0"),
        (lambda: Noise(variance=0.0), "variance is 0.0"),
        (lambda: power.weeks_to_know(0.8, pace=PACE, noise=Noise(rate=0.3)), "an effect of 0.8"),
    ],
)
def test_bad_input_is_named(call, complaint):
    """Input that cannot be is refused with the reason."""
    with pytest.raises(ValueError, match=complaint):
        call()
