"""make bench-seasons: windows and ranking in shops with a strong season, and of cohorts, judged over a year.

Twenty simulated shops of two years (benchmarks/seasonal_shops.py), cut in winter: the share of those who returned
within the year whose return fell into their window of 80 %. The window is asked "if it comes within the year, when?",
so nobody who returned is censored, and who did not return is no case. Beside it the same shops with the season ignored,
shops of a year, shops whose only height was one event, and cohorts without a season, where the ranking is held against
days since the last order. Nothing after the cut is read.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence

import numpy as np

from benchmarks import seasonal_shops, truth
from benchmarks.orders import Orders
from saleor_relacional.insight import summary_columns
from saleor_relacional.insight.inference import backtest
from saleor_relacional.insight.timing.season import FLAT, Season

SHOPS = 20
Line = dict[str, float]


def main() -> None:
    """Run, print a table for each kind of shop, and one line of JSON."""
    began = time.perf_counter()
    two, one = ([seasonal_shops.seasonal(i, years) for i in range(SHOPS)] for years in (2.0, 1.0))
    once = [seasonal_shops.event(i) for i in range(SHOPS)]
    told = {
        "season": _table("two years, strong season", two),
        "ignored": _table("the same shops, the season ignored", two, FLAT),
        "one_year": _table("one year, strong season", one),
        "event": _table("two years, no season but one event in the last", once),
        "event_ignored": _table("the same shops, the event ignored", once, FLAT),
        "none": _table("two years, no season", [seasonal_shops.seasonal(i, swing=0.0) for i in range(SHOPS)]),
    }
    cohorts = [seasonal_shops.cohort(kind, i) for kind in seasonal_shops.COHORTS for i in range(3)]
    told["cohorts"] = _table("cohorts, no season", cohorts)
    print(f"{time.perf_counter() - began:.0f} s")
    print(json.dumps({name: _summary(lines) for name, lines in told.items()}))


def judged(orders: Orders, season: Season | None = None) -> Line:
    """One shop: coverage, width and interval score of its windows, AUC beside that of days since the last order."""
    season = truth.season_of(orders) if season is None else season
    horizon = orders.end - orders.cut
    period, _ = summary_columns.at(
        orders.customer, orders.day, orders.value, orders.cut, horizon, season.gaps
    )
    weights = truth.study_of(orders, season).weights
    line, _ = truth.ours(orders, period, weights, season)
    auc, rule = float(line["auc"] or 0.0), backtest.auc(-period.past.idle, period.came)
    return {
        "customers": float(len(period.past)), "came": float(period.came.mean()),
        "coverage": float(line["coverage_80"] or 0.0), "width": float(line["width_80"] or 0.0),
        "score": float(line["interval_score"] or 0.0), "auc": auc, "since_last": rule, "ahead": auc - rule,
        "bias": float(line["bias"] or 0.0), "lacking": float(season.days_lacking),
        "height": float(season.weights(np.arange(737_791, 738_156)).max()),
    }  # fmt: skip


def _table(title: str, shops: Sequence[Orders], season: Season | None = None) -> list[Line]:
    lines = [judged(orders, season) for orders in shops]
    print(f"\n{title}")
    print(f"{'':14}" + "".join(f"{name:>12}" for name in lines[0]))
    for orders, line in zip(shops, lines, strict=True):
        print(f"{orders.name:14}" + "".join(f"{value:12.3f}" for value in line.values()))
    mean = {name: float(np.mean([line[name] for line in lines])) for name in lines[0]}
    print(f"{'mean':14}" + "".join(f"{value:12.3f}" for value in mean.values()))
    return lines


def _summary(lines: Sequence[Line]) -> Line:
    coverage, ahead = ([line[name] for line in lines] for name in ("coverage", "ahead"))
    return {
        "coverage": round(float(np.mean(coverage)), 4), "coverage_least": round(min(coverage), 4),
        "coverage_most": round(max(coverage), 4), "auc_ahead": round(float(np.mean(ahead)), 4),
        "auc_ahead_least": round(min(ahead), 4),
        "interval_score": round(float(np.mean([line["score"] for line in lines])), 1),
        "width": round(float(np.mean([line["width"] for line in lines])), 1),
        "bias": round(float(np.mean([line["bias"] for line in lines])), 4),
    }  # fmt: skip


if __name__ == "__main__":
    main()
