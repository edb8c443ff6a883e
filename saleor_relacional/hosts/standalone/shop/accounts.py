"""People open accounts, prove their address, change it and leave."""

from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.core import signing
from django.db import transaction

from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.hosts.standalone import clock
from saleor_relacional.hosts.standalone.models import AppAccount, Customer, Order
from saleor_relacional.hosts.standalone.shop.nudges import nudge_after_commit
from saleor_relacional.hosts.standalone.shop.refusal import Refusal

SALT = "relacional_shop.confirm"


def register(
    email: str,
    password: str | None,
    *,
    first_name: str = "",
    last_name: str = "",
    language: str = "en",
    confirmed: bool = False,
) -> Customer:
    """Open an account. Unconfirmed it proves nothing about the address. Without a password nobody can log
    in."""
    address = email.strip().lower()
    now = clock.now()
    with transaction.atomic():
        customer, created = Customer.objects.get_or_create(
            email=address,
            defaults={
                "password": make_password(password),
                "first_name": first_name,
                "last_name": last_name,
                "language": language,
                "joined_at": now,
                "changed_at": now,
            },
        )
        if not created:
            raise Refusal("There is an account with this address.", code="UNIQUE", field="email")
        nudge_after_commit(FactKind.CUSTOMER, [customer.pk])
        if confirmed:
            prove(customer)
    return customer


def confirmation_token(customer: Customer) -> str:
    """What the link in the confirmation mail carries: it names the account and the address that it was sent
    to."""
    return signing.dumps([str(customer.pk), customer.email], salt=SALT)


def confirm(token: str) -> Customer:
    """The link was followed: the address is theirs."""
    try:
        reference, email = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise Refusal("This link is not ours or was changed.", code="INVALID", field="token") from error
    customer = Customer.objects.filter(pk=UUID(reference), email=email).first()
    if customer is None:
        raise Refusal("The account is gone or has another address now.", code="NOT_FOUND", field="token")
    prove(customer)
    return customer


def prove(customer: Customer) -> None:
    """The address is theirs: guest orders with exactly this address become the account's."""
    now = clock.now()
    with transaction.atomic():
        if not customer.confirmed:
            customer.confirmed, customer.confirmed_at = True, now
        customer.changed_at = now
        customer.save(update_fields=["confirmed", "confirmed_at", "changed_at"])
        mine = Order.objects.filter(customer=None, email__iexact=customer.email)
        joined = list(mine.values_list("pk", flat=True))
        mine.update(customer=customer, changed_at=now)
        nudge_after_commit(FactKind.CUSTOMER, [customer.pk])
        nudge_after_commit(FactKind.ORDER, joined)


def change_email(customer: Customer, email: str) -> None:
    """Another address, proved before by a link sent to it."""
    address = email.strip().lower()
    with transaction.atomic():
        if Customer.objects.filter(email=address).exclude(pk=customer.pk).exists():
            raise Refusal("There is an account with this address.", code="UNIQUE", field="newEmail")
        customer.email = address
        customer.changed_at = clock.now()
        customer.save(update_fields=["email", "changed_at"])
        nudge_after_commit(FactKind.CUSTOMER, [customer.pk])


def delete(customer: Customer) -> None:
    """The account is gone. Its orders stay in the books without it, as in Saleor, with the address typed
    there."""
    with transaction.atomic():
        nudge_after_commit(FactKind.CUSTOMER, [customer.pk])
        customer.delete()


def log_in(email: str, password: str) -> Customer:
    """The account behind an address and password; the same refusal whichever of the two is wrong."""
    customer = Customer.objects.filter(email=email.strip().lower()).first()
    if (
        not check_password(password, customer.password if customer else make_password(None))
        or customer is None
    ):
        raise Refusal("Please, enter valid credentials.", code="INVALID_CREDENTIALS", field="email")
    return customer


def employ(customer: Customer, *permissions: str) -> None:
    """Make an account a staff account with exactly these permissions."""
    customer.is_staff = True
    customer.permissions = sorted(permissions)
    customer.changed_at = clock.now()
    customer.save(update_fields=["is_staff", "permissions", "changed_at"])


def install_app(name: str, *permissions: str) -> AppAccount:
    """A program with exactly these permissions."""
    app, _ = AppAccount.objects.update_or_create(name=name, defaults={"permissions": sorted(permissions)})
    return app
