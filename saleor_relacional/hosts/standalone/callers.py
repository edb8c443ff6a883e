"""Who is asking: bearer tokens, signed with the shop's secret, for customers, staff and apps.

A token says only which account or app it is for; what that may do is read from the database at every request.
"""

from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import TextChoices

from saleor_relacional.hosts.base import ANONYMOUS, Caller
from saleor_relacional.hosts.standalone.models import AppAccount, Customer

SALT = "relacional_shop.bearer"
LIFETIME = 30 * 24 * 3600
"""Seconds, on the real clock: tokens are about this machine, not about the shop's time."""


class Bearer(TextChoices):
    """What a token is for."""

    CUSTOMER = "customer"
    APP = "app"


def token_for(customer: Customer) -> str:
    """A token for an account, staff or not."""
    return signing.dumps([Bearer.CUSTOMER.value, str(customer.pk)], salt=SALT)


def token_for_app(app: AppAccount) -> str:
    """A token for a program."""
    return signing.dumps([Bearer.APP.value, str(app.pk)], salt=SALT)


def caller(context: Any) -> Caller:
    """The caller of a request, which is the GraphQL context too. ANONYMOUS for a token that is not ours."""
    scheme, _, token = context.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() not in {"bearer", "jwt"} or not token:
        return ANONYMOUS
    try:
        kind, reference = signing.loads(token.strip(), salt=SALT, max_age=LIFETIME)
    except signing.BadSignature:
        return ANONYMOUS
    return _app(reference) if kind == Bearer.APP else _account(reference)


def staff_address(account: str) -> str:
    """See Host.staff_address."""
    try:
        key = UUID(account)
    except ValueError:
        return ""
    staff = Customer.objects.filter(pk=key, is_staff=True)
    return staff.values_list("email", flat=True).first() or ""


def _account(reference: str) -> Caller:
    customer = Customer.objects.filter(pk=UUID(reference)).first()
    if customer is None:
        return ANONYMOUS  # deleted since
    return Caller(
        account=str(customer.pk),
        vouched=customer.confirmed,
        staff=customer.is_staff,
        app=None,
        permissions=frozenset(customer.permissions) if customer.is_staff else frozenset(),
    )


def _app(reference: str) -> Caller:
    app = AppAccount.objects.filter(pk=int(reference), active=True).first()
    if app is None:
        return ANONYMOUS
    return Caller(
        account=None, vouched=False, staff=False, app=app.name, permissions=frozenset(app.permissions)
    )
