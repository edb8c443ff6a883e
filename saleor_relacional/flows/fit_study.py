"""The back-test on the shop's own past: how the models are to be heard, and predicted beside happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from saleor_relacional.flows.fit_past import Cut
from saleor_relacional.insight import backtest, forecast
from saleor_relacional.insight.backtest import Valuer


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What the back-test says."""

    weights: forecast.Weights
    valuer: Valuer
    told: dict[str, Any]
    """For `Fit.study`."""


def learn(cuts: Sequence[Cut]) -> Learnt:
    """From the shop's cut past, newest first; the defaults where there is none."""
    periods = [cut.period for cut in cuts]
    found = backtest.study(periods, [cut.gaps for cut in cuts])
    choice = backtest.order_value(periods, found.weights)
    return Learnt(weights=found.weights, valuer=choice.valuer, told={"periods": found.periods})
