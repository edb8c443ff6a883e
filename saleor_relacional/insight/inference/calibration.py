"""Predicted against happened, in groups: by decile of the prediction, or by month of it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from saleor_relacional.insight.history import FloatArray, columns, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One group."""

    group: Hashable
    """Decile (1 lowest to 10), or the label given."""
    customers: int
    predicted: float
    """Mean prediction."""
    happened: float
    """Mean of what happened."""
    low: float
    high: float
    """95 % interval of what happened: of a share by Wilson (1927), of a mean by 1.96 standard errors."""

    @property
    def bias(self) -> float:
        """Predicted minus happened."""
        return self.predicted - self.happened


def deciles(predicted: npt.ArrayLike, happened: npt.ArrayLike, *, share: bool | None = None) -> list[Row]:
    """Ten groups by prediction, as equal as ties allow (equal predictions stay together); fewer where there are
    fewer. `share` says whether predictions are probabilities; without it, whether only 0 and 1 happened does."""
    said, came = columns(predicted=predicted, happened=happened)
    if len(said) == 0:
        return []
    edges = np.quantile(said, np.linspace(0.1, 0.9, 9))
    return _rows(1 + np.searchsorted(edges, said, "left"), said, came, range(1, 11), share)


def by(labels: Sequence[Hashable], predicted: npt.ArrayLike, happened: npt.ArrayLike) -> list[Row]:
    """Groups by label (a month, a segment), in the order in which labels first appear."""
    said, came = columns(predicted=predicted, happened=happened)
    if len(labels) != len(said):
        raise ValueError(f"{len(labels)} labels for {len(said)} predictions")
    names = list(dict.fromkeys(labels))
    place = {name: number for number, name in enumerate(names)}
    codes = np.array([place[label] for label in labels], dtype=np.int64)
    return [
        Row(group=names[int(row.group)], customers=row.customers, predicted=row.predicted,  # type: ignore[call-overload]
            happened=row.happened, low=row.low, high=row.high)
        for row in _rows(codes, said, came, range(len(names)))
    ]  # fmt: skip


def expected_error(rows: Sequence[Row]) -> float:
    """Mean distance of predicted from happened over customers; nan without any."""
    total = sum(row.customers for row in rows)
    return sum(row.customers * abs(row.bias) for row in rows) / total if total else float("nan")


def _rows(
    codes: npt.NDArray[np.int64],
    said: FloatArray,
    came: FloatArray,
    groups: Sequence[int],
    share: bool | None = None,
) -> list[Row]:
    if share is None:
        share = bool(((came == 0) | (came == 1)).all())
    refuse(np.bool_(share) & ((said < 0) | (said > 1 + 1e-9)), "predicted is no probability", said)
    rows = []
    for group in groups:
        inside = codes == group
        if not inside.any():
            continue
        n, happened = int(inside.sum()), float(came[inside].mean())
        low, high = share_interval(happened, n) if share else _around(came[inside])
        rows.append(Row(
            group=group, customers=n, predicted=float(said[inside].mean()), happened=happened, low=low, high=high
        ))  # fmt: skip
    return rows


_Z = float(special.ndtri(0.975))


def share_interval(share: float, n: int) -> tuple[float, float]:
    """95 % interval of a share of n (Wilson 1927)."""
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * float(np.sqrt(share * (1 - share) / n + _Z**2 / (4 * n * n)))
    return max(0.0, middle - half), min(1.0, middle + half)


def _around(values: FloatArray) -> tuple[float, float]:
    half = _Z * float(values.std(ddof=1)) / float(np.sqrt(len(values))) if len(values) > 1 else float("inf")
    return float(values.mean()) - half, float(values.mean()) + half
