"""What a code takes off an open checkout: Saleor puts it on a copy of the checkout and computes what is to be paid,
with the taxes that the checkout has. No webhook is called for it but that of a tax app, where the channel has one."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from saleor.checkout.calculations import fetch_checkout_data
from saleor.checkout.fetch import fetch_checkout_info, fetch_checkout_lines
from saleor.checkout.models import Checkout
from saleor.checkout.utils import (
    add_voucher_code_to_checkout,
    invalidate_checkout,
    remove_voucher_from_checkout,
)
from saleor.core.utils.promo_code import InvalidPromoCode
from saleor.plugins.manager import PluginsManager, get_plugins_manager

from saleor_relacional.hosts.saleor.offers import why_not
from saleor_relacional.hosts.saleor.offers.copied import at_kept_prices, copied
from saleor_relacional.hosts.takes_off import TakesOff, WhyNot


def takes_off(reference: str, codes: Sequence[str]) -> Mapping[str, TakesOff]:
    """See Host.takes_off. Saleor's clock is the real one."""
    try:
        checkout = Checkout.objects.filter(pk=UUID(reference)).first()
    except ValueError:
        return {}  # not a key of Saleor's
    if checkout is None or not codes:
        return {}
    manager = get_plugins_manager(allow_replica=False)
    wholes: dict[bool, Decimal] = {}
    found = {}
    for code in dict.fromkeys(codes):
        kept = checkout.voucher_code == code and checkout.price_expiration > timezone.now()
        if kept not in wholes:
            wholes[kept] = _without(checkout, manager, kept=kept)
        found[code] = _effect(checkout, code, wholes[kept], manager)
    return found


def _without(checkout: Checkout, manager: PluginsManager, *, kept: bool) -> Decimal:
    """What is to be paid without any code: at the prices of now, by which Saleor goes once a code is put on; or,
    `kept`, at those that a checkout keeps for a while after its last change, by which it goes if nothing changes."""
    with copied(checkout) as copy:
        if copy.voucher_code:
            remove_voucher_from_checkout(copy)
        if kept:
            at_kept_prices(copy)
        lines, _ = fetch_checkout_lines(copy)
        info = fetch_checkout_info(copy, lines, manager)
        invalidate_checkout(info, lines, manager, recalculate_discount=True, save=True)
        return _to_pay(copy, manager)


def _effect(checkout: Checkout, code: str, whole: Decimal, manager: PluginsManager) -> TakesOff:
    carried = checkout.voucher_code == code
    with copied(checkout) as copy:
        lines, unavailable = fetch_checkout_lines(copy)
        info = fetch_checkout_info(copy, lines, manager)
        why: why_not.Refusal | None = why_not.before(lines, unavailable)
        if why is None and carried and info.voucher is None:
            why = why_not.of_code(code, info.channel.slug)
        if why is None and not carried:
            try:
                add_voucher_code_to_checkout(manager, info, lines, code)
                invalidate_checkout(info, lines, manager, recalculate_discount=False, save=True)
            except InvalidPromoCode:
                why = why_not.of_code(code, info.channel.slug)
            except ValidationError as error:
                why = why_not.of_checkout(error, code, info, lines)
        amount = Decimal(0) if why else max(whole - _to_pay(copy, manager), Decimal(0))
    if why is None and not amount:
        why = why_not.Refusal(reason=WhyNot.NOTHING_OFF)
    return TakesOff(
        amount=amount,
        currency=checkout.currency,
        why_not=why.reason if why else None,
        missing=why.missing if why else None,
        carried=carried,
    )


def _to_pay(copy: Checkout, manager: PluginsManager) -> Decimal:
    """The total with tax and delivery, before gift cards, which are money; computed where Saleor would compute it."""
    fresh = Checkout.objects.get(pk=copy.pk)
    lines, _ = fetch_checkout_lines(fresh)
    info = fetch_checkout_info(fresh, lines, manager)
    info, _ = fetch_checkout_data(info, manager, lines, requestor=None).get()
    return info.checkout.total_gross_amount
