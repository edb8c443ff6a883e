"""The sums of an arm: all that its comparison needs, so that nobody's row leaves the database.

An outcome y and at most four covariates x per person. Sums add up: those of two days, or of two parts of a shop, are
those of both together. Means are taken off where they are used (`centred`), in double precision.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MOST_COVARIATES = 4


class Centred(NamedTuple):
    """An arm about its own means: n people, p covariates that are asked for."""

    mean: float
    square: float
    """Σ (y − ȳ)²."""
    x_mean: Floats
    """(p,)"""
    xx: Floats
    """(p, p): Σ (x − x̄)(x − x̄)ᵀ."""
    xy: Floats
    """(p,): Σ (x − x̄)(y − ȳ)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmMoments:
    """Sums over the people of one arm whose windows have closed, whether or not anything reached them."""

    people: int
    buyers: int
    """People with at least one purchase in the window, whatever is left of it and whatever the outcome is: that a
    message cost something makes nobody a buyer. Of a yes or no, those of whom it is true."""
    total: float = 0.0
    """Σ y."""
    squares: float = 0.0
    """Σ y²."""
    x: tuple[float, ...] = ()
    """Σ x, one for each covariate."""
    xx: tuple[tuple[float, ...], ...] = ()
    """Σ x xᵀ, whole: symmetric."""
    xy: tuple[float, ...] = ()
    """Σ x y."""

    def __post_init__(self) -> None:
        k = len(self.x)
        if k > MOST_COVARIATES:
            raise ValueError(f"{k} covariates: give at most {MOST_COVARIATES}")
        if len(self.xy) != k or len(self.xx) != k or any(len(row) != k for row in self.xx):
            raise ValueError(f"{k} sums of x go with {k} of xy and {k} rows of {k} of xx")
        if not 0 <= self.buyers <= self.people:
            raise ValueError(f"{self.buyers} buyers among {self.people} people")
        numbers = (self.total, self.squares, *self.x, *self.xy, *(one for row in self.xx for one in row))
        if not all(map(math.isfinite, numbers)):
            raise ValueError(
                "sums must be finite: a missing covariate is 0, or the shop's mean, for everybody"
            )
        if self.squares < 0 or any(self.xx[j][j] < 0 for j in range(k)):
            raise ValueError("sums of squares must be at least 0")
        if any(self.xx[i][j] != self.xx[j][i] for i in range(k) for j in range(i)):
            raise ValueError("xx must be symmetric")

    def __add__(self, other: ArmMoments) -> ArmMoments:
        if not (self.people and other.people):
            return self if self.people else other
        if len(self.x) != len(other.x):
            raise ValueError(f"{len(self.x)} and {len(other.x)} covariates do not add up")
        return ArmMoments(
            people=self.people + other.people, buyers=self.buyers + other.buyers,
            total=self.total + other.total, squares=self.squares + other.squares,
            x=_plus(self.x, other.x), xy=_plus(self.xy, other.xy),
            xx=tuple(_plus(one, two) for one, two in zip(self.xx, other.xx, strict=True)),
        )  # fmt: skip

    @property
    def mean(self) -> float:
        """Mean of y; 0 of nobody."""
        return self.total / self.people if self.people else 0.0

    def centred(self, covariates: bool = True) -> Centred:
        """The arm about its own means, without its covariates if told so. Raises ValueError for nobody."""
        if not self.people:
            raise ValueError("an arm without people has no mean")
        p, n = (len(self.x) if covariates else 0), self.people
        x, xx = np.array(self.x[:p]), np.array([row[:p] for row in self.xx[:p]]).reshape(p, p)
        around = xx - np.outer(x, x) / n
        # What is left of a column that does not vary is rounding.
        still = np.diag(around) <= 1e-12 * np.diag(xx)
        around[still, :] = around[:, still] = 0.0
        across = np.where(still, 0.0, np.array(self.xy[:p]) - x * (self.total / n))
        square = self.squares - self.total * self.total / n
        return Centred(
            mean=self.mean, square=square if square > 1e-12 * self.squares else 0.0,
            x_mean=x / n, xx=around, xy=across,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentStratum:
    """The people who were drawn under one control share, as sums: see `experiment.Stratum`."""

    treated: ArmMoments
    control: ArmMoments

    def __post_init__(self) -> None:
        if self.compares and len(self.treated.x) != len(self.control.x):
            raise ValueError("both arms of a stratum need the same covariates")

    @property
    def people(self) -> int:
        return self.treated.people + self.control.people

    @property
    def compares(self) -> bool:
        """Whether there is somebody in both arms."""
        return bool(self.treated.people and self.control.people)


def of(y: npt.ArrayLike, x: npt.ArrayLike | None = None, bought: npt.ArrayLike | None = None) -> ArmMoments:
    """The sums of an arm from its people: outcomes (n,), covariates (n, k), who bought (n,; default: y is not 0).

    Raises ValueError for lengths that differ, more than four covariates or numbers that are not finite.
    """
    outcomes = np.asarray(y, dtype=np.float64)
    n = len(outcomes)
    covariates = np.empty((n, 0)) if x is None else np.asarray(x, dtype=np.float64)
    if covariates.ndim != 2 or len(covariates) != n:
        raise ValueError(f"covariates of shape {covariates.shape}: give a row for each of {n} people")
    buyers = outcomes != 0 if bought is None else np.asarray(bought, dtype=np.bool_)
    if len(buyers) != n:
        raise ValueError(f"{len(buyers)} told to have bought or not, of {n} people")
    products = covariates.T @ covariates
    products = np.triu(products) + np.triu(products, 1).T  # to the last digit symmetric
    return ArmMoments(
        people=n, buyers=int(buyers.sum()), total=float(outcomes.sum()), squares=float(outcomes @ outcomes),
        x=tuple(covariates.sum(axis=0).tolist()), xy=tuple((covariates.T @ outcomes).tolist()),
        xx=tuple(tuple(row) for row in products.tolist()),
    )  # fmt: skip


def _plus(one: tuple[float, ...], two: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(a + b for a, b in zip(one, two, strict=True))
