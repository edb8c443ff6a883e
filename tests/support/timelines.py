"""Somebody with a long past."""

from datetime import datetime, timedelta

from saleor_relacional.models import Contact, Profile, StageChange
from tests.support.people import buys, person


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
