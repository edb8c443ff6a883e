"""A year of one simulated shop under the product's own policy: insight/ladder, week by week.

It sees what a shop sees: segments, what was believed of each person, the values of past orders, its margin rate, and
the outcomes of windows that have closed. A code is paid for out of the budget when it is given; what of
it was not spent comes back when its window closes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from benchmarks.policy_shop import (
    RUNGS,
    SEGMENTS,
    TEN,
    WEEKS,
    WINDOW,
    Floats,
    Ints,
    PolicyShop,
    taken_off,
)
from saleor_relacional.insight.inference import cap
from saleor_relacional.insight.ladder import hierarchy, price, stopping, thompson
from saleor_relacional.insight.ladder.belief import Belief
from saleor_relacional.insight.ladder.moments import RungMoments, moments

CONTROL = 0.1
CAP = 0.95
"""Quantile of past order values that is the money cap of what is learnt from; fixed before the year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the shop knows of itself when the year begins. Rows are segments, columns rungs."""

    most: float
    """The money cap."""
    reserve: Floats
    """What a code reserves: its full value; of a percentage the 90 % quantile of what it takes off."""
    unit: Floats
    """Margin of an order."""
    prior: hierarchy.Prior


def known(shop: PolicyShop, belief: Belief) -> Known:
    """From past orders and what was believed of people, never from the year itself."""
    past = [shop.source.past(segment) for segment in range(len(SEGMENTS))]
    off = [taken_off(shop.source, values) for values in past]
    reserve = np.array([one.max(axis=0) for one in off])
    reserve[:, TEN] = [np.quantile(one[:, TEN], 0.9) for one in off]
    most = float(np.quantile(np.concatenate(past), CAP))
    unit = np.array([shop.margin_rate * np.minimum(values, most).mean() for values in past])
    alone = np.array(
        [
            shop.believed[shop.segment == g].mean() if (shop.segment == g).any() else 0.0
            for g in range(len(past))
        ]
    )
    takes = np.array([one.mean(axis=0) for one in off])[:, 1:] / unit[:, None]
    return Known(most=most, reserve=reserve, unit=unit, prior=belief.prior(alone, np.minimum(takes, 1.0)))


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
    _reserved: Floats = field(init=False)
    """(weeks) By codes given in that week, while their window is open."""
    _price: float = 0.0

    def __post_init__(self) -> None:
        size = len(self.shop.week)
        self.rung, self.probability = np.zeros(size, dtype=np.int64), np.ones(size)
        self._open, self._reserved = np.zeros(size, dtype=np.int64), np.zeros(WEEKS)

    def live(self) -> Year:
        """Every week: what has closed is learnt from, then whoever has an occasion draws."""
        for week in range(WEEKS - WINDOW):
            if week >= WINDOW:
                self._close(week - WINDOW)
            self._decide(week)
        return self

    def _rows(self, week: int) -> Ints:
        return np.arange(*np.searchsorted(self.shop.week, [week, week + 1]))

    def _close(self, week: int) -> None:
        rows = self._rows(week)
        margin, discount, bought = self.shop.margin(rows, self.rung[rows])
        counts = cap.counted(np.where(bought, self.shop.value[rows], 0.0), self.known.most)
        self._reserved[week] = 0.0
        keys, at = np.unique(self.shop.segment[rows] << len(RUNGS) | self._open[rows], return_inverse=True)
        strata = [(SEGMENTS[key >> len(RUNGS)], _letters(key)) for key in keys]
        self._gathered += moments(
            RUNGS, at, strata, self.rung[rows], self.probability[rows], margin * counts, discount
        )
        already = frozenset((one.segment, one.rung) for one in self.stops)
        self.stops += stopping.stopped(self._gathered, already, spared=thompson.ALWAYS)

    def _decide(self, week: int) -> None:
        told = self._posterior()
        allowed = np.ones((len(SEGMENTS), len(RUNGS)), dtype=np.bool_)
        for one in self.stops:
            allowed[SEGMENTS.index(one.segment), RUNGS.index(one.rung)] = False
        usable = thompson.worth_trying(told, allowed)
        dear = self._price * self.known.reserve / self.known.unit[:, None]
        left = self.shop.budget - self._reserved.sum()
        rows = self._rows(week)
        while len(rows):
            fits = usable & (self.known.reserve.max(axis=0) <= left)
            taken = self._draw(rows, fits, thompson.probabilities(told, fits, dear))
            # Up to the first whose turn comes when some rung does not fit any more.
            before = np.concatenate([[0.0], taken.cumsum()[:-1]])
            dearest = self.known.reserve[:, fits.any(axis=0)].max()
            some = int((before + dearest <= left).sum()) if dearest else len(rows)
            self._reserved[week] += taken[:some].sum()
            left -= taken[:some].sum()
            rows = rows[some:]
        self._price = price.updated(self._price, float(self._reserved.sum()), self.shop.budget)

    def _posterior(self) -> hierarchy.Posterior:
        measured = hierarchy.information(self._gathered, SEGMENTS, self.known.unit)
        return hierarchy.posterior(measured, self.known.prior)

    def _draw(self, rows: Ints, usable: npt.NDArray[np.bool_], chances: Floats) -> Floats:
        """Everybody draws; what each has reserved. Whoever is held out gets nothing."""
        segment, held = self.shop.segment[rows], self.shop.held_out[rows]
        self.smallest = min(self.smallest, float(chances[usable].min()))
        rung = np.where(held, 0, thompson.choose(chances[segment], self.shop.choice[rows]))
        drawn = (1 - CONTROL) * chances[segment, rung] + CONTROL * (rung == 0)
        self.rung[rows], self.probability[rows] = rung, drawn
        self._open[rows] = (usable << np.arange(len(RUNGS))).sum(axis=1)[segment]
        return np.asarray(self.known.reserve[segment, rung])


def _letters(key: int) -> str:
    """Which rungs were open, from the cheapest."""
    return "".join("01"[key >> place & 1] for place in range(len(RUNGS)))
