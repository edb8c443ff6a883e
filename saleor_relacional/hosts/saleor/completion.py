"""The last line before a sale: may this checkout spend the code that it carries?

Saleor asks in preprocess_order_creation. Everybody but a refused code passes, whatever breaks on our side.
"""

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from saleor.checkout.error_codes import CheckoutErrorCode
from saleor.checkout.models import Checkout, CheckoutMetadata
from saleor.discount.models import VoucherCode

from saleor_relacional import conf
from saleor_relacional.flows import failures
from saleor_relacional.flows.incentives.entitlement import CodeCheck, Verdict
from saleor_relacional.flows.incentives.guard import guarded_check
from saleor_relacional.hosts.base import HeldMoney

logger = logging.getLogger(__name__)

REFUSED_WITH_MONEY = "saleor_relacional.refused_with_money"
"""Key in the checkout's private metadata: when a code was refused although money lay on the checkout."""

UNSPENT = frozenset({CodeCheck.OWNER})
"""Refusals after which the code must still be worth something to somebody: nobody else holds it as far as we know."""


def check(info: Any) -> None:
    """Returns, or raises the ValidationError that Saleor shows to the storefront as a voucher that does not apply."""
    checkout = info.checkout
    if not checkout.voucher_code:
        return
    verdict = guarded_check(
        checkout.voucher_code,
        checkout=str(checkout.pk),
        account=str(info.user.pk) if info.user else None,
        email=info.get_customer_email() or "",
        now=conf.host().now(),
    )
    if verdict.allowed:
        return
    _clean_up(checkout, verdict)
    message = _("This code belongs to somebody else, or it was used already.")
    code = CheckoutErrorCode.VOUCHER_NOT_APPLICABLE.value
    raise ValidationError({"voucher_code": ValidationError(message, code=code)})


def _clean_up(checkout: Checkout, verdict: Verdict) -> None:
    """Nothing is burned and no money is left unseen. Failing here changes nothing about the refusal."""
    try:
        with transaction.atomic(using=conf.HOST_DATABASE):
            if checkout.is_voucher_usage_increased:
                _release(checkout, verdict)
            else:
                _flag_money(checkout)
    except DatabaseError as error:
        failures.count("refused_checkout", error)


def _release(checkout: Checkout, verdict: Verdict) -> None:
    # The legacy payment flow has marked the code as used before asking us and forgets to undo it when we refuse.
    # (The money is taken care of there: Saleor voids or refunds the checkout's payment.)
    checkout.is_voucher_usage_increased = False
    checkout.save(update_fields=["is_voucher_usage_increased"])
    if verdict.reason in UNSPENT:
        VoucherCode.objects.filter(code=checkout.voucher_code).update(is_active=True)


def _flag_money(checkout: Checkout) -> None:
    # The transaction flow has charged before asking us. The shopper may still drop the code and buy; when they leave,
    # Saleor gives the money back by itself only where the channel releases funds of expired checkouts. So: tell staff.
    money = checkout.payment_transactions.filter(Q(charged_value__gt=0) | Q(authorized_value__gt=0))
    holding = sorted(money.values_list("pk", flat=True))
    if not holding:
        return
    storage, _created = CheckoutMetadata.objects.get_or_create(checkout=checkout)
    storage.store_value_in_private_metadata({REFUSED_WITH_MONEY: timezone.now().isoformat()})
    storage.save(update_fields=["private_metadata"])
    # The checkout's key opens it to whoever knows it, so it stands in no log.
    logger.warning(
        "The checkout of the payment transactions %s holds money and was refused its code: refund it if it is"
        " abandoned.",
        holding,
    )


def refused_with_money() -> list[HeldMoney]:
    """See Host.held_money."""
    money = Q(payment_transactions__charged_value__gt=0) | Q(payment_transactions__authorized_value__gt=0)
    flagged = Checkout.objects.filter(money, metadata_storage__private_metadata__has_key=REFUSED_WITH_MONEY)
    held = flagged.annotate(
        held=Sum(F("payment_transactions__charged_value") + F("payment_transactions__authorized_value"))
    )
    return [
        HeldMoney(checkout=str(key), amount=amount, currency=currency)
        for key, amount, currency in held.order_by("last_change", "pk").values_list("pk", "held", "currency")
    ]
