"""Predicted beside happened: what the adopted fit's back-test on the shop's own past showed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from saleor_relacional.models import Fit

MEASURES = ("chance", "orders", "money")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Customers to whom about the same was given."""

    number: int
    """1 the lowest to 10; fewer where many were given the same."""
    customers: int
    predicted: float
    """Mean; a share of 1, orders, or money."""
    happened: float
    low: float
    high: float
    """95 % interval of what happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month that was predicted from a day before it: its orders and their value; the chance is that of having come
    between that day and its end."""

    first: date
    last: date
    known: date
    """Nothing after this day was looked at."""
    customers: int
    predicted: float
    happened: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One prediction: the chance of an order, the number of orders, or their value, per customer and period."""

    name: str
    """One of `MEASURES`."""
    currency: str
    """Where the measure is money; else empty."""
    customers: int
    """Judged; who was there in two periods counts twice."""
    predicted: float
    happened: float
    deciles: tuple[Group, ...]
    months: tuple[Month, ...]
    """Oldest first."""

    @property
    def bias(self) -> float | None:
        """All predicted over all happened, less 1: .05 is 5 % too much. None when nothing happened."""
        return self.predicted / self.happened - 1 if self.happened else None

    @property
    def error(self) -> float:
        """Mean distance of a group's prediction from what happened in it."""
        return sum(group.customers * abs(group.predicted - group.happened) for group in self.deciles) / max(
            self.customers, 1
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One cut of the past, as it would have been predicted with what the other periods say."""

    known: date
    """The last day known."""
    days: int
    customers: int
    predicted_share: float
    happened_share: float
    predicted_orders: float
    happened_orders: float
    auc: float | None
    """Chance that of two customers, one who came and one who did not, the first was ranked higher."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A shift of everybody's predictions, tried on periods left out."""

    applied: bool
    value: float
    """Log-odds of a chance, or the logarithm of a factor on orders; 0 where it is not applied."""
    error_without: float | None
    """Mean over the periods left out; None when there were not two periods to try it on."""
    error_with: float | None

    @property
    def tried(self) -> bool:
        """Whether there was enough past to try."""
        return self.error_with is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What a fit's back-test showed."""

    as_of: datetime
    """When the fit was learnt."""
    failed_at: datetime | None
    """A later estimation did not converge: this fit was kept."""
    buyers: int
    """Whom the shop had then."""
    days: int
    """That each period judged."""
    periods: tuple[Period, ...]
    """Newest first."""
    chance: Measure
    orders: Measure
    money: Measure
    level: Correction
    """Shifts chances."""
    orders_level: Correction
    valuer: str
    """Who says what an order is worth: own_average or gamma_gamma."""

    @property
    def measures(self) -> tuple[Measure, Measure, Measure]:
        """All three."""
        return self.chance, self.orders, self.money

    @property
    def first(self) -> date:
        """The first day judged."""
        return self.chance.months[0].first

    @property
    def last(self) -> date:
        """The last day judged."""
        return max(month.last for month in self.chance.months)


def read(*, using: str | None = None) -> Calibration | None:
    """That of the adopted fit; None while there is none, or the shop's past is too short to cut."""
    fits = Fit.objects.at(using)
    fit = fits.filter(adopted=True).first()
    if fit is None or not fit.study.get("periods") or not fit.study["chance"]["deciles"]:
        return None
    failed = fits.filter(adopted=False, converged=False, as_of__gt=fit.as_of).order_by("-as_of").first()
    told = fit.study
    chance, orders, money = (_measure(name, told) for name in MEASURES)
    return Calibration(
        as_of=fit.as_of, failed_at=failed.as_of if failed else None, buyers=fit.customers,
        days=round(told["periods"][0]["days"]), periods=tuple(_periods(told)), chance=chance, orders=orders,
        money=money, level=Correction(**told["level"]), orders_level=Correction(**told["orders_level"]),
        valuer=told["value"]["valuer"],
    )  # fmt: skip


def _measure(name: str, told: dict[str, Any]) -> Measure:
    kept = told[name]
    groups = tuple(Group(number=row["group"], **_numbers(row, name)) for row in kept["deciles"])
    customers = sum(group.customers for group in groups)
    months = tuple(_month(month, name) for month in kept["months"])
    return Measure(
        name=name, currency=told["currency"] if name == "money" else "", customers=customers,
        predicted=sum(group.predicted * group.customers for group in groups) / max(customers, 1),
        happened=sum(group.happened * group.customers for group in groups) / max(customers, 1),
        deciles=groups, months=months,
    )  # fmt: skip


def _month(kept: dict[str, Any], name: str) -> Month:
    first, last, known = (date.fromisoformat(kept[day]) for day in ("first", "last", "known"))
    return Month(first=first, last=last, known=known, **_numbers(kept["row"], name))


def _numbers(row: dict[str, Any], name: str) -> dict[str, Any]:
    """A group of one has no interval: what happened then stands alone. Nobody makes less than no order."""
    low, high = (row[end] if row[end] is not None else row["happened"] for end in ("low", "high"))
    return {
        "customers": row["customers"], "predicted": row["predicted"], "happened": row["happened"],
        "low": max(low, 0.0) if name == "orders" else low, "high": high,
    }  # fmt: skip


def _periods(told: dict[str, Any]) -> Iterator[Period]:
    for known, judged in zip(told["cuts"], told["periods"], strict=True):
        yield Period(
            known=date.fromisoformat(known), days=round(judged["days"]), customers=judged["customers"],
            predicted_share=judged["predicted_share"], happened_share=judged["happened_share"],
            predicted_orders=judged["predicted_orders"], happened_orders=judged["happened_orders"],
            auc=judged["auc"],
        )  # fmt: skip
