"""The shop-wide control group in stories: who is in which arm, without asking how it is drawn."""

from datetime import datetime
from decimal import Decimal
from itertools import count
from uuid import NAMESPACE_DNS, UUID, uuid5

from saleor_relacional.flows.shop_control import periods
from saleor_relacional.insight.inference import experiment
from saleor_relacional.models import Profile, ShopControlEntry, ShopControlPeriod

SALT = b"shop-wide salt 1"


def hold_out(now: datetime, share: str = "0.2") -> None:
    """The owner holds so many people out of everything commercial."""
    periods.decide(Decimal(share), now=now, salt=SALT)


def drawn(profile: Profile, share: str = "0.2") -> str:
    """The arm that somebody is in once they enter."""
    salt = bytes(ShopControlPeriod.objects.order_by("-begins_at")[0].salt)
    return experiment.draw_arm(salt, profile.arm_key, Decimal(share)).value


def key_in(arm: str) -> UUID:
    """An arm key of somebody who will be in this arm."""
    keys = (uuid5(NAMESPACE_DNS, f"somebody {number}") for number in count())
    salt = bytes(ShopControlPeriod.objects.order_by("-begins_at")[0].salt)
    return next(key for key in keys if experiment.draw_arm(salt, key, Decimal("0.2")) == arm)


def arms() -> dict[int, str]:
    """Who has entered, and in which arm."""
    return dict(ShopControlEntry.objects.values_list("profile_id", "arm"))
