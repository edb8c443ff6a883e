"""Put a code on an open checkout as Saleor's checkoutAddPromoCode does, on a locked checkout."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from saleor.checkout.actions import call_checkout_info_event
from saleor.checkout.delivery_context import is_shipping_required
from saleor.checkout.fetch import fetch_checkout_info, fetch_checkout_lines
from saleor.checkout.models import Checkout
from saleor.checkout.utils import add_voucher_code_to_checkout, invalidate_checkout
from saleor.plugins.manager import get_plugins_manager
from saleor.webhook.event_types import WebhookEventAsyncType

from saleor_relacional import conf


def put_on(reference: str, code: str) -> bool:
    """See Host.put_on."""
    with transaction.atomic(using=conf.HOST_DATABASE):
        row = _held(reference)
        if row is None or row.completing_started_at is not None or row.is_voucher_usage_increased:
            return False  # gone, or being paid for right now
        return row.voucher_code == code or _put(row, code)


def _held(reference: str) -> Checkout | None:
    try:
        key = UUID(reference)
    except ValueError:
        return None  # not a key of Saleor's
    return Checkout.objects.select_for_update(of=("self",)).filter(pk=key).first()


def _put(row: Checkout, code: str) -> bool:
    manager = get_plugins_manager(allow_replica=False)
    lines, unavailable = fetch_checkout_lines(row)
    if unavailable or not lines:
        return False
    info = fetch_checkout_info(row, lines, manager)
    try:
        add_voucher_code_to_checkout(manager, info, lines, code)
    except ValidationError:
        return False
    changed = invalidate_checkout(info, lines, manager, recalculate_discount=False, save=False)
    if is_shipping_required(lines):
        row.delivery_methods_stale_at = timezone.now()
        changed.append("delivery_methods_stale_at")
    row.save(update_fields=changed)
    call_checkout_info_event(
        manager, event_name=WebhookEventAsyncType.CHECKOUT_UPDATED, checkout_info=info, lines=lines
    )
    return True
