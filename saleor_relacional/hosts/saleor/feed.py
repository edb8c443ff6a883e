"""Reading Saleor's tables: what changed since a position, some by reference, which exist.

Always on the writer. A replica that lags would let an old state overwrite a newer one, and would make the patrol
believe that a fresh customer is gone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F, Model, Prefetch, Q, QuerySet
from saleor.account.models import User
from saleor.checkout.models import Checkout
from saleor.order.models import Order, OrderLine

from saleor_relacional.hosts.base import Fact, Kind, Page, Position
from saleor_relacional.hosts.saleor import configuration, facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where one kind of fact stands in Saleor."""

    rows: Callable[[], QuerySet[Any]]
    changed: str
    """Its indexed column that moves with every save."""
    key: Callable[[str], Any]
    """Reference → primary key; raises ValueError for what cannot be one."""


def _customers() -> QuerySet[User]:
    """Accounts that buy or could: staff only once they have ordered."""
    return User.objects.customers().defer("search_vector", "metadata", "private_metadata")


def _orders() -> QuerySet[Order]:
    rows = Order.objects.select_related(*facts.ORDER_RELATED).only(*facts.ORDER_COLUMNS)
    lines = OrderLine.objects.only(*facts.LINE_COLUMNS)
    lines = lines.annotate(**{name: F(path) for name, path in facts.ORDER_LINES.items()})
    return rows.prefetch_related(Prefetch("lines", lines), *facts.ORDER_PREFETCH)


def _checkouts() -> QuerySet[Checkout]:
    return Checkout.objects.select_related("user", "channel")


SHELVES = {
    Kind.CUSTOMER: Shelf(rows=_customers, changed="updated_at", key=int),
    Kind.ORDER: Shelf(rows=_orders, changed="updated_at", key=UUID),
    Kind.CHECKOUT: Shelf(rows=_checkouts, changed="last_change", key=UUID),
}


def changed(kind: Kind, *, after: Position | None, until: datetime, limit: int) -> Page:
    """A page in keyset order. One row more than asked tells whether there are more."""
    shelf = SHELVES[kind]
    rows = shelf.rows().filter(**{f"{shelf.changed}__lt": until})
    if after is not None:
        rows = rows.filter(_beyond(shelf, after))
    found = list(rows.order_by(shelf.changed, "pk")[: limit + 1])
    shown = found[:limit]
    last = shown[-1] if shown else None
    return Page(
        facts=_told(kind, shown),
        last=last and Position(changed_at=getattr(last, shelf.changed), reference=str(last.pk)),
        more=len(found) > limit,
    )


def _beyond(shelf: Shelf, after: Position) -> Q:
    # The first condition lets the index find the place; the others alone would not.
    start = Q(**{f"{shelf.changed}__gte": after.changed_at})
    if not after.reference:
        return start  # a time without a row: before all rows of that time
    later = Q(**{f"{shelf.changed}__gt": after.changed_at})
    tied = Q(**{shelf.changed: after.changed_at, "pk__gt": shelf.key(after.reference)})
    return start & (later | tied)


def fetch(kind: Kind, references: Sequence[str]) -> Sequence[Fact]:
    keys = _keys(SHELVES[kind], references)
    return _told(kind, list(SHELVES[kind].rows().filter(pk__in=keys).order_by("pk"))) if keys else ()


def existing(kind: Kind, references: Sequence[str]) -> frozenset[str]:
    rows = SHELVES[kind].rows().filter(pk__in=_keys(SHELVES[kind], references)).order_by()
    return frozenset(str(key) for key in rows.values_list("pk", flat=True))


def count(kind: Kind) -> int:
    """For a progress bar: the replica may answer."""
    return SHELVES[kind].rows().using(settings.DATABASE_CONNECTION_REPLICA_NAME).order_by().count()


def _keys(shelf: Shelf, references: Sequence[str]) -> list[Any]:
    keys = []
    for reference in references:
        try:
            keys.append(shelf.key(reference))
        except ValueError:
            continue  # not a key of Saleor's, so it cannot exist
    return keys


def _told(kind: Kind, rows: Sequence[Model]) -> Sequence[Fact]:
    if kind is Kind.ORDER:
        tell: Callable[[Any], Fact] = partial(facts.order, count_unpaid=configuration.read().count_unpaid)
    else:
        tell = facts.customer if kind is Kind.CUSTOMER else facts.checkout
    return [tell(row) for row in rows]
