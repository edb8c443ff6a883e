"""Whoever ticked the box at the checkout: a signup per order, which waits for its confirmation (flows/signups)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from saleor_relacional.hosts.facts import OrderFact
from saleor_relacional.models import Purchase, Signup

FRESH = timedelta(days=7)
"""An order of longer ago is history: nobody is asked about it any more."""
LONGEST = 10_000


def keep(told: Sequence[tuple[OrderFact, Purchase]], now: datetime) -> None:
    """Sign up the buyers of these orders who ticked the box; an order signs up once."""
    rows = [
        Signup(
            key=f"order {fact.source} {fact.reference}"[:120], profile_id=purchase.profile_id, source="checkout",
            purposes=["content", "offers"], text=fact.newsletter[:LONGEST], language=fact.language[:35],
            channel=fact.channel, asked_at=now, expires_at=now + FRESH,
        )
        for fact, purchase in told
        if fact.newsletter.strip() and fact.placed_at > now - FRESH
    ]  # fmt: skip
    if rows:
        Signup.objects.bulk_create(rows, ignore_conflicts=True)
