"""What stories of campaigns share: somebody with a past, days that pass, a plan made and what it sent."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.saleor.e2e import behind
from tests.saleor.e2e.storefront import Order, Storefront, within
from tests.saleor.stack import Stack


def now() -> datetime:
    from django.utils import timezone

    return timezone.now()


def bought(saleor: Storefront, email: str, *days_ago: int) -> Any:
    """Somebody with an account who bought on these days before today, read and scored: their profile."""
    from saleor_relacional import tasks

    tasks.sweep()
    account = saleor.account(email)
    orders = [behind.past_order(email, now() - timedelta(days=days), account=account) for days in days_ago]
    behind.record("order", orders)
    tasks.score_stale()
    return behind.profile(email)


def late(saleor: Storefront, email: str, spent: Mapping[int, str]) -> str:
    """Somebody who has an account, paid so much on so many days before their last order, and is late by now, whatever
    the shop has learnt from others. Their account. Learnt before we hear of them and read at once, as history is: a
    later learning, or an order that trickles in, opens no lapse."""
    from saleor_relacional.flows.scoring import score

    score.refit(now())
    away = late_since(f"alike.{email}", spent)
    account = saleor.account(email)
    assert _buys(email, account, away, spent).stage == "slipping", standing(email)
    return account


def late_since(alike: str, spent: Mapping[int, str]) -> timedelta:
    """How long ago the last order of somebody lies who bought so and is late by now: somebody at this address who
    bought alike today tells when that is."""
    told = _buys(alike, None, timedelta(minutes=1), spent)
    away: timedelta = (told.lapses_at - told.slips_at) / 2 + (told.slips_at - told.last_at)
    return away


def _buys(who: str, account: str | None, away: timedelta, spent: Mapping[int, str]) -> Any:
    from saleor_relacional.models import CustomerSummary

    made = [
        behind.past_order(who, now() - away - timedelta(days=days), account=account, total=Decimal(paid))
        for days, paid in spent.items()
    ]
    behind.record("order", made)
    return CustomerSummary.objects.get(profile=behind.profile(who))


def orders(saleor: Storefront, email: str) -> Order:
    """Somebody with an account orders, all of it is sent, and we have heard of it."""
    known = behind.purchases(email)
    made = saleor.buy(email, token=saleor.login(email))
    saleor.fulfil(made)
    assert within(10.0, lambda: behind.purchases(email) == known + 1)
    return made


def a_year(more: int = 0) -> tuple[int, ...]:
    """Days ago of orders about once a month, the first so many days more than a year ago."""
    today = now().date()
    first = today.replace(year=today.year - 1, day=min(today.day, 28 if today.month == 2 else 31))
    return (*range(25, 332, 34), (today - first).days + more)


def days_pass(email: str, days: float) -> None:
    """Their account, their orders and what was sent of them lie so many days further back, and we hear of it."""
    from django.db.models import F
    from saleor.account.models import User
    from saleor.order.models import Fulfillment, Order

    from saleor_relacional import tasks

    past = timedelta(days=days)
    accounts, orders = User.objects.filter(email=email), Order.objects.filter(user_email=email)
    Fulfillment.objects.filter(order__in=orders).update(created_at=F("created_at") - past)
    orders.update(created_at=F("created_at") - past)
    accounts.update(date_joined=F("date_joined") - past)
    behind.record("customer", [str(pk) for pk in accounts.values_list("pk", flat=True)])
    behind.record("order", [str(pk) for pk in orders.values_list("pk", flat=True)])
    tasks.score_stale()


def of(campaign: Any, profile: Any) -> tuple[str, str] | None:
    """State and reason of somebody's enrolment."""
    from saleor_relacional.models import Enrolment

    found = Enrolment.objects.filter(campaign=campaign, profile=profile)
    return found.values_list("state", "reason").first()


def touch(campaign: Any, profile: Any) -> tuple[str, str] | None:
    """State and reason of the message of a campaign to somebody."""
    from saleor_relacional.models import Touch

    found = Touch.objects.filter(enrolment__campaign=campaign, profile=profile)
    return found.values_list("state", "reason").first()


def plan() -> None:
    """The worker does it, and so do we."""
    from saleor_relacional import tasks

    tasks.score_stale()
    tasks.plan.delay()
    tasks.plan()


def send() -> None:
    """The worker does it, and so do we, once the orders are read, as beat does each minute: else nothing leaves."""
    from saleor_relacional import tasks

    tasks.sweep()
    tasks.send.delay()
    tasks.send()


def plan_and_send() -> None:
    plan()
    send()


def words(stack: Stack, email: str, number: int = 1) -> tuple[str, str]:
    """Subject and plain text of the last of so many mails that somebody got, and no more."""
    mails = within(30.0, lambda: found if len(found := stack.mailbox.to(email)) >= number else [])
    assert len(mails) == number, standing(email)
    body = mails[-1].get_body(("plain",))
    assert body
    return str(mails[-1]["Subject"]), body.get_content()


def standing(email: str) -> str:
    """Where they stand, for whoever reads of a story that failed."""
    return str(behind.standing(email))
