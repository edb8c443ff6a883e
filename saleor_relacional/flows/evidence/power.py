"""What a campaign will let its owner know, and when: said before it is switched on.

It rests on how many people are there for it per month and on how people of the shop came back by themselves so far.
"""

import math
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from saleor_relacional.flows.evidence import past_spends
from saleor_relacional.insight.inference.power import Noise, Pace, effect_known, weeks_to_know
from saleor_relacional.models import Campaign

WEEKS = 13
"""After which it is told what will be known, where windows are no longer than MONTH; else as many more as they are."""
MONTH = 30
"""Days."""
MORE_CONTROL = 0.5
"""The control share that decides soonest, as two arms of one size do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Of one outcome: the smallest gain that will be known."""

    base: float
    """What it is without the campaign: share who come back, or money per person."""
    effect: float | None
    """Per person, in eight of ten campaigns; None: nothing will be known by then."""
    sooner: float | None
    """In how many weeks the same would be known with `Power.more_control`; None: nothing is known, or no sooner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """What will be known of a campaign so many weeks after it is switched on."""

    per_month: float | None
    """People who start, both arms. None: not known yet."""
    control_share: Decimal
    weeks: int
    more_control: float
    currency: str
    """Of the money; empty where nothing is known of it."""
    came_back: Known | None
    kept: Known | None
    """None where nothing is known of the past, where nobody is there (or nobody knows), or where nobody is in the
    control group."""


def usual_weeks(window_days: int) -> int:
    """After how many weeks it is told what will be known, unless somebody asks for others: until the first windows have
    closed nothing is."""
    return WEEKS + math.ceil(max(0, window_days - MONTH) / 7)


def power(
    campaign: Campaign, *, per_month: float | None, control_share: Decimal, now: datetime, weeks: int,
    using: str | None = None,
) -> Power:  # fmt: skip
    """What will be known with so many people per month, of whom so many are in the control group."""
    known = past_spends.past(campaign.window_days, now, using=using)
    came_back = kept = None
    if per_month and 0 < control_share < 1 and known.rate is not None:
        pace = Pace(
            per_month=per_month, control_share=float(control_share), window_days=float(campaign.window_days)
        )
        if known.rate < 1:
            came_back = _known(pace, Noise(rate=known.rate), known.rate, weeks)
        if known.variance:
            kept = _known(pace, Noise(variance=known.variance), known.mean, weeks)
    return Power(
        per_month=per_month, control_share=control_share, weeks=weeks, more_control=MORE_CONTROL,
        currency=known.currency, came_back=came_back, kept=kept,
    )  # fmt: skip


def _known(pace: Pace, noise: Noise, base: float, weeks: int) -> Known:
    effect = effect_known(weeks, pace=pace, noise=noise)
    sooner = None
    if effect is not None and pace.control_share < MORE_CONTROL:
        even = Pace(per_month=pace.per_month, control_share=MORE_CONTROL, window_days=pace.window_days)
        found = weeks_to_know(effect, pace=even, noise=noise)
        sooner = found if found is not None and found < weeks else None
    return Known(base=base, effect=effect, sooner=sooner)
