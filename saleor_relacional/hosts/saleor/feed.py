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
from django.db.models import Case, Exists, F, Model, OuterRef, Prefetch, Q, QuerySet, When
from django.db.models.fields.json import KeyTextTransform
from saleor.account.models import User
from saleor.checkout.models import Checkout, CheckoutLine
from saleor.order.models import Order, OrderLine

from saleor_relacional.hosts.facts import Fact, FactKind, Page, Position
from saleor_relacional.hosts.saleor import configuration, facts
from saleor_relacional.hosts.saleor.order_annotations import (
    ANYBODY_LOGS_IN,
    FULFILLED_AT,
    ORDER_LINES,
    PLACED_AT,
    TAKEN_OFF,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSpec:
    """Saleor's table of one kind of fact."""

    rows: Callable[[], QuerySet[Any]]
    """All rows, with the columns and relations that `facts` reads."""
    told: Callable[[], QuerySet[Any]]
    """Those of them that a sweep reads of its own accord."""
    changed: str
    """Name of the indexed column that every save sets to the time of the save."""
    key: Callable[[str], Any]
    """Reference → primary key; raises ValueError for what cannot be one."""


NEWSLETTER = "relacional_newsletter"
"""Key in the metadata of a checkout, which Saleor copies to its order: what its buyer agreed to, word for word."""
_WIDE = ("search_vector", "metadata", "private_metadata")


def _accounts() -> QuerySet[User]:
    """Every account. A customer who becomes staff is the same person as before: only a deletion is a deletion."""
    return _told_apart(User.objects.all())


def _customers() -> QuerySet[User]:
    """Customer accounts; of staff, those who have ordered: the others are nobody's customers, and become none here."""
    return _told_apart(User.objects.customers())


def _told_apart(rows: QuerySet[User]) -> QuerySet[User]:
    ordered = Exists(Order.objects.filter(user_id=OuterRef("pk")))
    idle = Case(When(is_staff=False, then=False), When(ordered, then=False), default=True)
    return rows.defer(*_WIDE).annotate(idle_staff=idle)


def _orders() -> QuerySet[Order]:
    rows = Order.objects.select_related(*facts.ORDER_RELATED).only(*facts.ORDER_COLUMNS)
    rows = rows.annotate(
        sale_at=PLACED_AT,
        fulfilled_at=FULFILLED_AT,
        anybody_logs_in=ANYBODY_LOGS_IN,
        newsletter=KeyTextTransform(NEWSLETTER, "metadata"),
        entered_with_tax=F("channel__tax_configuration__prices_entered_with_tax"),
        **TAKEN_OFF,
    )
    lines = OrderLine.objects.only(*facts.LINE_COLUMNS)
    lines = lines.annotate(**ORDER_LINES)
    return rows.prefetch_related(Prefetch("lines", lines), *facts.ORDER_PREFETCH)


def _checkouts() -> QuerySet[Checkout]:
    filled = Exists(CheckoutLine.objects.filter(checkout_id=OuterRef("pk")))
    return Checkout.objects.select_related("user", "channel").annotate(filled=filled)


TABLES = {
    FactKind.CUSTOMER: TableSpec(rows=_accounts, told=_customers, changed="updated_at", key=int),
    FactKind.ORDER: TableSpec(rows=_orders, told=_orders, changed="updated_at", key=UUID),
    FactKind.CHECKOUT: TableSpec(rows=_checkouts, told=_checkouts, changed="last_change", key=UUID),
}


def changed(kind: FactKind, *, after: Position | None, until: datetime, limit: int) -> Page:
    """See Host.changed. Reads one row more than `limit` to know whether there are more."""
    table = TABLES[kind]
    rows = table.told().filter(**{f"{table.changed}__lt": until})
    if after is not None:
        rows = rows.filter(_beyond(table, after))
    found = list(rows.order_by(table.changed, "pk").values_list(table.changed, "pk")[: limit + 1])
    shown = found[:limit]
    return Page(
        references=[str(key) for _, key in shown],
        last=Position(changed_at=shown[-1][0], reference=str(shown[-1][1])) if shown else None,
        more=len(found) > limit,
    )


def _beyond(table: TableSpec, after: Position) -> Q:
    # The first condition lets the index find the place; the others alone would not.
    start = Q(**{f"{table.changed}__gte": after.changed_at})
    if not after.reference:
        return start  # a time without a row: before all rows of that time
    later = Q(**{f"{table.changed}__gt": after.changed_at})
    tied = Q(**{table.changed: after.changed_at, "pk__gt": table.key(after.reference)})
    return start & (later | tied)


def fetch(kind: FactKind, references: Sequence[str]) -> Sequence[Fact]:
    """See Host.fetch."""
    keys = _keys(TABLES[kind], references)
    return _facts_of(kind, list(TABLES[kind].rows().filter(pk__in=keys).order_by("pk"))) if keys else ()


def existing(kind: FactKind, references: Sequence[str]) -> frozenset[str]:
    """See Host.existing."""
    rows = TABLES[kind].rows().filter(pk__in=_keys(TABLES[kind], references)).order_by()
    return frozenset(str(key) for key in rows.values_list("pk", flat=True))


def count(kind: FactKind) -> int:
    """See Host.count. Reads the replica: the number is for a progress bar."""
    return TABLES[kind].told().using(settings.DATABASE_CONNECTION_REPLICA_NAME).order_by().count()


def _keys(table: TableSpec, references: Sequence[str]) -> list[Any]:
    keys = []
    for reference in references:
        try:
            keys.append(table.key(reference))
        except ValueError:
            continue  # not a key of Saleor's, so it cannot exist
    return keys


def _facts_of(kind: FactKind, rows: Sequence[Model]) -> Sequence[Fact]:
    if kind is FactKind.ORDER:
        fact_of: Callable[[Any], Fact] = partial(facts.order, count_unpaid=configuration.read().count_unpaid)
    else:
        fact_of = facts.customer if kind is FactKind.CUSTOMER else facts.checkout
    return [fact_of(row) for row in rows]
