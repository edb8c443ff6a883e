"""What the buyers of the sample spent, each in the one currency that their money is told in."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purses:
    """Columns of one length, by profile."""

    profile: Ints
    currency: npt.NDArray[np.str_]
    """Empty where no value is known."""
    orders: Floats
    """Purchases whose value is known in that currency."""
    sold: Floats
    squares: Floats
    """Sum of their squared values."""

    @classmethod
    def latest(cls, told: Floats) -> Self:
        """From rows of (profile, code, orders, sold, squares, last moment): each buyer's in the currency they used
        last."""
        told = told[np.lexsort((told[:, 1], told[:, 5], told[:, 0]))]
        ends = np.append(told[1:, 0] != told[:-1, 0], True)[: len(told)]
        last = told[ends]
        return cls(
            profile=last[:, 0].astype(np.int64), currency=_names(last[:, 1]), orders=last[:, 2], sold=last[:, 3],
            squares=last[:, 4],
        )  # fmt: skip

    @classmethod
    def reported(cls, told: Floats, currency: str, rates: Mapping[str, float]) -> Self:
        """From the same rows: everything that has a rate, in the reporting currency."""
        told = told[np.argsort(told[:, 0], kind="stable")]
        profile, place = np.unique(told[:, 0], return_inverse=True)
        names = _names(told[:, 1])
        rate = np.array([rates.get(name, np.nan) for name in names.tolist()])
        known = np.isfinite(rate)
        rate = np.where(known, rate, 0.0)
        return cls(
            profile=profile.astype(np.int64), currency=np.full(len(profile), currency),
            orders=np.bincount(place, told[:, 2] * known, len(profile)).astype(np.float64),
            sold=np.bincount(place, told[:, 3] * rate, len(profile)).astype(np.float64),
            squares=np.bincount(place, told[:, 4] * rate**2, len(profile)).astype(np.float64),
        )  # fmt: skip

    def of(self, rows: Ints) -> Self:
        """Some of the buyers."""
        return type(self)(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def currencies(self) -> list[str]:
        """Of the buyers, those that most of them use first."""
        names, count = np.unique(self.currency, return_counts=True)
        return [str(name) for name in names[np.lexsort((names, -count))]]


def _names(codes: Floats) -> npt.NDArray[np.str_]:
    distinct, place = np.unique(codes.astype(np.int64), return_inverse=True)
    names = ["".join(chr(code >> shift & 255) for shift in (16, 8, 0)) for code in distinct.tolist()]
    return np.array(names, dtype=np.str_)[place] if names else np.zeros(0, dtype="<U3")
