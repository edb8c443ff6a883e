"""Shops of known parameters, and purchases drawn from them or from other habits."""

import math
from datetime import date

import numpy as np

from saleor_relacional.insight.history import gap_statistics
from saleor_relacional.insight.timing import mbg_nbd, rhythm

MBG_NBD = mbg_nbd.MbgNbd(r=0.6, alpha=40.0, a=0.8, b=1.7, log_likelihood=0.0, customers=1.0, converged=True)
RHYTHM = rhythm.ShopRhythm(
    log_mean=math.log(40),
    between_variance=0.5,
    within_variance=0.8,
    own_scatter_weight=5.0,
    leave_a=0.4,
    leave_b=1.0,
    gaps=1000,
    customers=800,
    converged=True,
)


def simulated(kind, customers=600, span=500, seed=1):
    """Rows (customer, day, value) from a seed. `random`: orders at random until they leave; `regular`: each at an own
    pace; `richer`: those who spend more return more."""
    chance = np.random.default_rng(seed)
    rows = []
    for customer in range(customers):
        day = chance.uniform(0, span * 0.85)
        worth = chance.normal(0, 1)
        pace, leave = np.exp(chance.normal(np.log(35), 0.6)), chance.beta(0.8, 3)
        if kind == "richer":
            leave = 1 / (1 + np.exp(1.2 * worth + 0.5))
        while day < span:
            rows.append((customer, int(day), float(np.exp(3.5 + 0.7 * worth + chance.normal(0, 0.3)))))
            if chance.random() < leave:
                break
            day += chance.exponential(pace) if kind == "random" else pace * chance.gamma(8, 1 / 8)
    return tuple(np.array(rows, dtype=float).T)


def gaps_of(customers, window, seed, log_mean=RHYTHM.log_mean, between=0.5, within=0.8, leave=(0.4, 1.0)):
    """Gap statistics and idle days of customers who began at random within `window` days and were cut at
    its end."""
    chance = np.random.default_rng(seed)
    rows = []
    for _ in range(customers):
        own, quits, day = (
            chance.normal(log_mean, between**0.5),
            chance.beta(*leave),
            chance.uniform(0, window),
        )
        days = [day]
        while chance.random() >= quits:
            day += max(1.0, math.exp(chance.normal(own, within**0.5)))
            if day > window:
                break
            days.append(day)
        found = gap_statistics(days)
        rows.append((found.gaps, found.log_sum, found.log_square_sum, window - days[-1]))
    return np.array(rows).T


LAST_SEASONAL_DAY = date(2024, 1, 31)


def seasonal(swing=0.8, growth=0.0, customers=800, years=2.0, seed=1):
    """Rows (customer, day, value) of a shop that sells most in May (`swing`: logarithm of its height), joined by
    more the later it is (`growth`: logarithm per year); and what each day weighs. The last day is 2024-01-31."""
    chance = np.random.default_rng(seed)
    last = LAST_SEASONAL_DAY.toordinal()
    first = last - round(years * 365.25)
    days = np.arange(first, last + 1)
    weight = np.exp(swing * np.cos(2 * np.pi * (days - date(2023, 5, 1).toordinal()) / 365.25))
    weight /= weight[:365].mean()
    clock = np.concatenate(([0.0], np.cumsum(weight)))
    joining = weight * np.exp(growth * np.arange(len(days)) / 365)
    begins = chance.choice(len(days), customers, p=joining / joining.sum())
    rows = []
    for customer in range(customers):
        pace, leave = np.exp(chance.normal(np.log(50), 0.8)), chance.beta(0.6, 2)
        time = clock[begins[customer]] + 0.5 * weight[begins[customer]]
        while time < clock[-1]:
            day = first + np.searchsorted(clock, time, side="right") - 1
            rows.append((customer, day, float(np.exp(3.5 + chance.normal(0, 0.5)))))
            if chance.random() < leave:
                break
            time += chance.exponential(pace)
    return tuple(np.array(rows, dtype=float).T), weight
