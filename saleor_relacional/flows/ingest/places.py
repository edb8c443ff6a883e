"""Where an order was sent, as a keyed hash: enough to tell that somebody has moved, and nothing else.

The key is the first that the tombstones had. Under another key everybody would seem to have moved: it outlives a
change of theirs.
"""

from collections.abc import Sequence

from saleor_relacional.flows.people import tombstones
from saleor_relacional.flows.people.tombstones import Name
from saleor_relacional.hosts.facts import OrderFact

PLACE = "place"
LENGTH = 16
"""Hexadecimal digits kept: a person has few addresses, and two of them hash alike in one of 10^19 cases."""


def of(facts: Sequence[OrderFact]) -> dict[str, str]:
    """Order reference → hash of its country and postal code, however they were typed; empty where neither is known."""
    named = {fact.reference: name for fact in facts if (name := _name(fact))}
    hashes = tombstones.first_digests(set(named.values())) if named else {}
    return {
        fact.reference: hashes[named[fact.reference]].hex()[:LENGTH] if fact.reference in named else ""
        for fact in facts
    }


def _name(fact: OrderFact) -> Name | None:
    country = fact.country.strip().upper()
    code = "".join(sign for sign in fact.postal_code.upper() if sign.isalnum())
    return Name(PLACE, country, code) if country or code else None
