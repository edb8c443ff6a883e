"""The choice between two models of order value, by back-test: what each would have predicted beside what was spent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from saleor_relacional.insight.history import FloatArray, evenly
from saleor_relacional.insight.summary_columns import Period, SummaryColumns
from saleor_relacional.insight.timing import forecast
from saleor_relacional.insight.timing.forecast import TimingModel, Weights
from saleor_relacional.insight.value import gamma_gamma, spend


class Valuer(StrEnum):
    """The model of what an order of a customer is worth."""

    OWN_AVERAGE = "own_average"
    """`spend`: own average shrunk toward the shop's."""
    GAMMA_GAMMA = "gamma_gamma"
    """`gamma_gamma`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueChoice:
    """The valuer that came closer to what customers then spent, and how close each came."""

    valuer: Valuer
    errors: Mapping[Valuer, float]
    """Mean absolute error of expected orders x order value, in the shop's currency; nan where it could not be
    fitted."""
    biases: Mapping[Valuer, float]
    """Total predicted over total spent, minus 1; nan where nothing was spent."""


def choose(
    periods: Sequence[Period], weights: Weights, shops: Sequence[TimingModel] | None = None
) -> ValueChoice:
    """The valuer with the smaller mean absolute error of money, all periods together. `shops` are those that
    `backtest.study` learnt at each period's beginning; without them they are learnt again.

    The own average where nothing could be compared or Gamma-Gamma did not converge anywhere.
    """
    gone: dict[Valuer, list[FloatArray]] = {valuer: [] for valuer in Valuer}
    spent = []
    for period, shop in zip(periods, shops or [forecast.learn(one.past) for one in periods], strict=True):
        worth = values(period.past)
        known = np.isfinite(worth[Valuer.OWN_AVERAGE])
        said = forecast.signals(shop, period.past, period.days)
        orders = forecast.expected_orders(weights, said)[known]
        for valuer, one in worth.items():
            gone[valuer].append(orders * one[known])
        spent.append(period.spent[known])
    happened = np.concatenate(spent) if spent else np.zeros(0)
    if len(happened) == 0:
        nothing = dict.fromkeys(Valuer, float("nan"))
        return ValueChoice(valuer=Valuer.OWN_AVERAGE, errors=nothing, biases=nothing)
    predicted = {valuer: np.concatenate(parts) for valuer, parts in gone.items()}
    errors = {valuer: float(np.mean(np.abs(one - happened))) for valuer, one in predicted.items()}
    total = float(happened.sum())
    biases = {v: float(one.sum() / total - 1) if total else float("nan") for v, one in predicted.items()}
    better = errors[Valuer.GAMMA_GAMMA] < errors[Valuer.OWN_AVERAGE]
    return ValueChoice(
        valuer=Valuer.GAMMA_GAMMA if better else Valuer.OWN_AVERAGE, errors=errors, biases=biases
    )


def values(past: SummaryColumns) -> dict[Valuer, FloatArray]:
    """Expected value of an order of each buyer, by valuer: one value per row of `past`, in the shop's currency.

    nan where no value of theirs is known, and for all where Gamma-Gamma did not converge."""
    known = np.flatnonzero(np.isfinite(past.value) & np.isfinite(past.value_square_sum))
    told = {valuer: np.full(len(past), np.nan) for valuer in Valuer}
    if len(known) == 0:
        return told
    number, mean = past.frequency[known] + 1, past.value[known]
    shop = spend.fit(number, number * mean, past.value_square_sum[known])
    told[Valuer.OWN_AVERAGE][known] = spend.average_order(shop, number, number * mean).mean
    some = evenly(_GAMMA_OF, number, mean)
    skewed = gamma_gamma.fit(number[some], mean[some])
    if skewed.converged:
        told[Valuer.GAMMA_GAMMA][known] = gamma_gamma.order_value(skewed, number, mean)
    return told


_GAMMA_OF = 10_000
"""Buyers that Gamma-Gamma is fitted on, at most."""
