"""Second purchase: help with the first one, on the day when others come back, not for who is back or late already."""

from datetime import datetime
from typing import Any

import pytest
from django.core import mail

from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.kinds.second_purchase import KIND
from saleor_relacional.flows.learning import fit
from saleor_relacional.flows.people import merge
from saleor_relacional.models import Campaign, Declaration, Enrolment, PurchaseLine, Touch
from tests.support.campaign_stories import CHANNEL, customer
from tests.support.instants import DAY
from tests.support.kind_stories import a_day, orders, refunds, switched_on, takes_back, the_days
from tests.support.people import person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def help_(shop: Any, now: datetime) -> Campaign:
    """The campaign as it ships, switched on in a shop whose buyers, by the shipped priors, most often come back within
    the tenth day."""
    campaign = switched_on(KIND.name, now)
    assert 9 < fit.shop(now).return_days < 10
    return campaign


def test_on_the_day_once(help_: Campaign, now: datetime) -> None:
    """Not before the day, on it, and never again; it names what was bought, and offers nothing."""
    ana = customer("Ana", now, days_ago=(0,))
    bought = ana.purchases.get()
    for name, total in (("Tea cosy", 5), ("Teapot", 30), ("", 90)):
        PurchaseLine.objects.create(
            purchase=bought, profile_id=ana.pk, name=name, quantity=1, total=total, product_key=name
        )
    assert the_days(help_, now, (0, 8, 9, 10, 11, 30)) == [0, 0, 0, 1, 0, 0]
    [sent] = mail.outbox
    assert "first time: Teapot, Tea cosy." in sent.body and "March 2, 2026" in sent.body
    assert not any(word in sent.body.lower() for word in ("code", "% off", "discount"))


def test_an_order_ends_it(shop: Any, now: datetime) -> None:
    """The message waits; she orders meanwhile: it is stopped, also where nobody has scored it yet."""
    help_ = switched_on(KIND.name, now, steps=(Step(message="second_purchase", wait_days=3),))
    ana = customer("Ana", now, days_ago=(10,))
    assert a_day(help_, now) == 0
    orders(ana, now + DAY)
    assert (Touch.objects.get().state, Touch.objects.get().reason) == ("suppressed", "cycle_over")
    assert the_days(help_, now, (1, 3, 4, 20)) == [0, 0, 0, 0]


def test_an_order_taken_back_ends_it(shop: Any, now: datetime) -> None:
    """Cancelled whole: there is nothing to help with."""
    help_ = switched_on(KIND.name, now, steps=(Step(message="second_purchase", wait_days=3),))
    ana = customer("Ana", now, days_ago=(10,))
    assert a_day(help_, now) == 0
    takes_back(ana.purchases.get(), now + DAY)
    assert Touch.objects.get().state == "suppressed"
    assert the_days(help_, now, (1, 3, 4)) == [0, 0, 0]


def test_a_refund_keeps_us_silent(help_: Campaign, now: datetime) -> None:
    """Trust before commerce."""
    ana = customer("Ana", now, days_ago=(12,))
    refunds(ana.purchases.get(), now - 5 * DAY)
    assert a_day(help_, now) == 0
    assert Enrolment.objects.get().reason == "silence"


def test_who_is_late_already_is_left_to_the_win_back(help_: Campaign, now: datetime) -> None:
    """She said that she comes every three days: by the day when others return she is late."""
    ana = customer("Ana", now, days_ago=(10,))
    Declaration.objects.create(profile=ana, every_days=3, declared_by="customer", declared_at=now - 10 * DAY)
    assert the_days(help_, now, range(3)) == [0, 0, 0]


def test_the_old_base_and_who_has_come_back_are_not_written_to(help_: Campaign, now: datetime) -> None:
    """Long after the day, before it, and with two purchases: nobody."""
    for name, days_ago in (("Old", (40,)), ("Fresh", (2,)), ("Back", (12, 5)), ("Lost", (800,))):
        customer(name, now, days_ago=days_ago)
    assert the_days(help_, now, range(3)) == [0, 0, 0]


def test_three_days_without_a_run_lose_nobody(help_: Campaign, now: datetime) -> None:
    """The beat was away on the day: the help comes when it is back."""
    customer("Ana", now, days_ago=(0,))
    assert the_days(help_, now, (9, 14)) == [0, 1]


def test_who_stood_in_the_days_is_spread(shop: Any, now: datetime) -> None:
    """Five of them, two mails per day: the most promising first, nobody twice."""
    help_ = switched_on(KIND.name, now, daily_capacity=2)
    for i in range(5):
        customer(f"Person{i}", now, days_ago=(12,), value=f"{50 - 10 * i}.00")
    assert the_days(help_, now, range(4)) == [2, 2, 1, 0]
    assert {sent.to[0] for sent in mail.outbox[:2]} == {"person0@shop.example", "person1@shop.example"}


def test_a_guest_who_registers_is_helped_once(help_: Campaign, now: datetime) -> None:
    """Helped as a guest; the account that she opens inherits it."""
    guest = customer("Ana", now, days_ago=(12,))
    assert a_day(help_, now) == 1
    account = person("AnaToo", channel=CHANNEL)
    merge.merge(guest.pk, account.pk, cause="vouched", now=now + DAY)
    assert the_days(help_, now, (1, 2, 3)) == [0, 0, 0]
    assert Enrolment.objects.count() == 1
