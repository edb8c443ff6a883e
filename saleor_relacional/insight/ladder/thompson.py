"""With which probability each rung is drawn: that of being the best (Thompson 1933), and never less than the floor.

The probabilities are computed, not simulated by one draw: an even set of points (Kronecker sequence of square roots of
primes) through the normal distribution. They are stored with the decision, and so it can be judged afterwards.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from scipy import special

from saleor_relacional.insight.history import BoolArray, FloatArray, IntArray, columns, refuse
from saleor_relacional.insight.ladder.hierarchy import Posterior

FLOOR = 0.05
"""Least probability of a rung that is open to a person."""
POINTS = 2048
ALWAYS = 2
"""Nothing and a word are always among the rungs."""
DOUBT = 1.2816
"""Standard deviations: a rung that is worth more than the next cheaper one with a probability under a tenth is not
tried."""
_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)


def probabilities(
    told: Posterior, open_rungs: npt.ArrayLike, price: npt.ArrayLike | float = 0.0, floor: float = FLOOR
) -> FloatArray:
    """(segments, rungs) Probability of each rung in each segment; 0 for closed ones, at least `floor` for open ones.

    `open_rungs`: (segments, rungs), nothing always open. `price`: (segments, rungs) what a rung has to earn besides, in
    the units of the posterior: budget as a price. Raises where the floors of the open rungs come to 1 or more.
    """
    usable = np.asarray(open_rungs, dtype=np.bool_)
    if not usable[:, 0].all():
        raise ValueError("nothing is closed in some segment: it is always open")
    many = usable.sum(axis=1, keepdims=True)
    if floor < 0 or (many * floor >= 1).any():
        raise ValueError(f"floor is {floor} with up to {int(many.max())} open rungs: they leave no room")
    best = best_shares(told, usable, price)
    return np.asarray(np.where(usable, floor + (1 - many * floor) * best, 0.0))


def best_shares(told: Posterior, usable: BoolArray, price: npt.ArrayLike | float) -> FloatArray:
    """(segments, rungs) Share of the points at which a rung is the best of the open ones."""
    segments, rungs = usable.shape
    root = np.linalg.cholesky(told.covariance)
    drawn = told.mean[:, None, :] + _points(rungs - 1) @ root.transpose(0, 2, 1)
    worth = np.concatenate([np.zeros((segments, POINTS, 1)), drawn], axis=2)
    worth -= np.broadcast_to(np.asarray(price, dtype=np.float64), usable.shape)[:, None, :]
    best = np.where(usable[:, None, :], worth, -np.inf).argmax(axis=2)
    return np.stack([(best == rung).mean(axis=1) for rung in range(rungs)], axis=1)


def worth_trying(told: Posterior, allowed: npt.ArrayLike, doubt: float = DOUBT) -> BoolArray:
    """(segments, rungs) Which rungs are open: nothing and a word, and of the others each whose increment over the next
    cheaper open one may be above 0. `allowed`: those that neither the owner nor the evidence has stopped."""
    usable = np.array(allowed, dtype=np.bool_)
    usable[:, :ALWAYS] = True
    mean = np.column_stack([np.zeros(len(usable)), told.mean])
    covariance = np.pad(told.covariance, ((0, 0), (1, 0), (1, 0)))
    for segment, row in enumerate(usable):
        cheaper = ALWAYS - 1
        for rung in np.flatnonzero(row)[ALWAYS:]:
            spread = covariance[segment]
            variance = spread[rung, rung] + spread[cheaper, cheaper] - 2 * spread[rung, cheaper]
            row[rung] = mean[segment, rung] - mean[segment, cheaper] + doubt * np.sqrt(variance) > 0
            cheaper = rung if row[rung] else cheaper
    return usable


def choose(chances: npt.ArrayLike, uniform: npt.ArrayLike) -> IntArray:
    """The rung of each person: rows of probabilities (people, rungs), and a number in [0, 1) each, a hash of stable
    names."""
    table = np.asarray(chances, dtype=np.float64)
    (luck,) = columns(uniform=uniform)
    refuse((luck < 0) | (luck >= 1), "uniform is not in [0, 1)", luck)
    edges = table.cumsum(axis=1)
    found = (luck[:, None] * edges[:, -1:] >= edges).sum(axis=1)
    return np.asarray(found, dtype=np.int64)


@cache
def _points(dimensions: int) -> FloatArray:
    """(POINTS, dimensions) Standard normal numbers, evenly spread: the same on every machine."""
    steps = np.sqrt(np.array(_PRIMES[:dimensions]))
    fraction = (np.arange(1, POINTS + 1)[:, None] * steps + 0.5) % 1.0
    return np.asarray(special.ndtri(np.clip(fraction, 1e-9, 1 - 1e-9)))
