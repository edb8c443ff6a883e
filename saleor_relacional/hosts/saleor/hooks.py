"""Which of Saleor's hooks start `nudge.record`, and about what. Imports nothing of Saleor.

The way of a fact: hook → `nudge.record` → task `record` → `flows/ingest/record.py` (docs/architecture.md, "An order").
"""

from collections.abc import Callable, Iterable
from typing import Any

from saleor_relacional import nudge
from saleor_relacional.flows import failures
from saleor_relacional.hosts.facts import FactKind

Reader = Callable[[Any], Iterable[object]]
"""What Saleor hands to a hook → references of the facts that changed."""


def own_key(subject: Any) -> Iterable[object]:
    """The key of the order, checkout or user itself."""
    return (subject.pk,)


def order_key(fulfillment: Any) -> Iterable[object]:
    """The key of the order that the fulfilment belongs to."""
    return (fulfillment.order_id,)


def each_key(subjects: Iterable[Any]) -> Iterable[object]:
    """The key of each of several orders."""
    return [subject.pk for subject in subjects]


HOOKS: dict[str, tuple[FactKind, Reader]] = {
    "order_created": (FactKind.ORDER, own_key),
    "order_bulk_created": (FactKind.ORDER, each_key),
    "order_updated": (FactKind.ORDER, own_key),
    "order_confirmed": (FactKind.ORDER, own_key),
    "order_paid": (FactKind.ORDER, own_key),
    "order_fully_paid": (FactKind.ORDER, own_key),
    "order_refunded": (FactKind.ORDER, own_key),
    "order_fully_refunded": (FactKind.ORDER, own_key),
    "order_cancelled": (FactKind.ORDER, own_key),
    "order_expired": (FactKind.ORDER, own_key),
    "order_fulfilled": (FactKind.ORDER, own_key),
    "fulfillment_created": (FactKind.ORDER, order_key),
    "fulfillment_approved": (FactKind.ORDER, order_key),
    "fulfillment_canceled": (FactKind.ORDER, order_key),
    "checkout_created": (FactKind.CHECKOUT, own_key),
    "checkout_updated": (FactKind.CHECKOUT, own_key),
    "customer_created": (FactKind.CUSTOMER, own_key),
    "customer_updated": (FactKind.CUSTOMER, own_key),
    "customer_deleted": (FactKind.CUSTOMER, own_key),
    "account_confirmed": (FactKind.CUSTOMER, own_key),
    "account_email_changed": (FactKind.CUSTOMER, own_key),
    "account_deleted": (FactKind.CUSTOMER, own_key),
    "staff_deleted": (FactKind.CUSTOMER, own_key),
}
"""Saleor's hook → the kind of fact that changed, and how its references are read."""


def hook(kind: FactKind, references: Reader) -> Callable[..., Any]:
    """A plugin method that nudges and returns the previous plugin's value. It accepts the arguments of every version of
    Saleor, makes no query and raises nothing."""

    def nudges(self: Any, subject: Any, *_: Any, previous_value: Any = None, **__: Any) -> Any:
        try:
            for reference in references(subject):
                nudge.record(kind, reference)
        except Exception as error:  # noqa: BLE001 - an exception in a hook would reach the shopper
            failures.log("nudge", error)  # the sweep will find the fact
        return previous_value

    return nudges


def add_hooks(plugin: type) -> type:
    """Class decorator: gives the plugin a method for each hook of the table. Saleor looks hooks up by attribute."""
    for name, (kind, references) in HOOKS.items():
        setattr(plugin, name, hook(kind, references))
    return plugin
