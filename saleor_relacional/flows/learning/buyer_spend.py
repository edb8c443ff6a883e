"""What the buyers of the sample spent, each in the one currency that their money is told in."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SPENT = """
SELECT profile_id::float8,
       (ascii(currency) * 65536 + ascii(substr(currency, 2)) * 256 + ascii(substr(currency, 3)))::float8,
       sum(orders)::float8, coalesce(sum(worth), 0), coalesce(sum(squares), 0), max(day - date '2000-01-01')::float8
FROM relacional_learnt GROUP BY profile_id, currency
"""
"""A row per buyer and currency: key, currency as a number, purchases, their value, sum of squared values, last day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerSpend:
    """What each buyer spent in the currency that they used last. Columns of one length, by rising profile."""

    profile: Ints
    currency: npt.NDArray[np.str_]
    orders: Floats
    """Purchases whose value is known in that currency."""
    sold: Floats
    squares: Floats
    """Sum of their squared values."""

    @classmethod
    def latest(cls, told: Floats) -> Self:
        """Each buyer's row of `SPENT` in the currency that they used last."""
        told = told[np.lexsort((told[:, 1], told[:, 5], told[:, 0]))]
        ends = np.append(told[1:, 0] != told[:-1, 0], True)[: len(told)]
        last = told[ends]
        return cls(
            profile=last[:, 0].astype(np.int64), currency=names(last[:, 1]), orders=last[:, 2], sold=last[:, 3],
            squares=last[:, 4],
        )  # fmt: skip

    def of(self, rows: Ints) -> Self:
        """The same of the buyers in these rows."""
        return type(self)(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def currencies(self) -> list[str]:
        """Every currency once; the one that most buyers use comes first."""
        names, count = np.unique(self.currency, return_counts=True)
        return [str(name) for name in names[np.lexsort((names, -count))]]


def names(codes: Floats) -> npt.NDArray[np.str_]:
    """Currencies out of their numbers."""
    distinct, place = np.unique(codes.astype(np.int64), return_inverse=True)
    names = ["".join(chr(code >> shift & 255) for shift in (16, 8, 0)) for code in distinct.tolist()]
    return np.array(names, dtype=np.str_)[place] if names else np.zeros(0, dtype="<U3")
