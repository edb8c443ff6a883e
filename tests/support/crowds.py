"""Whole shops for stories: many buyers who behave in one way, written straight into our tables."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any

import numpy as np

from saleor_relacional.flows.learning import backtesting, fit_serialization
from saleor_relacional.flows.learning.past_cuts import Cut
from saleor_relacional.insight import summary_columns
from saleor_relacional.insight.timing.next_order import ShopGaps
from saleor_relacional.models import Profile, Purchase
from tests.insight.shops import LAST_SEASONAL_DAY, seasonal, simulated
from tests.support.instants import NOON

_numbers = count(1)


def a_shop(
    kind: str = "random",
    customers: int = 300,
    *,
    span: int = 500,
    seed: int = 1,
    currency: Callable[[int], str] = lambda customer: "EUR",
    until: datetime = NOON,
) -> list[Profile]:
    """Buyers of the last `span` days before `until`, as `tests.insight.shops` draws them."""
    who, day, value = simulated(kind, customers=customers, span=span, seed=seed)
    people = Profile.objects.bulk_create(
        Profile(
            first_name=f"P{i}",
            created_at=until,
            email=f"p{seed}-{i}@shop.example",
            email_key=f"p{seed}-{i}@shop.example",
        )
        for i in range(customers)
    )
    Purchase.objects.bulk_create(
        purchase(
            people[int(who[i])], until - timedelta(days=span - int(day[i])), value[i], currency(int(who[i]))
        )
        for i in range(len(who))
    )
    return people


def a_seasonal_shop(customers: int = 300, *, swing: float = 0.8, years: float = 2.0) -> list[Profile]:
    """Buyers of the last years before NOON in a shop with a season, as `tests.insight.shops.seasonal` draws them."""
    (who, day, value), _ = seasonal(swing=swing, customers=customers, years=years)
    people = Profile.objects.bulk_create(
        Profile(
            first_name=f"S{i}", created_at=NOON, email=f"s{i}@shop.example", email_key=f"s{i}@shop.example"
        )
        for i in range(customers)
    )
    ago = LAST_SEASONAL_DAY.toordinal() - day
    Purchase.objects.bulk_create(
        purchase(people[int(who[i])], NOON - timedelta(days=int(ago[i])), value[i]) for i in range(len(who))
    )
    return people


def purchase(
    profile: Profile, at: datetime, value: float = 20.0, currency: str = "EUR", **fields: object
) -> Purchase:
    """One, not written yet."""
    return Purchase(**{
        "profile": profile, "source": "test", "reference": f"crowd-{next(_numbers)}", "state": "counts",
        "channel": "web", "currency": currency, "sold": Decimal(str(round(value, 2))), "placed_at": at,
        "day": at.date(), "learned_at": at, "digest": b"", **fields,
    })  # fmt: skip


@cache
def a_study() -> dict[str, Any]:
    """What a fit keeps of a back-test, of a shop without a database."""
    today = NOON.date()
    who, day, value = simulated("random", customers=40, span=300)
    months = np.ones((1, 4))
    cuts = [
        Cut(
            day=today - timedelta(days=300 - at), period=summary_columns.at(who, day, value, at, 30)[0],
            gaps=ShopGaps.of([7.0, 30.0]), months=months, ends=(30,),
        )
        for at in (270, 240)
    ]  # fmt: skip
    return dict(fit_serialization.plain(backtesting.learn(cuts, "EUR").record))
