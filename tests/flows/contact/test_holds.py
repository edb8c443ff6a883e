"""What holds people back is found whomever it looks at: who is passed over at first sight is held by nothing."""

from datetime import datetime
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

import pytest

from saleor_relacional.flows.contact import contact_policy, holds, notes
from saleor_relacional.models import Profile, Purchase, Refund
from saleor_relacional.models.facts import PurchaseState
from saleor_relacional.rules.contact.trust import TrustLevel
from tests.running.tries import seeds
from tests.support.campaign_stories import customer
from tests.support.instants import DAY
from tests.support.people import buys, person

pytestmark = pytest.mark.django_db

_numbers = count(1)


def lives(number: int, chance: Random, now: datetime) -> Profile:
    """Purchases of any age, some given back, some not sent, and what was said."""
    ages = [chance.randint(0, 400) for _ in range(chance.choice((0, 1, 1, 3)))]
    profile = customer(f"Person{number}", now, days_ago=ages) if ages else person(f"Person{number}")
    for purchase in Purchase.objects.filter(profile=profile):
        if chance.random() < 0.3:
            whole = chance.random() < 0.5
            if whole:
                Purchase.objects.filter(pk=purchase.pk).update(state=PurchaseState.EMPTY)
            Refund.objects.create(
                profile=profile, purchase=purchase, source="test", reference=f"r{next(_numbers)}", amount=Decimal(5),
                currency="EUR", happened_at=now - chance.randint(0, 60) * DAY, learned_at=now,
            )  # fmt: skip
    if chance.random() < 0.3:
        buys(profile, now - chance.randint(0, 40) * DAY, sent=chance.random() < 0.5)
    for kind in chance.sample(["staff", "complaint", "apology", "answer"], chance.choice((0, 0, 1, 2))):
        notes.note(
            profile.pk, kind=kind, at=now - chance.randint(0, 60) * DAY, now=now, commercial=kind == "staff"
        )
    return profile


@pytest.mark.parametrize("seed", seeds(3))
def test_a_first_look_passes_over_nobody_who_is_held(
    shop: Any, now: datetime, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eighty random people: with the first look and without it the same are held, for the same reasons."""
    chance = Random(seed)
    ids = [lives(number, chance, now).pk for number in range(80)]
    policy = contact_policy.current()
    for level in TrustLevel.CONTENT, TrustLevel.OFFERS:
        quick = holds.held(ids, now, policy, level=level)
        with monkeypatch.context() as patch:
            patch.setattr(holds, "_perhaps", lambda ids, *_: list(ids))
            assert holds.held(ids, now, policy, level=level) == quick
        assert len({held.reason for held in quick.values()}) >= 3 and len(quick) < 80
