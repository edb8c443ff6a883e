"""Saleor's door to us. Its hooks only whisper: no query, no wait, no exception; one of them may refuse a code."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from saleor.plugins.base_plugin import BasePlugin

from saleor_relacional import nudge
from saleor_relacional.flows import failures
from saleor_relacional.hosts.base import FactKind
from saleor_relacional.hosts.saleor import completion, configuration, pages

Hook = Callable[..., Any]


def _heard(kind: FactKind, reference: Callable[[Any], Any]) -> Hook:
    """A hook that tolerates every version's signature and passes on what came before it."""

    def hook(self: BasePlugin, subject: Any, *_: Any, previous_value: Any = None, **__: Any) -> Any:
        try:
            nudge.whisper(kind, reference(subject))
        except Exception as error:  # noqa: BLE001 - an exception in a hook would reach the shopper
            failures.log("whisper", error)  # the sweep will find the fact
        return previous_value

    return hook


def _order(order: Any) -> Any:
    return order.pk


def _order_of(part: Any) -> Any:
    return part.order_id


def _checkout(checkout: Any) -> Any:
    return checkout.pk


def _user(user: Any) -> Any:
    return user.pk


class RelacionalPlugin(BasePlugin):
    """Relationships: listed in the dashboard under plugins, active from the start."""

    PLUGIN_ID = configuration.PLUGIN_ID
    PLUGIN_NAME = "Relationships"
    PLUGIN_DESCRIPTION = (
        "Knows each customer's own rhythm, wins back who drifts away, and measures honestly whether it helped."
        " Switched off, it sends nothing; links in mails already sent keep working."
    )
    DEFAULT_ACTIVE = True
    # Hooks without a channel, such as customer_created, do not reach a plugin configured per channel.
    CONFIGURATION_PER_CHANNEL = False
    DEFAULT_CONFIGURATION = configuration.DEFAULTS
    CONFIG_STRUCTURE = configuration.STRUCTURE

    order_created = _heard(FactKind.ORDER, _order)
    order_updated = _heard(FactKind.ORDER, _order)
    order_confirmed = _heard(FactKind.ORDER, _order)
    order_paid = _heard(FactKind.ORDER, _order)
    order_fully_paid = _heard(FactKind.ORDER, _order)
    order_refunded = _heard(FactKind.ORDER, _order)
    order_fully_refunded = _heard(FactKind.ORDER, _order)
    order_cancelled = _heard(FactKind.ORDER, _order)
    order_expired = _heard(FactKind.ORDER, _order)
    order_fulfilled = _heard(FactKind.ORDER, _order)
    fulfillment_created = _heard(FactKind.ORDER, _order_of)
    fulfillment_canceled = _heard(FactKind.ORDER, _order_of)

    checkout_created = _heard(FactKind.CHECKOUT, _checkout)
    checkout_updated = _heard(FactKind.CHECKOUT, _checkout)

    customer_created = _heard(FactKind.CUSTOMER, _user)
    customer_updated = _heard(FactKind.CUSTOMER, _user)
    customer_deleted = _heard(FactKind.CUSTOMER, _user)
    account_confirmed = _heard(FactKind.CUSTOMER, _user)
    account_email_changed = _heard(FactKind.CUSTOMER, _user)
    account_deleted = _heard(FactKind.CUSTOMER, _user)
    staff_deleted = _heard(FactKind.CUSTOMER, _user)

    def order_bulk_created(self, orders: Any, *_: Any, previous_value: Any = None, **__: Any) -> Any:
        for order in orders:
            self.order_created(order)
        return previous_value

    def preprocess_order_creation(self, info: Any, *_: Any, previous_value: Any = None, **__: Any) -> Any:
        completion.check(info)
        return previous_value

    @classmethod
    def save_plugin_configuration(cls, plugin_configuration: Any, cleaned_data: dict[str, Any]) -> Any:
        """The first save must not switch us off: Saleor has just made the row, nameless and inactive, although we were
        active without one."""
        if not plugin_configuration.name:
            cleaned_data = {"active": cls.DEFAULT_ACTIVE, **cleaned_data}
            plugin_configuration.name = cls.PLUGIN_NAME
        return super().save_plugin_configuration(plugin_configuration, cleaned_data)

    @classmethod
    def validate_plugin_configuration(cls, plugin_configuration: Any, **_: Any) -> None:
        """What would break later is refused when it is saved."""
        configuration.validate(plugin_configuration.configuration)

    def webhook(self, request: Any, path: str | None, previous_value: Any = None) -> HttpResponse:
        return pages.answer(request, path or "/", active=self.active)
