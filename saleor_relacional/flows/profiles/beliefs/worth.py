"""Beliefs about money: what an order is worth, and a year. They are read as they were scored, in one currency each."""

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from scipy import special

from saleor_relacional.flows.learning import fit
from saleor_relacional.flows.profiles.beliefs.named import (
    Asked,
    Belief,
    Name,
    Unit,
)
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.insight import sufficiency
from saleor_relacional.insight.inference.value_choice import Valuer
from saleor_relacional.insight.timing import intervals, mbg_nbd
from saleor_relacional.insight.timing.intervals import Worth
from saleor_relacional.insight.value import gamma_gamma, own_orders, spend

Floats = npt.NDArray[np.float64]
REACH = float(special.ndtri(0.9))
"""Standard deviations on either side that hold 8 of 10 cases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What an order of some people is worth, all in one currency. One value each."""

    low: Floats
    high: Floats
    doubt: Floats
    scatter: Floats
    own: Floats
    """Share that their own orders have in it."""
    shops: float
    """What an order of the shop is worth; nan where nothing is known but their own."""
    method: str


def read(asked: Asked) -> Iterator[tuple[int, Belief]]:
    """Yields (our id, belief). Who has not bought has the value of an order of the shop."""
    believed = asked.believed
    for currency in sorted({one.currency for one in believed if one.currency}):
        yield from _of(asked, [one for one in believed if one.currency == currency], currency)
    shops = _shops(asked)
    if shops is not None:
        for one in asked.people:
            if one.purchases == 0:
                yield one.id, shops


def judged(people: list[Relationship], currency: str, shop: fit.ShopModel) -> Judged:
    """What their orders are worth, by the model that came closer on the shop's own past (`ShopModel.valuer`)."""
    count = np.array([one.valued_purchases for one in people], dtype=float)
    total = np.maximum([float(one.kept) for one in people], 0.0) * (count > 0)
    value = np.array([one.order_value for one in people], dtype=float)
    own = total / np.maximum(count, 1)
    skewed = shop.gamma.get(currency)
    if shop.valuer is Valuer.GAMMA_GAMMA and skewed is not None and np.isfinite(skewed.mean):
        low, high = gamma_gamma.interval(skewed, count, own)
        weight = skewed.p * count / np.maximum(skewed.p * count + skewed.q - 1.0, 1e-9)
        return Judged(
            low=low, high=high, doubt=(high - low) / (2 * REACH), scatter=value / np.sqrt(skewed.p),
            own=np.clip(weight, 0.0, 1.0) * (count > 0), shops=skewed.mean, method=Valuer.GAMMA_GAMMA.value,
        )  # fmt: skip
    known = shop.spend.get(currency)
    worth = spend.order_value(known, count, total)
    low, high = np.maximum(value - REACH * worth.sd, 0.0), value + REACH * worth.sd
    low, high = own_orders.reaching(low, high, own, count)
    return Judged(
        low=low, high=high, doubt=worth.sd, scatter=worth.scatter, own=worth.own,
        shops=np.nan if known is None else known.mean, method=Valuer.OWN_AVERAGE.value,
    )  # fmt: skip


def _of(asked: Asked, people: list[Relationship], currency: str) -> Iterator[tuple[int, Belief]]:
    found = judged(people, currency, asked.shop)
    levels = sufficiency.of(found.own, asked.shop.customers)
    alpha = asked.shop.mbg_nbd.alpha
    worth = Worth(
        mean=np.array([one.order_value for one in people], dtype=float),
        doubt=found.doubt,
        scatter=found.scatter,
    )
    years = intervals.year(
        np.array([one.order_365 for one in people], dtype=float),
        np.array([one.expected_365 for one in people], dtype=float), _of_a_day(worth, asked.shop.orders_a_day),
    )  # fmt: skip
    time = mbg_nbd.own_weight(alpha, [watched_days(one, asked.zone) for one in people])
    both = sufficiency.of(np.minimum(found.own, time), asked.shop.customers)
    for i, one in enumerate(people):
        assert one.believed_at is not None and one.order_value is not None and one.year_value is not None
        yield one.id, Belief(
            name=Name.ORDER_VALUE, unit=Unit.MONEY, value=one.order_value, low=_end(found.low[i], one.order_value, min),
            high=_end(found.high[i], one.order_value, max), sufficiency=levels[i], as_of=one.believed_at,
            currency=currency, method=found.method,
        )  # fmt: skip
        yield one.id, Belief(
            name=Name.YEAR_VALUE, unit=Unit.MONEY, value=one.year_value, low=_end(years[0][i], one.year_value, min),
            high=_end(years[1][i], one.year_value, max), sufficiency=both[i], as_of=one.believed_at,
            currency=currency, method=found.method,
        )  # fmt: skip


def _of_a_day(order: Worth, orders: float) -> Worth:
    """What a purchase day is worth, where an order is worth so much."""
    return Worth(
        mean=order.mean * orders, doubt=order.doubt * orders, scatter=order.scatter * np.sqrt(orders)
    )


def _shops(asked: Asked) -> Belief | None:
    """What an order of anybody is worth, where the shop's are in one main currency and vary as we know."""
    shop = asked.shop
    known = shop.spend.get(shop.currency)
    if known is None or not np.isfinite(known.mean):
        return None
    low, high = spend.anybody(shop.forecast.worth, shop.customers)
    (level,) = sufficiency.of(np.zeros(1), shop.customers)
    return Belief(
        name=Name.ORDER_VALUE, unit=Unit.MONEY, value=known.mean, low=min(low, known.mean), high=max(high, known.mean),
        sufficiency=level, as_of=shop.as_of, currency=shop.currency, method=Valuer.OWN_AVERAGE.value,
    )  # fmt: skip


def watched_days(one: Relationship, zone: ZoneInfo) -> int:
    """Days of the shop from somebody's first purchase day to the day on which they were last scored."""
    assert one.believed_at is not None and one.first_day is not None
    return max((one.believed_at.astimezone(zone).date() - one.first_day).days, 0)


def _end(found: float, value: float, wider: object) -> float | None:
    """None where it cannot be told; what is stored lies within in any case."""
    return float(wider(found, value)) if np.isfinite(found) else None  # type: ignore[operator]
