"""What an owner says of one rung of a ladder, as it is kept: the kinds in their order, the terms, the cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from saleor_relacional.models import CampaignStep, Rung, RungKind

ORDER = tuple(kind.value for kind in RungKind)
"""Kinds as a ladder stands: what costs less comes first."""
CODED = frozenset({RungKind.GIFT, RungKind.SHIPPING, RungKind.PERCENTAGE, RungKind.FIXED})
"""Kinds that give a code."""
OFFERS = CODED | {RungKind.EARLY_ACCESS}
"""Kinds that are there to sell."""
TASKS = frozenset({RungKind.SERVICE, RungKind.CALL})
"""Kinds that are a task of staff."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """So much of a currency."""

    currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RungTerms:
    """One rung, as its owner says it. Products and the like are references of the host; empty: everything."""

    kind: str
    """A RungKind."""
    value: Decimal | None = None
    """Of a percentage: per cent."""
    amounts: tuple[Amount, ...] = ()
    """Of a fixed one: how much, once per currency."""
    minimum: tuple[Amount, ...] = ()
    """What must be in the basket at least, before delivery; once per currency."""
    products: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    """Of a gift: the one that is given."""
    categories: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    """Of early access: the one that opens early."""
    countries: tuple[str, ...] = ()
    """ISO 3166 codes, of free delivery alone; empty: everywhere."""
    once_per_order: bool = False
    """It takes off one unit of the cheapest that it holds for, instead of all of them."""
    channels: tuple[str, ...] = ()
    """Slugs; empty: those of the campaign."""
    cost: tuple[Amount, ...] = ()
    """What it costs the shop each time it is used, as margin, where its owner says so."""
    person: str = ""
    """Who calls or serves, as the message names them."""
    note: str = ""
    """What staff are to do."""
    days: int = 3
    """Within how many days they do it."""

    def amount_in(self, currency: str) -> Decimal | None:
        """What a fixed one takes off in this currency."""
        return amount_in(self.amounts, currency)

    def minimum_in(self, currency: str) -> Decimal | None:
        """None: there is no minimum spend."""
        return amount_in(self.minimum, currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class RungRule:
    """Which rung the people of a segment get."""

    segment: UUID
    """Public id."""
    rung: int
    """Its number."""


WORD = RungTerms(kind=RungKind.WORD.value)
MONEY = ("minimum", "cost")
LISTS = ("products", "variants", "categories", "collections", "countries", "channels")
SAID = ("once_per_order", "person", "note", "days")


def amount_in(amounts: tuple[Amount, ...], currency: str) -> Decimal | None:
    """The amount of this currency among them."""
    return next((one.amount for one in amounts if one.currency == currency), None)


def of(rung: Rung) -> RungTerms:
    """As it was kept."""
    kept: dict[str, Any] = {name: rung.terms[name] for name in SAID if name in rung.terms}
    kept |= {name: tuple(rung.terms.get(name, ())) for name in LISTS}
    kept |= {name: _amounts(rung.terms.get(name, {})) for name in MONEY}
    return RungTerms(kind=rung.kind, value=rung.value, amounts=_amounts(rung.amounts), **kept)


def row(step: CampaignStep, number: int, terms: RungTerms) -> Rung:
    """As it will be kept; not saved. What says nothing is left out."""
    said: dict[str, Any] = {name: _texts(getattr(terms, name)) for name in MONEY}
    said |= {name: list(getattr(terms, name)) for name in LISTS}
    said |= {name: getattr(terms, name) for name in SAID}
    kept = {name: value for name, value in said.items() if value not in ({}, [], "", False)}
    return Rung(
        step=step, number=number, kind=terms.kind, value=terms.value, amounts=_texts(terms.amounts), terms=kept,
    )  # fmt: skip


def plain(value: Decimal) -> Decimal:
    """The value without trailing zeros: 10.000 → 10, and never 1E+1."""
    return Decimal(format(value.normalize(), "f"))


def _amounts(kept: Mapping[str, str]) -> tuple[Amount, ...]:
    return tuple(Amount(currency=currency, amount=Decimal(kept[currency])) for currency in sorted(kept))


def _texts(amounts: tuple[Amount, ...]) -> dict[str, str]:
    return {one.currency: str(plain(one.amount)) for one in amounts}
