"""A customer of whom we hold something of everything: bought, gave back, was written to, holds an offer, complained."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from saleor_relacional.flows.consent import consent, links
from saleor_relacional.flows.contact import notes
from saleor_relacional.flows.sending import send
from saleor_relacional.models import Basis, Contact, Profile, PurchaseLine, Refund, StageChange
from tests.support.mailing import campaign, due
from tests.support.people import buys, person


def known(now: datetime, name: str = "Zenobia") -> Profile:
    """She is late, was written to this minute with 10 % off, and what went back a month ago was complained about."""
    [zoe] = due(campaign(now), now, name)
    send.send_due(now=now)
    order = buys(zoe, now - timedelta(days=400), "31.50")
    PurchaseLine.objects.create(
        purchase=order,
        profile_id=zoe.pk,
        product_key="tea",
        name="Green tea",
        quantity=1,
        total=Decimal("31.50"),
    )
    Refund.objects.create(
        profile=zoe, source="test", reference=f"back-{zoe.pk}", purchase=order, amount=Decimal("4.00"),
        currency="EUR", happened_at=now - timedelta(days=390), learned_at=now,
    )  # fmt: skip
    notes.note(zoe.pk, kind="complaint", at=now - timedelta(days=389), now=now)
    consent.give(
        zoe, basis=Basis.OPT_IN, source="storefront", text="Yes, write to me", now=now,
        happened_at=now - timedelta(days=500), language="en",
    )  # fmt: skip
    return zoe


def history(now: datetime, size: int = 150) -> Profile:
    """Somebody with so many entries: a third orders, a third contacts, a third changes of stage, every five of them at
    one moment, whatever they are."""
    ana = person("Ana")
    for number in range(size // 3):
        at = now - timedelta(days=1 + number // 5)
        buys(ana, at)
        Contact.objects.create(profile=ana, kind="question", at=at, recorded_at=now)
        StageChange.objects.create(
            profile_id=ana.pk, stage="new" if number % 2 else "loyal", previous="", happened_at=at, learned_at=at,
            cause="time",
        )  # fmt: skip
    return ana


def address(person: Profile, now: datetime, rest: str = "") -> str:
    """Of her page, or of what is below it."""
    return f"/page/{links.page_token(person.public_id, now)}/{rest}"


def text(answer: Any) -> str:
    """What stands in an answer, white space folded."""
    return " ".join(answer.content.decode().split())
