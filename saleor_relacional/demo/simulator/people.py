"""Who the customers are: drawn from nothing, or continued from a real history."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import special

from saleor_relacional.demo.simulator.chance import (
    Floats,
    Keys,
    Purpose,
    keys_of,
    uniform,
)
from saleor_relacional.insight.timing import mbg_nbd


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What people of a shop are like. Money in the shop's one currency."""

    rate_shape: float = 1.2
    rate_scale_days: float = 40.0
    """Orders per day while they are ours: Gamma(shape, rate = scale)."""
    leaving_a: float = 0.8
    leaving_b: float = 3.2
    """Probability of leaving for good after an order: Beta(a, b)."""
    value_log_mean: float = 3.6
    value_log_between: float = 0.5
    value_log_within: float = 0.4
    """Order values are log-normal: mean of the logarithm, its spread between people and between one's own orders."""
    refund_share: float = 0.03
    """Orders that are given back whole, the same day."""
    opt_out_share: float = 0.004
    """Mails that make somebody opt out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Every array holds one value per person."""

    names: tuple[str, ...]
    keys: Keys
    rate: Floats
    """Orders per day while they are ours."""
    leaving: Floats
    """Probability of leaving for good after an order."""
    value_log_mean: Floats
    value_log_within: float
    willingness: Floats
    """How gladly they answer a mail: mean 1 over people."""
    joins_on: npt.NDArray[np.int64]
    """Day of their first order; -1 for who was there before."""
    there: npt.NDArray[np.bool_]
    """Ours when the world begins (who joins later is not there yet)."""
    refund_share: float
    opt_out_share: float

    def __len__(self) -> int:
        return len(self.names)


def newcomers(
    seed: int, count: int, days: int, habits: Habits | None = None, *, first_day: int = 0, initial: str = "S"
) -> People:
    """People who join one after the other over so many days, from the first one on."""
    habits = habits or Habits()
    names = tuple(f"{initial}{number:06d}" for number in range(1, count + 1))
    keys = keys_of(names)
    rate = (
        special.gammaincinv(habits.rate_shape, uniform(seed, keys, 0, Purpose.RATE)) / habits.rate_scale_days
    )
    spread = special.ndtri(uniform(seed, keys, 0, Purpose.VALUE_LEVEL)) * habits.value_log_between
    return People(
        names=names,
        keys=keys,
        rate=rate,
        leaving=special.betaincinv(
            habits.leaving_a, habits.leaving_b, uniform(seed, keys, 0, Purpose.LEAVING)
        ),
        value_log_mean=habits.value_log_mean + spread,
        value_log_within=habits.value_log_within,
        willingness=2 * uniform(seed, keys, 0, Purpose.WILLINGNESS),
        joins_on=first_day + (uniform(seed, keys, 0, Purpose.JOINING) * days).astype(np.int64),
        there=np.zeros(count, dtype=np.bool_),
        refund_share=habits.refund_share,
        opt_out_share=habits.opt_out_share,
    )


def together(some: People, others: People) -> People:
    """These people and those, with the habits of the first where a shop has one of a kind."""
    return replace(
        some,
        names=some.names + others.names,
        keys=np.concatenate([some.keys, others.keys]),
        rate=np.concatenate([some.rate, others.rate]),
        leaving=np.concatenate([some.leaving, others.leaving]),
        value_log_mean=np.concatenate([some.value_log_mean, others.value_log_mean]),
        willingness=np.concatenate([some.willingness, others.willingness]),
        joins_on=np.concatenate([some.joins_on, others.joins_on]),
        there=np.concatenate([some.there, others.there]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What a real history says of its customers, one value each. Days; orders of 0 or less are left out by the
    caller."""

    names: Sequence[str]
    frequency: Floats
    recency: Floats
    tenure: Floats
    orders: Floats
    """Orders with a value above 0."""
    value_log_sum: Floats
    """Sum of the natural logarithms of their values."""
    value_log_squares: Floats


def continued(seed: int, past: Past, habits: Habits | None = None) -> People:
    """The same people, living on.

    Rates and leaving are drawn from what MBG/NBD, fitted to this history, leaves open about each person: the rate from
    Gamma(r + x, alpha + t_x), leaving from Beta(a, b + x), still there with P(alive). Values: own mean logarithm,
    shrunk towards the shop's by one order.
    """
    habits = habits or Habits()
    keys = keys_of(past.names)
    fit = mbg_nbd.fit(past.frequency, past.recency, past.tenure)
    x, recency = np.asarray(past.frequency, dtype=float), np.asarray(past.recency, dtype=float)
    own = special.gammaincinv(fit.r + x, uniform(seed, keys, 0, Purpose.RATE))
    chance = mbg_nbd.probability_alive(fit, past.frequency, past.recency, past.tenure)
    level, within = _values(past, habits)
    return People(
        names=tuple(past.names),
        keys=keys,
        rate=own / (fit.alpha + recency),
        leaving=special.betaincinv(fit.a, fit.b + x, uniform(seed, keys, 0, Purpose.LEAVING)),
        value_log_mean=level,
        value_log_within=within,
        willingness=2 * uniform(seed, keys, 0, Purpose.WILLINGNESS),
        joins_on=np.full(len(keys), -1, dtype=np.int64),
        there=uniform(seed, keys, 0, Purpose.STILL_THERE) < chance,
        refund_share=habits.refund_share,
        opt_out_share=habits.opt_out_share,
    )


def _values(past: Past, habits: Habits) -> tuple[Floats, float]:
    """Each person's level, and the spread of one person's orders around it; the habits' where nothing is known."""
    orders, total = np.asarray(past.orders, dtype=float), np.asarray(past.value_log_sum, dtype=float)
    everything = float(orders.sum())
    shop = float(total.sum()) / everything if everything else habits.value_log_mean
    level = (total + shop) / (orders + 1)
    repeated = orders > 1
    freedom = float((orders[repeated] - 1).sum())
    if not freedom:
        return level, habits.value_log_within
    squares = np.asarray(past.value_log_squares, dtype=float)[repeated]
    spread = float((squares - total[repeated] ** 2 / orders[repeated]).sum()) / freedom
    return level, float(np.sqrt(max(spread, 0.0)))
