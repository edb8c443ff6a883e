"""A small shop with a campaign of every kind, and customers of every kind."""

from datetime import datetime
from random import Random

from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.kinds.registry import kinds
from saleor_relacional.flows.segments import segments
from saleor_relacional.hosts.standalone import models
from saleor_relacional.models import (
    Basis,
    Campaign,
    ChannelPace,
    Consent,
    ProductCategory,
    PurchaseLine,
)
from tests.support.campaign_stories import CHANNEL, SALT, a_fit, customer, open_shop
from tests.support.instants import NOON
from tests.support.people import person

GONE = {"field": "idle_days", "operator": "between", "value": [33, 250]}
"""Of a segment that people enter and leave by time alone."""


def everything_on(now: datetime) -> None:
    """A campaign of every kind, as it ships, in a small shop."""
    models.Shop.objects.update_or_create(id=1, defaults={"storefront_url": "https://tea.example/{channel}/"})
    open_shop(now, daily_capacity=3)
    a_fit(now)
    ProductCategory.objects.create(
        source="test", product_key="tea", category_key="tea", name="Tea", learned_at=NOON
    )
    ChannelPace.objects.create(channel="web", days=2.0, measured_at=now)
    gone = segments.create(name="Gone", now=now, rule=GONE)
    for kind in kinds():
        campaign = campaigns.ensure(kind, now, daily_capacity=2)
        if kinds()[kind].for_audience:
            campaigns.edit(campaign, now=now, segment=gone.public_id)
        campaigns.activate(campaign, now=now)
    Campaign.objects.update(salt=SALT)


def somebody(chance: Random, number: int, now: datetime) -> None:
    """A customer of any kind, met at `now`."""
    agreed = chance.random() < 0.8
    if chance.random() < 0.2:
        one = person(f"New{number}", joined_at=now, vouched=True, channel=CHANNEL)
        if agreed:
            for purpose in ("content", "offers"):
                Consent.objects.create(
                    profile=one, purpose=purpose, basis=Basis.OPT_IN, source="storefront", text="Tea.",
                    happened_at=now, learned_at=now,
                )  # fmt: skip
        return
    days = chance.choice(((1,), (30,), (60, 31, 3), (358,), (370, 340, 310), (250,), (500, 100, 2), (20, 4)))
    one = customer(f"P{number}", now, days_ago=days, agreed=agreed)
    for purchase in one.purchases.all():
        PurchaseLine.objects.create(
            purchase=purchase, profile_id=one.pk, product_key="tea", name="Tea", quantity=1, total=20
        )
