"""The one mail that the shop itself sends."""

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext, override

from saleor_relacional import conf
from saleor_relacional.hosts.standalone.models import Customer
from saleor_relacional.hosts.standalone.shop.accounts import confirmation_token


def ask_to_confirm(customer: Customer) -> None:
    """Send the link that proves the address, once the account is really there."""
    host = conf.host()
    with override(customer.language):
        message = EmailMessage(
            subject=gettext("Please confirm your address"),
            body=f"{host.public_url()}/confirm/?token={confirmation_token(customer)}",
            to=[customer.email],
        )
    transaction.on_commit(message.send, robust=True)
