"""When will we know? Before a campaign starts, and while it runs.

An effect is *known* when the interval that may be looked at every day (`experiment.boundary`) leaves zero out. With
half-width b(n)·SE(n) after n people, an effect δ is known by then with probability `power` when
δ = (b(n) + z_power)·SE(n). Looks before that day only add to it, so that the weeks told are rather too many. Nothing is
known before `tuning`'s least people are in the smaller arm. Derivation and what was measured: docs/maths.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy import optimize, special

from saleor_relacional.insight.inference.experiment import TUNING, Lift, Tuning, boundary

MOST_WEEKS = 260.0
"""Five years: what would take longer is never known."""
_DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast people start in a campaign, and when their outcome is known."""

    per_month: float
    """People who start, both arms."""
    control_share: float
    """Between 0 and 1, both left out."""
    window_days: float = 0.0
    """From a person's start until their outcome counts."""

    def __post_init__(self) -> None:
        if not 0 < self.control_share < 1:
            raise ValueError(
                f"control_share is {self.control_share}: give a number between 0 and 1, or nothing is known"
            )
        if not (math.isfinite(self.per_month) and self.per_month > 0 and self.window_days >= 0):
            raise ValueError(
                f"{self.per_month} people per month, {self.window_days} days: give more than 0, at least 0"
            )

    @property
    def per_week(self) -> float:
        return self.per_month * 7 / _DAYS_PER_MONTH

    def people(self, weeks: float) -> float:
        """Whose window has closed this long after the start."""
        return self.per_week * max(weeks - self.window_days / 7, 0.0)

    def weeks(self, people: float) -> float:
        """When the windows of so many have closed."""
        return people / self.per_week + self.window_days / 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """What an outcome is like without the campaign: one of the two."""

    variance: float | None = None
    """Of a number (money after its cap, orders), over people; taken to be the same in both arms."""
    rate: float | None = None
    """Share of a yes or no: its variance follows from it, in each arm."""

    def __post_init__(self) -> None:
        if (self.variance is None) == (self.rate is None):
            raise ValueError("give the variance of a number or the rate of a yes or no, one of them")
        if self.variance is not None and not (math.isfinite(self.variance) and self.variance > 0):
            raise ValueError(f"variance is {self.variance}: give a number above 0")
        if self.rate is not None and not 0 <= self.rate < 1:
            raise ValueError(f"rate is {self.rate}: give a number from 0 to less than 1")

    def of_a_difference(self, effect: float, control_share: float) -> float:
        """Variance of the difference between the arms, times people in both together."""
        treated, control = self._variances(effect)
        return treated / (1 - control_share) + control / control_share

    def _variances(self, effect: float) -> tuple[float, float]:
        if self.variance is not None:
            return self.variance, self.variance
        assert self.rate is not None
        brought = self.rate + effect
        return brought * (1 - brought), self.rate * (1 - self.rate)


def effect_known(
    weeks: float, *, pace: Pace, noise: Noise, confidence: float = 0.95, power: float = 0.8, tuning: Tuning = TUNING
) -> float | None:  # fmt: skip
    """The smallest effect (a gain) that will be known so many weeks after the start, with this power. None: too few
    windows have closed by then, or of a yes or no not even everybody coming back would be known."""
    people = pace.people(weeks)
    if people * min(pace.control_share, 1 - pace.control_share) < tuning.least_people:
        return None
    reach = _reach(people, confidence, tuning) + float(special.ndtri(power))

    def lacks(effect: float) -> float:
        return reach * math.sqrt(noise.of_a_difference(effect, pace.control_share) / people) - effect

    if noise.rate is None:
        return lacks(0.0)
    most = 1.0 - noise.rate
    return None if lacks(most) > 0 else float(optimize.brentq(lacks, 1 / people, most, xtol=1e-9))


def weeks_to_know(
    effect: float, *, pace: Pace, noise: Noise, confidence: float = 0.95, power: float = 0.8, tuning: Tuning = TUNING
) -> float | None:  # fmt: skip
    """Weeks after the start until an effect is known with this power. None: not within `MOST_WEEKS`.

    The sign is the direction: a loss of a yes or no cannot be more than its rate, a gain not more than what is left.
    Ask again with another control share to see how much sooner that would be.
    """
    if effect == 0 or (noise.rate is not None and not 0 <= noise.rate + effect <= 1):
        raise ValueError(f"an effect of {effect} cannot be known: give one that is not 0 and can be")
    per_person = noise.of_a_difference(effect, pace.control_share)
    quantile = float(special.ndtri(power))
    fewest = tuning.least_people / min(pace.control_share, 1 - pace.control_share)
    return _weeks(
        pace, fewest,
        lambda n: (_reach(n, confidence, tuning) + quantile) * math.sqrt(per_person / n) <= abs(effect),
    )  # fmt: skip


def weeks_more(
    lift: Lift, *, per_week: float, confidence: float = 0.95, tuning: Tuning = TUNING
) -> float | None:  # fmt: skip
    """Weeks from now until the interval leaves zero out, if the estimate stays what it is and so many people's windows
    close per week: as likely sooner as later. 0: it does already. None: there is no interval yet, or it would take more
    than `MOST_WEEKS`."""
    if not (math.isfinite(per_week) and per_week >= 0):
        raise ValueError(f"{per_week} people per week: give a number of at least 0")
    if lift.estimate is None or lift.low is None or lift.high is None:
        return None
    if lift.low > 0 or lift.high < 0:
        return 0.0
    people = lift.people_treated + lift.people_control
    half = (lift.high - lift.low) / 2
    per_person = half / _reach(people, confidence, tuning) * math.sqrt(people)

    found = _least_people(
        people, people + per_week * MOST_WEEKS,
        lambda n: _reach(n, confidence, tuning) * per_person / math.sqrt(n) <= abs(lift.estimate or 0.0),
    )  # fmt: skip
    return None if found is None or not per_week else (found - people) / per_week


def _weeks(pace: Pace, fewest: float, known: Callable[[float], bool]) -> float | None:
    found = _least_people(fewest, pace.people(MOST_WEEKS), known)
    return None if found is None else pace.weeks(found)


def _least_people(fewest: float, most: float, known: Callable[[float], bool]) -> float | None:
    """The fewest people from which on something is known, by bisection in logarithms: the interval only narrows."""
    if most < fewest or not known(most):
        return None
    if known(fewest):
        return fewest
    low, high = math.log(fewest), math.log(most)
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (low, middle) if known(math.exp(middle)) else (middle, high)
    return math.exp(high)


def _reach(people: float, confidence: float, tuning: Tuning) -> float:
    """Standard errors on each side at a look after so many people."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}: give a number between 0 and 1")
    return boundary(people, 1 - confidence, tuning.tightest_at)
