"""The fit with which each customer's beliefs are read: the one that they were computed with."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from saleor_relacional import conf
from saleor_relacional.flows.learning import fit
from saleor_relacional.flows.profiles import rhythm_forecast
from saleor_relacional.flows.profiles.beliefs.named import Asked
from saleor_relacional.flows.profiles.profiles import Relationship
from saleor_relacional.once import once


def asked(people: Sequence[Relationship], now: datetime, *, using: str | None = None) -> list[Asked]:
    """People by fit, with their rhythms at `now`. Who has no beliefs yet is read with the adopted fit; a shop without
    one has the shipped priors. One statement (one more per fit that this process has not read yet, and per fit with
    a season)."""
    return _asked(tuple(people), now, using)


@once
def _asked(people: tuple[Relationship, ...], now: datetime, using: str | None) -> list[Asked]:
    """Once in a page: a person's window is read off their distribution guess by guess."""
    shops = fit.known({one.fit_id for one in people if one.fit_id is not None}, using=using)
    adopted = shops.get(None) or fit.prior(now)
    zone = ZoneInfo(conf.host().time_zone())
    groups: dict[int, tuple[fit.ShopModel, list[Relationship]]] = {}
    for one in people:
        shop = shops.get(one.fit_id) or adopted
        groups.setdefault(shop.id, (shop, []))[1].append(one)
    return [
        Asked(
            people=some,
            shop=shop,
            rhythms=dict(rhythm_forecast.of(some, shop, now, zone, using=using)),
            now=now,
            zone=zone,
        )
        for shop, some in groups.values()
    ]
