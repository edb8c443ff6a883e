"""What follows from histories for the future: beliefs of everybody who has bought, as columns of numbers."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from saleor_relacional.flows.learning import fit
from saleor_relacional.flows.scoring.histories import Histories
from saleor_relacional.insight.inference.value_choice import Valuer
from saleor_relacional.insight.summary_columns import SummaryColumns
from saleor_relacional.insight.timing import forecast, mbg_nbd
from saleor_relacional.insight.value import gamma_gamma, rfm, spend

HORIZONS = (30, 90, 365)
BELIEFS = (
    "alive", "order_30", "order_90", "order_365", "expected_30", "expected_90", "expected_365", "order_value",
    "year_value",
)  # fmt: skip
QUINTILES = ("rfm_recency", "rfm_frequency", "rfm_monetary")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """Beliefs about those who have bought."""

    rows: npt.NDArray[np.int64]
    """Who of the histories they are."""
    beliefs: list[Floats]
    """In the order of BELIEFS."""
    quintiles: list[npt.NDArray[np.int8]]
    """In the order of QUINTILES; 0 where there is nothing to compare."""


def predict(history: Histories, shop: fit.ShopModel, now: datetime) -> Predictions:
    """Everything that a belief holds, at `now`."""
    rows = np.flatnonzero(history.bought & history.believed)
    past = _past(history, shop, now).of(rows)
    said = forecast.signals_at(shop.forecast, past, HORIZONS)
    ordering = [forecast.probability_of_order(shop.weights, said[days]) for days in HORIZONS]
    expected = [forecast.expected_orders(shop.weights, said[days]) for days in HORIZONS]
    value = _order_value(history, shop)[rows]
    own = shop.season.own_time(past)
    living = mbg_nbd.probability_alive(shop.mbg_nbd, own.frequency, own.recency, own.tenure)
    return Predictions(
        rows=rows, beliefs=[living, *ordering, *expected, value, expected[-1] * shop.orders_a_day * value],
        quintiles=_quintiles(history, shop, past, rows),
    )  # fmt: skip


def _past(history: Histories, shop: fit.ShopModel, now: datetime) -> SummaryColumns:
    """As the shop was learnt: the value of a purchase day is known in the shop's own currency only."""
    recency, tenure = history.tenure
    valued = history["valued_purchases"]
    days = history["purchase_days"] * valued / np.maximum(history["purchases"], 1)
    known = (history["currency"] == shop.currency.encode()) & (days > 0)
    value = np.where(known, history.amount("sold") / np.where(known, days, 1.0), np.nan)
    seasonal = not shop.season.flat
    return SummaryColumns(
        frequency=history.frequency, recency=recency, tenure=tenure, log_sum=history["gap_log_sum"],
        log_square_sum=history["gap_log_squares"], value=value, value_square_sum=np.full(len(history), np.nan),
        rhythm_gaps=history["gaps"], as_of=np.full(len(history), float(history.today.toordinal())),
        season_log_sum=history["own_log_sum"] if seasonal else None,
        season_log_square_sum=history["own_log_squares"] if seasonal else None,
    )  # fmt: skip


def _order_value(history: Histories, shop: fit.ShopModel) -> Floats:
    value = np.zeros(len(history))
    count = history["valued_purchases"].astype(np.float64)
    kept = np.maximum(history.amount("sold") - history.amount("refunded"), 0.0)
    total = np.where(count > 0, kept, 0.0)  # who sends everything back is not the most promising
    for currency in np.unique(history["currency"]):
        rows = history["currency"] == currency
        value[rows] = _values(currency.decode(), count[rows], total[rows], shop)
    return value


def _values(currency: str, count: Floats, total: Floats, shop: fit.ShopModel) -> Floats:
    known, skewed = shop.spend.get(currency), shop.gamma.get(currency)
    if shop.valuer is Valuer.GAMMA_GAMMA and skewed is not None and np.isfinite(skewed.mean):
        return gamma_gamma.order_value(skewed, count, total / np.maximum(count, 1))
    return spend.order_value(known, count, total).mean


def _quintiles(
    history: Histories, shop: fit.ShopModel, past: SummaryColumns, rows: npt.NDArray[np.int64]
) -> list[npt.NDArray[np.int8]]:
    found = [np.zeros(len(rows), dtype=np.int8) for _ in QUINTILES]
    kept = (history.amount("sold") - history.amount("refunded"))[rows]
    currencies = history["currency"][rows]
    for currency, edges in shop.rfm.items():
        these = currencies == currency.encode()
        scores = rfm.scores(edges, past.idle[these], past.frequency[these] + 1, kept[these])
        for column, score in zip(found, (scores.recency, scores.frequency, scores.monetary), strict=True):
            column[these] = score
    return found
