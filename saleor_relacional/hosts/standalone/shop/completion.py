"""A checkout becomes an order. Payment always succeeds here.

Like stock Saleor, the shop looks at a code and then spends it without holding a lock between: two checkouts
that
complete at once with one code both get the discount, unless the guard says no to one of them.
"""

from datetime import datetime

from django.db import transaction

from saleor_relacional.flows.incentives.guard import guarded_check
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.hosts.standalone import clock
from saleor_relacional.hosts.standalone.models import Checkout, Order, OrderLine, Status, VoucherCode
from saleor_relacional.hosts.standalone.models.vouchers import CodeState
from saleor_relacional.hosts.standalone.shop.nudges import nudge_after_commit
from saleor_relacional.hosts.standalone.shop.number import next_number
from saleor_relacional.hosts.standalone.shop.price import Priced, listing_of, price_of
from saleor_relacional.hosts.standalone.shop.refusal import Refusal


def complete(checkout: Checkout) -> Order:
    """The order. Refuses without an address or anything in it, and with a code that gives nothing (any more) or is
    somebody else's."""
    now = clock.now()
    with transaction.atomic():
        checkout = _hold(checkout)
        if not checkout.email:
            raise Refusal("Type an e-mail address first.", code="EMAIL_NOT_SET", field="email")
        if not checkout.lines.exists():
            raise Refusal("Nothing is in this checkout.", code="NO_LINES", field="lines")
        if checkout.code and listing_of(checkout.code, checkout.channel_id, now) is None:
            raise Refusal(
                "This code gives nothing here any more.", code="VOUCHER_NOT_APPLICABLE", field="promoCode"
            )
        if checkout.code and not _guarded(checkout, now):
            raise Refusal("This code is not yours to use.", code="VOUCHER_NOT_APPLICABLE", field="promoCode")
        order = _sell(checkout, price_of(checkout, at=now))
        if checkout.code:
            VoucherCode.objects.filter(code=checkout.code).update(state=CodeState.SPENT)
        nudge_after_commit(FactKind.CHECKOUT, [checkout.pk])
        checkout.delete()
        nudge_after_commit(FactKind.ORDER, [order.pk])
    return order


def _hold(checkout: Checkout) -> Checkout:
    """Nobody else completes or changes this checkout until we are done."""
    held = Checkout.objects.select_for_update(of=("self",)).select_related("channel", "customer")
    found = held.filter(pk=checkout.pk).first()
    if found is None:
        raise Refusal("This checkout was completed or cleared away.", code="NOT_FOUND", field="id")
    return found


def _guarded(checkout: Checkout, now: datetime) -> bool:
    """May this checkout spend its code? The one question of ours that may stop a sale; yes when it cannot be
    asked."""
    account = str(checkout.customer_id) if checkout.customer_id else None
    token = str(checkout.pk)
    return guarded_check(
        checkout.code, checkout=token, account=account, email=checkout.email, now=now
    ).allowed


def _sell(checkout: Checkout, priced: Priced) -> Order:
    now = clock.now()
    order = Order.objects.create(
        number=next_number(),
        status=Status.PAID,
        customer=checkout.customer,
        email=checkout.email,
        first_name=checkout.customer.first_name if checkout.customer else "",
        language=checkout.language,
        channel=checkout.channel,
        currency=checkout.channel.currency,
        total=priced.total,
        discount=priced.discount,
        delivery=priced.delivery,
        delivery_net=priced.delivery_net,
        delivery_list_net=priced.delivery_list_net,
        checkout=checkout.pk,
        metadata=checkout.metadata,
        codes=[checkout.code] if checkout.code else [],
        country=checkout.country,
        postal_code=checkout.postal_code,
        placed_at=now,
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
                net=line.net,
                list_net=line.list_net,
            )
            for line in priced.lines
        ]
    )
    return order
