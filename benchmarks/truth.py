"""make bench-truth [ORDERS=file CUT=day END=day]: what was predicted beside what happened.

Everything is learnt from orders up to CUT (that day included); judged are the days after it up to END. Ours is what
the package says with nothing set: models, weights, level, ranking score and window decided by back-test on the
days before CUT.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks import judge, rules
from benchmarks.orders import DATA, Orders, from_csv, public
from saleor_relacional.insight import summary_columns
from saleor_relacional.insight.inference import backtest
from saleor_relacional.insight.summary_columns import Period
from saleor_relacional.insight.timing import forecast, next_order, season_fit
from saleor_relacional.insight.timing.next_order import ShopGaps
from saleor_relacional.insight.timing.season import Season

Floats = npt.NDArray[np.float64]
Line = dict[str, float | None]

COLUMNS = (
    "auc", "auc_gap", "auc_gap_low", "auc_gap_high", "brier", "mae", "bias", "next_day_error", "coverage_80",
    "width_80", "interval_score", "coverage_80_year",
)  # fmt: skip


def main() -> None:
    """Run, print a table for each history, and one line of JSON."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--orders", type=Path)
    wanted.add_argument("--cut", type=date.fromisoformat)
    wanted.add_argument("--end", type=date.fromisoformat)
    asked = wanted.parse_args()
    if asked.orders is None:
        shops = public()
        if not shops:
            raise SystemExit(
                f"No order history in {DATA}: put one there, or give ORDERS=file CUT=day END=day"
            )
    elif asked.cut is None or asked.end is None:
        wanted.error("with ORDERS give CUT and END, as 2011-02-28")
    else:
        shops = [from_csv(asked.orders, asked.cut, asked.end)]
    print(json.dumps({"datasets": {shop.name: report(shop) for shop in shops}}))


def report(orders: Orders) -> dict[str, Line]:
    """Judge everybody on one history, and print it."""
    began = time.perf_counter()
    horizon = orders.end - orders.cut
    season = season_of(orders)
    period, _ = summary_columns.at(
        orders.customer, orders.day, orders.value, orders.cut, horizon, season.gaps
    )
    if len(period.past) < 2 or not 0 < period.came.sum() < len(period.past):
        raise SystemExit(
            f"{orders.name}: nobody, or everybody, ordered after the cut: there is nothing to rank"
        )
    before = _periods(orders, horizon, season)
    study = study_of(orders, season)
    lines, scores = _peers(period, before[0] if before else None, horizon)
    lines["ours"], scores["ours"] = ours(orders, period, study.weights, season)
    lines["shop_median"] = _shop_median(orders, period, horizon)
    best = max((name for name in scores if name != "ours"), key=lambda name: lines[name]["auc"] or 0.0)
    gap, low, high = judge.auc_gap(scores["ours"], scores[best], period.came)
    lines["ours"] |= {"auc_gap": gap, "auc_gap_low": low, "auc_gap_high": high}
    _print(orders, period, study, lines, best, time.perf_counter() - began)
    order = ("ours", *rules.RULES, "shop_median", "lifetimes_mbg")
    return {name: {column: _round(lines[name].get(column)) for column in COLUMNS} for name in order}


def season_of(orders: Orders) -> Season:
    """What the days up to the cut tell."""
    return season_fit.learn(season_fit.counts(orders.customer, orders.day, orders.cut))


def study_of(orders: Orders, season: Season) -> backtest.Study:
    """What the back-test on the days before the cut says."""
    before = _periods(orders, orders.end - orders.cut, season)
    return backtest.study(before, [_gaps(orders, orders.cut - _ago(one, orders)) for one in before], season)


def _periods(orders: Orders, horizon: float, season: Season) -> list[Period]:
    """The shop's own past, cut; nothing after the cut is looked at."""
    known = orders.day <= orders.cut
    columns = orders.customer[known], orders.day[known], orders.value[known]
    first = float(orders.day.min())
    return [
        summary_columns.at(*columns, cut, days, season.gaps)[0]
        for cut, days in summary_columns.cuts(first, orders.cut, horizon)
    ]


def _ago(period: Period, orders: Orders) -> float:
    """Days from a past cut to the cut: the oldest customer's tenure tells it."""
    return float(orders.cut - orders.day.min() - period.past.tenure.max())


def _gaps(orders: Orders, cut: float) -> ShopGaps:
    known = orders.day <= cut
    order = np.lexsort((orders.day[known], orders.customer[known]))
    who, day = orders.customer[known][order], orders.day[known][order]
    gap = np.diff(day)[who[1:] == who[:-1]]
    return ShopGaps.of(gap[gap > 0])


def ours(orders: Orders, period: Period, weights: forecast.Weights, season: Season) -> tuple[Line, Floats]:
    """Our measures in a period, and the score that we rank by."""
    horizon, came = period.days, np.flatnonzero(period.came)
    shop = forecast.learn(period.past, season=season)
    said = forecast.signals(shop, period.past, horizon)
    score = forecast.ranking_score(weights, said)
    chance, expected = forecast.probability_of_order(weights, said), forecast.expected_orders(weights, said)
    line = _numbers(rules.Said(score=score, chance=chance, orders=expected), period)
    back, gap, gaps = period.past.of(came), period.gap[came], _gaps(orders, orders.cut)
    within = forecast.next_order(shop, back, horizon, gaps, weights.own_share)
    line |= judge.window(within.quantile(0.1), within.quantile(0.5), within.quantile(0.9), gap)
    year = forecast.next_order(shop, back, max(next_order.REACH, horizon), gaps, weights.own_share)
    line["coverage_80_year"] = judge.coverage(year.cdf(gap), year.cdf(year.idle + horizon))
    return line, score


def _shop_median(orders: Orders, period: Period, horizon: float) -> Line:
    came = period.came
    low, middle, high = rules.shop_median(_gaps(orders, orders.cut), period.past.idle[came], horizon)
    return dict(judge.window(low, middle, high, period.gap[came]))


def _peers(
    period: Period, before: Period | None, horizon: float
) -> tuple[dict[str, Line], dict[str, Floats]]:
    said = {name: rule(period.past, horizon, before) for name, rule in rules.RULES.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        by_orders, by_chance, note = rules.lifetimes_mbg(period.past, horizon)
    if note:
        print(f"lifetimes: {note}")
    said["lifetimes_mbg"] = max(
        (by_orders, by_chance), key=lambda one: backtest.auc(one.score, period.came)
    )  # the better of its two ways to rank, in hindsight
    return (
        {name: _numbers(one, period) for name, one in said.items()},
        {name: one.score for name, one in said.items()},
    )


def _numbers(said: rules.Said, period: Period) -> Line:
    line: Line = {"auc": backtest.auc(said.score, period.came)}
    if said.chance is not None:
        line["brier"] = float(np.mean((said.chance - period.came) ** 2))
    if said.orders is not None:
        line["mae"] = float(np.mean(np.abs(said.orders - period.orders)))
        line["bias"] = float(said.orders.sum() / period.orders.sum() - 1)
    return line


def _round(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else round(value, 5)


def _print(
    orders: Orders, period: Period, study: backtest.Study, lines: dict[str, Line], best: str, seconds: float
) -> None:
    cut, end = date.fromordinal(int(orders.cut)), date.fromordinal(int(orders.end))
    print(f"\n{orders.name}: {len(period.past):,} customers to {cut}, judged to {end} ({period.days:.0f} days); "
          f"{period.came.mean():.1%} ordered; {orders.left_out:,} rows left out; {seconds:.1f} s")  # fmt: skip
    print(f"{'':16}" + "".join(f"{column.replace('_', ' '):>17}" for column in COLUMNS))
    for name in sorted(lines, key=lambda name: name != "ours"):
        cells = [lines[name].get(column) for column in COLUMNS]
        print(f"{name:16}" + "".join(f"{'' if cell is None else f'{cell:.4f}':>17}" for cell in cells))
    ours = lines["ours"]
    print(f"AUC, ours minus the best ({best}): {ours['auc_gap']:+.4f}, 95 % from {ours['auc_gap_low']:+.4f} to "
          f"{ours['auc_gap_high']:+.4f} ({judge.RESAMPLES} paired resamples)")  # fmt: skip
    weights = study.weights
    print(f"decided by {weights.periods} periods of the own past: ranking {weights.ranking}, level "
          f"{weights.level:+.3f}, orders level {weights.orders_level:+.3f}, lean to rhythm {weights.lean:+.2f}, "
          f"worth {weights.worth:+.2f}, own share of window {weights.own_share:g}")  # fmt: skip
    for judged in study.periods:
        print(f"  {judged.days:.0f} days, {judged.customers:,} customers: predicted {judged.predicted_share:.3f}, "
              f"happened {judged.happened_share:.3f}; orders {judged.predicted_orders:,.0f}, "
              f"{judged.happened_orders:,.0f}; AUC {judged.auc:.3f}")  # fmt: skip


if __name__ == "__main__":
    main()
