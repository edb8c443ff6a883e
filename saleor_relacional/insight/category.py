"""A rhythm for each category that has enough history: coffee is not bought as machines are."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from . import rhythm as rhythms
from .history import FloatArray
from .rhythm import Prior, ShopRhythm

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
