"""People for stories: profiles with purchases, written straight into our tables."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

from saleor_relacional.flows.scoring import stale
from saleor_relacional.models import CustomerSummary, Profile, Purchase
from saleor_relacional.models.facts import PurchaseState
from tests.support.instants import NOON

_numbers = count(1)


def person(
    name: str = "Ana", *, days_ago: list[int] | tuple[int, ...] = (), value: str = "20.00", **fields: object
) -> Profile:
    """Somebody who bought so many days before NOON, not scored yet."""
    fields.setdefault("email", f"{name.lower()}@shop.example")
    fields.setdefault("email_key", fields["email"])
    profile = Profile.objects.create(first_name=name, created_at=NOON, **fields)
    CustomerSummary.objects.create(profile=profile, since=NOON)
    stale.mark([profile.pk], NOON)
    for days in days_ago:
        buys(profile, NOON - timedelta(days=days), value)
    return profile


def buys(
    profile: Profile, at: datetime, value: str = "20.00", *, currency: str = "EUR", sent: bool = True
) -> Purchase:
    """One more purchase, told just now and, unless it is not `sent`, fulfilled at once."""
    stale.mark([profile.pk], at)
    return Purchase.objects.create(
        profile=profile, source="test", reference=f"order-{next(_numbers)}", state=PurchaseState.COUNTS,
        channel="web", currency=currency, sold=Decimal(value), placed_at=at, day=at.date(), learned_at=at,
        fulfilled_at=at if sent else None, digest=b"",
    )  # fmt: skip


def every(gap: int, times: int, *, last: int = 0) -> list[int]:
    """`times` purchases, one every `gap` days, the last one `last` days ago."""
    return [last + gap * i for i in range(times)]
