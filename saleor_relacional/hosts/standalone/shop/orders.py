"""What staff do with orders, and what happens to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F, Sum

from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.hosts.standalone import clock
from saleor_relacional.hosts.standalone.models import Channel, Customer, Order, OrderLine, Refund, Status
from saleor_relacional.hosts.standalone.shop.nudges import nudge_after_commit
from saleor_relacional.hosts.standalone.shop.number import next_number
from saleor_relacional.hosts.standalone.shop.price import net_of
from saleor_relacional.hosts.standalone.shop.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """One line of an order that staff write."""

    sku: str
    name: str
    quantity: int
    total: Decimal


def place(
    channel: Channel,
    lines: Sequence[Bought],
    *,
    customer: Customer | None = None,
    email: str = "",
    status: Status = Status.PAID,
    placed_at: datetime | None = None,
    replaces: Order | None = None,
    country: str = "",
    postal_code: str = "",
) -> Order:
    """An order without a checkout: by telephone, at the counter, or as a draft. Placed now when not said."""
    now = clock.now()
    with transaction.atomic():
        order = Order.objects.create(
            number=next_number(),
            status=status,
            customer=customer,
            email=customer.email if customer else email.strip(),
            first_name=customer.first_name if customer else "",
            language=customer.language if customer else "en",
            channel=channel,
            currency=channel.currency,
            total=sum((line.total for line in lines), Decimal("0.00")),
            replaces=replaces,
            country=country,
            postal_code=postal_code,
            placed_at=placed_at or now,
            changed_at=now,
        )
        OrderLine.objects.bulk_create(
            [
                OrderLine(
                    order=order,
                    sku=line.sku,
                    name=line.name,
                    quantity=line.quantity,
                    total=line.total,
                    net=net_of(line.total, channel.tax_rate),
                    list_net=net_of(line.total, channel.tax_rate),
                )
                for line in lines
            ]
        )
        nudge_after_commit(FactKind.ORDER, [order.pk])
    return order


def find(reference: str) -> Order:
    """The order of this id."""
    try:
        return Order.objects.get(pk=UUID(reference))
    except (Order.DoesNotExist, ValueError) as error:
        raise Refusal("There is no such order.", code="NOT_FOUND", field="id") from error


def pay(order: Order) -> None:
    """Somebody paid it. A draft becomes a sale at this moment, whenever staff wrote it."""
    if order.status == Status.DRAFT:
        Order.objects.filter(pk=order.pk, status=Status.DRAFT).update(placed_at=clock.now())
    _move(order, {Status.DRAFT, Status.UNPAID}, Status.PAID, "Only an unpaid order can be paid.")


def fulfil(order: Order) -> None:
    """It left the house."""
    with transaction.atomic():
        Order.objects.filter(pk=order.pk, status=Status.PAID).update(sent_at=clock.now())
        _move(order, {Status.PAID}, Status.FULFILLED, "Only a paid order can be sent.")


def cancel(order: Order) -> None:
    """It is taken back whole. The code that it used stays spent, as in Saleor."""
    _move(
        order, {Status.DRAFT, Status.UNPAID, Status.PAID}, Status.CANCELED, "This order cannot be cancelled."
    )


def refund(order: Order, amount: Decimal) -> Refund:
    """Give money back: part of it or all that is left."""
    now = clock.now()
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order.pk)
        given = order.refunds.aggregate(given=Sum("amount"))["given"] or Decimal(0)
        if order.status not in {Status.PAID, Status.FULFILLED}:
            raise Refusal("Nothing was paid.", code="CANNOT_REFUND", field="id")
        if not 0 < amount <= order.total - given:
            raise Refusal("That is not an amount that is left.", code="INVALID", field="amount")
        made = Refund.objects.create(order=order, amount=amount, happened_at=now)
        order.changed_at = now
        order.save(update_fields=["changed_at"])
        nudge_after_commit(FactKind.ORDER, [order.pk])
    return made


def take_back(order: Order, sku: str, quantity: int) -> None:
    """So many of a product that was sent have come back. The money is given back by `refund`."""
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order.pk)
        lines = OrderLine.objects.filter(order=order, sku=sku, returned__lte=F("quantity") - quantity)
        line = lines.order_by("pk").first() if quantity > 0 else None
        if order.status != Status.FULFILLED or line is None:
            raise Refusal("Not so many of it have left the house.", code="INVALID", field="quantity")
        line.returned += quantity
        line.save(update_fields=["returned"])
        order.changed_at = clock.now()
        order.save(update_fields=["changed_at"])
        nudge_after_commit(FactKind.ORDER, [order.pk])


def purge(order: Order) -> None:
    """The books of old years are cleared away."""
    with transaction.atomic():
        nudge_after_commit(FactKind.ORDER, [order.pk])
        order.delete()


def _move(order: Order, before: set[Status], after: Status, otherwise: str) -> None:
    with transaction.atomic():
        moved = Order.objects.filter(pk=order.pk, status__in=before).update(
            status=after, changed_at=clock.now()
        )
        if not moved:
            raise Refusal(otherwise, code="INVALID", field="id")
        nudge_after_commit(FactKind.ORDER, [order.pk])
    order.refresh_from_db()
