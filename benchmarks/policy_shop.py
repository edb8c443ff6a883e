"""Simulated shops in which the truth of every rung is known: docs/simulator.md, A year of offers.

Customers and what they spend are resampled from the public histories; what contact and money change is drawn. Fixed
before any policy was tuned on it: a policy that does badly here is changed, never the shop.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from benchmarks.orders import DATA, Orders, public
from saleor_relacional.insight import summary_columns
from saleor_relacional.insight.timing import mbg_nbd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

RUNGS = ("nothing", "word", "gift", "ten", "fixed")
"""The ladder, from the cheapest."""
TEN = RUNGS.index("ten")
SEGMENTS = ("new", "once", "steady", "slipping", "loyal", "late")
"""By purchase days after the first (none; up to three; more) and by idle (up to the median of those; above)."""
WEEKS = 52
WINDOW = 4
"""Weeks of an outcome window; a code works for as long."""
PERCENT, GIFT_WORTH, GIFT_COST, FIXED, SENDING = 0.10, 0.06, 0.05, 0.15, 0.0005
"""The percentage is of the order; the others are parts of the shop's typical (median) order."""
TYPES = ("never", "word", "money", "harmed")
SHARES = np.array([
    [0.50, 0.25, 0.15, 0.10], [0.60, 0.12, 0.20, 0.08], [0.55, 0.20, 0.13, 0.12],
    [0.45, 0.25, 0.20, 0.10], [0.65, 0.10, 0.10, 0.15], [0.45, 0.30, 0.15, 0.10],
])  # fmt: skip
"""(segments, types) Means over shops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Customers of a public history on its documented cut, one value each."""

    name: str
    segment: Ints
    chance: Floats
    """P(an order within a window) by MBG/NBD: what the engine believes."""
    alive: Floats
    """P(still a customer) by MBG/NBD."""
    values: Floats
    """Order values of all, one customer after the other, cut at the 99.9 % quantile."""
    begins: Ints
    orders: Ints
    typical: float
    """Median order value."""

    def past(self, segment: int) -> Floats:
        """Order values of the customers of a segment."""
        return self.values[np.repeat(self.segment, self.orders) == segment]


@cache
def sources() -> tuple[Source, ...]:
    """The public histories. Raises SystemExit where one is missing."""
    found = tuple(_source(orders) for orders in public())
    if len(found) < 2:
        raise SystemExit(
            f"The public histories are not in {DATA}: see docs/benchmarks.md for what to put there"
        )
    return found


def _source(orders: Orders) -> Source:
    kept = (orders.value > 0) & (orders.day <= orders.end)
    known = kept & (orders.day <= orders.cut)
    who, place = np.unique(orders.customer[known], return_inverse=True)
    past = summary_columns.at(place, orders.day[known], orders.value[known], orders.cut, 1)[0].past
    fit = mbg_nbd.fit(past.frequency, past.recency, past.tenure)
    days = 7.0 * WINDOW
    outlook = mbg_nbd.outlook(fit, past.frequency, past.recency, past.tenure, [days])
    often = np.select([past.frequency == 0, past.frequency <= 3], [0, 1], 2)
    middle = np.array([np.median(past.idle[often == level]) for level in range(3)])
    theirs = kept & np.isin(orders.customer, who)
    values = orders.value[theirs][np.argsort(orders.customer[theirs], kind="stable")]
    count = np.bincount(np.searchsorted(who, orders.customer[theirs]), minlength=len(who))
    return Source(
        name=orders.name, segment=2 * often + (past.idle > middle[often]), chance=np.asarray(outlook.ordering[days]),
        alive=np.asarray(outlook.alive),
        values=np.minimum(values, np.quantile(values, 0.999)), begins=np.cumsum(count) - count, orders=count,
        typical=float(np.median(values)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyShop:
    """One shop's year. Money in its currency; a row is an occasion, in the order of weeks."""

    source: Source
    margin_rate: float
    sending: float
    """Cost of one message."""
    fixed: float
    """Off an order of twice as much or more."""
    gift: float
    """What the gift costs the shop."""
    budget: float
    """For offers of four weeks: what is reserved and what was spent of them together."""
    person: Ints
    week: Ints
    segment: Ints
    believed: Floats
    """What the engine believes of their chance to buy in the window."""
    order_value: Floats
    """The person's own mean order value."""
    held_out: npt.NDArray[np.bool_]
    """The person is in the control group: a tenth of all."""
    chance: Floats
    """(occasions, rungs) Truth: they buy within the window."""
    expected: Floats
    """(occasions, rungs) Truth: expected margin of the window."""
    taken_off: Floats
    """(occasions, rungs) Discount if they buy, for the order value drawn."""
    value: Floats
    """Order value drawn, if they buy."""
    luck: Floats
    """Uniform: they buy where it is below `chance`."""
    choice: Floats
    """Uniform: for whoever draws a rung."""

    def margin(self, rows: Ints, rung: Ints) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
        """(margin, discount, bought) that came of these occasions with these rungs."""
        bought = self.luck[rows] < self.chance[rows, rung]
        discount = np.where(bought, self.taken_off[rows, rung], 0.0)
        earned = np.where(bought, self.margin_rate * self.value[rows], 0.0)
        return earned - discount - np.where(rung > 0, self.sending, 0.0), discount, bought


def shop(seed: int, people: int) -> PolicyShop:
    """Draw a shop; even seeds are CDNOW's customers, odd ones the wholesaler's."""
    random = np.random.default_rng([seed, people, 10])
    source = sources()[seed % 2]
    who = random.integers(0, len(source.segment), people)
    segment = source.segment[who]
    margin_rate, strength = random.uniform(0.25, 0.6), np.exp(random.normal(np.log(0.15), 0.4))
    types = _types(random, segment)
    level = strength * np.exp(random.normal(0, 0.3, len(SEGMENTS)))[segment]
    persuaded = _persuaded(random, types, level) * source.alive[who]
    harm = random.uniform(0.2, 0.8, people)
    alone = np.log(source.chance[who]) - np.log1p(-source.chance[who]) + random.normal(0, 0.5, people)
    means, fixed_means = _means(source)
    person, week = _occasions(random, people)
    season = random.uniform(0, 0.4) * np.cos(2 * np.pi * (week / WEEKS - random.uniform()))
    base = 1 / (1 + np.exp(-(alone[person] + season)))
    depth = _depth(source, means[who])[person]
    chance = _chances(base, types[person], persuaded[person], harm[person], depth)
    worth = np.column_stack([
        np.zeros((len(person), 2)), np.full(len(person), GIFT_COST * source.typical),
        PERCENT * means[who][person], fixed_means[who][person],
    ])  # fmt: skip
    sending = SENDING * source.typical
    earned = margin_rate * means[who][person, None] - worth
    draws = random.random((3, len(person)))
    value = source.values[
        source.begins[who][person] + (draws[0] * source.orders[who][person]).astype(np.int64)
    ]
    return PolicyShop(
        source=source, margin_rate=margin_rate, sending=sending,
        fixed=FIXED * source.typical, gift=GIFT_COST * source.typical,
        budget=random.uniform(0.3, 1.0) * len(person) * WINDOW / WEEKS * PERCENT * float(np.quantile(value, 0.9)),
        person=person, week=week, segment=segment[person], believed=source.chance[who][person],
        order_value=means[who][person], held_out=(random.random(people) < 0.1)[person], chance=chance,
        expected=chance * earned - sending * (np.arange(len(RUNGS)) > 0), taken_off=taken_off(source, value),
        value=value, luck=draws[1], choice=draws[2],
    )  # fmt: skip


def _types(random: np.random.Generator, segment: Ints) -> Ints:
    """Of each person; shares of each segment of this shop vary about their means."""
    shares = np.array([random.dirichlet(10 * mean) for mean in SHARES])
    above = random.random(len(segment))[:, None] > shares.cumsum(axis=1)[segment, :-1]
    return np.asarray(above.sum(axis=1))


def _persuaded(random: np.random.Generator, types: Ints, mean: Floats) -> Floats:
    """Chance that somebody who can be moved and would not have bought buys after all; money moves one and a half times
    as many of those whom only it moves."""
    level = np.minimum(np.where(types == TYPES.index("money"), 2.0, 1.0) * mean, 0.8)
    return random.beta(6 * level, 6 * (1 - level))


def _occasions(random: np.random.Generator, people: int) -> tuple[Ints, Ints]:
    """(person, week) of each, by week: five weeks or more from one to the next, ten on average. The windows of the last
    ones end with the year."""
    gaps = 4 + random.geometric(1 / 6, (people, 10))
    gaps[:, 0] = random.integers(0, 10, people)
    weeks = gaps.cumsum(axis=1)
    person, place = np.nonzero(weeks < WEEKS - WINDOW)
    week = weeks[person, place]
    order = np.argsort(week, kind="stable")
    return person[order], week[order]


def _means(source: Source) -> tuple[Floats, Floats]:
    """Of each customer's orders: mean value, and mean of what the fixed amount takes off."""
    off = taken_off(source, source.values)[:, RUNGS.index("fixed")]
    return tuple(np.add.reduceat(column, source.begins) / source.orders for column in (source.values, off))  # type: ignore[return-value]


def taken_off(source: Source, value: Floats) -> Floats:
    """(orders, rungs) What each rung takes off an order."""
    fixed = FIXED * source.typical
    return np.column_stack([
        np.zeros((len(value), 2)), np.full(len(value), GIFT_COST * source.typical), PERCENT * value,
        np.where(value >= 2 * fixed, fixed, 0.0),
    ])  # fmt: skip


def _depth(source: Source, mean: Floats) -> Floats:
    """(people, rungs) What each rung is worth to a person as a part of their own mean order."""
    gift, fixed = (
        GIFT_WORTH * source.typical / mean,
        FIXED * source.typical / np.maximum(mean, 2 * FIXED * source.typical),
    )
    return np.column_stack([np.zeros((len(mean), 2)), gift, np.full(len(mean), PERCENT), fixed])


def _chances(base: Floats, types: Ints, persuaded: Floats, harm: Floats, depth: Floats) -> Floats:
    """(occasions, rungs) P(they buy)."""
    chance = np.repeat(base[:, None], len(RUNGS), axis=1)
    by_word, by_money, harmed = (types == TYPES.index(name) for name in ("word", "money", "harmed"))
    chance[by_word, 1:] += ((1 - base) * persuaded)[by_word, None]
    moved = 1 - np.exp(-depth / PERCENT)
    chance[by_money] += ((1 - base) * persuaded)[by_money, None] * moved[by_money]
    chance[harmed, 1:] *= 1 - harm[harmed, None]
    return chance
