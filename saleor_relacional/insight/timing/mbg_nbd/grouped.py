"""Histories grouped for fitting: equal rows once with a weight, each column as its distinct values.

The likelihood's special functions are then evaluated on distinct values only.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from saleor_relacional.insight.history import FloatArray, IntArray, columns, history_columns, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedHistories:
    """Distinct rows with their weights; each column as its distinct values and where a row finds its own."""

    weight: FloatArray
    """How many customers each distinct row stands for."""
    x: FloatArray
    """Distinct frequencies."""
    x_at: IntArray
    """Index into `x` of each row; likewise the two below."""
    t_x: FloatArray
    """Distinct recencies over `scale`."""
    t_x_at: IntArray
    big_t: FloatArray
    """Distinct tenures over `scale`."""
    big_t_at: IntArray
    scale: float
    """Mean tenure: fitting works in this unit of time so that all parameters are near 1."""
    total: float
    """Sum of the weights."""
    by_x: FloatArray = field(init=False)
    """Weight of each distinct x."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_x", np.bincount(self.x_at, self.weight, len(self.x)))
        for name in ("weight", "x", "t_x", "big_t"):
            getattr(self, name).setflags(write=False)


def group(
    frequency: npt.ArrayLike, recency: npt.ArrayLike, tenure: npt.ArrayLike, weights: npt.ArrayLike | None
) -> GroupedHistories | None:
    """Equal rows as one row with a weight; None when no row weighs anything or no time has passed."""
    x, t_x, big_t = history_columns(frequency, recency, tenure)
    weight = np.ones(len(x)) if weights is None else columns(frequency=x, weights=weights)[1]
    refuse(weight < 0, "weight is negative", weight)
    total = float(weight.sum())
    if total == 0 or not big_t.any():
        return None
    (x_values, x_at), (r_values, r_at), (t_values, t_at) = map(distinct, (x, t_x, big_t))
    key = (x_at * len(r_values) + r_at) * len(t_values) + t_at
    order = np.argsort(key, kind="stable")
    sorted_key = key[order]
    begins = np.flatnonzero(np.concatenate(([True], sorted_key[1:] != sorted_key[:-1])))
    first = order[begins]
    scale = float(np.average(big_t, weights=weight)) or 1.0
    return GroupedHistories(
        weight=np.add.reduceat(weight[order], begins),
        x=x_values, x_at=x_at[first],
        t_x=r_values / scale, t_x_at=r_at[first],
        big_t=t_values / scale, big_t_at=t_at[first],
        scale=scale, total=total,
    )  # fmt: skip


_DENSE = 1 << 20
"""Whole numbers below this are counted instead of sorted."""


def distinct(column: FloatArray) -> tuple[FloatArray, IntArray]:
    """Distinct values, rising, and the index of each row's own among them. Whole numbers of a small range need
    no sort."""
    top = float(column.max())
    if top < _DENSE and (column == np.floor(column)).all():
        whole = column.astype(np.int64)
        present = np.bincount(whole) > 0
        return np.flatnonzero(present).astype(np.float64), (np.cumsum(present) - 1)[whole]
    values, at = np.unique(column, return_inverse=True)
    return values, at


def thinned(data: GroupedHistories, rows: int) -> GroupedHistories:
    """Every k-th distinct row, so that about `rows` of them are left (less than twice as many)."""
    step = max(1, len(data.weight) // rows)
    weight = data.weight[::step].copy()
    return replace(
        data, weight=weight, total=float(weight.sum()),
        x_at=data.x_at[::step], t_x_at=data.t_x_at[::step], big_t_at=data.big_t_at[::step],
    )  # fmt: skip
