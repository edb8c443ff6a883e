"""The shop's rows as facts. The only place that knows both vocabularies."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from saleor_relacional.hosts.facts import (
    CheckoutFact,
    CheckoutLine,
    CustomerFact,
    Fact,
    FactKind,
    LineFact,
    OrderFact,
    OrderState,
    Page,
    Position,
    RefundFact,
)
from saleor_relacional.hosts.standalone import models
from saleor_relacional.hosts.standalone.models import (
    Category,
    Checkout,
    Customer,
    Order,
    Price,
    Refund,
    Status,
    Variant,
)
from saleor_relacional.hosts.standalone.shop.price import price_of

SOURCE = "standalone"
NEWSLETTER = "relacional_newsletter"
"""Key in the metadata of a checkout: what its buyer agreed to by ticking the box, word for word."""

STATE = {
    Status.DRAFT: OrderState.PENDING,
    Status.UNPAID: OrderState.PENDING,
    Status.PAID: OrderState.COUNTS,
    Status.FULFILLED: OrderState.COUNTS,
    Status.CANCELED: OrderState.WITHDRAWN,
}
"""This shop counts paid orders. A replacement is REISSUE whatever its status, unless it was withdrawn."""


def rows(kind: FactKind) -> QuerySet[Any]:
    """All rows of a kind, with what their facts need."""
    if kind is FactKind.CUSTOMER:
        return Customer.objects.all()
    if kind is FactKind.ORDER:
        return Order.objects.select_related("customer").prefetch_related("lines", "refunds")
    return Checkout.objects.select_related("channel", "customer").prefetch_related("lines")


def uuids(references: Sequence[str]) -> list[UUID]:
    """Those references that could be ours at all."""
    found = []
    for reference in references:
        try:
            found.append(UUID(reference))
        except ValueError:
            continue  # a reference of another host: not ours, so it does not exist here
    return found


def page(kind: FactKind, after: Position | None, until: datetime, limit: int) -> Page:
    """References in keyset order (changed_at, id). An empty reference in `after` stands before all others."""
    query = rows(kind).filter(changed_at__lt=until)
    if after is not None:
        query = query.filter(changed_at__gte=after.changed_at)
        if after.reference:
            query = query.filter(Q(changed_at__gt=after.changed_at) | Q(id__gt=UUID(after.reference)))
    found = list(query.order_by("changed_at", "id").values_list("changed_at", "id")[: limit + 1])
    here = found[:limit]
    last = Position(changed_at=here[-1][0], reference=str(here[-1][1])) if here else None
    return Page(references=[str(key) for _, key in here], last=last, more=len(found) > limit)


def facts_of(found: Sequence[Customer | Order | Checkout]) -> list[Fact]:
    """The facts that these rows tell."""
    skus = {line.sku for row in found if isinstance(row, Order) for line in row.lines.all()}
    categories, costs = (_categories(skus), _costs(skus)) if skus else ({}, {})
    return [_fact(row, categories, costs) for row in found]


def _fact(
    row: Customer | Order | Checkout,
    categories: Mapping[str, Category],
    costs: Mapping[tuple[str, str], Decimal],
) -> Fact:
    if isinstance(row, Customer):
        return _customer(row)
    return _order(row, categories, costs) if isinstance(row, Order) else _checkout(row)


def _costs(skus: Collection[str]) -> dict[tuple[str, str], Decimal]:
    """(Product, channel) → what one costs today, of those of which it was said."""
    rows = Price.objects.filter(variant__in=skus, cost__gt=0)
    return {
        (sku, channel): cost
        for sku, channel, cost in rows.values_list("variant", "channel", "cost")
        if cost is not None
    }


def _categories(skus: Collection[str]) -> dict[str, Category]:
    """The category of each of these products that is still sold and has one."""
    rows = Variant.objects.filter(sku__in=skus, product__category__isnull=False)
    return {
        row.sku: row.product.category
        for row in rows.select_related("product__category")
        if row.product.category
    }


def _customer(row: Customer) -> CustomerFact:
    return CustomerFact(
        source=SOURCE,
        reference=str(row.id),
        email=row.email,
        vouched=row.confirmed,
        vouched_since=row.confirmed_at,
        first_name=row.first_name,
        language=row.language,
        joined_at=row.joined_at,
        changed_at=row.changed_at,
    )


def _order(
    row: Order, categories: Mapping[str, Category], costs: Mapping[tuple[str, str], Decimal]
) -> OrderFact:
    state = STATE[Status(row.status)]
    if row.replaces_id is not None and state is not OrderState.WITHDRAWN:
        state = OrderState.REISSUE
    return OrderFact(
        source=SOURCE,
        reference=str(row.id),
        number=row.number,
        state=state,
        customer=str(row.customer_id) if row.customer_id else None,
        vouched=row.customer is None or row.customer.confirmed,
        vouched_then=_vouched_then(row),
        email=row.email,
        language=row.language,
        first_name=row.first_name,
        channel=row.channel_id,
        currency=row.currency,
        total=row.total,
        discount=row.discount if row.codes else Decimal(0),
        net=sum((line.net for line in row.lines.all()), row.delivery_net or Decimal(0)),
        shipping_net=row.delivery_net,
        shipping_list_net=row.delivery_list_net,
        placed_at=row.placed_at,
        changed_at=row.changed_at,
        fulfilled_at=row.sent_at,
        checkout=str(row.checkout) if row.checkout else None,
        codes=tuple(row.codes),
        lines=tuple(
            LineFact(
                product_key=line.sku,
                name=line.name,
                quantity=line.quantity,
                total=line.total,
                net=line.net,
                list_net=line.list_net,
                cost=costs.get((line.sku, row.channel_id)),
                returned=line.returned,
                category=category.slug if (category := categories.get(line.sku)) else "",
                category_name=category.name if category else "",
            )
            for line in sorted(row.lines.all(), key=lambda line: line.pk)
        ),
        refunds=tuple(
            _refund(row, refund) for refund in sorted(row.refunds.all(), key=lambda r: (r.happened_at, r.id))
        ),
        newsletter=str(row.metadata.get(NEWSLETTER, "")),
        country=row.country,
        postal_code=row.postal_code,
    )


def _vouched_then(row: Order) -> bool | None:
    if row.customer is None or not row.customer.confirmed:
        return row.customer is None
    confirmed_at = row.customer.confirmed_at
    return None if confirmed_at is None else confirmed_at <= row.placed_at


def _refund(order: Order, row: Refund) -> RefundFact:
    return RefundFact(
        source=SOURCE,
        reference=str(row.id),
        order=str(order.id),
        amount=row.amount,
        currency=order.currency,
        happened_at=row.happened_at,
    )


def _checkout(row: Checkout) -> CheckoutFact:
    return CheckoutFact(
        source=SOURCE,
        reference=str(row.id),
        customer=str(row.customer_id) if row.customer_id else None,
        email=row.email,
        language=row.language,
        channel=row.channel_id,
        currency=row.channel.currency,
        total=price_of(row, at=row.changed_at).total,
        code=row.code,
        changed_at=row.changed_at,
        vouched=row.customer is not None and row.customer.confirmed,
        filled=bool(row.lines.all()),
    )


def checkout_lines(reference: str, limit: int) -> Sequence[CheckoutLine]:
    """See Host.checkout_lines."""
    rows = models.CheckoutLine.objects.filter(checkout__in=uuids([reference])).order_by("pk")
    found = rows.values_list("variant__product__name", "quantity", "variant_id")[:limit]
    return [CheckoutLine(name=name, quantity=quantity, variant=sku) for name, quantity, sku in found]
