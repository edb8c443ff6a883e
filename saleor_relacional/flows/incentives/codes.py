"""What an incentive looks like to the host: its code, its voucher, and the day it ends."""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from saleor_relacional import conf
from saleor_relacional.flows import policy
from saleor_relacional.hosts.base import Discount, VoucherRecipe
from saleor_relacional.models import CampaignStep, Incentive

DIGITS = 12
"""A guessed code is worth nothing: it is bound to its person. So many digits keep one from being found by trying."""

Chance = Callable[[int], int]
"""Draws a whole number from 0, below the one given."""


def draw(chance: Chance = secrets.randbelow) -> str:
    """A code that a person can type without a mistake that we could have avoided: digits alone, no separator, no zero
    in front that a spreadsheet takes away."""
    first = 10 ** (DIGITS - 1)
    return str(first + chance(9 * first))


def last_moment(now: datetime, days: int) -> datetime:
    """The last second of the day that comes `days` after today in the shop's time zone, in UTC."""
    day = now.astimezone(_zone()).date() + timedelta(days=days)
    # fold: where clocks go back at midnight, the last hour of that day comes twice; the day ends with the second.
    return datetime.combine(day, time(23, 59, 59, fold=1), tzinfo=_zone()).astimezone(UTC)


def promised_channels(step: CampaignStep) -> dict[str, str]:
    """Channel slug → currency, for the channels of the step's version that have a sender. Empty when the step offers
    nothing, or an amount to channels of several currencies."""
    if not step.discount or step.value is None:
        return {}
    senders = policy.senders()
    wanted = set(step.version.channels) or set(senders)
    known = {channel.slug: channel.currency for channel in conf.host().channels()}
    promised = {slug: known[slug] for slug in sorted(wanted & set(senders) & set(known))}
    if step.discount == Discount.FIXED and len(set(promised.values())) > 1:
        return {}  # the shop has got a channel of another money since: the amount would mean something else there
    return promised


def recipe_key(step: CampaignStep, channels: Mapping[str, str], expires_at: datetime) -> str:
    """Key of the host's voucher, one per version, rung (how much it takes off), expiry day and set of channels. The
    channels are in it because a channel that gets a sender later that day must not be promised a discount that the
    voucher, made in the morning, does not have."""
    where = hashlib.sha256(json.dumps(dict(channels), sort_keys=True).encode()).hexdigest()[:8]
    rung = f"{step.discount[:1]}{plain(step.value or Decimal())}"
    day = expires_at.astimezone(_zone()).date()
    return f"{step.version.campaign.public_id.hex}:{step.version.number}:{rung}:{day}:{where}"


def recipe(incentive: Incentive) -> VoucherRecipe:
    """The voucher that the incentive needs at the host; the same for every incentive that shares its key."""
    zone = _zone()
    ends = incentive.expires_at
    starts = datetime.combine(incentive.created_at.astimezone(zone).date(), time(), tzinfo=zone)
    return VoucherRecipe(
        key=incentive.recipe_key,
        name=f"{incentive.step.version.campaign.name} ({ends.astimezone(zone).date()})",
        discount=Discount(incentive.discount),
        value=incentive.value,
        channels=dict(incentive.channels),
        starts_at=starts,
        ends_at=ends,
    )


def plain(value: Decimal) -> Decimal:
    """The value without trailing zeros: 10.000 → 10, and never 1E+1."""
    return Decimal(format(value.normalize(), "f"))


def _zone() -> ZoneInfo:
    return conf.time_zone()
