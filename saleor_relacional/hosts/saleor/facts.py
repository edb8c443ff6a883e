"""Saleor's rows → facts. Only this module translates Saleor's words; nothing beyond it sees them."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, cast

import graphene
from saleor.account.models import User
from saleor.checkout.models import Checkout
from saleor.order import OrderOrigin, OrderStatus
from saleor.order.models import Order, OrderLine
from saleor.payment import TransactionEventType, TransactionKind
from saleor.payment.models import Payment, TransactionItem

from saleor_relacional.hosts.facts import (
    CheckoutFact,
    CustomerFact,
    LineFact,
    OrderFact,
    OrderState,
    RefundFact,
)

SOURCE = "saleor"

STATES = {
    OrderStatus.DRAFT: OrderState.PENDING,
    OrderStatus.UNCONFIRMED: OrderState.PENDING,
    OrderStatus.EXPIRED: OrderState.PENDING,
    OrderStatus.UNFULFILLED: OrderState.COUNTS,
    OrderStatus.PARTIALLY_FULFILLED: OrderState.COUNTS,
    OrderStatus.FULFILLED: OrderState.COUNTS,
    OrderStatus.PARTIALLY_RETURNED: OrderState.COUNTS,
    OrderStatus.RETURNED: OrderState.COUNTS,
    OrderStatus.CANCELED: OrderState.WITHDRAWN,
}
"""Saleor's status → what it means for a relationship. A status that is not listed is PENDING, no purchase."""

REFUND_REVERSALS = {TransactionKind.REFUND_REVERSED, TransactionKind.REFUND_FAILED}


def customer(user: User) -> CustomerFact:
    """The fact of an account. Needs the row with `idle_staff`."""
    return CustomerFact(
        source=SOURCE,
        reference=str(user.pk),
        email=user.email,
        vouched=user.is_confirmed,
        first_name=user.first_name,
        language=user.language_code,
        joined_at=user.date_joined,
        changed_at=user.updated_at,
        customer=not user.idle_staff,
    )


def checkout(row: Checkout) -> CheckoutFact:
    """The fact of an open checkout. Needs the row with its user, its channel and `filled`."""
    return CheckoutFact(
        source=SOURCE,
        reference=str(row.pk),
        customer=None if row.user_id is None else str(row.user_id),
        email=row.email or (row.user.email if row.user else ""),
        language=row.language_code,
        channel=row.channel.slug,
        currency=row.currency,
        total=row.total_gross_amount,
        code=row.voucher_code or "",
        changed_at=row.last_change,
        vouched=row.user is not None and row.user.is_confirmed,
        filled=row.filled,
    )


def order(row: Order, *, count_unpaid: bool) -> OrderFact:
    """Needs a row with `ORDER_RELATED`, `ORDER_PREFETCH`, what order_annotations computes (`sale_at`, `fulfilled_at`,
    `anybody_logs_in`, `entered_with_tax`, `newsletter`, TAKEN_OFF) and lines with its ORDER_LINES: makes no query."""
    address = row.shipping_address or row.billing_address
    refunds = tuple(_refunds(row))
    lines = tuple(row.lines.all())
    return OrderFact(
        source=SOURCE,
        reference=str(row.pk),
        number=str(row.number),
        state=_state(row, refunds, count_unpaid=count_unpaid),
        customer=None if row.user_id is None else str(row.user_id),
        # Saleor joins a guest's order to whichever account has the typed address, confirmed or not. An unconfirmed
        # address proves nothing: a stranger who registered a victim's address would read the victim's orders here.
        vouched=row.user is None or row.user.is_confirmed,
        vouched_then=_vouched_then(row),
        email=row.user_email or (row.user.email if row.user else ""),
        language=row.language_code,
        first_name=_first_name(row),
        channel=row.channel.slug,
        currency=row.currency,
        total=row.total_gross_amount,
        discount=_discount(row),
        net=row.total_net_amount,
        shipping_net=row.shipping_price_net_amount if row.shipping_method_name else None,
        shipping_list_net=_shipping_list_net(row) if row.shipping_method_name else None,
        placed_at=row.sale_at,
        changed_at=row.updated_at,
        fulfilled_at=row.fulfilled_at,
        checkout=row.checkout_token or None,
        codes=_codes(row, lines),
        lines=tuple(_line(line) for line in lines),
        refunds=refunds,
        newsletter=str(row.newsletter or ""),
        country=address.country.code or "" if address else "",
        postal_code=address.postal_code if address else "",
        region=address.country_area if address else "",
    )


def _vouched_then(row: Order) -> bool | None:
    """Saleor keeps no date of a confirmation. Where nobody logs in before it, whoever is confirmed now and bought under
    another address was confirmed when they did: their own address alone names an account without a login. Where the
    shop lets everybody log in, it cannot tell."""
    if row.user is not None and not row.user.is_confirmed:
        return False
    return None if row.user is not None and row.anybody_logs_in else True


def _discount(row: Order) -> Decimal:
    """What the order's codes took off what would have been paid, tax and shipping included. Where prices are entered
    with tax, that is what Saleor keeps of each discount; its total before discounts goes by the prices of that moment,
    the checkout by those that it had kept. Where they are entered without, the amounts are before tax: the codes have
    their share of that by which the whole total was reduced. Orders that tell no total before discounts (0, or equal)
    have the amounts of their codes."""
    codes = (row.codes_off or 0) + (row.codes_off_lines or 0)
    if not codes:
        return Decimal(0)
    others = (row.others_off or 0) + (row.others_off_lines or 0)
    reduced = row.undiscounted_total_gross_amount - row.total_gross_amount
    by_share = reduced > 0 and not row.entered_with_tax
    off = reduced * codes / (codes + others) if by_share else codes
    return Decimal(off).quantize(_THOUSANDTH)


_THOUSANDTH = Decimal("0.001")


def _shipping_list_net(row: Order) -> Decimal:
    """What sending would have been without discounts, without tax. Saleor keeps it as its prices are entered."""
    listed = row.undiscounted_base_shipping_price_amount
    if row.entered_with_tax:
        listed = listed / (1 + (row.shipping_tax_rate or 0))
    return max(listed.quantize(_THOUSANDTH), row.shipping_price_net_amount)


ORDER_PREFETCH = ("payments__transactions", "payment_transactions__events")
LINE_COLUMNS = (
    "order_id", "product_variant_id", "product_name", "quantity", "total_price_gross_amount", "total_price_net_amount",
    "undiscounted_total_price_net_amount", "is_gift_card", "voucher_code",
)  # fmt: skip
ORDER_RELATED = ("user", "billing_address", "shipping_address", "channel")
ORDER_COLUMNS = (
    "number", "origin", "status", "total_charged_amount", "total_authorized_amount", "total_gross_amount",
    "undiscounted_total_gross_amount", "total_net_amount", "shipping_method_name", "shipping_price_net_amount",
    "undiscounted_base_shipping_price_amount", "shipping_tax_rate",
    "user_email", "language_code", "currency", "created_at", "updated_at", "checkout_token", "voucher_code",
    "user__email", "user__first_name", "user__is_confirmed", "channel__slug",
    "billing_address__first_name", "billing_address__country", "billing_address__postal_code",
    "billing_address__country_area", "shipping_address__country", "shipping_address__postal_code",
    "shipping_address__country_area",
)  # fmt: skip
"""All columns that are read of an order: building Saleor's wide objects is half of the time of a sync. A column that is
read and not named here costs a query per row; the contract's test of the number of statements notices it."""


def _state(row: Order, refunds: tuple[RefundFact, ...], *, count_unpaid: bool) -> OrderState:
    if row.origin == OrderOrigin.REISSUE:
        return OrderState.REISSUE
    state = STATES.get(row.status, OrderState.PENDING)
    if state is OrderState.COUNTS and not count_unpaid and not _paid(row, refunds):
        return OrderState.PENDING
    return state


def _paid(row: Order, refunds: tuple[RefundFact, ...]) -> bool:
    # Money given back was paid once: Saleor lowers total_charged at a refund, which must not make a sale unpaid.
    given_back = sum((refund.amount for refund in refunds), Decimal(0))
    return row.total_charged_amount + row.total_authorized_amount + given_back >= row.total_gross_amount


def _first_name(row: Order) -> str:
    if row.user and row.user.first_name:
        return row.user.first_name
    return row.billing_address.first_name if row.billing_address else ""


def _codes(row: Order, lines: Iterable[OrderLine]) -> tuple[str, ...]:
    found = [row.voucher_code, *(line.voucher_code for line in lines)]
    return tuple(dict.fromkeys(code for code in found if code))


def _line(line: OrderLine) -> LineFact:
    return LineFact(
        product_key=line.product_variant_id or "",
        name=line.product_name,
        quantity=line.quantity,
        total=line.total_price_gross_amount,
        net=line.total_price_net_amount,
        # Orders of old versions and of bulk imports tell no price before discounts.
        list_net=max(line.undiscounted_total_price_net_amount, line.total_price_net_amount),
        cost=_cost(line),
        returned=min(line.units_returned or 0, line.quantity),
        category=graphene.Node.to_global_id("Category", line.category_key) if line.category_key else "",
        category_name=line.category_name or "",
    )


def _cost(line: OrderLine) -> Decimal | None:
    """What one unit costs today. A gift card is paid for when it is used: until then it is owed, all of it."""
    if line.is_gift_card:
        return (line.total_price_net_amount / line.quantity).quantize(_THOUSANDTH)
    return cast(Decimal | None, line.unit_cost)


def _refunds(row: Order) -> Iterator[RefundFact]:
    """Refunds of transactions and of payments. Granted refunds are intentions and fulfilment totals repeat payments:
    neither is money."""
    for item in row.payment_transactions.all():
        yield from _of_transaction(row, item)
    for payment in row.payments.all():
        yield from _of_payment(row, payment)


def _of_transaction(row: Order, item: TransactionItem) -> Iterator[RefundFact]:
    dated = [
        (f"event:{event.pk}", event.amount_value, event.created_at)
        for event in item.events.all()
        if event.type == TransactionEventType.REFUND_SUCCESS and event.include_in_calculations
    ]
    rest = item.refunded_value - sum((amount for _, amount, _ in dated), Decimal(0))
    if rest > 0:
        dated.append((f"transaction:{item.pk}", rest, item.modified_at))
    yield from _up_to(row, item.refunded_value, item.currency, dated)


def _of_payment(row: Order, payment: Payment) -> Iterator[RefundFact]:
    done = [txn for txn in payment.transactions.all() if txn.is_success]
    dated = [
        (f"payment:{txn.pk}", txn.amount, txn.created_at)
        for txn in done
        if txn.kind == TransactionKind.REFUND
    ]
    reversed_ = sum((txn.amount for txn in done if txn.kind in REFUND_REVERSALS), Decimal(0))
    refunded = sum((amount for _, amount, _ in dated), Decimal(0)) - reversed_
    yield from _up_to(row, refunded, payment.currency, dated)


def _up_to(
    row: Order, total: Decimal, currency: str, dated: list[tuple[str, Decimal, Any]]
) -> Iterator[RefundFact]:
    """These refunds (reference, amount, time), oldest first, cut so that they add up to `total`, which Saleor says is
    refunded now: a reversal takes back the latest."""
    left = total
    for reference, amount, happened_at in sorted(dated, key=lambda one: (one[2], one[0])):
        counted = min(amount, left)
        left -= max(counted, Decimal(0))
        if counted > 0:
            yield RefundFact(
                source=SOURCE,
                reference=reference,
                order=str(row.pk),
                amount=counted,
                currency=currency,
                happened_at=happened_at,
            )
