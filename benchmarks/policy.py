"""make bench-policy: a year of offers in simulated shops, judged by what the simulator knows to be true.

Compared are nothing, ten per cent for all, the best single rung in hindsight, the oracle (the true best rung of each
segment under the same budget) and ours (insight/ladder). Same people, occasions and luck; margins are expectations
under the truth (docs/simulator.md, A year of offers). SEEDS= shops of each of SIZES=, WORKERS= processes.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from scipy.optimize import linprog

from benchmarks.policy_shop import RUNGS, SEGMENTS, TEN, WEEKS, WINDOW, Floats, PolicyShop, shop
from benchmarks.policy_year import MONTH, Year, known

SEEDS = int(os.environ.get("SEEDS", "200"))
SIZES = tuple(int(size) for size in os.environ.get("SIZES", "2000 20000").split())
WORKERS = int(os.environ.get("WORKERS", str(os.cpu_count() or 1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopYear:
    """Expected margins of one shop's year, per occasion."""

    policy: float
    flat: float
    best_rung: float
    nothing: float
    oracle: float
    overspend: float
    """Reserved beyond the budget, in budgets."""
    smallest: float
    stops: int


def one(seed: int, people: int) -> ShopYear:
    """One shop under every policy."""
    drawn = shop(seed, people)
    knows = known(drawn)
    year = Year(shop=drawn, known=knows).live()
    each = drawn.expected.mean(axis=0)
    return ShopYear(
        policy=float(drawn.expected[np.arange(len(year.rung)), year.rung].mean()), flat=float(each[TEN]),
        best_rung=float(each.max()), nothing=float(each[0]), oracle=oracle(drawn, knows.holds),
        overspend=overspend(year), smallest=year.smallest,
        stops=len(year.stops),
    )  # fmt: skip


def oracle(drawn: PolicyShop, holds: Floats) -> float:
    """Expected margin per occasion of the true best rungs: shares of rungs per segment that hold no more than the
    budget in four weeks of the year on average."""

    def of_segments(column: Floats) -> Floats:
        return np.bincount(drawn.segment, column, len(SEGMENTS))

    gain = np.array([of_segments(column) for column in drawn.expected.T]).T.ravel()
    spends = np.array([of_segments(column) for column in holds.T]).T.ravel() * MONTH / (WEEKS - WINDOW)
    each = np.kron(np.eye(len(SEGMENTS)), np.ones(len(RUNGS)))
    found = linprog(-gain, A_ub=[spends], b_ub=[drawn.budget], A_eq=each, b_eq=np.ones(len(SEGMENTS)))
    return float(-found.fun / len(drawn.segment))


def overspend(year: Year) -> float:
    """The most that codes of a month held beyond its budget, in budgets; told from what was given, not from the
    policy's own account. What a percentage took off beyond what it held is charged to the next month."""
    held = year.known.holds[np.arange(len(year.rung)), year.rung]
    months = np.bincount(year.shop.week // MONTH, held, WEEKS // MONTH)
    return max(0.0, float(months.max()) / year.shop.budget - 1 - 1e-9)


def told(years: Sequence[ShopYear]) -> dict[str, float]:
    """Over all shops. Margins as multiples of what nothing earns, averaged over shops: no shop outweighs another."""

    def mean(name: str) -> float:
        return float(np.mean([getattr(year, name) / year.nothing for year in years]))

    gained = sum(year.policy / year.nothing - 1 for year in years)
    return {
        "margin_policy": mean("policy"), "margin_flat10": mean("flat"), "margin_best_rung": mean("best_rung"),
        "margin_nothing": 1.0, "margin_oracle": mean("oracle"),
        "share_better_than_flat": float(np.mean([year.policy > year.flat for year in years])),
        "overspend": max(year.overspend for year in years),
        "share_under_nothing": float(np.mean([year.policy < 0.98 * year.nothing for year in years])),
        "share_of_oracle_gain": gained / sum(year.oracle / year.nothing - 1 for year in years),
        "smallest_probability": min(year.smallest for year in years),
        "stops": float(np.mean([year.stops for year in years])),
    }  # fmt: skip


def main() -> None:
    """Run, print the table, and one line of JSON."""
    began, answer = time.perf_counter(), {}
    for people in SIZES:
        with ProcessPoolExecutor(WORKERS) as pool:
            years = list(pool.map(partial(one, people=people), range(SEEDS), chunksize=4))
        answer[str(people)] = told(years)
        print(
            f"\n{SEEDS} shops of {people:,} customers, a year; multiples of what nothing earns, mean over shops"
        )
        for name, value in answer[str(people)].items():
            print(f"{name:>26}  {value:.4f}")
    print(f"{time.perf_counter() - began:.0f} s")
    print(
        json.dumps(
            {size: {name: round(value, 4) for name, value in row.items()} for size, row in answer.items()}
        )
    )


if __name__ == "__main__":
    main()
