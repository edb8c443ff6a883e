"""Stories about mails: a shop that may write, an active campaign, and people whose mail is due."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from saleor_relacional.flows.campaigns import plan
from saleor_relacional.models import Campaign, Enrolment, Incentive, Profile, Touch
from tests.support.campaign_stories import customer, open_shop, scored, win_back

TEN_PERCENT = {"discount": "percentage", "value": Decimal(10)}


def campaign(now: datetime, *, capacity: int = 100, **terms: Any) -> Campaign:
    """A win-back that holds nobody out and gives 10 %."""
    open_shop(now, daily_capacity=capacity)
    return win_back(now, control_share="0", **{**TEN_PERCENT, **terms})


def due(campaign: Campaign, now: datetime, *names: str, **story: Any) -> list[Profile]:
    """These late people, planned: each has a touch that is due; `story` as `customer`."""
    people = [customer(name, now, **story) for name in names]
    scored(now)
    plan.consider(campaign, now)
    assert Touch.objects.filter(profile__in=people, state="queued").count() == len(people)
    return people


def touch_of(profile: Profile) -> Touch:
    """The one touch of this person."""
    return Touch.objects.get(enrolment=Enrolment.objects.get(profile=profile))


def promise_of(profile: Profile) -> Incentive:
    """The one incentive of this person."""
    return Incentive.objects.get(profile=profile)


def ends() -> list[tuple[str, str]]:
    """State and reason of every touch, the oldest first."""
    return list(Touch.objects.order_by("pk").values_list("state", "reason"))
