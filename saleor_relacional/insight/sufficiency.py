"""How much of a belief is the customer's own data, in words."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from .history import FloatArray, columns, refuse
from .rhythm import ShopRhythm
from .spend import ShopSpend


class Sufficiency(StrEnum):
    """In the order of their codes."""

    NOTHING = "nothing"
    """Neither the customer nor the shop has shown anything: the shipped prior speaks."""
    PRIOR_MOSTLY = "prior_mostly"
    """Less than a third rests on the customer; the rest on the shop's other customers."""
    SOME = "some"
    """Between a third and two thirds rest on the customer."""
    OWN = "own"
    """Two thirds or more rest on the customer."""


LEVELS: tuple[Sufficiency, ...] = tuple(Sufficiency)
"""A level's place here is its code."""


def of(own_weight: npt.ArrayLike, shop_customers: float) -> list[Sufficiency]:
    """Words for the share (0 to 1) that own data have in a belief, in a shop learnt from so many customers."""
    (weight,) = columns(own_weight=own_weight)
    refuse((weight < 0) | (weight > 1), "own_weight is not between 0 and 1", weight)
    code = np.select([weight >= 2 / 3, weight >= 1 / 3], [3, 2], 1)
    if shop_customers <= 0:
        code = np.where(weight > 0, code, 0)
    return [LEVELS[int(one)] for one in code]


def rhythm_weight(shop: ShopRhythm, gaps: npt.ArrayLike) -> FloatArray:
    """Share of the own gaps in the mean of a rhythm."""
    (n,) = columns(gaps=gaps)
    return n * shop.between_variance / (shop.within_variance + n * shop.between_variance)


def future_weight(alpha: float, tenure: npt.ArrayLike) -> FloatArray:
    """Share of the own time watched in the posterior rate of ordering: T / (alpha + T)."""
    (big_t,) = columns(tenure=tenure)
    return np.asarray(big_t / (alpha + big_t))


def value_weight(shop: ShopSpend, orders: npt.ArrayLike) -> FloatArray:
    """Share of the own average in an expected order value; 0 where customers cannot be told apart."""
    (n,) = columns(orders=orders)
    within = shop.within_variance if np.isfinite(shop.within_variance) else 0.0
    spread = within + n * shop.between_variance
    return np.where(spread > 0, n * shop.between_variance / np.where(spread > 0, spread, 1.0), 0.0)
