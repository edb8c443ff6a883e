"""RFM quintiles relative to the shop: owners know them, so pages show them beside the predictions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from saleor_relacional.insight.history import FloatArray, columns

CodeArray = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """The shop's quintile edges (four each, rising); store them to score one profile."""

    idle: FloatArray
    purchases: FloatArray
    money: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """1 to 5, 5 best. One value per customer."""

    recency: CodeArray
    frequency: CodeArray
    monetary: CodeArray


def edges(idle: npt.ArrayLike, purchases: npt.ArrayLike, money: npt.ArrayLike) -> Edges:
    """Learn the edges from all buyers of a shop; without any they are all 0."""
    found = columns(idle=idle, purchases=purchases, money=money)
    quintiles = (0.2, 0.4, 0.6, 0.8)
    cut = [np.quantile(column, quintiles) if len(column) else np.zeros(4) for column in found]
    return Edges(idle=cut[0], purchases=cut[1], money=cut[2])


def scores(shop: Edges, idle: npt.ArrayLike, purchases: npt.ArrayLike, money: npt.ArrayLike) -> Scores:
    """Equal values always score alike: a quintile that ties fill is then larger than a fifth."""
    waited, number, spent = columns(idle=idle, purchases=purchases, money=money)
    return Scores(
        recency=(5 - np.searchsorted(shop.idle, waited, "left")).astype(np.int8),
        frequency=(1 + np.searchsorted(shop.purchases, number, "left")).astype(np.int8),
        monetary=(1 + np.searchsorted(shop.money, spent, "left")).astype(np.int8),
    )
