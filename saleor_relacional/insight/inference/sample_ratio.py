"""Whether as many people are held out as were meant to be: the check for a sample ratio mismatch.

Arms are drawn; how many fall into each is luck within narrow bounds. Where they are beyond these, something besides the
draw decided who is in which (people who were lost, counted twice or left out in one arm only), the arms are not alike,
and no difference between them says anything. Looked at every day, so it is a test that may be: the likelihood of the
counts under a mixture of shares (a beta distribution about the share that was meant), over their likelihood under that
share. Under the draw this is a martingale that starts at 1, and reaches 1 / FALSE_ALARM in at most FALSE_ALARM of all
campaigns ever (Ville's inequality; Lindon and Malek 2022, "Anytime-valid inference for multinomial count data").
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from scipy.special import betaln

FALSE_ALARM = 0.001
"""Of campaigns whose draw is sound, at most this share is ever called a mismatch."""
PRIOR_PEOPLE = 100.0
"""How closely the mixture lies about the share that was meant, as so many people: smaller deviations are found later
than with more, greater ones sooner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The people who were drawn under one control share."""

    share: Decimal | float
    treated: int
    control: int

    @property
    def people(self) -> int:
        return self.treated + self.control


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """A sample ratio mismatch: how many are held out, and how many would be by the draw."""

    people: int
    control: int
    expected: float


def mismatch(strata: Iterable[Drawn]) -> Mismatch | None:
    """What is wrong with the sizes of both arms; None where they fit the shares that people were drawn under."""
    drawn = list(strata)
    if sum(map(_evidence, drawn)) < -math.log(FALSE_ALARM):
        return None
    return Mismatch(
        people=sum(one.people for one in drawn), control=sum(one.control for one in drawn),
        expected=sum(one.people * float(one.share) for one in drawn),
    )  # fmt: skip


def _evidence(drawn: Drawn) -> float:
    """Logarithm of the likelihood ratio of one share; 0 for nobody."""
    share, treated, control = float(drawn.share), drawn.treated, drawn.control
    if share <= 0 or share >= 1:  # nothing was drawn: everybody belongs into one arm
        return math.inf if (control if share <= 0 else treated) else 0.0
    a, b = PRIOR_PEOPLE * share, PRIOR_PEOPLE * (1 - share)
    mixed = float(betaln(a + control, b + treated) - betaln(a, b))
    return mixed - control * math.log(share) - treated * math.log1p(-share)
