"""A rhythm for each category that has enough history: coffee is bought more often than coffee machines."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from saleor_relacional.insight.history import FloatArray
from saleor_relacional.insight.timing import rhythm as rhythms
from saleor_relacional.insight.timing.rhythm import Prior, Rhythm, ShopRhythm

ENOUGH_GAPS = 30
"""Closed gaps below which a category has no rhythm of its own: the customer's over all categories is used."""
_SD = (0.8, 0.4, 0.35, 1.0, 0.8)
"""How far a category lies from its shop: as far as a shop from the shipped prior."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """Buyers of one category, as `rhythm.fit` wants them; days on which they bought something of it."""

    gaps: FloatArray
    log_sum: FloatArray
    log_square_sum: FloatArray
    idle: FloatArray


def fit(shop: ShopRhythm, bought: Mapping[str, Bought]) -> dict[str, ShopRhythm]:
    """The rhythm of each category with enough closed gaps, drawn toward the shop's; others are left out."""
    prior = Prior(
        centre=(
            shop.log_mean, 0.5 * math.log(shop.between_variance), 0.5 * math.log(shop.within_variance),
            math.log(shop.leave_a), math.log(shop.leave_b),
        ),
        sd=_SD, scatter_weight=shop.own_scatter_weight, scatter_weight_log_sd=0.8,
    )  # fmt: skip
    return {
        name: rhythms.fit(rows.gaps, rows.log_sum, rows.log_square_sum, rows.idle, prior=prior)
        for name, rows in bought.items()
        if float(rows.gaps.sum()) >= ENOUGH_GAPS
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """Customers in the categories they buy, one value per customer and category."""

    rhythm: Rhythm
    """Own gaps shrunk toward the category's."""
    left: FloatArray
    """Probability that they never buy of it again."""
    weight: FloatArray
    """Share of the own gaps in the mean."""


def rhythms_of(learnt: Sequence[ShopRhythm], place: npt.NDArray[np.int64], bought: Bought) -> Own:
    """Each row's rhythm in its category, the one at its `place` among those learnt."""
    mean, sd, left, weight = (np.zeros(len(place)) for _ in range(4))
    for at, one in enumerate(learnt):
        here = place == at
        own = rhythms.rhythms(one, bought.gaps[here], bought.log_sum[here], bought.log_square_sum[here])
        mean[here], sd[here] = own.log_mean, own.log_sd
        left[here] = rhythms.probability_left(one, own, bought.gaps[here], bought.idle[here])
        weight[here] = rhythms.own_weight(one, bought.gaps[here])
    return Own(rhythm=Rhythm(log_mean=mean, log_sd=sd), left=left, weight=weight)
