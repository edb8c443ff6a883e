"""Shops that behave differently, drawn from a seed: rows (customer, day, value)."""

import numpy as np


def simulated(kind, customers=600, span=500, seed=1):
    """`random`: orders at random until they leave; `regular`: each at an own pace; `richer`: those who spend more
    return more."""
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
