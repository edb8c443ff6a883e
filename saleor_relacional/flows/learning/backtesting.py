"""The back-test on the shop's own past: how the models are to be heard, and predicted beside happened.

Every period is judged with what the others said, so that nothing is praised for what it was learnt from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from saleor_relacional.flows.learning.past_cuts import Cut
from saleor_relacional.insight.inference import backtest, calibration, value_choice
from saleor_relacional.insight.inference.backtest import Correction, Study
from saleor_relacional.insight.inference.calibration import Row
from saleor_relacional.insight.inference.value_choice import ValueChoice, Valuer
from saleor_relacional.insight.timing import forecast
from saleor_relacional.insight.timing.season import FLAT, Season

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month that was predicted from a cut before it; of everybody known at the cut."""

    first: date
    last: date
    known: date
    """The cut: nothing after this day was looked at."""
    row: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Predicted beside happened, per customer and period."""

    deciles: list[Row]
    months: list[Month]
    """Oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is kept in `Fit.study`."""

    currency: str
    """The currency of `money`."""
    cuts: list[date]
    """Newest first, as everything by period."""
    periods: list[backtest.Judged]
    """What each period would have been predicted with what the others say."""
    chance: Measure
    """Whether an order comes: shares. A month's are those who had come by its end, counted from the cut."""
    orders: Measure
    """Purchase days."""
    money: Measure
    """Value of purchases."""
    level: Correction
    orders_level: Correction
    value: ValueChoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What the back-test says."""

    weights: forecast.Weights
    valuer: Valuer
    record: Record


def learn(cuts: Sequence[Cut], currency: str, season: Season = FLAT) -> Learnt:
    """What the cut past (newest first) of a shop with this season teaches; the defaults where there is none."""
    periods = [cut.period for cut in cuts]
    study = backtest.study(periods, [cut.gaps for cut in cuts], season)
    choice = value_choice.choose(periods, study.weights, study.shops)
    judged = [_judged(cut, study, place, choice.valuer) for place, cut in enumerate(cuts)]
    record = Record(
        currency=currency, cuts=[cut.day for cut in cuts],
        periods=[backtest.judge(study.leave_one_out[i], periods[i], study.shops[i]) for i in range(len(cuts))],
        chance=_measure(judged, "chance"), orders=_measure(judged, "orders"), money=_measure(judged, "money"),
        level=study.level, orders_level=study.orders_level, value=choice,
    )  # fmt: skip
    return Learnt(weights=study.weights, valuer=choice.valuer, record=record)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One quantity in one period."""

    predicted: Floats
    happened: Floats
    months: list[Month]


def _judged(cut: Cut, study: Study, place: int, valuer: Valuer) -> dict[str, _Side]:
    past, weights, shop = cut.period.past, study.leave_one_out[place], study.shops[place]
    said = [forecast.signals(shop, past, float(end)) for end in cut.ends]
    chance = np.stack([forecast.probability_of_order(weights, one) for one in said])
    orders = np.stack([np.zeros(len(past)), *(forecast.expected_orders(weights, one) for one in said)])
    worth = np.nan_to_num(value_choice.values(past)[valuer], nan=0.0)
    with np.errstate(invalid="ignore"):
        back = [cut.period.gap - past.idle <= end for end in cut.ends]
    count = len(past)
    return {
        "chance": _Side(
            predicted=chance[-1], happened=cut.period.came.astype(np.float64),
            months=_months(cut, chance, [_share(one, count) for one in back]),
        ),
        "orders": _Side(
            predicted=orders[-1], happened=cut.period.orders,
            months=_months(cut, np.diff(orders, axis=0), [_mean(row[0], row[1], count) for row in cut.months]),
        ),
        "money": _Side(
            predicted=orders[-1] * worth, happened=cut.period.spent,
            months=_months(
                cut, np.diff(orders, axis=0) * worth, [_mean(row[2], row[3], count) for row in cut.months]
            ),
        ),
    }  # fmt: skip


def _spans(cut: Cut) -> list[tuple[int, int]]:
    return list(zip((0, *cut.ends[:-1]), cut.ends, strict=True))


def _share(came: npt.NDArray[np.bool_], count: int) -> tuple[float, float, float]:
    share = float(came.mean()) if count else 0.0
    return share, *calibration.share_interval(share, max(count, 1))


def _mean(total: float, squares: float, count: int) -> tuple[float, float, float]:
    """Mean of a number per customer, with its 95 % interval."""
    mean = total / max(count, 1)
    half = 1.96 * float(np.sqrt(max(squares / max(count, 1) - mean**2, 0.0) / max(count, 1)))
    return mean, mean - half, mean + half


def _months(cut: Cut, predicted: Floats, happened: Sequence[tuple[float, float, float]]) -> list[Month]:
    found = []
    for number, (start, end) in enumerate(_spans(cut)):
        mean, low, high = happened[number]
        row = Row(
            group=number + 1, customers=predicted.shape[1], predicted=float(predicted[number].mean()),
            happened=mean, low=low, high=high,
        )  # fmt: skip
        first, last = cut.day + timedelta(days=start + 1), cut.day + timedelta(days=end)
        found.append(Month(first=first, last=last, known=cut.day, row=row))
    return found


def _measure(judged: Sequence[dict[str, _Side]], name: str) -> Measure:
    sides = [one[name] for one in judged]
    if not sides:
        return Measure(deciles=[], months=[])
    predicted = np.concatenate([side.predicted for side in sides])
    happened = np.concatenate([side.happened for side in sides])
    months = sorted(
        (month for side in sides for month in side.months), key=lambda month: (month.first, month.known)
    )
    return Measure(deciles=calibration.deciles(predicted, happened, share=name == "chance"), months=months)
