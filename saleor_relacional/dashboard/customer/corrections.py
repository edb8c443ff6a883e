"""Where staff correct what is wrong about a customer. That a purchase was a gift, or not theirs, they say here; what
is wrong in the order itself, or in an address, in the shop, which keeps it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graphene.relay import Node

from saleor_relacional import conf
from saleor_relacional.dashboard.customer.said import not_counted
from saleor_relacional.dashboard.inbox import inbox_words
from saleor_relacional.dashboard.staff_names import StaffNames
from saleor_relacional.flows.ledger import purchase_corrections, remarks
from saleor_relacional.flows.ledger.entries import name
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import Profile, Purchase
from saleor_relacional.models.facts import PurchaseState

MOST = 10
"""Purchases that are named, the latest, beside all that were corrected."""
READ = 200
"""Among which the order of a remark is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    """A purchase, and its page in Saleor's dashboard."""

    entry: str
    """Its name on the customer's own page."""
    number: str
    at: datetime
    address: str
    """Empty: what was imported has no page there."""
    corrected: str
    """As what it counts: gift, not_mine, or empty."""
    why: str
    """The same in words; empty: it counts as others do."""
    by: str
    on: datetime | None
    """Who corrected it, and when."""


def read(profile: Profile, caller: Caller) -> dict[str, Any]:
    """What the page shows: orders with their pages, and what was said of the customer's own page, each remark with its
    version, the name of its form, what is right instead, and its order."""
    pages = _pages(profile, caller)
    orders = {one.entry: one for one in pages}
    said = [
        (
            one,
            remarks.version(one),
            f"remark-{one.public_id}",
            inbox_words.right(one.right),
            orders.get(one.entry),
        )
        for one in remarks.of(profile, most=20)
    ]
    shown = [one for place, one in enumerate(pages) if place < MOST or one.corrected]
    return {"orders": shown, "remarks": said}


def _pages(profile: Profile, caller: Caller) -> list[OrderPage]:
    """The latest purchases, those that were taken back left out."""
    known = Purchase.objects.filter(profile=profile).exclude(state=PurchaseState.WITHDRAWN)
    rows = list(known.order_by("-placed_at", "-pk")[:READ])
    names, source = StaffNames(caller.reference), conf.host().source
    holding = purchase_corrections.holding(profile, [one.pk for one in rows if one.corrected])

    def page(one: Purchase) -> OrderPage:
        held = holding.get(one.pk)
        return OrderPage(
            entry=name("purchase", one.pk), number=one.number, at=one.placed_at,
            address=f"/orders/{Node.to_global_id('Order', one.reference)}" if one.source == source else "",
            corrected=one.corrected, why=not_counted(one.state), by=names.of(held.made_by) if held else "",
            on=held.made_at if held else None,
        )  # fmt: skip

    return [page(one) for one in rows]
