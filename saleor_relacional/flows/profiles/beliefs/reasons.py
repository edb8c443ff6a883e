"""Which facts made a belief, and with what weight: for as many people and beliefs as are asked about, at once.

Weights say what a belief changes when the customer's fact takes the place of the typical customer's, in the belief's
own unit; for a rhythm and the value of an order they are shares of one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from saleor_relacional.flows.profiles import rhythm_forecast
from saleor_relacional.flows.profiles.beliefs import fits, worth
from saleor_relacional.flows.profiles.beliefs.future import HORIZON, ORDERING, ORDERS
from saleor_relacional.flows.profiles.beliefs.named import Asked, Name
from saleor_relacional.flows.profiles.beliefs.rank import QUINTILES
from saleor_relacional.flows.profiles.beliefs.summaries import own_time, past
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.flows.profiles.rhythm_forecast import RhythmForecast
from saleor_relacional.insight.inference import shapley
from saleor_relacional.insight.inference.shapley import Fact
from saleor_relacional.insight.timing.forecast import Ranking
from saleor_relacional.insight.value import share

Facts = dict[tuple[int, Name], list[Fact]]
"""(our id, belief) → facts, strongest first."""
MIDDLE = 3
"""The quintile in the middle."""


def of(
    wanted: Sequence[tuple[Relationship, Name]], now: datetime, *, using: str | None = None
) -> Mapping[tuple[int, Name], list[Fact]]:
    """Facts of each (person, belief); none where there is no such belief."""
    people = list({one.id: one for one, _ in wanted}.values())
    found: Facts = {}
    for asked in fits.asked(people, now, using=using):
        found |= read(wanted, asked)
    return found


def read(wanted: Sequence[tuple[Relationship, Name]], asked: Asked) -> Facts:
    """Facts of each (person, belief) among those whose beliefs are read with one fit."""
    names: dict[Name, set[int]] = {}
    for one, name in wanted:
        names.setdefault(name, set()).add(one.id)
    found: Facts = {}
    for name, ids in names.items():
        some = [one for one in asked.people if one.id in ids]
        told = zip(some, _facts(name, some, asked), strict=True)
        found |= {(one.id, name): [] if one.no_profiling else facts for one, facts in told}
    return found


def _facts(name: Name, people: list[Relationship], asked: Asked) -> list[list[Fact]]:
    if name in (Name.RHYTHM_DAYS, Name.OVERDUE, Name.NEXT_ORDER_DAY):
        return [_rhythm(name, one, asked) for one in people]
    believed = [one for one in people if one.believed_at is not None]
    if name is Name.ORDER_VALUE:
        found = dict(zip((one.id for one in believed), _worth(believed, asked), strict=True))
        return [found.get(one.id) or _shops_worth(asked) for one in people]
    found = dict(zip((one.id for one in believed), _future(name, believed, asked), strict=True))
    return [found.get(one.id, []) for one in people]


def _future(name: Name, people: list[Relationship], asked: Asked) -> list[list[Fact]]:
    if not people:
        return []
    if name in QUINTILES:
        return [_quintile(name, one) for one in people]
    if name is Name.SHARE_OF_CUSTOMER:
        return _share(people, asked)
    if name is Name.YEAR_VALUE:
        return _year(people, asked)
    if name is Name.RANKING:
        name = Name.ORDERS_90 if asked.shop.weights.ranking is Ranking.ORDERS else Name.ORDER_90
    history = past(people, asked)
    own = shapley.facts(history, float(np.exp(asked.shop.rhythm.log_mean)))
    found: list[list[Fact]] = [[] for _ in people]
    assert history.as_of is not None
    for day in np.unique(history.as_of):
        rows = np.flatnonzero(history.as_of == day)
        told = _coming(name, [own[row] for row in rows], asked, float(day))
        for row, facts in zip(rows, told, strict=True):
            found[row] = facts
    return found


def _coming(name: Name, own: list[shapley.Facts], asked: Asked, day: float) -> list[list[Fact]]:
    """Of beliefs that were computed on the same day: what comes after it is the same season for all."""
    shop, weights, usual = asked.shop.forecast, asked.shop.weights, asked.shop.typical
    if name is Name.ALIVE:
        return shapley.of_alive(shop, own, usual, day)
    if name in ORDERS:
        return shapley.of_orders(shop, weights, own, usual, HORIZON[name], day)
    found = shapley.of_probability(shop, weights, own, usual, HORIZON[name], day)
    return found if name in ORDERING else [shapley.turned(facts) for facts in found]


def _rhythm(name: Name, one: Relationship, asked: Asked) -> list[Fact]:
    forecast, shop = asked.rhythms.get(one.id), asked.shop
    if forecast is None:
        return shapley.of_rhythm(shop.rhythm, 0, 0.0)
    facts = shapley.of_rhythm(shop.rhythm, one.rhythm_gaps, one.gap_log_sum, one.every_days)
    if name is Name.OVERDUE:
        own, silent = rhythm_forecast.rhythms([one]), rhythm_forecast.idle_days(one, asked.now)
        return shapley.of_overdue(shop.rhythm, own, silent, shop.typical.idle_days)
    if name is Name.NEXT_ORDER_DAY:
        facts = [*facts, *_season(forecast, one, asked)]
    if name is Name.NEXT_ORDER_DAY and forecast.not_before is not None:
        days = (rhythm_forecast.opens(forecast.not_before, asked.zone) - asked.now).total_seconds() / 86400
        return [Fact(name="not_before", value=days, weight=1.0), *facts]
    return facts


def _season(forecast: RhythmForecast, one: Relationship, asked: Asked) -> list[Fact]:
    """Why the window lies where it lies, or is wider than the rhythm alone says. Nothing is added to the day itself:
    the weight is 0."""
    season, found = asked.shop.season, []
    if not season.flat and one.every_days is None:
        day = forecast.middle.astimezone(asked.zone).toordinal()
        found.append(Fact(name="season", value=float(season.weights([day])[0]), weight=0.0))
    if forecast.season_lacks_days:
        found.append(Fact(name="season_unknown", value=float(forecast.season_lacks_days), weight=0.0))
    return found


def _worth(people: list[Relationship], asked: Asked) -> list[list[Fact]]:
    found = []
    for one in people:
        judged = worth.judged([one], one.currency, asked.shop)
        own = float(one.kept) / one.valued_purchases if one.valued_purchases else 0.0
        found.append(shapley.shares(max(own, 0.0), judged.shops, float(judged.own[0])))
    return found


def _shops_worth(asked: Asked) -> list[Fact]:
    known = asked.shop.spend.get(asked.shop.currency)
    return [] if known is None else shapley.of_order_value(known, 0, 0.0)


def _year(people: list[Relationship], asked: Asked) -> list[list[Fact]]:
    """Days with orders and what an order is worth, each against the typical customer's."""
    shop = asked.shop
    today = float(asked.now.astimezone(asked.zone).toordinal())
    usual = shapley.orders_of(shop.forecast, shop.weights, shop.typical, 365, today)
    found = []
    for one in people:
        judged = worth.judged([one], one.currency, shop)
        shops = judged.shops if np.isfinite(judged.shops) else one.order_value or 0.0
        facts = shapley.of_product(
            ("expected_orders", one.expected_365 or 0.0, usual),
            ("order_value", one.order_value or 0.0, shops),
        )
        found.append([replace(fact, weight=fact.weight * shop.orders_a_day) for fact in facts])
    return found


def _share(people: list[Relationship], asked: Asked) -> list[list[Fact]]:
    shop, usual = asked.shop, asked.shop.typical
    days = usual.idle_days + (usual.purchases - 1) * usual.gap_days
    found: list[list[Fact]] = []
    watched = past(people, asked).tenure.tolist()
    for one, seen_days, x, t in zip(people, watched, *_counted(people, asked), strict=True):
        annual_need = shop.annual_needs.get(one.channel)
        if annual_need is None:
            found.append([])
            continue
        seen = share.against(
            shop.mbg_nbd, [x, x, usual.purchases - 1, usual.purchases - 1], [t, days, t, days], annual_need
        )
        found.append(shapley.of_two(("purchases", x + 1), ("days_watched", seen_days), seen.middle.tolist()))
    return found


def _counted(people: list[Relationship], asked: Asked) -> tuple[list[float], list[float]]:
    history = own_time(people, asked)
    return history.frequency.tolist(), history.tenure.tolist()


def _quintile(name: Name, one: Relationship) -> list[Fact]:
    place = getattr(one, QUINTILES[name])
    last = one.last_at
    assert one.believed_at is not None and last is not None
    fact, value = {
        Name.RFM_RECENCY: ("idle_days", max((one.believed_at - last).total_seconds() / 86400, 0.0)),
        Name.RFM_FREQUENCY: ("purchases", float(one.purchase_days)),
        Name.RFM_MONETARY: ("kept", float(one.kept)),
    }[name]
    return [Fact(name=fact, value=value, weight=float(place - MIDDLE))] if place else []
