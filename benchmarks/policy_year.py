"""A year of one simulated shop under the product's own policy, week by week.

What decides is the product's: insight/ladder's sums, state, price, stop rule and draws, as flows/campaigns/deciding/
calls them. It sees what a shop sees: segments, what an order of each person is expected to be worth, past orders, its
margin rate, and the outcomes of windows that have closed. A month has four weeks. A code holds its money from the week
in which it is given; when its window closes that is settled with what it took off, or returned, and belongs to the
month in which it was given (flows/incentives/accounts.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from benchmarks.policy_shop import (
    PERCENT,
    RUNGS,
    SEGMENTS,
    TEN,
    WEEKS,
    WINDOW,
    Floats,
    Ints,
    PolicyShop,
)
from saleor_relacional.insight.inference import cap
from saleor_relacional.insight.ladder import draws, price, stopping, thompson
from saleor_relacional.insight.ladder.moments import RungMoments, moments
from saleor_relacional.insight.ladder.state import LadderState, Money
from saleor_relacional.insight.value.high_orders import multiple

CONTROL = 0.1
CAP = 0.95
"""Quantile of past order values that is the money cap of what is learnt from; fixed before the year."""
MONTH = 4
"""Weeks."""
ALONE, OF_PEOPLE = 4, 20
"""As flows/campaigns/deciding/learn.py: four of twenty come by themselves, beside what was seen."""
NIGHTS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the shop knows of itself when the year begins. Columns are rungs."""

    most: float
    """The money cap."""
    unit: float
    """Margin of an order."""
    takes: Floats
    """What each rung takes off an order of the mean value."""
    alone: dict[str, float]
    """By segment, what is believed of its people."""
    usual: Floats
    """What it holds for one."""
    holds: Floats
    """(occasions, rungs) What it holds for each person: its full value; of a percentage what it takes off an order that
    nine in ten of theirs stay below."""


def known(shop: PolicyShop) -> Known:
    """From past orders and what was believed of people, never from the year itself."""
    past = shop.source.values
    most, mean = float(np.quantile(past, CAP)), float(past.mean())
    means = np.add.reduceat(past, shop.source.begins) / shop.source.orders
    last = past[shop.source.begins + shop.source.orders - 1]
    high = multiple(last, means)
    fixed = [0.0, 0.0, shop.gift, 0.0, shop.fixed]
    takes, usual = np.array(fixed), np.array(fixed)
    takes[TEN], usual[TEN] = PERCENT * mean, PERCENT * mean * high
    holds = np.tile(np.array(fixed), (len(shop.week), 1))
    holds[:, TEN] = PERCENT * high * shop.order_value
    alone = {
        name: float(shop.believed[shop.segment == place].mean())
        for place, name in enumerate(SEGMENTS)
        if (shop.segment == place).any()
    }
    return Known(most=most, unit=shop.margin_rate * mean, takes=takes, usual=usual, holds=holds, alone=alone)


@dataclass(slots=True, kw_only=True)
class Year:
    """What the policy chose, and how."""

    shop: PolicyShop
    known: Known
    rung: Ints = field(init=False)
    """Per occasion."""
    probability: Floats = field(init=False)
    """With which it was drawn, the arm included."""
    smallest: float = 1.0
    """Least probability with which an open rung was open to anybody who was not held out."""
    stops: list[stopping.RungEffect] = field(default_factory=list)
    _open: Ints = field(init=False)
    """Which rungs were open, as bits."""
    _gathered: RungMoments = field(default_factory=lambda: RungMoments(rungs=RUNGS))
    _used: Floats = field(init=False)
    """(months) Held and settled together, by the month in which it was promised."""
    _came: list[int] = field(default_factory=lambda: [0, 0])
    """Of those who got nothing, windows closed: who bought, and all of them."""
    _price: float = 0.0

    def __post_init__(self) -> None:
        size = len(self.shop.week)
        self.rung, self.probability = np.zeros(size, dtype=np.int64), np.ones(size)
        self._open, self._used = np.zeros(size, dtype=np.int64), np.zeros(WEEKS // MONTH)

    def live(self) -> Year:
        """Every week: what has closed is learnt from, then whoever has an occasion draws."""
        for week in range(WEEKS - WINDOW):
            if week >= WINDOW:
                self._close(week - WINDOW)
            self._decide(week)
        return self

    def carried(self, month: int) -> float:
        """What the months before this one came to beyond their budgets."""
        excess = 0.0
        for used in self._used[:month]:
            excess = max(0.0, excess + float(used) - self.shop.budget)
        return excess

    def _rows(self, week: int) -> Ints:
        return np.arange(*np.searchsorted(self.shop.week, [week, week + 1]))

    def _close(self, week: int) -> None:
        rows = self._rows(week)
        rung = self.rung[rows]
        margin, discount, bought = self.shop.margin(rows, rung)
        counts = cap.counted(np.where(bought, self.shop.value[rows], 0.0), self.known.most)
        self._used[week // MONTH] += float((discount - self.known.holds[rows, rung]).sum())
        self._came[0] += int(bought[rung == 0].sum())
        self._came[1] += int((rung == 0).sum())
        keys, at = np.unique(self.shop.segment[rows] << len(RUNGS) | self._open[rows], return_inverse=True)
        strata = [(SEGMENTS[key >> len(RUNGS)], _letters(key)) for key in keys]
        self._gathered += moments(RUNGS, at, strata, rung, self.probability[rows], margin * counts, discount)
        already = frozenset((one.segment, one.rung) for one in self.stops)
        self.stops += stopping.stopped(self._gathered, already, spared=thompson.ALWAYS)

    def state(self) -> LadderState:
        """What is known tonight."""
        came, untouched = self._came
        money = Money(
            unit=self.known.unit, takes=tuple(self.known.takes.tolist()), holds=tuple(self.known.usual.tolist()),
            alone=(ALONE + came) / (OF_PEOPLE + untouched), alone_in=self.known.alone,
        )  # fmt: skip
        return LadderState(
            gathered=self._gathered, segments=SEGMENTS, currency="", outcome="margin", money=money, price=self._price,
        )  # fmt: skip

    def _decide(self, week: int) -> None:
        month, rows = week // MONTH, self._rows(week)
        allowed = np.ones((len(SEGMENTS), len(RUNGS)), dtype=np.bool_)
        for one in self.stops:
            allowed[SEGMENTS.index(one.segment), RUNGS.index(one.rung)] = False
        before, charged = float(self._used[month]), self.carried(month)
        told = draws.draw(
            self.state(), allowed, segment=self.shop.segment[rows], holds=self.known.holds[None, rows],
            left=[self.shop.budget - charged - before], treated=~self.shop.held_out[rows], luck=self.shop.choice[rows],
        )  # fmt: skip
        if len(rows):
            self._keep(rows, told)
        given = float(self.known.holds[rows, told.place].sum())
        self._used[month] += given
        for night in range(1, NIGHTS + 1):
            part = night / NIGHTS
            spent = max(charged + before + part * given, 0.0)
            self._price = price.updated(
                self._price, [(spent, self.shop.budget)], (week % MONTH + part) / MONTH
            )

    def _keep(self, rows: Ints, told: draws.Draws) -> None:
        self.smallest = min(self.smallest, float(told.chances[told.open_rungs].min()))
        drawn = np.take_along_axis(told.chances, told.place[:, None], axis=1)[:, 0]
        self.rung[rows] = told.place
        self.probability[rows] = (1 - CONTROL) * drawn + CONTROL * (told.place == 0)
        self._open[rows] = (told.open_rungs << np.arange(len(RUNGS))).sum(axis=1)


def _letters(key: int) -> str:
    """Which rungs were open, from the cheapest."""
    return "".join("01"[key >> place & 1] for place in range(len(RUNGS)))
