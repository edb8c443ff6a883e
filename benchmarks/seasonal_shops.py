"""Shops with a strong season and cohorts of customers, simulated: always the same for one number.

Nothing here knows the models. Customers begin over two years, more of them in high season; each has an own pace
(log-normal between customers) and an own regularity; they leave after a purchase with an own chance, or after a
lifetime. The season makes an order likelier on some days than on others: a wave over the year (5 to 9 times as many
orders at its height as at its bottom), or a peak of some weeks before Christmas (4 to 7 times an ordinary day).
"""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt

from benchmarks.orders import Orders

Floats = npt.NDArray[np.float64]

YEAR = 365.2425
JUDGED = 365
"""Days after the cut that are judged."""
COHORTS = ("plain", "alike", "lifetimes", "worse", "better", "fading", "own pace", "drifting")
"""How customers of cohorts without a season behave: leaving as a beta of chances, all alike, leaving after a lifetime,
newer cohorts leaving sooner or later than older ones, interest that fades with age, regular, a pace that wanders."""


def seasonal(number: int, years: float = 2.0, swing: float = 1.0) -> Orders:
    """A shop with a season: a wave where `number` is even, Christmas where it is odd; every fifth leaves by lifetimes.
    Cut on a day from 5 January to 28 February. `swing` scales the logarithm of the season; 0 is none."""
    chance = np.random.default_rng(7_000 + number)
    cut = date(2024, 1, 5).toordinal() + int(chance.integers(0, 55))
    first = cut - round(years * YEAR)
    weight = _weights(chance, first, cut + JUDGED, christmas=bool(number % 2)) ** swing
    return _shop(chance, number, first, cut, weight / weight[:365].mean())


def event(number: int) -> Orders:
    """A shop of two years without a season, in which once in the last year orders were four times as many for three
    weeks."""
    chance = np.random.default_rng(8_000 + number)
    cut = date(2024, 1, 5).toordinal() + int(chance.integers(0, 55))
    first = cut - round(2 * YEAR)
    weight = np.ones(cut + JUDGED + 2 - first)
    begins = cut - first - int(chance.integers(40, 300))
    weight[begins : begins + 21] = 4.0
    return _shop(chance, number, first, cut, weight)


def _shop(chance: np.random.Generator, number: int, first: int, cut: int, weight: Floats) -> Orders:
    """Whoever begins before the cut, and what they order up to the end."""
    clock = np.concatenate(([0.0], np.cumsum(weight)))
    span, size = cut - first, int(chance.integers(600, 1_400))
    joining = weight[:span] * np.exp(chance.uniform(-0.3, 1.0) * np.arange(span) / span)
    begins = chance.choice(span, size, p=joining / joining.sum())
    typical, spread = chance.uniform(30, 90), chance.uniform(0.6, 1.0)
    regular = float(chance.choice([1, 1, 2, 4]))
    leave = chance.uniform(0.4, 0.9), chance.uniform(1.0, 3.0)
    rows: list[tuple[int, float, float]] = []
    for customer in range(size):
        time = clock[begins[customer]] + chance.uniform() * weight[begins[customer]]
        pace, quits = np.exp(chance.normal(np.log(typical), spread)), chance.beta(*leave)
        end = time + chance.exponential(chance.gamma(0.8, 400)) if number % 5 == 4 else np.inf
        worth = chance.normal()
        while time < min(clock[-1], end):
            day = first + int(np.searchsorted(clock, time, side="right")) - 1
            rows.append((customer, day, float(np.exp(3.5 + 0.7 * worth + chance.normal(0, 0.3)))))
            if number % 5 != 4 and chance.random() < quits:
                break
            time += pace * chance.gamma(regular, 1 / regular)
    return _orders(f"shop {number}", rows, cut)


def cohort(kind: str, number: int, size: int = 800) -> Orders:
    """Customers of one of `COHORTS` who begin evenly over two years, without a season; judged over a year."""
    chance = np.random.default_rng(9_000 + number)
    cut = date(2024, 1, 31).toordinal()
    span = round(2 * YEAR)
    rows: list[tuple[int, float, float]] = []
    for customer in range(size):
        begin = chance.uniform(0, span)
        age = begin / span
        rate, quits, end, fade = chance.gamma(0.8, 1 / 40), chance.beta(0.8, 2.5), np.inf, np.inf
        rate, quits = (1 / 40, 0.2) if kind == "alike" else (rate, quits)
        quits = chance.beta(0.8 + 2 * age, 2.5) if kind == "worse" else quits
        quits = chance.beta(0.8, 1 + 4 * age) if kind == "better" else quits
        if kind == "lifetimes":
            quits, end = 0.0, begin + chance.exponential(chance.gamma(3.0, 100.0))
        if kind == "fading":
            quits, fade = 0.02, 150.0
        day, log_rate, worth = begin, np.log(max(rate, 1e-9)), chance.normal()
        while day < min(span + JUDGED, end):
            rows.append((customer, cut - span + int(day), float(np.exp(3.5 + 0.7 * worth))))
            if chance.random() < quits:
                break
            log_rate += chance.normal(0, 0.5) if kind == "drifting" else 0.0
            gap = chance.gamma(8, 1 / 8) if kind == "own pace" else chance.exponential()
            day += gap / max(np.exp(log_rate - (day - begin) / fade), 1e-6)
    return _orders(f"{kind} {number}", rows, cut)


def _weights(chance: np.random.Generator, first: int, last: int, *, christmas: bool) -> Floats:
    """What each day weighs, from `first` to `last`."""
    day = (np.arange(first, last + 2) - date(2022, 1, 1).toordinal()) % YEAR
    if not christmas:
        height, top = chance.uniform(0.8, 1.1), chance.uniform(0, YEAR)
        return np.asarray(np.exp(height * np.cos(2 * np.pi * (day - top) / YEAR)))
    height, width = chance.uniform(3, 6), chance.uniform(9, 18)
    away = np.minimum(np.abs(day - 345), YEAR - np.abs(day - 345))
    return np.asarray(1 + height * np.exp(-0.5 * (away / width) ** 2))


def _orders(name: str, rows: list[tuple[int, float, float]], cut: int) -> Orders:
    who, day, value = np.array(rows, dtype=np.float64).T
    return Orders(
        name=name,
        customer=who.astype(np.int64),
        day=day,
        value=value,
        cut=float(cut),
        end=float(cut + JUDGED),
    )
