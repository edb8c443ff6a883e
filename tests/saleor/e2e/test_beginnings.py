"""How a relationship begins, on the real thing: welcome to a confirmed account, thanks two days after the first order,
and help with what was bought once."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.saleor.e2e import behind, operations
from tests.saleor.e2e.campaigning import bought, days_pass, now, of, orders, plan_and_send, touch, words
from tests.saleor.e2e.conftest import Switch
from tests.saleor.e2e.storefront import CHANNEL, PASSWORD, Storefront, within
from tests.saleor.stack import Stack


def registers(saleor: Storefront, email: str) -> Any:
    """Somebody opens an account at the storefront; the account."""
    from saleor.account.models import User

    given = {
        "email": email, "password": PASSWORD, "firstName": "Ana", "redirectUrl": "http://localhost/confirm",
        "channel": behind.CHANNEL,
    }  # fmt: skip
    saleor.ask(operations.REGISTER, input=given)
    account = within(10.0, User.objects.filter(email=email).first)
    assert account and not account.is_confirmed
    return account


def confirms_and_agrees(saleor: Storefront, account: Any) -> str:
    """They follow the link of Saleor's own mail, log in and tick the box; their token."""
    from saleor.core.tokens import account_confirm_token_generator

    proof = account_confirm_token_generator.make_token(account)
    saleor.ask(operations.CONFIRM, email=account.email, proof=proof)
    token = saleor.login(account.email)
    assert within(10.0, lambda: getattr(behind.profile(account.email), "vouched", False))
    saleor.ask(operations.CONSENT, token=token, text="Yes, write to me now and then.")
    return token


def test_welcome_to_who_confirmed_and_agreed(
    stack: Stack, saleor: Storefront, switch_on: Switch, somebody: str, another: str
) -> None:
    """Ana and Bea open an account and agree; Carla's address stays unconfirmed. Ana's was the day before yesterday: she
    is welcomed, once, with nothing to sell. Bea's is of today: her welcome waits, and her first order stops it."""
    welcome = switch_on("WELCOME")
    confirms_and_agrees(saleor, registers(saleor, somebody))
    days_pass(somebody, 2)
    bea = confirms_and_agrees(saleor, registers(saleor, another))
    stranger = f"carla.{another}"
    registers(saleor, stranger)
    days_pass(stranger, 2)
    plan_and_send()
    subject, text = words(stack, somebody)
    assert subject.startswith("Welcome to") and "Hello Ana" in text and "Thank you for opening" in text
    assert "code" not in text.lower()
    assert of(welcome, behind.profile(somebody)) == ("started", "")
    assert touch(welcome, behind.profile(another)) == ("queued", "")
    saleor.buy(another, token=bea)
    assert within(10.0, lambda: touch(welcome, behind.profile(another)) == ("suppressed", "purchased"))
    saleor.buy(somebody, token=saleor.login(somebody))
    assert within(10.0, lambda: behind.purchases(somebody) == 1)
    plan_and_send()
    assert len(ours(stack, somebody)) == 1 and ours(stack, another) == [] and ours(stack, stranger) == []


def ours(stack: Stack, email: str) -> list[str]:
    """Subjects of mails of ours: those that name a way out."""
    return [str(mail["Subject"]) for mail in stack.mailbox.to(email) if mail["List-Unsubscribe"]]


def test_help_with_what_was_bought_once(
    stack: Stack, saleor: Storefront, switch_on: Switch, somebody: str, another: str
) -> None:
    """The shop's buyers come back after so many days, and help comes a day later. Ana's only order was sent and lies so
    far back: she is helped with what she bought, once. Bea's help is for tomorrow; she orders again, and it is stopped.
    A second order of Ana's opens nothing."""
    from saleor_relacional.flows.learning import fit

    once = switch_on("SECOND_PURCHASE", steps=[{"message": "second_purchase", "waitDays": 1}])
    for email in (somebody, another):
        bought(saleor, email)
        orders(saleor, email)
    back = max(fit.shop(now()).return_days, 4)
    days_pass(somebody, back - 0.5)
    plan_and_send()
    ana, bea = behind.profile(somebody), behind.profile(another)
    assert of(once, ana) is None
    days_pass(somebody, 2)
    days_pass(another, back + 0.5)
    plan_and_send()
    subject, text = words(stack, somebody)
    assert "your order from" in subject and "for the first time: " in text and "code" not in text.lower()
    assert touch(once, bea) == ("queued", "")
    for email in (somebody, another):
        orders(saleor, email)
    assert touch(once, bea) == ("suppressed", "cycle_over")
    plan_and_send()
    assert len(stack.mailbox.to(somebody)) == 1 and stack.mailbox.to(another) == []


@pytest.fixture
def thanks(saleor: Storefront) -> Iterator[str]:
    """The campaign, running; its id."""
    behind.win_back(active=False)  # decides the day's capacity and names a sender
    given = {
        "name": "Thanks",
        "kind": "THANKS_FIRST_ORDER",
        "terms": {"channels": [CHANNEL], "dailyCapacity": 1000},
    }
    made = saleor.ask(operations.CAMPAIGN_CREATE, token=saleor.staff(), input=given)["campaign"]
    assert made["terms"]["steps"] == [{"message": "thanks_first_order", "waitDays": 2, "discount": None}]
    saleor.ask(operations.CAMPAIGN_ACTIVATE, token=saleor.staff(), id=made["id"])
    yield made["id"]
    saleor.ask(operations.CAMPAIGN_PAUSE, token=saleor.staff(), id=made["id"])


def touch_of(email: str) -> Any:
    """Their one message; None before there is one."""
    from saleor_relacional.models import Touch

    known = behind.profile(email)
    return Touch.objects.filter(profile=known).first() if known else None


def test_thanked_on_the_second_day(stack: Stack, saleor: Storefront, thanks: str, somebody: str) -> None:
    """She ordered for the first time three days ago, and all of it was sent: planned and sent by the worker, once, and
    it offers nothing. A second order brings no second thanks."""
    from saleor_relacional import tasks

    bought(saleor, somebody)
    orders(saleor, somebody)
    days_pass(somebody, 3)
    tasks.plan.delay()
    assert within(30.0, lambda: touch_of(somebody))
    tasks.send.delay()
    subject, _ = words(stack, somebody)
    assert "first order" in subject
    assert saleor.relationship(saleor.login(somebody))["offers"] == []
    orders(saleor, somebody)
    tasks.plan()
    tasks.send()
    assert len(stack.mailbox.to(somebody)) == 1


def test_not_before_and_not_after_a_refund(
    stack: Stack, saleor: Storefront, thanks: str, somebody: str
) -> None:
    """She orders at the till today: the message waits for two days. The payment app reports a refund: it is stopped by
    the hook's nudge, before anybody plans again."""
    from saleor_relacional import tasks

    order = saleor.buy(somebody)
    assert within(10.0, lambda: behind.purchases(somebody) == 1)
    tasks.score_stale()
    tasks.plan()
    touch = touch_of(somebody)
    assert touch.state == "queued" and touch.due_at - touch.created_at > timedelta(days=1, hours=23)
    tasks.send()
    assert stack.mailbox.to(somebody) == []
    saleor.refund(order, Decimal("1.00"))
    assert within(10.0, lambda: touch_of(somebody).state == "suppressed")
    assert touch_of(somebody).reason == "refunded"
