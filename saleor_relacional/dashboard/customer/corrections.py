"""Where staff correct what is wrong about a customer: in the shop, which keeps it. What is corrected there holds here
as soon as it has been read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graphene.relay import Node

from saleor_relacional import conf
from saleor_relacional.dashboard.inbox import inbox_words
from saleor_relacional.flows.ledger import remarks
from saleor_relacional.flows.ledger.entries import name
from saleor_relacional.models import Profile, Purchase

MOST = 10
"""Purchases that are named, the latest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    """A purchase, and its page in Saleor's dashboard."""

    entry: str
    """Its name on the customer's own page."""
    number: str
    at: datetime
    address: str


def read(profile: Profile) -> dict[str, Any]:
    """What the page shows: orders with their pages, and what was said of the customer's own page, each remark with its
    version, the name of its form, what is right instead, and the page of its order."""
    orders = _orders(profile)
    pages = {one.entry: one.address for one in orders}
    said = [
        (
            one,
            remarks.version(one),
            f"remark-{one.public_id}",
            inbox_words.right(one.right),
            pages.get(one.entry, ""),
        )
        for one in remarks.of(profile, most=20)
    ]
    return {"orders": orders, "remarks": said}


def _orders(profile: Profile) -> list[OrderPage]:
    """Purchases that the host knows, the latest first; what was imported has no page there."""
    rows = Purchase.objects.filter(profile=profile, source=conf.host().source).order_by("-placed_at", "-pk")
    return [
        OrderPage(
            entry=name("purchase", one.pk), number=one.number, at=one.placed_at,
            address=f"/orders/{Node.to_global_id('Order', one.reference)}",
        )
        for one in rows[:MOST]
    ]  # fmt: skip
