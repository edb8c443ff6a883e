"""What each rung brings over nothing in each segment, the segments pooled in part.

A hierarchical normal model in closed form (Gelman et al., *Bayesian Data Analysis*, 3rd ed., 5.4, for vectors). Per
segment g a vector d_g of increments, one per rung above nothing: d_g = c_g + m + e_g, m ~ N(0, S) of the shop,
e_g ~ N(0, k T) of the segment. c, S, T are believed beforehand; k, how much segments differ, is learnt from all of them
by its marginal likelihood on a grid. Symbols: L_g precision of what was measured, h_g = L_g times its mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from saleor_relacional.insight.history import FloatArray
from saleor_relacional.insight.ladder.moments import RungMoments, means

SPREADS = tuple(2.0**power for power in range(-6, 5))
"""Values of k that are tried; its logarithm is believed to be normal around 0."""
SPREAD_LOG_SD = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What is believed before anything is measured. Rows and columns are rungs above nothing."""

    centre: FloatArray
    """(segments, rungs) Mean increment over nothing."""
    shop: FloatArray
    """(rungs, rungs) Covariance of what is common to all segments."""
    segment: FloatArray
    """(rungs, rungs) Covariance of how a segment differs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """Increments over nothing, per segment."""

    mean: FloatArray
    """(segments, rungs)"""
    covariance: FloatArray
    """(segments, rungs, rungs)"""
    spread: float
    """How much segments differ: 1 as believed, less or more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Information:
    """What was measured of the increments, per segment. 0 where nothing was."""

    precision: FloatArray
    """(segments, rungs, rungs) Inverse of the covariance of what was measured."""
    scaled: FloatArray
    """(segments, rungs) That times what was measured."""


def information(gathered: RungMoments, segments: Sequence[str], units: Sequence[float]) -> Information:
    """Increments over nothing in each of these segments, each in its unit of money."""
    found = [_of_segment(gathered, name, unit) for name, unit in zip(segments, units, strict=True)]
    return Information(
        precision=np.array([precision for precision, _ in found]),
        scaled=np.array([scaled for _, scaled in found]),
    )


def _of_segment(gathered: RungMoments, segment: str, unit: float) -> tuple[FloatArray, FloatArray]:
    """Of the strata of a segment, each compared within itself and added up by its precision."""
    size = len(gathered.rungs) - 1
    precision, scaled = np.zeros((size, size)), np.zeros(size)
    for block in gathered.of_segment(segment):
        told = means(block)
        usable = told.seen & np.isfinite(told.variance) & (told.variance > 0)
        above = np.flatnonzero(usable[1:])
        if not usable[0] or not len(above):
            continue
        increment = (told.mean[1:] - told.mean[0])[above] / unit
        # All increments lean on the same people who got nothing: diag(v) + v0 1 1', inverted (Sherman, Morrison).
        inverse = unit**2 / told.variance[1:][above]
        own = np.diag(inverse) - np.outer(inverse, inverse) / (unit**2 / told.variance[0] + inverse.sum())
        precision[np.ix_(above, above)] += own
        scaled[above] += own @ increment
    return precision, scaled


def posterior(measured: Information, prior: Prior) -> Posterior:
    """Of each segment. Without anything measured: the prior."""
    spread = max(SPREADS, key=lambda k: _evidence(measured, prior, k) - (np.log(k) / SPREAD_LOG_SD) ** 2 / 2)
    between = spread * prior.segment
    precision, pull = _of_shop(measured, prior, between)
    common, apart = np.linalg.inv(precision), np.linalg.inv(between)
    own = np.linalg.inv(measured.precision + apart)
    leans = own @ apart
    believed = (prior.centre + common @ pull) @ apart
    return Posterior(
        mean=_times(own, measured.scaled + believed),
        covariance=own + leans @ common @ leans.transpose(0, 2, 1),
        spread=spread,
    )


def _of_shop(measured: Information, prior: Prior, between: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Precision of m, and precision times its mean. Written with products, so that what nobody measured may have
    precision 0."""
    spread = np.linalg.inv(np.eye(len(between)) + measured.precision @ between)
    precision = np.linalg.inv(prior.shop) + (spread @ measured.precision).sum(axis=0)
    return (precision + precision.T) / 2, _times(spread, _off(measured, prior)).sum(axis=0)


def _off(measured: Information, prior: Prior) -> FloatArray:
    """How far what was measured is from what was believed, times precision."""
    return measured.scaled - _times(measured.precision, prior.centre)


def _evidence(measured: Information, prior: Prior, k: float) -> float:
    """Logarithm of the marginal likelihood of k, but for what does not depend on k."""
    between, off = k * prior.segment, _off(measured, prior)
    own = np.linalg.inv(measured.precision + np.linalg.inv(between))
    segments = (off * _times(own, off)).sum()
    segments -= np.linalg.slogdet(np.eye(len(between)) + between @ measured.precision)[1].sum()
    precision, pull = _of_shop(measured, prior, between)
    shop = pull @ np.linalg.solve(precision, pull) - np.linalg.slogdet(prior.shop @ precision)[1]
    return float(segments + shop) / 2


def _times(matrices: npt.ArrayLike, vectors: npt.ArrayLike) -> FloatArray:
    """Of each segment: its matrix times its vector."""
    return np.asarray(np.einsum("gij,gj->gi", np.asarray(matrices), np.asarray(vectors)))
