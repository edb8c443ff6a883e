"""Whoever ticked the box at the checkout: a signup per order, which waits for its confirmation (flows/signups).

What stands in the checkout's metadata is either what stood beside the box, word for word, or the key of the shop's own
words (consent_texts.Words.key), or no more than that it was ticked: then it was the shop's own as they held when the
order was placed, whenever we come to read it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from saleor_relacional.flows import consent_texts
from saleor_relacional.hosts.facts import OrderFact
from saleor_relacional.models import ConsentPlace, Purchase, Signup

FRESH = timedelta(days=7)
"""An order of longer ago is history: nobody is asked about it any more."""
LONGEST = 10_000
YES = frozenset({"true", "yes", "on", "1", "checked"})
"""What a box says that was ticked, where its words are not given."""
NO = frozenset({"", "false", "no", "off", "0", "null", "none"})


def keep(told: Sequence[tuple[OrderFact, Purchase]], now: datetime) -> None:
    """Sign up the buyers of these orders who ticked the box; an order signs up once."""
    rows = [
        _signup(fact, purchase, now)
        for fact, purchase in told
        if fact.newsletter.strip().lower() not in NO and fact.placed_at > now - FRESH
    ]
    if rows:
        Signup.objects.bulk_create(rows, ignore_conflicts=True)


def _signup(fact: OrderFact, purchase: Purchase, now: datetime) -> Signup:
    text, language = _agreed(fact)
    return Signup(
        key=f"order {fact.source} {fact.reference}"[:120], profile_id=purchase.profile_id, source="checkout",
        purposes=["content", "offers"], text=text[:LONGEST], language=language[:35], channel=fact.channel,
        asked_at=now, expires_at=now + FRESH,
    )  # fmt: skip


def _agreed(fact: OrderFact) -> tuple[str, str]:
    """What they agreed to, and in which language."""
    said = fact.newsletter.strip()
    if said.lower() not in YES and not consent_texts.is_key(said):
        return said, fact.language
    own = consent_texts.read(ConsentPlace.CHECKOUT, said, fact.language, at=fact.placed_at)
    return own.text, own.tag_for(fact.language)
