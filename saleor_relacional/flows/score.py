"""Histories → stages and beliefs, for people whose facts changed and for those whom time alone moves on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from saleor_relacional.flows import fit, stale, standings
from saleor_relacional.flows.histories import Histories
from saleor_relacional.insight import alive, rhythm, spend, stages
from saleor_relacional.models import sql

DAMPING = 0.1
"""A refit moves a boundary only as far as needed to lie within this share of where it would put it."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What a scoring did."""

    profiles: int
    changes: int
    """Stages that changed."""


def score_stale(now: datetime, *, limit: int = 5_000) -> Scored:
    """Score people whose facts changed, oldest news first. Those that another worker has are left to it."""
    shop = fit.shop(now)
    with sql.atomic():
        marks = stale.take(limit)
        standings.ensure(list(marks), now)
        done = _score(list(marks), shop, now, refitted=False)
        stale.clear(marks)
        return done


def score_range(after: int, *, now: datetime, size: int = 5_000) -> tuple[int | None, Scored]:
    """Score the next `size` people by key after `after` with the adopted fit.

    The last key (None at the end), and what was done."""
    shop = fit.shop(now)
    with sql.atomic():
        found = sql.rows(
            "SELECT profile_id FROM saleor_relacional_standing WHERE profile_id > %s"
            " ORDER BY profile_id LIMIT %s FOR UPDATE",
            [after, size],
        )
        ids = [row[0] for row in found]
        return (ids[-1] if ids else None), _score(ids, shop, now, refitted=True)


def refit(now: datetime) -> Scored:
    """Estimate the shop anew and score everybody with it, range by range. Starts no campaign for anybody."""
    fit.estimate(now)
    profiles = changes = 0
    last: int | None = 0
    while last is not None:
        last, scored = score_range(last, now=now)
        profiles, changes = profiles + scored.profiles, changes + scored.changes
    return Scored(profiles=profiles, changes=changes)


def pass_time(now: datetime, *, limit: int = 10_000) -> Scored:
    """Move on those whom time alone moves: by index, so the cost is the number of people who change."""
    changed = standings.move_on(now, limit)
    return Scored(profiles=changed, changes=changed)


def _score(ids: Sequence[int], shop: fit.Shop, now: datetime, *, refitted: bool) -> Scored:
    history = Histories.read(ids)
    if not len(history):
        return Scored(profiles=0, changes=0)
    own = rhythm.rhythms(shop.rhythm, history.gaps, history.gap_log_sum, history.gap_log_squares)
    limits = _limits(history, stages.boundaries(own), refitted=refitted)
    recovered = stages.was_lapsed(
        shop.rhythm, history.gaps, history.gap_log_sum, history.gap_log_squares,
        [gap or np.nan for gap in history.last_gap],
    )  # fmt: skip
    codes = stages.stage_at(history.purchase_days, history.idle(now), limits, recovered)
    changes = standings.write(history, own, limits, stages.names(codes), now, refitted=refitted)
    standings.write_beliefs(*_beliefs(history, shop, now), fit_id=shop.id, now=now)
    return Scored(profiles=len(history), changes=changes)


def _limits(history: Histories, fresh: stages.Boundaries, *, refitted: bool) -> stages.Boundaries:
    """The boundaries that hold: new ones where the history changed; where it did not, the old ones, which a
    refit moves only as far as it must (hysteresis)."""
    columns = (history.old_slips_at, history.old_lapses_at, history.old_lost_at)
    before = [_days_after(history.last_at, column) for column in columns]
    news = [
        history.old_scored_at[i] is None
        or history.purchase_days[i] != history.old_purchase_days[i]
        or history.last_at[i] != history.old_last_at[i]
        or history.rhythm_moved(i)
        for i in range(len(history))
    ]
    renewed = [fresh.slips_after, fresh.lapses_after, fresh.lost_after]
    kept = [
        np.where(np.array(news) | np.isnan(old), new, _damped(old, new) if refitted else old)
        for old, new in zip(before, renewed, strict=True)
    ]
    return stages.Boundaries(slips_after=kept[0], lapses_after=kept[1], lost_after=kept[2])


def _damped(old: Floats, new: Floats) -> Floats:
    return np.clip(old, new * (1 - DAMPING), new * (1 + DAMPING))


def _days_after(start: Sequence[datetime | None], end: Sequence[datetime | None]) -> Floats:
    return np.array(
        [(b - a).total_seconds() / 86400 if a and b else np.nan for a, b in zip(start, end, strict=True)]
    )


def _beliefs(history: Histories, shop: fit.Shop, now: datetime) -> tuple[list[int], list[int], list[Floats]]:
    """(profiles that have beliefs, profiles that have none, columns in the order of standings.BELIEFS)."""
    bought = np.array(history.purchase_days) > 0
    profiles = np.array(history.profile)
    recency, tenure = (column[bought] for column in history.tenure(now))
    numbers = (history.gaps[bought], recency, tenure)
    value = _order_value(history, shop)[bought]
    outlook = alive.outlook(shop.alive, *numbers, (30, 90, 365))
    columns = [
        outlook.alive, *outlook.ordering.values(), *outlook.expected.values(), value,
        outlook.expected[365] * value,
    ]  # fmt: skip
    return profiles[bought].tolist(), profiles[~bought].tolist(), columns


def _order_value(history: Histories, shop: fit.Shop) -> Floats:
    value = np.zeros(len(history))
    currencies = np.array(history.currency)
    for currency in set(history.currency) - {""}:
        rows = currencies == currency
        count = np.array(history.valued_purchases, dtype=float)[rows]
        kept = np.array(history.sold, dtype=float) - np.array(history.refunded, dtype=float)
        total = np.maximum(kept, 0.0)[rows]  # who sends everything back is not the most promising
        known: Any = shop.spend.get(currency)
        if known is None or not np.isfinite(known.mean):
            value[rows] = np.where(count > 0, total / np.maximum(count, 1), 0.0)
        else:
            value[rows] = spend.average_order(known, count, total).mean
    return value
