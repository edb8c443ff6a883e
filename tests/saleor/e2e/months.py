"""Many people and a month for stories of what a campaign brought."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.saleor.e2e import behind
from tests.saleor.e2e.campaigning import late_since, now, plan, send
from tests.saleor.e2e.storefront import within

RHYTHMS = (75, 85, 95, 110)
"""Days between the four orders of each of them: the last one lies longer ago than a win-back measures."""
AT_ONCE = 200
"""Orders that are read together."""


def crowd(number: int) -> list[str]:
    """Addresses of so many guests who bought four times, each by one of RHYTHMS, and are late by now. Read at once, as
    history is."""
    from saleor_relacional.flows.scoring import score
    from saleor_relacional.models import CustomerSummary

    score.refit(now())
    mark = uuid.uuid4().hex[:6]
    spent = [{3 * days: "38.00", 2 * days: "45.50", days: "41.00", 0: "52.00"} for days in RHYTHMS]
    away = [late_since(f"alike.{mark}.{place}@example.com", each) for place, each in enumerate(spent)]
    emails = [f"guest{place}.{mark}@example.com" for place in range(number)]
    _read(
        (email, now() - away[place % len(spent)] - timedelta(days=days), paid)
        for place, email in enumerate(emails)
        for days, paid in spent[place % len(spent)].items()
    )
    known = CustomerSummary.objects.filter(profile__email_key__in=emails, stage="slipping")
    assert known.count() == number, behind.standing(emails[0])
    return emails


def _read(bought: Iterable[tuple[str, Any, str]]) -> None:
    """Who bought when, for how much: at the shop, and known to us."""
    made = behind.past_orders([(email, at, Decimal(paid)) for email, at, paid in bought])
    for first in range(0, len(made), AT_ONCE):
        behind.record("order", made[first : first + AT_ONCE])


def everybody_hears(campaign: Any, *, days: int = 7) -> None:
    """So many days go by at most until nobody waits for their turn any more: each day's mails are planned and leave."""
    from saleor_relacional.models import Enrolment, Touch

    def on_the_way() -> bool:
        open_ones = ("queued", "waiting", "claimed", "handing_over")
        return Touch.objects.filter(enrolment__campaign=campaign, state__in=open_ones).exists()

    def left() -> bool:
        send()
        return not on_the_way()

    for _ in range(days):
        plan()
        assert within(240.0, left), "mails that do not leave"
        if not Enrolment.objects.filter(campaign=campaign, state="waiting").exists():
            return
        goes_back(campaign, 1)
    raise AssertionError("somebody still waits for their turn")


def goes_back(campaign: Any, days: int) -> None:
    """So many days pass: all that the campaign has begun, and what its people had bought, lies so much further back.
    (Its second messages do not become due by it.)"""
    from django.db.models import F

    from saleor_relacional.models import Contact, Enrolment, Purchase, Touch

    past = timedelta(days=days)

    def moved(rows: Any, *names: str) -> None:
        rows.update(**{name: F(name) - past for name in names})

    moved(Contact.objects.filter(enrolment__campaign=campaign), "at", "sent_at", "recorded_at")
    moved(
        Touch.objects.filter(enrolment__campaign=campaign), "created_at", "due_at", "expires_at", "ended_at"
    )
    moved(Enrolment.objects.filter(campaign=campaign), "considered_at", "started_at", "window_ends_at")
    people = Enrolment.objects.filter(campaign=campaign).values("profile")
    moved(Purchase.objects.filter(profile__in=people), "placed_at")


def some_come_back(campaign: Any, emails: Sequence[str]) -> None:
    """Of these people, within three weeks of their start: three in four of those who were written to, one in ten of
    those who were not."""
    from saleor_relacional import tasks
    from saleor_relacional.models import Enrolment

    started = Enrolment.objects.filter(campaign=campaign, state="started", profile__email_key__in=emails)
    rows = started.order_by("pk").values_list("arm", "profile__email_key", "started_at")
    bought = []
    for arm, of, most in (("treated", 4, 3), ("control", 10, 1)):
        mine = [row for row in rows if row[0] == arm]
        bought += [
            (email, at + timedelta(days=1 + place % 20), "48.00")
            for place, (_, email, at) in enumerate(mine)
            if place % of < most
        ]
    _read(bought)
    tasks.score_stale()


def forgotten(emails: Sequence[str]) -> None:
    """We know nothing of them any more, so that what others learn is not learnt from them."""
    from saleor_relacional.flows.people import forget
    from saleor_relacional.models import Profile

    for profile in Profile.objects.filter(email_key__in=emails):
        forget.forget(profile, now=now())
