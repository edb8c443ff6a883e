"""What is believed of a ladder before it is tried: what a shop knows about its own money, and modest guesses otherwise.

Known: how many come anyway, and what a rung takes off those. Guessed: how many more it brings. All in parts of the
margin of an order, so that it is the same for every shop.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from saleor_relacional.insight.history import FloatArray, columns, refuse
from saleor_relacional.insight.ladder.hierarchy import Prior


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """Buyers more, as a share of the people written to: a mean, how sure of it in a shop, and how segments differ."""

    word: float = 0.010
    word_shop_sd: float = 0.020
    word_segment_sd: float = 0.025
    """What any contact does: every rung above nothing holds a word. It may do harm."""
    offer: float = 0.010
    """What an offer does beyond its word."""
    offer_shop_sd: float = 0.010
    offer_segment_sd: float = 0.015
    """What is common to all offers."""
    own_shop_sd: float = 0.005
    own_segment_sd: float = 0.010
    """What is a rung's own."""

    def prior(self, alone: npt.ArrayLike, takes: npt.ArrayLike) -> Prior:
        """`alone`: (segments) share who come within a window by themselves. `takes`: (segments, rungs above nothing)
        what a rung takes off an order as part of the order's margin, 0 for a word."""
        (chance,) = columns(alone=alone)
        part = np.asarray(takes, dtype=np.float64)
        refuse((chance < 0) | (chance > 1), "alone is no share", chance)
        if part.ndim != 2 or len(part) != len(chance):
            raise ValueError(
                f"takes has the shape {part.shape}: give a row per segment and a column per rung"
            )
        offers = part.max(axis=0) > 0
        gain = self.word + self.offer * offers
        return Prior(
            centre=gain * (1 - part) - chance[:, None] * part,
            shop=_shared(offers, self.word_shop_sd, self.offer_shop_sd, self.own_shop_sd),
            segment=_shared(offers, self.word_segment_sd, self.offer_segment_sd, self.own_segment_sd),
        )


def _shared(offers: npt.NDArray[np.bool_], word: float, offer: float, own: float) -> FloatArray:
    """Covariance of rungs that share their word, and offers what is common to offers."""
    common = np.asarray(offers, dtype=np.float64)
    every = word**2 * np.ones((len(common), len(common)))
    # The own part of a word keeps the matrix regular; it is a hundredth of what words share.
    own_part = np.diag(np.where(offers, own**2, (word / 10) ** 2))
    return np.asarray(every + offer**2 * np.outer(common, common) + own_part)
