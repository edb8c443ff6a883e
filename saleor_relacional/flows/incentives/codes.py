"""What an incentive looks like to the host: its code, its voucher, and the day it ends."""

import hashlib
import json
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from saleor_relacional import conf
from saleor_relacional.flows import policy
from saleor_relacional.flows.incentives import rungs
from saleor_relacional.flows.incentives.rungs import RungTerms
from saleor_relacional.hosts.base import Discount, VoucherRecipe
from saleor_relacional.hosts.goods import Goods, GoodsKind
from saleor_relacional.models import Incentive, Rung, RungKind

DIGITS = 12
"""A guessed code is worth nothing: it is bound to its person. So many digits keep one from being found by trying."""

NOTHING = Decimal(0)

Chance = Callable[[int], int]
"""Draws a whole number from 0, below the one given."""


def draw(chance: Chance = secrets.randbelow) -> str:
    """A code that a person can type without a mistake that we could have avoided: digits alone, no separator, no zero
    in front that a spreadsheet takes away."""
    first = 10 ** (DIGITS - 1)
    return str(first + chance(9 * first))


def last_moment(now: datetime, days: int, zone: ZoneInfo | None = None) -> datetime:
    """The last second of the day that comes `days` after today in the shop's time zone, in UTC. `zone`: that zone, for
    whoever asks for many."""
    zone = zone or _zone()
    day = now.astimezone(zone).date() + timedelta(days=days)
    # fold: where clocks go back at midnight, the last hour of that day comes twice; the day ends with the second.
    return datetime.combine(day, time(23, 59, 59, fold=1), tzinfo=zone).astimezone(UTC)


def promised_channels(rung: Rung) -> dict[str, str]:
    """Channel slug → currency, for the channels of the rung that have a sender. Empty when it gives no code; without
    those in whose currency nobody said how much it is, or from how much on."""
    terms = rungs.of(rung)
    if terms.kind not in rungs.CODED:
        return {}
    senders = policy.senders()
    wanted = set(terms.channels or rung.step.version.channels) or set(senders)
    known = {channel.slug: channel.currency for channel in conf.host().channels()}
    promised = {slug: known[slug] for slug in sorted(wanted & set(senders) & set(known))}
    promised = {slug: currency for slug, currency in promised.items() if _said_in(terms, currency)}
    return _where_given(terms, promised) if terms.kind == RungKind.GIFT else promised


def available(rung: Rung) -> bool:
    """Whether it can be given now: its code would work somewhere, its goods can be bought."""
    terms = rungs.of(rung)
    if terms.kind in rungs.CODED:
        return bool(promised_channels(rung))
    if terms.kind != RungKind.EARLY_ACCESS:
        return True
    named = terms.channels or rung.step.version.channels or [one.slug for one in conf.channels()]
    return bool(_where_sold(terms, named))


def shown(rung: Rung) -> bool:
    """Whether the collection of an early access can be bought, but nowhere early: the storefront lists all of it."""
    terms = rungs.of(rung)
    if terms.kind != RungKind.EARLY_ACCESS:
        return False
    named = terms.channels or rung.step.version.channels or [one.slug for one in conf.channels()]
    early = _goods(GoodsKind.COLLECTION, terms.collections, named)
    return early is not None and any(early.sold_in(slug) for slug in named) and not _where_sold(terms, named)


def outpriced(rung: Rung) -> bool:
    """Whether a gift can be bought, but costs as much as its minimum spend by now, or more: it would be given with an
    order that is worth less than it."""
    terms = rungs.of(rung)
    if terms.kind != RungKind.GIFT:
        return False
    known = {channel.slug: channel.currency for channel in conf.channels()}
    named = {
        slug: known[slug] for slug in terms.channels or rung.step.version.channels or known if slug in known
    }
    gift = _goods(GoodsKind.VARIANT, terms.variants, named)
    sold = gift is not None and any(gift.sold_in(slug) for slug in named)
    return sold and not _where_given(terms, named)


def _where_given(terms: RungTerms, channels: Mapping[str, str]) -> dict[str, str]:
    """Those of these channels (slug → currency) where a gift can be bought now, and costs less than its minimum spend:
    the shop may have changed its price since the rung was checked."""
    gift = _goods(GoodsKind.VARIANT, terms.variants, channels)
    return {
        slug: currency
        for slug, currency in channels.items()
        if gift and gift.sold_in(slug)
        and gift.prices.get(slug, NOTHING) < (terms.minimum_in(currency) or NOTHING)
    }  # fmt: skip


def _where_sold(terms: RungTerms, channels: Collection[str]) -> list[str]:
    """Those of these channels where all of the collection can be bought now, and the storefront does not list all of
    it yet: then it is early no more."""
    found = _goods(GoodsKind.COLLECTION, terms.collections, channels)
    return [slug for slug in channels if found and found.sold_in(slug) and slug not in found.listed]


def _goods(kind: GoodsKind, named: Sequence[str], channels: Collection[str]) -> Goods | None:
    return conf.host().goods(kind, named, channels=list(channels)).get(named[0])


def _said_in(terms: RungTerms, currency: str) -> bool:
    """False where the shop has got a channel of another money since: the amount would mean something else there."""
    if terms.kind == RungKind.FIXED and terms.amount_in(currency) is None:
        return False
    return not terms.minimum or terms.minimum_in(currency) is not None


def recipe_key(rung: Rung, channels: Mapping[str, str], expires_at: datetime) -> str:
    """Key of the host's voucher, one per version, rung, expiry day and set of channels. The channels are in it because
    a channel that gets a sender later that day must not be promised a discount that the voucher, made in the morning,
    does not have."""
    where = hashlib.sha256(json.dumps(dict(channels), sort_keys=True).encode()).hexdigest()[:8]
    step = rung.step
    day = expires_at.astimezone(_zone()).date()
    place = f"{step.version.number}:{step.number}.{rung.number}"
    return f"{step.version.campaign.public_id.hex}:{place}:{day}:{where}"


DISCOUNTS = {
    RungKind.PERCENTAGE: Discount.PERCENTAGE,
    RungKind.FIXED: Discount.FIXED,
    RungKind.SHIPPING: Discount.SHIPPING,
    RungKind.GIFT: Discount.PERCENTAGE,
}
ALL = Decimal(100)
"""Per cent of a gift, and of free delivery."""


def recipe(incentive: Incentive) -> VoucherRecipe:
    """The voucher that the incentive needs at the host; the same for every incentive that shares its key. A gift is all
    of the price of one unit of one variant."""
    zone, terms = _zone(), rungs.of(incentive.rung)
    ends = incentive.expires_at
    starts = datetime.combine(incentive.created_at.astimezone(zone).date(), time(), tzinfo=zone)
    return VoucherRecipe(
        key=incentive.recipe_key,
        name=f"{incentive.step.version.campaign.name} ({ends.astimezone(zone).date()})",
        discount=DISCOUNTS[RungKind(terms.kind)],
        value=terms.value or ALL,
        amounts={one.currency: one.amount for one in terms.amounts},
        minimum={one.currency: one.amount for one in terms.minimum},
        channels=dict(incentive.channels),
        starts_at=starts,
        ends_at=ends,
        products=terms.products,
        variants=terms.variants,
        categories=terms.categories,
        collections=terms.collections,
        countries=terms.countries,
        once_per_order=terms.once_per_order or terms.kind == RungKind.GIFT,
    )


def _zone() -> ZoneInfo:
    return conf.time_zone()
