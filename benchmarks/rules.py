"""The rules that a shop can have for nothing, and lifetimes. None of them has a number that was looked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from saleor_relacional.insight.summary_columns import Period, SummaryColumns
from saleor_relacional.insight.timing.next_order import ShopGaps

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a rule says of each customer."""

    score: Floats
    """To put them in order."""
    chance: Floats | None = None
    """Of an order in the horizon, where the rule says one."""
    orders: Floats | None = None


def rfm(past: SummaryColumns, horizon: float, before: Period | None) -> Said:
    """Sum of three quintiles: recency, number, money in all (ties share their mean rank)."""
    score = _quintile_sum(past)
    return Said(score=score, chance=_as_seen(score, _quintile_sum(before.past), before) if before else None)


def days_since_last(past: SummaryColumns, horizon: float, before: Period | None) -> Said:
    """The later the last order, the better."""
    score = -past.idle
    if before is None:
        return Said(score=score)
    edges = np.quantile(-before.past.idle, np.linspace(0.1, 0.9, 9))
    groups = (
        np.searchsorted(edges, score).astype(float),
        np.searchsorted(edges, -before.past.idle).astype(float),
    )
    return Said(score=score, chance=_as_seen(*groups, before))


def own_rate(past: SummaryColumns, horizon: float, before: Period | None) -> Said:
    """Repeat orders a day since the first, carried on."""
    rate = past.frequency / np.maximum(past.tenure, 1.0)
    return Said(score=rate, chance=-np.expm1(-rate * horizon), orders=rate * horizon)


def flat_90(past: SummaryColumns, horizon: float, before: Period | None) -> Said:
    """Ours if they ordered within 90 days, lost if not."""
    kept = (past.idle < 90).astype(np.float64)
    return Said(score=kept, chance=kept)


RULES = {"rfm": rfm, "days_since_last": days_since_last, "own_rate": own_rate, "flat_90": flat_90}


def _quintile_sum(past: SummaryColumns) -> Floats:
    money = np.nan_to_num(past.value) * (past.frequency + 1)
    return np.asarray(
        sum(np.ceil(5 * stats.rankdata(column) / len(past)) for column in (-past.idle, past.frequency, money))
    )


def _as_seen(group: Floats, group_before: Floats, before: Period) -> Floats:
    """A score that is no probability becomes one: the share of that group who came in the newest period of
    the shop's own past."""
    came, whole = before.came, float(before.came.mean())
    share = {
        value: (came[group_before == value].sum() + whole) / ((group_before == value).sum() + 1.0)
        for value in np.unique(group_before)
    }
    return np.array([share.get(value, whole) for value in group])


def shop_median(gaps: ShopGaps, idle: Floats, horizon: float) -> tuple[Floats, Floats, Floats]:
    """(low, middle, high) from the gaps that the shop has seen: for everybody the median and the middle 80 %
    of those longer than the wait so far and not beyond the horizon; the horizon itself where fewer than five
    are."""
    result = np.empty((3, len(idle)))
    known = np.repeat(gaps.days, gaps.count.astype(int))
    for wait in np.unique(idle):
        seen = known[np.searchsorted(known, wait, "right") : np.searchsorted(known, wait + horizon, "right")]
        if len(seen) < 5:
            seen = np.linspace(wait + 1, wait + horizon, 11)
        result[:, idle == wait] = np.quantile(seen, [0.1, 0.5, 0.9])[:, None]
    return result[0], result[1], result[2]


def lifetimes_mbg(past: SummaryColumns, horizon: float) -> tuple[Said, Said, str]:
    """lifetimes' MBG/NBD in weeks: (ranked by its expected orders, ranked by its chance, what had to be done).

    Where it does not converge it is asked again with the penalties that its message proposes.
    """
    from lifetimes import ModifiedBetaGeoFitter
    from lifetimes.utils import ConvergenceError

    x, t_x, big_t = past.frequency, past.recency / 7, past.tenure / 7
    for penalty in (0.0, 0.001, 0.01, 0.1, 1.0):
        try:
            model: Any = ModifiedBetaGeoFitter(penalizer_coef=penalty).fit(x, t_x, big_t)
            break
        except ConvergenceError:
            continue
    else:
        raise SystemExit("lifetimes does not converge on this history, with whatever penalty")
    r, alpha, _, _ = (float(model.params_[name]) for name in ("r", "alpha", "a", "b"))
    orders = np.asarray(
        model.conditional_expected_number_of_purchases_up_to_time(horizon / 7, x, t_x, big_t), float
    )
    alive = np.asarray(model.conditional_probability_alive(x, t_x, big_t), float)
    chance = alive * -np.expm1(-(r + x) * np.log1p(horizon / 7 / (alpha + big_t)))
    note = f"did not converge without a penalty of {penalty}" if penalty else ""
    wild = int((~(np.abs(orders) < _WILD)).sum())
    if wild:
        note = (
            f"{note}; " * bool(note)
            + f"expected orders of {wild:,} customers overflow: MAE and bias left empty"
        )
    said = None if wild else orders
    by_orders = Said(score=chance if wild else orders, chance=chance, orders=said)
    return by_orders, Said(score=chance, chance=chance, orders=said), note


_WILD = 1e6
"""Orders that nobody makes within a horizon: what the formula gives where the fit ran along a ridge."""
