"""How often a habit is said to have changed that has not: each look, and over a whole history looked at after every
order.

Without a change the order of a history means nothing: any alarm on a shuffled one is false. Shuffled are the real
histories, and simulated ones beside them (normal numbers; names of few and of many kinds).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.orders import Orders, public
from saleor_relacional.insight.timing import changepoint

Floats = npt.NDArray[np.float64]
SHUFFLES = 20
"""Of each real history."""
LONGEST = 200
"""Values: longer histories are looked at up to here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Alarms where there is nothing to find."""

    of: str
    histories: int
    longest: int
    """Values of the longest."""
    per_look: float
    per_life: float
    """Histories called changed at any look."""
    unshuffled: float
    """Of the real histories as they were, those called changed at any look; nan for simulated ones."""


def rates(seed: int = 5) -> Iterator[Rate]:
    """Simulated ones first, then those of the public shops that are at hand."""
    draw = np.random.default_rng(seed)
    for length in (12, 25, 50, 100, LONGEST):
        yield of_numbers(f"normal numbers, {length} a life", [draw.normal(size=(2_000, length))])
    for kinds, skew in ((2, 2.0), (5, 0.0), (20, 1.0), (100, 1.0)):
        weights = 1.0 / np.arange(1, kinds + 1) ** skew
        lives = [draw.choice(kinds, 60, p=weights / weights.sum()).tolist() for _ in range(400)]
        yield of_names(f"names of {kinds} kinds, 60 a life", lives)
    for orders in public():
        for what in ("gaps", "values"):
            yield of_shop(orders, what, draw)


def of_shop(orders: Orders, what: str, draw: np.random.Generator, longest: int = LONGEST) -> Rate:
    """The customers of a shop with enough values, each history shuffled `SHUFFLES` times."""
    by_length: dict[int, list[Floats]] = {}
    for one in histories(orders, what):
        by_length.setdefault(len(one[:longest]), []).append(one[:longest])
    blocks = [np.array(rows) for rows in by_length.values()]
    real = of_numbers(what, blocks)
    shuffled = [draw.permuted(np.repeat(rows, SHUFFLES, axis=0), axis=1) for rows in blocks]
    found = of_numbers(f"{orders.name}, {what}", shuffled)
    return Rate(
        of=found.of, histories=real.histories, longest=found.longest, per_look=found.per_look,
        per_life=found.per_life, unshuffled=real.per_life,
    )  # fmt: skip


def of_numbers(of: str, blocks: list[Floats]) -> Rate:
    """Histories without a change, in blocks of equally long ones."""
    looks = alarms = lives = people = 0
    for rows in blocks:
        called = at_each_look(rows) <= changepoint.alarm(np.arange(rows.shape[1] + 1))
        called = called[:, 2 * changepoint.SIDE :]
        looks, alarms = looks + called.size, alarms + int(called.sum())
        lives, people = lives + int(called.any(axis=1).sum()), people + len(rows)
    return Rate(
        of=of, histories=people, longest=max(rows.shape[1] for rows in blocks), per_look=alarms / looks,
        per_life=lives / people, unshuffled=np.nan,
    )  # fmt: skip


def of_names(of: str, lives: list[list[int]]) -> Rate:
    """Histories of names in an order without meaning."""
    called = [
        [changepoint.in_names(life[:n]) is not None for n in range(2 * changepoint.SIDE, len(life) + 1)]
        for life in lives
    ]
    return Rate(
        of=of, histories=len(lives), longest=max(map(len, lives)),
        per_look=float(np.mean([np.mean(one) for one in called])),
        per_life=float(np.mean([any(one) for one in called])), unshuffled=np.nan,
    )  # fmt: skip


def at_each_look(rows: Floats) -> Floats:
    """p-value of each history (row) after each number of values (column), 1 where none exists: `changepoint.in_numbers`
    for many at once."""
    people, length = rows.shape
    total, squares = np.cumsum(rows, axis=1), np.cumsum(rows * rows, axis=1)
    p = np.ones((people, length + 1))
    for n in range(2 * changepoint.SIDE, length + 1):
        places = np.arange(changepoint.SIDE, n)
        before = total[:, places - 1] / places
        after = (total[:, [n - 1]] - total[:, places - 1]) / (n - places)
        scatter = squares[:, [n - 1]] - places * before**2 - (n - places) * after**2
        scatter = np.maximum(scatter, 1e-12 * squares[:, [n - 1]])
        error = np.sqrt(scatter / (n - 2) * (1.0 / places + 1.0 / (n - places)))
        moved = np.ptp(rows[:, :n], axis=1) > 0
        t = np.divide(np.abs(after - before), error, out=np.zeros_like(error), where=moved[:, None])
        settled = t.argmax(axis=1) <= n - 2 * changepoint.SIDE
        p[:, n] = np.where(settled, changepoint.chance(t.max(axis=1), n, n - 2 * changepoint.SIDE + 1), 1.0)
    return p


def histories(orders: Orders, what: str) -> Iterator[Floats]:
    """Logarithms of each customer's gaps, or of the values of their purchase days; those with enough of them."""
    order = np.lexsort((orders.day, orders.customer))
    who, day, value = orders.customer[order], orders.day[order], orders.value[order]
    begins = np.flatnonzero(np.r_[True, who[1:] != who[:-1]])
    for begin, end in zip(begins, np.r_[begins[1:], len(who)], strict=True):
        days, place = np.unique(day[begin:end], return_inverse=True)
        bought = np.bincount(place, value[begin:end])
        numbers = np.diff(days) if what == "gaps" else bought[bought > 0]
        if len(numbers) >= 2 * changepoint.SIDE:
            yield np.log(numbers)


def table(found: list[Rate]) -> str:
    """As it stands in docs/maths.md."""
    lines = [
        "| histories | how many | longest | alarms per look | per life | as they were |",
        "|---|---|---|---|---|---|",
    ]
    for one in found:
        was = "" if np.isnan(one.unshuffled) else f"{one.unshuffled:.1%}"
        lines.append(
            f"| {one.of} | {one.histories:,} | {one.longest} | {one.per_look:.3%} | {one.per_life:.2%} | {was} |"
        )
    return "\n".join(lines)
