"""Orders that used a code, and nobody told us: their money is held until we hear of them or they are gone."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.incentives import accounts, entitlement, incentive
from saleor_relacional.flows.people import forget
from saleor_relacional.flows.sending import send
from saleor_relacional.models import ErrorCount, Incentive, Profile
from tests.support.budgets import FIVE_OFF, hears, of_month
from tests.support.campaign_stories import crowd
from tests.support.mailing import campaign, due, promise_of

pytestmark = pytest.mark.django_db(transaction=True)


def buys(shop: Any, customer: Profile) -> str:
    """Two of the shop's product with the customer's code; the order, of which nobody has told us."""
    checkout = shop.checkout(email=customer.email, quantity=2)
    assert shop.put_code(checkout, promise_of(customer).code)
    return str(shop.complete(checkout).order)


def test_an_order_that_we_have_not_heard_of_holds_its_money(shop: Any, now: datetime) -> None:
    """Six euros, five for Ana, whose order stands, and nobody tells us for a day beyond her code's. Her five are not
    given to Bea; when we hear of the order they are settled, and nothing is overspent."""
    running = campaign(now, month_budget=Decimal(6), budget_currency="EUR", **FIVE_OFF)
    ana, bea = crowd(2, now)
    plan.consider(running, now)
    send.send_due(now=now)
    order = buys(shop, ana)
    over = promise_of(ana).expires_at + timedelta(minutes=5)
    shop.set_clock(over)
    assert incentive.expire(over) == 0 and promise_of(ana).state == "issued"
    plan.consider(running, over)
    assert not Incentive.objects.filter(profile=bea).exists() and of_month(running, over) == (5, 0, 0)
    hears(order, over)
    assert of_month(running, over) == (0, 5, 0)
    [account] = accounts.of_campaign(running.pk, over)
    assert (account.left, account.excess) == (1, 0)


def test_a_shop_that_cannot_say_who_holds_a_code_keeps_its_money_and_ends_the_others(
    shop: Any, now: datetime, monkeypatch: Any
) -> None:
    """Of Ana's code, which an order has, the shop raises: it is counted and stays, Bea's ends. The order is taken back;
    asked again, Ana's ends, too."""
    running = campaign(now, **FIVE_OFF)
    ana, bea = due(running, now, "Ana", "Bea")
    send.send_due(now=now)
    order = buys(shop, ana)
    over = promise_of(ana).expires_at + timedelta(days=1)

    def fails(self: Any, holder: str, code: str) -> Any:
        raise ValueError(holder)

    with monkeypatch.context() as failing:
        failing.setattr(type(shop.host), "holder", fails)
        incentive.expire(over)
        assert (promise_of(ana).state, promise_of(bea).state) == ("issued", "expired")
    assert ErrorCount.objects.filter(place="expire").exists()
    shop.cancel(order)
    incentive.expire(over)
    assert promise_of(ana).state == "expired"


def test_an_order_that_is_taken_back_unheard_returns_its_money(shop: Any, now: datetime) -> None:
    """Ana's order is cancelled before anybody tells us of it: the next run after her code's day returns the five."""
    running = campaign(now, **FIVE_OFF)
    [ana] = due(running, now, "Ana")
    send.send_due(now=now)
    order = buys(shop, ana)
    over = promise_of(ana).expires_at
    assert incentive.expire(over) == 0
    shop.cancel(order)
    assert incentive.expire(over) == 1 and of_month(running, now) == (0, 0, 5)


def test_a_checkout_that_pays_over_midnight_holds_its_money(shop: Any, now: datetime) -> None:
    """Ana's bank asks her at one minute to midnight: her code was taken and the checkout carries it. An hour later
    nobody is asking any more."""
    running = campaign(now, **FIVE_OFF)
    [ana] = due(running, now, "Ana")
    send.send_due(now=now)
    code, over = promise_of(ana).code, promise_of(ana).expires_at
    checkout = shop.checkout(email=ana.email, quantity=2)
    assert shop.put_code(checkout, code)
    paying = over - timedelta(minutes=1)
    entitlement.check(code, checkout=checkout, account=None, email=ana.email, now=paying)
    assert incentive.expire(over) == 0 and of_month(running, now) == (5, 0, 0)
    assert incentive.expire(over + timedelta(hours=1)) == 1 and of_month(running, now) == (0, 0, 5)


def test_who_is_forgotten_before_their_order_is_heard_has_cost_it(shop: Any, now: datetime) -> None:
    """Ana used her five euros, nobody has told us, and she is forgotten: they are spent, not returned."""
    running = campaign(now, **FIVE_OFF)
    [ana] = due(running, now, "Ana")
    send.send_due(now=now)
    order = buys(shop, ana)
    forget.forget(ana, now=now)
    assert of_month(running, now) == (0, 5, 0)
    hears(order, now)
    assert of_month(running, now) == (0, 5, 0)
