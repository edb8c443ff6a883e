"""People for stories: profiles with purchases, written straight into our tables."""

from collections.abc import Sequence
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
    buy_all(profile, [NOON - timedelta(days=days) for days in days_ago], value)
    return profile


def buys(
    profile: Profile, at: datetime, value: str = "20.00", *, currency: str = "EUR", sent: bool = True
) -> Purchase:
    """One more purchase, told just now and, unless it is not `sent`, fulfilled at once."""
    return buy_all(profile, [at], value, currency=currency, sent=sent)[0]


def buy_all(
    profile: Profile,
    at: Sequence[datetime],
    value: str = "20.00",
    *,
    currency: str = "EUR",
    sent: bool = True,
) -> list[Purchase]:
    """One at each of these moments, as `buys`."""
    if not at:
        return []
    stale.mark([profile.pk], min(at))
    return Purchase.objects.bulk_create(
        Purchase(
            profile=profile, source="test", reference=f"order-{next(_numbers)}", state=PurchaseState.COUNTS,
            channel="web", currency=currency, sold=Decimal(value), placed_at=one, day=one.date(), learned_at=one,
            fulfilled_at=one if sent else None, digest=b"",
        )
        for one in at
    )  # fmt: skip


def every(gap: int, times: int, *, last: int = 0) -> list[int]:
    """`times` purchases, one every `gap` days, the last one `last` days ago."""
    return [last + gap * i for i in range(times)]
