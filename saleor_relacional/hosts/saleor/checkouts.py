"""Open checkouts: take a code off, find what became of the checkout that holds one, tell what is in one and where it
is gone on with."""

from collections.abc import Sequence
from uuid import UUID

import graphene
from django.db import transaction
from saleor.checkout.actions import call_checkout_info_event
from saleor.checkout.fetch import fetch_checkout_info, fetch_checkout_lines
from saleor.checkout.models import Checkout, CheckoutLine
from saleor.checkout.utils import invalidate_checkout, remove_voucher_from_checkout
from saleor.order import OrderStatus
from saleor.order.models import Order
from saleor.plugins.manager import get_plugins_manager
from saleor.product.models import ProductTranslation
from saleor.webhook.event_types import WebhookEventAsyncType

from saleor_relacional import conf
from saleor_relacional.hosts import facts, storefront
from saleor_relacional.hosts.base import Holder

TAKEN_BACK = (OrderStatus.CANCELED, OrderStatus.EXPIRED)


def take_off(checkout: str, code: str) -> bool:
    """See Host.take_off. Does what Saleor's checkoutRemovePromoCode does, on a locked checkout."""
    with transaction.atomic(using=conf.HOST_DATABASE):
        rows = Checkout.objects.select_for_update(of=("self",))
        row = rows.filter(pk=UUID(checkout), voucher_code=code).first()
        if row is None or row.completing_started_at is not None:
            return (
                False  # gone, without the code, or being paid for right now: the check at completion decides
            )
        _remove(row)
    return True


def url(shop: str, channel: str, reference: str) -> str:
    """See Host.checkout_url. The storefront API knows a checkout by its global id."""
    return storefront.checkout_url(shop, channel, str(graphene.Node.to_global_id("Checkout", reference)))


def lines(reference: str, limit: int) -> Sequence[facts.CheckoutLine]:
    """See Host.checkout_lines. Names as the buyer reads them: in the checkout's language where the shop has them so."""
    try:
        key = UUID(reference)
    except ValueError:
        return ()  # not a key of Saleor's
    language = Checkout.objects.filter(pk=key).values_list("language_code", flat=True).first()
    in_it = CheckoutLine.objects.filter(checkout_id=key).order_by("created_at", "pk")
    wanted = ("variant__product_id", "variant__product__name", "quantity", "variant_id")
    rows = list(in_it.values_list(*wanted)[:limit])
    said = ProductTranslation.objects.filter(language_code=language, product_id__in=[row[0] for row in rows])
    translated = {product: name for product, name in said.values_list("product_id", "name") if name}
    return [
        facts.CheckoutLine(
            name=translated.get(product, name),
            quantity=quantity,
            variant=str(graphene.Node.to_global_id("ProductVariant", variant)),
        )
        for product, name, quantity, variant in rows
    ]


def _remove(row: Checkout) -> None:
    manager = get_plugins_manager(allow_replica=False)
    remove_voucher_from_checkout(row)
    lines, _ = fetch_checkout_lines(row)
    info = fetch_checkout_info(row, lines, manager)
    row.save(update_fields=invalidate_checkout(info, lines, manager, recalculate_discount=True, save=False))
    call_checkout_info_event(
        manager, event_name=WebhookEventAsyncType.CHECKOUT_UPDATED, checkout_info=info, lines=lines
    )


def holder(checkout: str, code: str) -> Holder:
    """See Host.holder. GONE also when its order did not use the code."""
    carried = Checkout.objects.filter(pk=UUID(checkout)).values_list("voucher_code", flat=True).first()
    if carried is not None or Checkout.objects.filter(pk=UUID(checkout)).exists():
        return Holder.CARRIES if carried == code else Holder.DROPPED
    standing = Order.objects.non_draft().exclude(status__in=TAKEN_BACK)
    spent = standing.filter(checkout_token=checkout, voucher_code=code).exists()
    return Holder.ORDERED if spent else Holder.GONE
