"""make bench-competing: does a campaign without effect look as if it had one, because others want the same people?

Of four campaigns two have effects and two have none (benchmarks/competing_shop.py). Every morning all results are
looked at, as an impatient owner does: how often is a campaign without effect called effective, in either direction, at
any look? And at the end, how often does a plain 95 % interval hold the truth: what the people who were written to kept
us, less what they keep in the same shop without that campaign, the others unchanged? The same is told of a shop that
books what it sends alone: there a control group hears from the other campaigns instead.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from benchmarks.competing_shop import CAMPAIGNS, WINDOW, Life, Shop, shop
from saleor_relacional.insight.inference.experiment import ArmOutcome, Verdict, lift, outcome

SEEDS = int(os.environ.get("SEEDS", "500"))
INTERVALS = int(os.environ.get("INTERVALS", str(4 * SEEDS)))
"""Seeds whose plain intervals are held against the truth, the first ones included: 500 tell a share of .95 to .02
only."""
PEOPLE = int(os.environ.get("PEOPLE", "1500"))
DAYS = int(os.environ.get("DAYS", "150"))
WORKERS = int(os.environ.get("WORKERS", str(os.cpu_count() or 1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignRun:
    """What one campaign came to with one seed."""

    people: int
    called: bool | None
    """Some look said that it helps or harms; None of a seed of which only the interval is looked at."""
    estimate: float
    half: float
    """Half of the plain 95 % interval at the end."""
    truth_sum: float
    treated: int
    """Sum over this many treated people of what the campaign really changed."""


def one(seed: int, people: int, days: int, book_both: bool = True, whole: int = SEEDS) -> list[CampaignRun]:
    """One shop: as it was, and, of the first `whole` seeds, without each of its campaigns."""
    drawn = shop(seed, people, days)
    life = Life(shop=drawn, book_both=book_both).live()
    judge = _judged if seed < whole else _at_the_end
    return [judge(drawn, life, number) for number in range(len(CAMPAIGNS))]


def _at_the_end(drawn: Shop, life: Life, campaign: int) -> CampaignRun:
    """The interval alone."""
    who, kept = life.outcome(campaign)
    treated = drawn.treated[campaign, who]
    arms = outcome(kept[treated]), outcome(kept[~treated])
    return CampaignRun(
        people=len(who),
        called=None,
        estimate=arms[0].mean - arms[1].mean,
        half=_plain(*arms),
        truth_sum=0,
        treated=0,
    )


def _judged(drawn: Shop, life: Life, campaign: int) -> CampaignRun:
    who, kept = life.outcome(campaign)
    treated, began = drawn.treated[campaign, who], life.started[campaign, who]
    # A campaign whose messages change nothing lives in the very same shop without them: tests/benchmarks lives one.
    same = not CAMPAIGNS[campaign].boost
    without = life if same else Life(shop=drawn, silent=campaign, book_both=life.book_both).live()
    totals = np.column_stack([np.zeros(len(without.kept)), without.kept.cumsum(axis=1)])
    differs = kept - (totals[who, began + WINDOW] - totals[who, began])
    return replace(
        _at_the_end(drawn, life, campaign), called=_called(kept, treated, began + WINDOW),
        truth_sum=float(differs[treated].sum()), treated=int(treated.sum()),
    )  # fmt: skip


def _called(kept: np.ndarray, treated: np.ndarray, closed: np.ndarray) -> bool:
    """Whether any day's look at the windows that had closed by then said anything."""
    for day in np.unique(closed):
        seen = closed <= day
        if lift(outcome(kept[seen & treated]), outcome(kept[seen & ~treated])).verdict is not _NOTHING:
            return True
    return False


def _plain(treated: ArmOutcome, control: ArmOutcome) -> float:
    """Half of the interval of a single look: 1.96 standard errors."""
    return 1.96 * math.sqrt(treated.variance / treated.people + control.variance / control.people)


_NOTHING = Verdict.NOT_ENOUGH_EVIDENCE


def told(runs: Sequence[Sequence[CampaignRun]]) -> list[dict[str, float | str]]:
    """A line per campaign over all seeds."""
    lines: list[dict[str, float | str]] = []
    for number, terms in enumerate(CAMPAIGNS):
        these = [run[number] for run in runs]
        truth = sum(run.truth_sum for run in these) / sum(run.treated for run in these)
        held = [abs(run.estimate - truth) <= run.half for run in these]
        lines.append({
            "campaign": terms.name, "people": round(float(np.mean([run.people for run in these]))),
            "truth": round(truth, 3), "estimate": round(float(np.mean([run.estimate for run in these])), 3),
            "half": round(float(np.mean([run.half for run in these])), 3),
            "called": round(float(np.mean([run.called for run in these if run.called is not None])), 4),
            "held": round(float(np.mean(held)), 4),
        })  # fmt: skip
    return lines


def main() -> None:
    """Run, print a table for each way of booking, and one line of JSON."""
    began, answer = time.perf_counter(), {}
    ways = (("booked in both arms", "both", True, INTERVALS), ("booked when sent", "sent", False, SEEDS // 5))
    for title, key, both, seeds in ways:
        work = partial(one, people=PEOPLE, days=DAYS, book_both=both)
        with ProcessPoolExecutor(WORKERS) as pool:
            lines = told(list(pool.map(work, range(seeds), chunksize=5)))
        answer[key] = lines
        print(f"\n{title}: {min(seeds, SEEDS)} seeds, intervals of {seeds}, {PEOPLE} people, {DAYS} days")
        print("".join(f"{name:>15}" for name in lines[0]))
        for line in lines:
            print("".join(f"{value:>15}" for value in line.values()))
    print(f"{time.perf_counter() - began:.0f} s")
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
