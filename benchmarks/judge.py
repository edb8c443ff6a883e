"""How good predictions were: the measures, and what chance alone would do to them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from saleor_relacional.insight.timing.next_order import interval_score

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

RESAMPLES = 1_000


def auc_gap(ours: Floats, other: Floats, came: Bools, seed: int = 20_260_101) -> tuple[float, float, float]:
    """(ours minus other, lower and upper end of its 95 % interval): paired bootstrap over customers."""
    chance = np.random.default_rng(seed)
    size = len(came)
    mine, theirs = _Ranked(ours, came), _Ranked(other, came)
    whole = np.ones(size)
    gaps = []
    for _ in range(RESAMPLES):
        weight = np.bincount(chance.integers(0, size, size), minlength=size).astype(np.float64)
        gaps.append(mine.auc(weight) - theirs.auc(weight))
    low, high = np.nanquantile(gaps, [0.025, 0.975])
    return mine.auc(whole) - theirs.auc(whole), float(low), float(high)


class _Ranked:
    """Scores put in order once; the AUC under any weights is then a sum."""

    def __init__(self, score: Floats, came: Bools) -> None:
        _, self.place = np.unique(score, return_inverse=True)
        self.places = int(self.place.max(initial=-1)) + 1
        self.came = came

    def auc(self, weight: Floats) -> float:
        yes = np.bincount(self.place[self.came], weight[self.came], self.places)
        no = np.bincount(self.place[~self.came], weight[~self.came], self.places)
        below = np.cumsum(no) - no
        total = yes.sum() * no.sum()
        return float((yes * (below + 0.5 * no)).sum() / total) if total else float("nan")


def coverage(place: Floats, seen_to: Floats, low: float = 0.1, high: float = 0.9) -> float:
    """Share of returns inside the window, each weighing by the inverse probability of having been seen.

    `place` is where in its predicted distribution each return fell, `seen_to` how far into that distribution
    the data reach for this customer (1: a return of theirs was sure to be seen). The chance that a return at
    a place was seen is estimated by the product-limit of right-truncated data (Lynden-Bell 1971), from the
    returns alone, so that people who never come back need not be known.
    """
    if len(place) == 0:
        return float("nan")
    values, mass = _mass(place, np.maximum(seen_to, place))
    return float(mass[(values >= low) & (values <= high)].sum())


def _mass(place: Floats, seen_to: Floats) -> tuple[Floats, Floats]:
    values, deaths = np.unique(place, return_counts=True)
    at_risk = np.searchsorted(np.sort(place), values, "right") - np.searchsorted(
        np.sort(seen_to), values, "left"
    )
    stays = 1.0 - deaths / np.maximum(at_risk, deaths)
    above = np.concatenate((np.cumprod(np.maximum(stays, 1e-12)[::-1])[::-1][1:], [1.0]))
    mass = above * deaths / np.maximum(at_risk, deaths)
    return values, mass / mass.sum()


def window(low: Floats, middle: Floats, high: Floats, gap: Floats) -> dict[str, float]:
    """Measures of windows among those who returned by the end, asked for a return by the end: nobody's is
    censored."""
    inside = (gap >= low) & (gap <= high)
    return {
        "coverage_80": float(inside.mean()),
        "width_80": float(np.median(high - low)),
        "interval_score": float(interval_score(low, high, gap).mean()),
        "next_day_error": float(np.median(np.abs(middle - gap))),
    }
