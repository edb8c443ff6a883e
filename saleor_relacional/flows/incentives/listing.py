"""What a promise gives once staff have changed its voucher: never what we promised, always what the checkout grants."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from saleor_relacional import conf
from saleor_relacional.flows.incentives import codes, rungs
from saleor_relacional.flows.incentives.rungs import Amount, RungTerms
from saleor_relacional.hosts.base import Discount
from saleor_relacional.hosts.goods import GoodsKind
from saleor_relacional.hosts.listed import Listed
from saleor_relacional.models import Incentive, RungKind

Value = TypeVar("Value")
GOODS = {
    "products": GoodsKind.PRODUCT,
    "variants": GoodsKind.VARIANT,
    "categories": GoodsKind.CATEGORY,
    "collections": GoodsKind.COLLECTION,
}
PLAIN = ("discount", "value", "minimum", "countries", "once_per_order")


def as_promised(incentive: Incentive, channel: str, listed: Listed | None) -> bool:
    """Whether the voucher still says in this channel what was promised. That goods are no longer sold is nobody's
    change; None: it works there no more."""
    if listed is None:
        return False
    promised = _promised(rungs.of(incentive.rung), incentive.channels[channel])
    if any(getattr(listed, name) != getattr(promised, name) for name in PLAIN):
        return False
    if listed == promised:
        return True
    gone = {name: getattr(promised, name) - getattr(listed, name) for name in GOODS}
    more = any(getattr(listed, name) - getattr(promised, name) for name in GOODS)
    some = any(getattr(listed, name) for name in GOODS)
    return some and not more and not any(
        conf.host().goods(kind, sorted(gone[name]), channels=[channel]) for name, kind in GOODS.items() if gone[name]
    )  # fmt: skip


def terms(incentive: Incentive, listed: Mapping[str, Listed]) -> tuple[str, RungTerms]:
    """(kind, terms) of what an incentive gives, told where it works (channel → what its voucher says there). What
    differs from channel to channel of one currency is left out; the terms have no kind where it is none of ours."""
    own = rungs.of(incentive.rung)
    if all(one == _promised(own, incentive.channels[channel]) for channel, one in listed.items()):
        return own.kind, own
    said = list(listed.values())
    first, discount, value = said[0], _one(each.discount for each in said), _one(each.value for each in said)
    kind = own.kind if own.kind == RungKind.GIFT and all(map(_is_gift, said)) else discount or own.kind
    plain = bool(discount) and (kind != RungKind.SHIPPING or value == codes.ALL)
    return kind, replace(
        own, kind=kind if plain else "",
        value=value if kind == RungKind.PERCENTAGE else None,
        amounts=_amounts(incentive, listed, "value") if kind == RungKind.FIXED else (),
        minimum=_amounts(incentive, listed, "minimum"),
        products=tuple(sorted(first.products)), variants=tuple(sorted(first.variants)),
        categories=tuple(sorted(first.categories)), collections=tuple(sorted(first.collections)),
        countries=tuple(sorted(first.countries)), once_per_order=first.once_per_order,
    )  # fmt: skip


def _promised(own: RungTerms, currency: str) -> Listed:
    """What the voucher says in a channel of this currency while nobody has changed it: as codes.recipe."""
    amount = own.amount_in(currency) if own.kind == RungKind.FIXED else None
    return Listed(
        discount=codes.DISCOUNTS[RungKind(own.kind)].value, value=amount or own.value or codes.ALL,
        minimum=own.minimum_in(currency), countries=frozenset(own.countries),
        once_per_order=own.once_per_order or own.kind == RungKind.GIFT,
        products=frozenset(own.products), variants=frozenset(own.variants),
        categories=frozenset(own.categories), collections=frozenset(own.collections),
    )  # fmt: skip


def _is_gift(one: Listed) -> bool:
    whole = one.discount == Discount.PERCENTAGE and one.value == codes.ALL
    return whole and one.once_per_order and len(one.variants) == 1


def _one(values: Iterable[Value]) -> Value | None:
    """What all of them are; None where they differ."""
    found = set(values)
    return found.pop() if len(found) == 1 else None


def _amounts(incentive: Incentive, listed: Mapping[str, Listed], name: str) -> tuple[Amount, ...]:
    """Once per currency."""
    told: dict[str, set[Decimal]] = {}
    for channel, one in listed.items():
        told.setdefault(incentive.channels[channel], set()).add(getattr(one, name) or codes.NOTHING)
    return tuple(
        Amount(currency=currency, amount=amounts.pop())
        for currency, amounts in sorted(told.items())
        if len(amounts) == 1 and any(amounts)
    )
