"""The history of customers that their beliefs rest on, as insight reads it."""

from collections.abc import Sequence
from datetime import date, datetime

import numpy as np
import numpy.typing as npt

from saleor_relacional.flows.profiles.beliefs.named import Asked
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.insight.summary_columns import SummaryColumns

Floats = npt.NDArray[np.float64]


def past(people: Sequence[Relationship], asked: Asked) -> SummaryColumns:
    """Their histories as of when each was scored, in whole days of the shop. All of them have bought."""
    zone, shop = asked.zone, asked.shop
    first = np.array([_number(one.first_day) for one in people])
    last = np.array([_number(one.last_day) for one in people])
    as_of = np.array(
        [_number(one.believed_at.astimezone(zone)) if one.believed_at else np.nan for one in people]
    )
    return SummaryColumns(
        frequency=np.array([one.purchase_days - 1 for one in people], dtype=float), recency=last - first,
        as_of=np.maximum(as_of, last), tenure=np.maximum(as_of, last) - first,
        log_sum=np.array([one.gap_log_sum for one in people], dtype=float),
        log_square_sum=np.array([one.gap_log_squares for one in people], dtype=float),
        value=np.array([_value(one, shop.currency) for one in people]),
        value_square_sum=np.full(len(people), np.nan),
        rhythm_gaps=np.array([one.rhythm_gaps for one in people], dtype=float),
    )  # fmt: skip


def own_time(people: Sequence[Relationship], asked: Asked) -> SummaryColumns:
    """The same in the shop's own time, as MBG/NBD counts it."""
    return asked.shop.season.own_time(past(people, asked))


def _value(one: Relationship, currency: str) -> float:
    """Mean value of a purchase day, in the currency that the shop's are compared in; nan where it is not known."""
    if not one.valued_purchases or one.currency != currency:
        return float("nan")
    return float(one.sold) / one.valued_purchases * one.purchases / one.purchase_days


def _number(day: date | datetime | None) -> float:
    return float(day.toordinal()) if day else float("nan")
