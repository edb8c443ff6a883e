"""The judge of make bench-truth is itself judged."""

import gzip
import json
import math
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from benchmarks import judge, rules
from benchmarks.orders import from_csv
from saleor_relacional.insight.inference import backtest
from saleor_relacional.insight.timing.next_order import ShopGaps
from tests.insight.shops import simulated

TOP = Path(__file__).resolve().parents[3]


def test_a_csv_as_shops_export_it(tmp_path):
    """Lines of one order add up whatever their order, a refund is no purchase, an order of 0.00 is; a row without a
    customer, with a strange date or an endless total is left out and counted."""
    file = tmp_path / "orders.csv.gz"
    with gzip.open(file, "wt") as out:
        out.write(
            "order,customer,placed_at,total\n"
            "2,anna,2011-02-03T23:59:00+00:00,5.00\n1,anna,2011-01-05,10.00\n1,anna,2011-01-05 10:00:00,2.50\n"
            "3,bruno,2011-01-06,0.00\n4,bruno,2011-01-07,-9.00\n5,,2011-01-07,1\n6,clara,yesterday,1\n7,clara,2011-01-09,inf\n"
        )
    found = from_csv(file, date(2011, 1, 31), date(2011, 3, 31))

    rows = sorted(zip(found.customer.tolist(), found.day.tolist(), found.value.tolist(), strict=True))
    assert rows == [
        (0, date(2011, 1, 5).toordinal(), 12.5), (0, date(2011, 2, 3).toordinal(), 5.0),
        (1, date(2011, 1, 6).toordinal(), 0.0),
    ]  # fmt: skip
    assert found.left_out == 4


def test_a_csv_of_another_kind_says_which_column_is_missing(tmp_path):
    """And an end before the cut says so."""
    file = tmp_path / "orders.csv"
    file.write_text("order,customer,date,total\n1,anna,2011-01-05,1\n")
    with pytest.raises(SystemExit, match="no column placed_at"):
        from_csv(file, date(2011, 1, 31), date(2011, 3, 31))
    file.write_text("order,customer,placed_at,total\n1,anna,2011-01-05,1\n")
    with pytest.raises(SystemExit, match="not after CUT"):
        from_csv(file, date(2011, 1, 31), date(2011, 1, 31))


def test_nothing_after_the_cut_is_looked_at(tmp_path):
    """Another future leaves the past's decisions as they were: the same weights are printed."""
    pytest.importorskip("lifetimes")
    who, day, value = simulated("random", customers=250, span=400)
    decided = []
    for future in (1.0, 2.0):
        later = np.where(day > 300, np.minimum(300 + np.ceil((day - 300) * future), 400), day)
        file = tmp_path / f"{future}.csv"
        file.write_text("order,customer,placed_at,total\n" + "".join(
            f"{number},{customer:.0f},{date.fromordinal(734_000 + int(at))},{total:.2f}\n"
            for number, (customer, at, total) in enumerate(zip(who, later, value, strict=True))
        ))  # fmt: skip
        cut, end = date.fromordinal(734_300), date.fromordinal(734_400)
        told = subprocess.run(
            [sys.executable, "-m", "benchmarks.truth", "--orders", str(file), "--cut", str(cut), "--end", str(end)],
            cwd=TOP, capture_output=True, text=True, check=True,
        ).stdout.splitlines()  # fmt: skip
        decided.append(next(line for line in told if line.startswith("decided")))
        (found,) = json.loads(told[-1])["datasets"].values()
        assert {
            "auc",
            "auc_gap_low",
            "brier",
            "mae",
            "bias",
            "coverage_80",
            "width_80",
            "interval_score",
        } <= set(found["ours"])
        assert set(found) == {
            "ours",
            "rfm",
            "days_since_last",
            "own_rate",
            "flat_90",
            "shop_median",
            "lifetimes_mbg",
        }

    assert decided[0] == decided[1]


def test_coverage_weighs_what_was_seldom_seen():
    """A true forecast of which late returns are mostly unseen: the plain share is far from .8, the weighted one is
    not."""
    chance = np.random.default_rng(6)
    place, seen_to = chance.random(40_000), chance.beta(1, 2, 40_000)
    returned = place <= seen_to
    place, seen_to = place[returned], seen_to[returned]

    assert abs(((place >= 0.1) & (place <= 0.9)).mean() - 0.8) > 0.03
    assert judge.coverage(place, seen_to) == pytest.approx(0.8, abs=0.03)
    assert judge.coverage(place, np.ones_like(place)) == pytest.approx(
        ((place >= 0.1) & (place <= 0.9)).mean()
    )
    assert math.isnan(judge.coverage(place[:0], seen_to[:0]))


def test_the_bootstrap_finds_a_real_gap_and_no_other():
    """A score beside itself has no gap; beside noise the whole interval is above 0, and holds the difference."""
    chance = np.random.default_rng(7)
    came = chance.random(800) < 0.3
    good, noise = came + chance.normal(0, 1, 800), chance.normal(0, 1, 800)
    gap, low, high = judge.auc_gap(good, noise, came)

    assert judge.auc_gap(good, good, came) == (0.0, 0.0, 0.0)
    assert 0 < low < gap < high
    assert gap == pytest.approx(backtest.auc(good, came) - backtest.auc(noise, came))


def test_the_shops_median_window_by_hand():
    """Gaps of 10 to 100 days, somebody waiting for 50: the window is that of 60 to 100; nobody ever waited 100
    days, so the horizon itself is all that is known there."""
    gaps = ShopGaps.of(np.arange(10.0, 101.0, 10.0))
    low, middle, high = rules.shop_median(gaps, np.array([50.0, 100.0]), 60.0)

    assert (low[0], middle[0], high[0]) == pytest.approx((64, 80, 96))
    assert 100 < low[1] < middle[1] < high[1] < 160
