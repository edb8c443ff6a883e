"""How often intervals hold the truth: at all daily looks, and at one look fixed beforehand.

Simulated shops whose people buy what real people bought (coverage_shops.py), 75 days of daily looks, four outcomes.
*Ours* is what the product shows (`adjusted.compare`): money capped, adjusted, valid at every look. The *peer* is what
everybody computes: the plain difference of uncapped outcomes, 1.96 standard errors, looked at every day from 30 people
in each arm on. The *floor* is our own interval for a single look: no honest one that may be looked at daily is
narrower. Coverage is counted among intervals that are shown; how many are not is printed beside it.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.coverage_shops import BRINGS, ENTERING, OUTCOMES, Shop, shop
from saleor_relacional.insight.inference import adjusted
from saleor_relacional.insight.inference.experiment import Lift
from saleor_relacional.insight.inference.moments import ArmMoments, MomentStratum

Floats = npt.NDArray[np.float64]

SHOPS = {300: 4_000, 2_000: 2_000, 50_000: 500}
"""People enrolled → simulated shops. Twice as many of 300: a part of their intervals of a single look is refused, and
more than 2,000 shall be left."""
PART = float(os.environ.get("PART", "1"))
"""Of the shops, for a quicker run."""
WORKERS = int(os.environ.get("WORKERS", str(os.cpu_count() or 1)))
WHOLESALER = "online_retail"
PEER_FROM = 30
"""People in each arm from which on the plain interval is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One outcome of one shop. Widths are those of the last day; nan where nothing is shown."""

    history: str
    brings: float
    outcome: str
    every_look: bool | None
    """Whether ours held the truth whenever it was shown; None if it never was."""
    at_the_end: bool | None
    """Whether the interval of a single look held it; None if it is not shown."""
    shown: bool
    """Whether ours is shown on the last day."""
    found: bool
    """Whether ours said on some day that it helps."""
    width: float
    single: float
    peer_width: float
    peer_every_look: bool


def judge(number: int, people: int) -> list[Judged]:
    """All outcomes of one shop."""
    one = shop(number, people)
    capped, raw = _sums(one, one.capped, one.x), _sums(one, one.raw, one.x[:, :0])
    return [_judged(one, place, capped, raw) for place in range(len(OUTCOMES))]


def _judged(one: Shop, place: int, capped: tuple[_Days, _Days], raw: tuple[_Days, _Days]) -> Judged:
    truth, binary = one.truth[place], OUTCOMES[place] == "came_back"
    looks = [adjusted.compare([pair], binary=binary) for pair in _pairs(capped, place)]
    single = adjusted.compare([*_pairs(capped, place)][-1:], binary=binary, fixed=True)
    held = [holds for look in looks if (holds := _holds(look, truth)) is not None]
    peer, half = _peer(raw, place)
    missed = np.abs(peer - one.truth_uncapped[place]) > half
    return Judged(
        history=one.history, brings=one.brings, outcome=OUTCOMES[place],
        every_look=all(held) if held else None, at_the_end=_holds(single, truth),
        shown=looks[-1].low is not None, found=any(look.low is not None and look.low > 0 for look in looks),
        width=_width(looks[-1]), single=_width(single), peer_width=float(2 * half[-1]),
        peer_every_look=not missed.any(),
    )  # fmt: skip


def _holds(look: Lift, truth: float) -> bool | None:
    return None if look.low is None or look.high is None else bool(look.low <= truth <= look.high)


def _width(look: Lift) -> float:
    return np.nan if look.low is None or look.high is None else look.high - look.low


@dataclass(frozen=True, slots=True, kw_only=True)
class _Days:
    """Sums of one arm up to each day, one row a day."""

    people: Floats
    buyers: Floats
    y: Floats
    """(days, 4)"""
    yy: Floats
    x: Floats
    xx: Floats
    """(days, 16)"""
    xy: Floats
    """(days, 16): four covariates for each outcome."""

    def arm(self, day: int, place: int) -> ArmMoments:
        k = self.x.shape[1]
        across = self.xx[day].reshape(k, k).tolist()
        return ArmMoments(
            people=int(self.people[day]), buyers=int(self.buyers[day]), total=float(self.y[day, place]),
            squares=float(self.yy[day, place]), x=tuple(self.x[day].tolist()), xx=tuple(map(tuple, across)),
            xy=tuple(self.xy[day].reshape(-1, k)[place].tolist()),
        )  # fmt: skip


def _sums(one: Shop, outcomes: Floats, x: Floats) -> tuple[_Days, _Days]:
    """Of the treated and of the control group."""
    return _arm(one, outcomes, x, ~one.control), _arm(one, outcomes, x, one.control)


def _arm(one: Shop, outcomes: Floats, covariates: Floats, those: npt.NDArray[np.bool_]) -> _Days:
    order = np.flatnonzero(those)[np.argsort(one.day[those], kind="stable")]
    y, x = outcomes[order], covariates[order]
    until = np.searchsorted(one.day[order], np.arange(ENTERING), "right")

    def summed(values: Floats) -> Floats:
        return np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])[until]

    return _Days(
        people=until.astype(np.float64), buyers=summed(one.raw[order, :1])[:, 0], y=summed(y), yy=summed(y * y),
        x=summed(x), xx=summed((x[:, :, None] * x[:, None, :]).reshape(len(x), x.shape[1] ** 2)),
        xy=summed((y[:, :, None] * x[:, None, :]).reshape(len(x), 4 * x.shape[1])),
    )  # fmt: skip


def _pairs(days: tuple[_Days, _Days], place: int) -> Iterator[MomentStratum]:
    for day in range(ENTERING):
        yield MomentStratum(treated=days[0].arm(day, place), control=days[1].arm(day, place))


def _peer(days: tuple[_Days, _Days], place: int) -> tuple[Floats, Floats]:
    """Difference and half of the interval, for each day on which the peer looks."""
    seen = np.minimum(days[0].people, days[1].people) >= min(PEER_FROM, days[1].people[-1])
    means, variances = [], []
    for arm in days:
        n, total, squares = arm.people[seen], arm.y[seen, place], arm.yy[seen, place]
        means.append(total / n)
        variances.append((squares - total**2 / n) / (n - 1) / n)
    return means[0] - means[1], 1.96 * np.sqrt(variances[0] + variances[1])


def told(judged: Sequence[Judged]) -> dict[str, Any]:
    """What one outcome came to in all shops of one size."""
    mean = np.mean
    shops = {
        "wholesaler": [one for one in judged if one.history == WHOLESALER],
        "cdnow": [one for one in judged if one.history != WHOLESALER],
    }
    return {
        "fixed": _share(one.at_the_end for one in judged),
        "anytime": _share(one.every_look for one in judged),
        "width_ratio": _ratio(shops["wholesaler"]), "width_ratio_cdnow": _ratio(shops["cdnow"]),
        "refused": round(1 - float(mean([one.shown for one in judged])), 4),
        "refused_fixed": round(float(mean([one.at_the_end is None for one in judged])), 4),
        "peer_anytime": _share(one.peer_every_look for one in judged),
        "floor": round(float(np.nanmedian([one.single / one.width for one in judged])), 3),
    }  # fmt: skip


def _share(held: Iterable[bool | None]) -> float:
    some = [one for one in held if one is not None]
    return round(float(np.mean(some)), 4) if some else float("nan")


def _ratio(judged: Sequence[Judged]) -> float:
    """Median width of the single look beside the plain one's; of shops that show it."""
    ratios = [one.single / one.peer_width for one in judged if one.at_the_end is not None]
    return round(float(np.median(ratios)), 3) if ratios else float("nan")


def run(people: int, shops: int, pool: ProcessPoolExecutor) -> list[list[Judged]]:
    """Shops of one size."""
    return list(pool.map(partial(judge, people=people), range(shops), chunksize=10))


def main() -> None:
    """Run, print a table for each size, and one line of JSON."""
    began, answer = time.perf_counter(), dict[str, Any]()
    for people, shops in SHOPS.items():
        with ProcessPoolExecutor(WORKERS) as pool:
            judged = run(people, max(round(shops * PART), 2 * len(BRINGS)), pool)
        lines = {name: told([one[place] for one in judged]) for place, name in enumerate(OUTCOMES)}
        money = [one for shop_of in judged for one in shop_of if one.outcome in ("kept", "margin")]
        answer[str(people)] = {**lines, "refused": round(1 - float(np.mean([one.shown for one in money])), 4)}
        print(f"\n{people:,} people, {len(judged):,} shops")
        print(f"{'':>12}" + "".join(f"{name:>19}" for name in lines["kept"]))
        for name, line in lines.items():
            print(f"{name:>12}" + "".join(f"{value:>19}" for value in line.values()))
        if people == 2_000:
            answer["power_2000"] = _power(judged)
            print(
                f"10 more of 100 come back: known within 75 days in {answer['power_2000']:.1%} of the shops"
            )
    print(f"{time.perf_counter() - began:.0f} s")
    print(json.dumps(answer))


def _power(judged: Sequence[Sequence[Judged]]) -> float:
    """Share of the shops with the greatest effect in which ours said on some day that it brings people back."""
    return _share(one[0].found for one in judged if one[0].brings == max(BRINGS))


if __name__ == "__main__":
    main()
