"""What follows from histories: rhythm, boundaries, stage, since when and why. Columns of numbers, a row per person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from saleor_relacional.db import binary
from saleor_relacional.flows.learning import fit
from saleor_relacional.flows.scoring.histories import Histories
from saleor_relacional.flows.scoring.history_sql import CAUSES
from saleor_relacional.insight.timing import declared, rhythm, stages
from saleor_relacional.insight.timing.stages import STAGES, Stage

DAMPING = 0.1
"""A refit moves a boundary only as far as needed to lie within this share of where it would put it."""
LIVE = timedelta(days=2)
"""A first purchase this fresh is news; an older one is history read at install."""

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_A_DAY = float(binary.DAY_MICROSECONDS)
REFIT = CAUSES.index("refit")
_BOUNDARIES = ("slips", "lapses", "lost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """Where people stand. Moments as in db/binary."""

    own: rhythm.Rhythm
    slips_at: Array
    lapses_at: Array
    lost_at: Array
    stage: Array
    """By place in STAGES."""
    since: Array
    cause: Array
    """By place in CAUSES."""
    next_change_at: Array
    changed: Bools
    """Whether it is told in the history: another stage than before, or the first."""


def classify(history: Histories, shop: fit.ShopModel, now: datetime) -> Lifecycle:
    """Where everybody lifecycle, from their history with the shop's fit, at `now`."""
    own = rhythm.rhythms(shop.rhythm, history["gaps"], history["gap_log_sum"], history["gap_log_squares"])
    own = declared.rhythm(own, history["every_days"])
    limits = declared.boundaries(stages.boundaries(own), _not_before(history))
    limits = _limits(history, limits, shop)
    recovered = stages.was_lapsed(
        shop.rhythm, history["gaps"], history["gap_log_sum"], history["gap_log_squares"], history["last_gap"]
    )
    stage = stages.stage_at(history["purchase_days"], history.idle(now), limits, recovered)
    stage = np.where(history.believed, stage, _counted(history))
    after = (limits.slips_after, limits.lapses_after, limits.lost_after)
    moments = [np.where(history.believed, _moments(history, days), binary.NO_MOMENT) for days in after]
    changed = _first(history) | (stage != history["old_stage"])
    cause = np.where(changed, _causes(history, shop, now), history["old_cause"])
    since = np.where(changed, _since(history, stage, moments, cause, now), history["old_since"])
    return Lifecycle(
        own=own, slips_at=moments[0], lapses_at=moments[1], lost_at=moments[2], stage=stage, since=since, cause=cause,
        next_change_at=_next(moments, now), changed=changed & history.believed,
    )  # fmt: skip


def _counted(history: Histories) -> Array:
    """The stage of whoever objects to profiling: how often they bought, and nothing that follows from it."""
    none, once, more = (STAGES.index(one) for one in (Stage.PROSPECT, Stage.NEW, Stage.ACTIVE))
    days = history["purchase_days"]
    return np.select([days == 0, days == 1], [none, once], more)


def _first(history: Histories) -> Bools:
    return np.asarray(history["old_scored_at"] == binary.NO_MOMENT)


def _not_before(history: Histories) -> Floats:
    """The first day on which they said they may come, in days after the last purchase; nan where they did not."""
    day = history["not_before"].astype(np.int64) * binary.DAY_MICROSECONDS
    said = (history["not_before"] != binary.NO_DAY) & history.bought
    return np.where(said, (day - np.where(said, history["last_at"], 0)) / _A_DAY, np.nan)


def _limits(history: Histories, fresh: stages.Boundaries, shop: fit.ShopModel) -> stages.Boundaries:
    """The boundaries that hold: new ones where the history or what was declared changed; where they did not, the old
    ones, which another fit moves only as far as it must (hysteresis). To the microsecond, as moments are kept."""
    news = (
        _first(history)
        | (history["purchase_days"] != history["old_purchase_days"])
        | (history["last_at"] != history["old_last_at"])
        | (history["declared_at"] != history["old_declared_at"])
        | history.rhythm_moved
    )
    refitted = _refitted(history, shop)
    kept = []
    for name in _BOUNDARIES:
        new, at = getattr(fresh, f"{name}_after"), history[f"old_{name}_at"]
        known = (at != binary.NO_MOMENT) & (history["old_last_at"] != binary.NO_MOMENT) & ~news
        old = np.where(known, at - np.where(known, history["old_last_at"], 0), 0) / _A_DAY
        damped = np.clip(old, new * (1 - DAMPING), new * (1 + DAMPING))
        days = np.where(known, np.where(refitted, damped, old), new)
        kept.append(np.rint(days * _A_DAY) / _A_DAY)
    return stages.Boundaries(slips_after=kept[0], lapses_after=kept[1], lost_after=kept[2])


def _refitted(history: Histories, shop: fit.ShopModel) -> Bools:
    """Scored with another fit the last time."""
    return np.asarray((history["old_fit"] != 0) & (history["old_fit"] != shop.id))


def _moments(history: Histories, days: Floats) -> Array:
    after = np.rint(np.where(history.bought, days, 0.0) * _A_DAY).astype(np.int64)
    return np.where(history.bought, history["last_at"] + after, binary.NO_MOMENT)


def _next(moments: list[Array], now: datetime) -> Array:
    """The first that is still to come."""
    coming = [moment > binary.moment(now) for moment in moments]
    return np.select(coming, moments, binary.NO_MOMENT)


def _since(history: Histories, codes: Array, moments: list[Array], cause: Array, now: datetime) -> Array:
    """When the stage became true: at a boundary, at the last purchase, or when we saw it."""
    seen = np.int64(binary.moment(now))
    by_time = [
        codes == stages.STAGES.index(stage)
        for stage in (stages.Stage.SLIPPING, stages.Stage.LAPSED, stages.Stage.LOST)
    ]
    since = np.select(by_time, moments, np.where(history.bought, history["last_at"], seen))
    return np.where(cause == REFIT, seen, since)


def _causes(history: Histories, shop: fit.ShopModel, now: datetime) -> Array:
    """Why it is another stage than before, if it is."""
    last, old_last, bought = history["last_at"], history["old_last_at"], history.bought
    more = history["purchase_days"] - history["old_purchase_days"]
    fresh = bought & (binary.moment(now) - last < LIVE // timedelta(microseconds=1))
    cases = [
        (_first(history) & fresh, "purchase"),
        (_first(history), "history"),
        ((history["as_history"] != 0) & ~fresh, "history"),
        ((more > 0) | (bought & (last > old_last)), "purchase"),
        ((more < 0) | (last != old_last), "correction"),
        (history["rhythm_since"] != history["old_rhythm_since"], "habit"),
        (history.rhythm_moved, "correction"),
        (history["refunds_moved"] != 0, "refund"),
        (history["declared_at"] != history["old_declared_at"], "declared"),
        (_refitted(history, shop), "refit"),
    ]
    return np.select(
        [case for case, _ in cases], [CAUSES.index(word) for _, word in cases], CAUSES.index("time")
    )
