"""What hangs on an order: its lines, its refunds, and the basket it was made from."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q

from saleor_relacional.db import sql, tables
from saleor_relacional.hosts.facts import LineFact, OrderFact
from saleor_relacional.models import Purchase, Refund

_CLOSE = f"""
UPDATE {tables.BASKET} basket SET state = 'purchased', profile_id = bought.profile_id, email_key = ''
FROM unnest(%(sources)s::text[], %(references)s::text[], %(profiles)s::bigint[])
    AS bought (source, reference, profile_id)
WHERE basket.source = bought.source AND basket.reference = bought.reference
  AND (basket.state <> 'purchased' OR basket.profile_id IS DISTINCT FROM bought.profile_id)
"""
"""A basket that was bought is whosever the order is, whichever of the two we heard of first."""

LINE = (
    "purchase_id", "profile_id", "product_key", "name", "quantity", "total", "net", "list_net", "cost",
    "cost_estimated", "returned",
)  # fmt: skip
"""Columns of a line, in the order in which they are copied: a sync spends a third of its time on lines otherwise."""

_CLEAR = f"""
DELETE FROM {tables.PURCHASE_LINE} WHERE purchase_id = ANY(%s)
RETURNING purchase_id, product_key, cost, cost_estimated
"""

SOON = timedelta(days=1)
"""What is recorded within this time of being placed has the cost of its day; what is recorded later, an estimate."""

Told = Sequence[tuple[OrderFact, Purchase]]
Costs = dict[tuple[int, str], tuple[Decimal, bool]]
"""(Id of a purchase, product) → what one unit cost when it was first recorded, and whether that is an estimate."""


def write(purchases: Told, new: Collection[str], now: datetime) -> None:
    """Replace the lines, renew the refunds, close the baskets of these orders. `new`: references of those that were
    just made, and have nothing to replace."""
    known = [row.pk for _, row in purchases if row.reference not in new]
    _lines(purchases, known, now)
    _refunds(purchases, known, now)
    _close(purchases)


def _lines(purchases: Told, known: Sequence[int], now: datetime) -> None:
    before = _clear(known) if known else {}
    sql.copy_in(
        tables.PURCHASE_LINE,
        LINE,
        (
            (
                row.pk,
                row.profile_id,
                line.product_key[:255],
                line.name[:400],
                line.quantity,
                line.total,
                line.net,
                line.list_net,
                *_cost(line, row, now, before),
                line.returned,
            )
            for fact, row in purchases
            for line in fact.lines
        ),
    )


def _clear(purchases: Sequence[int]) -> Costs:
    """Delete the lines of these purchases; what their products cost."""
    return {
        (purchase, product): (cost, estimated)
        for purchase, product, cost, estimated in sql.rows(_CLEAR, [list(purchases)])
        if cost is not None
    }


def _cost(line: LineFact, row: Purchase, now: datetime, before: Costs) -> tuple[Decimal | None, bool]:
    """What one unit cost, and whether that is an estimate. Once it is known of a line it stays, whatever the product
    costs when the order is recorded again."""
    kept = before.get((row.pk, line.product_key[:255])) if line.product_key else None
    if kept or line.cost is None:
        return kept or (None, False)
    return line.cost, now - row.placed_at > SOON


def _refunds(purchases: Told, known: Sequence[int], now: datetime) -> None:
    rows = Refund.objects
    told = {(row.source, row.reference): row for row in _told(purchases, now)}
    if known:
        rows.filter(Q(purchase__in=known) & ~Q(reference__in=[key[1] for key in told])).delete()
    rows.bulk_create(
        told.values(),
        update_conflicts=True,
        unique_fields=["source", "reference"],
        update_fields=["profile", "purchase", "amount", "currency", "happened_at"],
        batch_size=2_000,
    )


def _told(purchases: Told, now: datetime) -> Iterator[Refund]:
    """A refund of an order that we do not know is a fact all the same: it belongs to the person of the
    fact."""
    own = {(fact.source, fact.reference): row for fact, row in purchases}
    for fact, row in purchases:
        for refund in fact.refunds:
            purchase = own.get((refund.source, refund.order or ""))
            yield Refund(
                profile_id=row.profile_id,
                source=refund.source,
                reference=refund.reference,
                purchase_id=purchase.pk if purchase else None,
                amount=refund.amount,
                currency=refund.currency,
                happened_at=refund.happened_at,
                learned_at=now,
            )


def _close(purchases: Told) -> None:
    bought = [(fact.source, fact.checkout, row.profile_id) for fact, row in purchases if fact.checkout]
    if bought:
        columns = zip(*bought, strict=True)
        sql.run(_CLOSE, dict(zip(("sources", "references", "profiles"), map(list, columns), strict=True)))
