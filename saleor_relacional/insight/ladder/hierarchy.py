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
    """What was measured of the increments in one segment: precision and precision times mean. 0 where nothing was."""

    precision: FloatArray
    scaled: FloatArray


def information(gathered: RungMoments, segment: str, unit: float = 1.0) -> Information:
    """Increments over nothing within each stratum of a segment, in `unit`s of money, added up by their precision."""
    size = len(gathered.rungs) - 1
    precision, scaled = np.zeros((size, size)), np.zeros(size)
    for block in gathered.of_segment(segment):
        told = means(block)
        usable = told.seen & np.isfinite(told.variance) & (told.variance > 0)
        above = np.flatnonzero(usable[1:])
        if not usable[0] or not len(above):
            continue
        place = np.ix_(above, above)
        increment = (told.mean[1:] - told.mean[0])[above] / unit
        # All increments lean on the same people who got nothing: diag(v) + v0 1 1', inverted (Sherman, Morrison).
        inverse = unit**2 / told.variance[1:][above]
        own = np.diag(inverse) - np.outer(inverse, inverse) / (unit**2 / told.variance[0] + inverse.sum())
        precision[place] += own
        scaled[above] += own @ increment
    return Information(precision=precision, scaled=scaled)


def posterior(measured: Sequence[Information], prior: Prior) -> Posterior:
    """Of each segment, in the order of `measured`. Without anything measured: the prior."""
    spread = max(SPREADS, key=lambda k: _evidence(measured, prior, k) - (np.log(k) / SPREAD_LOG_SD) ** 2 / 2)
    between = spread * prior.segment
    precision, pull = _of_shop(measured, prior, between)
    common = np.linalg.inv(precision)
    apart, identity = np.linalg.inv(between), np.eye(len(between))
    mean, covariance = [], []
    for centre, one in zip(prior.centre, measured, strict=True):
        own = np.linalg.inv(one.precision + apart)
        mean.append(own @ (one.scaled + apart @ (centre + common @ pull)))
        leans = own @ apart @ identity
        covariance.append(own + leans @ common @ leans.T)
    return Posterior(mean=np.array(mean), covariance=np.array(covariance), spread=spread)


def _of_shop(
    measured: Sequence[Information], prior: Prior, between: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Precision of m, and precision times its mean. Written with products so that what nobody measured may have
    precision 0."""
    precision, pull = np.linalg.inv(prior.shop), np.zeros(len(between))
    for centre, one in zip(prior.centre, measured, strict=True):
        spread = np.linalg.inv(np.eye(len(between)) + one.precision @ between)
        precision = precision + spread @ one.precision
        pull = pull + spread @ (one.scaled - one.precision @ centre)
    return (precision + precision.T) / 2, pull


def _evidence(measured: Sequence[Information], prior: Prior, k: float) -> float:
    """Logarithm of the marginal likelihood of k, but for what does not depend on k."""
    between = k * prior.segment
    apart = np.linalg.inv(between)
    found = 0.0
    for centre, one in zip(prior.centre, measured, strict=True):
        off = one.scaled - one.precision @ centre
        found += float(off @ np.linalg.inv(one.precision + apart) @ off) / 2
        found -= float(np.linalg.slogdet(np.eye(len(between)) + between @ one.precision)[1]) / 2
    precision, pull = _of_shop(measured, prior, between)
    grown = np.linalg.slogdet(prior.shop @ precision)[1]
    return found + float(pull @ np.linalg.solve(precision, pull)) / 2 - float(grown) / 2
