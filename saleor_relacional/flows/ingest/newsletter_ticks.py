"""Whoever ticked the box at the checkout: a signup per order, which waits for its confirmation (flows/signups).

What stands in the checkout's metadata is either what stood beside the box, word for word, or the key of the shop's own
words (consent_texts.Words.key), or no more than that it was ticked: then it was the shop's own as they held when the
order was placed, whenever we come to read it.

Who ticks a box is believed of themselves alone: whoever was signed in, of their own account. Anybody may type anybody's
address at a checkout, so of a typed one its owner is asked by mail, be they known and confirmed or not.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from saleor_relacional.flows import consent_texts
from saleor_relacional.flows.people import identify, tombstones
from saleor_relacional.flows.people.tombstones import Name
from saleor_relacional.hosts.facts import OrderFact
from saleor_relacional.models import ConsentPlace, Purchase, Signup

FRESH = timedelta(days=7)
"""An order of longer ago is history: nobody is asked about it any more."""
LONGEST = 10_000
TYPED = "-"
"""In the place of a signup's address: it was typed at a checkout, and is the person's whose order it is."""
YES = frozenset({"true", "yes", "on", "1", "checked", "y", "si", "sí", "ja", "oui"})
"""What a box says that was ticked, where its words are not given."""
NO = frozenset({"", "false", "no", "off", "0", "null", "none"})
"""What it says that was not."""
NO_WORDS = re.compile(r"\[object \w+\]|[!-~]+")
"""What nobody reads beside a box: one word of a program's (undefined, unchecked, [], {}), and [object Object]. Words
that are agreed to are more than one, or are of a script that needs no blanks."""


def keep(told: Sequence[tuple[OrderFact, Purchase]], now: datetime) -> None:
    """Sign up the buyers of these orders who ticked the box; an order signs up once."""
    ticked = [
        (fact, purchase)
        for fact, purchase in told
        if fact.placed_at > now - FRESH and _is_ticked(fact.newsletter)
    ]
    if not ticked:
        return
    accounts = identify.resolve(
        tombstones.account(fact.source, fact.customer) for fact, _ in ticked if fact.customer
    )
    rows = [
        _signup(fact, purchase, now, signed_in=_signed_in(fact, purchase, accounts))
        for fact, purchase in ticked
    ]
    Signup.objects.bulk_create(rows, ignore_conflicts=True)


def _is_ticked(said: str) -> bool:
    word = said.strip()
    if word.lower() in YES or consent_texts.is_key(word):
        return True
    return word.lower() not in NO and not NO_WORDS.fullmatch(word)


def _signed_in(fact: OrderFact, purchase: Purchase, accounts: Mapping[Name, int]) -> bool:
    """Whether the buyer was signed in, to the account whose order it is, and not merely typed its address."""
    if not fact.customer or fact.vouched_then is False:
        return False
    return accounts.get(tombstones.account(fact.source, fact.customer)) == purchase.profile_id


def _signup(fact: OrderFact, purchase: Purchase, now: datetime, *, signed_in: bool) -> Signup:
    text, language = _agreed(fact)
    return Signup(
        key=f"order {fact.source} {fact.reference}"[:120], profile_id=purchase.profile_id, source="checkout",
        email="" if signed_in else TYPED,
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
