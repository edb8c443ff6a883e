"""Where a relationship stands: exactly one stage for every profile, computed from the purchases that count.

The stage depends on the purchase days and the instant only, never on the stage before, so facts may arrive in
any order. Time alone moves {new, active, loyal, recovered} to slipping, lapsed, lost and never back; a
purchase, a refund or withdrawal, or a correction is needed for that. The table stands in docs/maths.md as
well.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from saleor_relacional.insight.history import BoolArray, FloatArray, columns, refuse
from saleor_relacional.insight.timing import rhythm as rhythms_of
from saleor_relacional.insight.timing.rhythm import Rhythm, ShopRhythm

CodeArray = npt.NDArray[np.int8]


class Stage(StrEnum):
    """The stages, in the order of their codes."""

    PROSPECT = "prospect"
    NEW = "new"
    ACTIVE = "active"
    LOYAL = "loyal"
    RECOVERED = "recovered"
    SLIPPING = "slipping"
    LAPSED = "lapsed"
    LOST = "lost"


STAGES: tuple[Stage, ...] = tuple(Stage)
"""A stage's place here is its code in the arrays below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """When time alone moves a customer on, in days after the last purchase."""

    overdue: float
    """At this probability that a customer with this rhythm would have been back."""
    at_least_days: float
    """Never sooner, however quick the rhythm."""
    at_most_days: float
    """Never later than the greater of this ..."""
    at_most_medians: float
    """... and this many medians of the own rhythm: a heavy tail is no reason to wait for decades."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The thresholds of the table. Each column must increase from slipping to lapsed to lost."""

    slipping: Threshold = Threshold(overdue=0.80, at_least_days=7, at_most_days=365, at_most_medians=1.5)
    lapsed: Threshold = Threshold(overdue=0.90, at_least_days=21, at_most_days=548, at_most_medians=2.5)
    lost: Threshold = Threshold(overdue=0.97, at_least_days=60, at_most_days=730, at_most_medians=4.0)
    loyal_from: int = 4
    """Purchase days that make a customer loyal: three own gaps, so that the rhythm is theirs and not the
    shop's."""

    def __post_init__(self) -> None:
        if self.loyal_from < 2:
            raise ValueError(f"loyal_from is {self.loyal_from}: give at least 2 purchase days")
        steps = (self.slipping, self.lapsed, self.lost)
        for sooner, later in itertools.pairwise(steps):
            for name in ("overdue", "at_least_days", "at_most_days", "at_most_medians"):
                if not 0 < getattr(sooner, name) < getattr(later, name):
                    raise ValueError(f"{name} must be positive and increase from slipping to lapsed to lost")
        for step in steps:
            if step.overdue >= 1 or step.at_least_days >= step.at_most_days:
                raise ValueError("overdue must be under 1, at_least_days under at_most_days")


RULES = Rules()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the stage table, for people."""

    stage: Stage
    entry: str
    exit: str


TABLE: tuple[Row, ...] = (
    Row(stage=Stage.PROSPECT, entry="no purchase that counts", exit="a purchase"),
    Row(stage=Stage.NEW, entry="one purchase day, idle under slips_after", exit="a purchase; time: slipping"),
    Row(
        stage=Stage.ACTIVE,
        entry="two or three purchase days, idle under slips_after, last gap not over the lapse of its day",
        exit="a purchase; time: slipping",
    ),
    Row(
        stage=Stage.LOYAL,
        entry="four or more purchase days, idle under slips_after, last gap not over the lapse of its day",
        exit="a purchase after a lapse: recovered; time: slipping",
    ),
    Row(
        stage=Stage.RECOVERED,
        entry="idle under slips_after, and the last gap reached lapses_after as the gaps before it gave it",
        exit="a purchase in rhythm: active or loyal; time: slipping",
    ),
    Row(
        stage=Stage.SLIPPING, entry="idle reaches slips_after (overdue .80)", exit="a purchase; time: lapsed"
    ),
    Row(stage=Stage.LAPSED, entry="idle reaches lapses_after (overdue .90)", exit="a purchase; time: lost"),
    Row(stage=Stage.LOST, entry="idle reaches lost_after (overdue .97)", exit="a purchase"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundaries:
    """Days after the last purchase at which time alone changes the stage. One value per customer.

    Multiples of 1/1024 day (84.375 s): exact as a float and as a number of microseconds, so that a moment
    computed from them and the idle time computed back from that moment are equal.
    """

    slips_after: FloatArray
    lapses_after: FloatArray
    lost_after: FloatArray


def boundaries(rhythm: Rhythm, rules: Rules = RULES) -> Boundaries:
    """When each customer slips, lapses and is lost, by their own rhythm (one-time buyers: by the shop's)."""
    slips = _after(rhythm, rules.slipping)
    lapses = np.maximum(_after(rhythm, rules.lapsed), slips + 1.0)
    lost = np.maximum(_after(rhythm, rules.lost), lapses + 1.0)
    return Boundaries(slips_after=slips, lapses_after=lapses, lost_after=lost)


def was_lapsed(
    shop: ShopRhythm,
    gaps: npt.ArrayLike,
    log_sum: npt.ArrayLike,
    log_square_sum: npt.ArrayLike,
    last_gap: npt.ArrayLike,
    rules: Rules = RULES,
) -> BoolArray:
    """Whether the last purchase came after a lapse: its gap reached the lapse of the rhythm of the gaps
    before it.

    The statistics include the last gap, which is taken out here. `last_gap` is ignored where gaps is 0 (nan
    is fine).
    """
    n, total, squares = columns(gaps=gaps, log_sum=log_sum, log_square_sum=log_square_sum)
    gap = np.atleast_1d(np.asarray(last_gap, dtype=np.float64))
    refuse((n > 0) & ~(gap >= 1), "last_gap is not a number of at least 1 day", np.broadcast_to(gap, n.shape))
    known = np.where(n > 0, gap, 1.0)
    log_gap = np.log(known)
    before = np.maximum(n - 1, 0)
    has = before > 0
    rest = np.where(has, np.maximum(total - log_gap, 0.0), 0.0)
    rest_squares = np.where(has, np.maximum(squares - log_gap**2, rest * rest / np.maximum(before, 1)), 0.0)
    then = boundaries(rhythms_of.rhythms(shop, before, rest, rest_squares), rules)
    return np.asarray((n > 0) & (known >= then.lapses_after))


def stage_at(
    purchase_days: npt.ArrayLike,
    idle: npt.ArrayLike,
    limits: Boundaries,
    after_lapse: npt.ArrayLike,
    rules: Rules = RULES,
) -> CodeArray:
    """Code (place in `STAGES`) of each customer's stage, `idle` days after the last purchase.

    `purchase_days` counts distinct purchase days; where it is 0 the customer is a prospect and `idle` and
    `limits` are ignored (nan is fine). `after_lapse` is `was_lapsed`.
    """
    days, waited = _days_and_idle(purchase_days, idle)
    present = np.select(
        [days == 0, days == 1, np.asarray(after_lapse, dtype=np.bool_), days < rules.loyal_from],
        [_code(Stage.PROSPECT), _code(Stage.NEW), _code(Stage.RECOVERED), _code(Stage.ACTIVE)],
        _code(Stage.LOYAL),
    )
    past = [waited >= limits.lost_after, waited >= limits.lapses_after, waited >= limits.slips_after]
    by_time = np.select(past, [_code(Stage.LOST), _code(Stage.LAPSED), _code(Stage.SLIPPING)], present)
    return np.where(days == 0, _code(Stage.PROSPECT), by_time).astype(np.int8)


def next_change_at(purchase_days: npt.ArrayLike, idle: npt.ArrayLike, limits: Boundaries) -> FloatArray:
    """Days after the last purchase at which time alone next changes the stage; inf where it never will.

    The new stage holds from exactly that moment on.
    """
    days, waited = _days_and_idle(purchase_days, idle)
    coming = [waited < limits.slips_after, waited < limits.lapses_after, waited < limits.lost_after]
    at = np.select(coming, [limits.slips_after, limits.lapses_after, limits.lost_after], np.inf)
    return np.where(days == 0, np.inf, at)


def names(codes: npt.ArrayLike) -> list[Stage]:
    """The stages behind codes."""
    return [STAGES[code] for code in np.atleast_1d(np.asarray(codes, dtype=np.int64)).tolist()]


def _code(stage: Stage) -> int:
    return STAGES.index(stage)


_GRID = 1024.0


def _after(rhythm: Rhythm, threshold: Threshold) -> FloatArray:
    days = rhythms_of.quantile(rhythm, threshold.overdue)
    ceiling = np.maximum(threshold.at_most_days, threshold.at_most_medians * np.exp(rhythm.log_mean))
    bounded = np.minimum(np.maximum(days, threshold.at_least_days), ceiling)
    return np.asarray(np.ceil(bounded * _GRID) / _GRID)


def _days_and_idle(purchase_days: npt.ArrayLike, idle: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    (days,) = columns(purchase_days=purchase_days)
    refuse((days < 0) | (days != np.floor(days)), "purchase_days is not a whole number of at least 0", days)
    waited = np.broadcast_to(np.asarray(idle, dtype=np.float64), days.shape)
    refuse((days > 0) & ~(waited >= 0), "idle is not a number of at least 0", waited)
    return days, np.where(days > 0, waited, 0.0)
