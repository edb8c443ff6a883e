"""How much of a belief is the customer's own data, in words."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from saleor_relacional.insight.history import columns, refuse


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
