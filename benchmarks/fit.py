"""make bench-fit: MBG/NBD beside lifetimes, the same histories, the same process.

Floor: reading each of the numbers that the likelihood needs once (a sum over the three columns). Ours and the peer
are timed as a user calls them, cold starts of neither included (one small fit each beforehand), the best of twenty at
the small size. Memory is what the fit adds at its peak over what was held before, ours only.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import tracemalloc
import warnings
from collections.abc import Callable
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import numpy.typing as npt

from benchmarks.orders import DATA, public
from saleor_relacional.insight import summary_columns
from saleor_relacional.insight.timing import mbg_nbd

Floats = npt.NDArray[np.float64]
Histories = tuple[Floats, Floats, Floats]
HORIZON = 90.0


def main() -> None:
    """Run both sizes, print them side by side, and one line of JSON."""
    from lifetimes import ModifiedBetaGeoFitter

    warnings.simplefilter("ignore")
    small, million = cdnow(), simulated(1_000_000)
    results = {}
    for name, rows, weeks, repeat in (
        ("2,357 CDNOW", small, 7.0, 20),
        ("1,000,000 simulated", million, 1.0, 1),
    ):
        unit = tuple(column / weeks if place else column for place, column in enumerate(rows))
        floor, _ = timed(lambda unit=unit: [column.sum() for column in unit], 3)
        ours, mine = timed(lambda unit=unit: mbg_nbd.fit(*unit), max(repeat, 2))
        peer, theirs = timed(lambda unit=unit: ModifiedBetaGeoFitter().fit(*unit), repeat)
        here = float(mbg_nbd.log_likelihood(mine, *unit).sum())
        there = own_sum(theirs, unit[0])
        same = float(mbg_nbd.log_likelihood(as_ours(theirs), *unit).sum())
        results[name] = (ours, peer, here, there)
        print(
            f"{name}: fit {ours:.4f} s, lifetimes {peer:.3f} s, ratio {peer / ours:.1f}, floor {floor:.5f} s"
        )
        print(
            f"  log-likelihood {here:.6f}, lifetimes {there:.6f} (its parameters in our formula: {same:.6f})"
        )
        print(f"  parameters {numbers(mine.parameters)}, lifetimes {numbers(theirs.params_)}")
    fitted = mbg_nbd.fit(*million)
    scoring, _ = timed(lambda: score(fitted, million), 3)
    peak = peak_mb(lambda: mbg_nbd.fit(*million))
    print(
        f"1,000,000 scored in {scoring:.3f} s: P(alive), P(an order in 90 days), expected orders in 90 days"
    )
    print(f"the fit of 1,000,000 adds {peak:.0f} MB at its peak; the process held at most "
          f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB, lifetimes included")  # fmt: skip
    ours, peer, _, _ = results["1,000,000 simulated"]
    print(json.dumps({
        "ll_rel_diff": max(abs(here - there) / abs(there) for _, _, here, there in results.values()),
        "ratio_1m": round(peer / ours, 2), "score_seconds_1m": round(scoring, 4), "peak_mb": round(peak, 1),
    }))  # fmt: skip


def cdnow() -> Histories:
    """Frequency, recency, tenure in days of the CDNOW sample to 1997-09-30."""
    for orders in public():
        if orders.name == "cdnow":
            known = summary_columns.at(
                orders.customer, orders.day, orders.value, orders.cut, orders.end - orders.cut
            )[0].past
            return known.frequency, known.recency, known.tenure
    raise SystemExit(
        f"The CDNOW sample is not in {DATA}: put cdnow_sample.txt there (see its README for the source)"
    )


def simulated(customers: int) -> Histories:
    """Customers drawn from an MBG/NBD, in whole days: two years in which they begin on any day. Seeded."""
    chance = np.random.default_rng(20_260_101)
    rate = chance.gamma(0.7, 1 / 60.0, customers)
    leave = np.clip(chance.beta(0.8, 2.5, customers), 1e-9, 1 - 1e-9)
    tenure = chance.integers(30, 730, customers).astype(float)
    stays = chance.geometric(leave) - 1  # repeats before leaving; at 0 they left at the first order
    frequency, recency, clock = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    active = np.flatnonzero(stays > 0)
    while len(active):
        clock[active] += chance.exponential(1 / np.maximum(rate[active], 1e-12))
        active = active[clock[active] <= tenure[active]]
        day = np.ceil(clock[active])
        new = day > recency[active]
        frequency[active] += new
        recency[active] = np.minimum(np.maximum(day, recency[active]), tenure[active])
        stays[active] -= 1
        active = active[stays[active] > 0]
    return frequency, recency, tenure


def score(fitted: mbg_nbd.MbgNbd, rows: Histories) -> mbg_nbd.Outlook:
    """What a scoring computes of each customer."""
    return mbg_nbd.outlook(fitted, *rows, [HORIZON])


def as_ours(model: Any) -> mbg_nbd.MbgNbd:
    """lifetimes' parameters, so that one function judges both."""
    r, alpha, a, b = (float(model.params_[name]) for name in ("r", "alpha", "a", "b"))
    return mbg_nbd.MbgNbd(r=r, alpha=alpha, a=a, b=b, log_likelihood=0.0, customers=0.0, converged=True)


def own_sum(model: Any, frequency: Floats) -> float:
    """The log-likelihood as lifetimes computes it: a mean in its own scaled time, so many orders have a unit
    too."""
    mean = -float(model._negative_log_likelihood_)
    return mean * len(frequency) + float(frequency.sum()) * float(np.log(model._scale))


def numbers(values: Any) -> str:
    """Parameters, to read."""
    return " ".join(f"{float(value):.6f}" for value in values)


def timed(work: Callable[[], Any], times: int) -> tuple[float, Any]:
    """(seconds of the best of `times`, what it returned)."""
    best, result = float("inf"), None
    for _ in range(times):
        began = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - began)
    return best, result


def peak_mb(work: Callable[[], Any]) -> float:
    """Megabytes that the work holds at most, over what was held before."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


if __name__ == "__main__":
    sys.exit(main())
