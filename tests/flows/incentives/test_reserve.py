"""The money of promises: reserved before anybody is told, settled with what the order took off, returned otherwise."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction

from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.planning import holds
from saleor_relacional.flows.incentives import accounts, incentive, reserve, stop
from saleor_relacional.flows.people import forget
from saleor_relacional.flows.sending import send
from saleor_relacional.hosts.standalone import models as shop_models
from saleor_relacional.models import BudgetEntry, BudgetMonth, Enrolment, Incentive, Rung, Touch
from tests.running.tries import seeds, tries
from tests.support.budgets import AS_EXPECTED, FIVE_OFF, as_promised, booked, buys_with, hears, of_month
from tests.support.campaign_stories import a_fit, crowd, customer, scored, swept, win_back
from tests.support.concurrency import at_once
from tests.support.instants import DAY
from tests.support.mailing import campaign, due, promise_of

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def killed_at(statement: int) -> Iterator[None]:
    """It dies before its so-manieth statement."""
    seen = iter(range(statement))

    def dies(execute: Callable[..., Any], *asked: Any) -> Any:
        if next(seen, None) is None:
            raise KeyboardInterrupt
        return execute(*asked)

    with connection.execute_wrapper(dies):
        yield


def test_the_life_of_a_promise(shop: Any, now: datetime) -> None:
    """Fifteen euros off: held when it is planned, before anybody is told; an order of ten takes ten; held again when
    that is cancelled; returned when its day is over."""
    running = campaign(now, discount="fixed", value=Decimal(15), channels=("eur",))
    [ana] = due(running, now, "Ana")
    assert promise_of(ana).state == "planned" and of_month(running, now) == (15, 0, 0)
    send.send_due(now=now)
    assert of_month(running, now) == (15, 0, 0)
    order = buys_with(shop, ana, now, quantity=1)
    assert of_month(running, now) == (0, 10, 0)
    shop.cancel(order)
    hears(order, now)
    assert promise_of(ana).state == "issued" and of_month(running, now) == (15, 0, 0)
    incentive.expire(now + 15 * DAY)
    assert of_month(running, now) == (0, 0, 15)


def test_what_is_told_twice_or_late_is_booked_once(shop: Any, now: datetime) -> None:
    """The order and its cancellation, each told three times; the cancellation comes after the promise's day, in a later
    month: what was settled in March comes back to March."""
    running = campaign(now, **FIVE_OFF)
    [ana] = due(running, now, "Ana")
    send.send_due(now=now)
    order = buys_with(shop, ana, now)
    for _ in range(2):
        hears(order, now)
    assert of_month(running, now) == (0, 5, 0)
    april = now + 35 * DAY
    shop.set_clock(april)
    shop.cancel(order)
    for _ in range(3):
        hears(order, april)
        incentive.expire(april)
    assert of_month(running, now) == (0, 0, 5) and of_month(running, april) == (0, 0, 0)
    assert booked() == as_promised()


def test_who_is_forgotten_has_cost_what_they_cost(shop: Any, now: datetime) -> None:
    """Ana used five euros, Bea holds five: what Ana took stays spent, what Bea held comes back."""
    running = campaign(now, **FIVE_OFF)
    ana, bea = due(running, now, "Ana", "Bea")
    send.send_due(now=now)
    buys_with(shop, ana, now)
    for person in (ana, bea):
        forget.forget(person, now=now)
    assert of_month(running, now) == (0, 5, 5)


def test_a_stopped_message_returns_its_money(shop: Any, now: datetime) -> None:
    """Ana buys before her mail left: nothing was promised to anybody."""
    running = campaign(now, **FIVE_OFF)
    [ana] = due(running, now, "Ana")
    incentive.withdraw(list(Enrolment.objects.values_list("pk", flat=True)), now)
    assert promise_of(ana).state == "withdrawn" and of_month(running, now) == (0, 0, 5)


@pytest.mark.parametrize("seed", seeds(3))
def test_the_books_are_what_the_promises_say(shop: Any, now: datetime, seed: int) -> None:
    """Whatever happens to twelve people, in whatever order, told however often, and added up now and then: the sums of
    the months are what their promises come to."""
    chance, running = Random(seed), campaign(now, **FIVE_OFF)
    people, orders = due(running, now, *(f"P{n}" for n in range(12))), []
    standing: list[str] = []
    send.send_due(now=now)
    turns = tries(60)
    for turn in range(turns):
        at, who = now + turn * 20 * DAY / turns, chance.choice(people)
        what = chance.choice(["buy", "cancel", "hear", "expire", "withdraw", "add up", "forget"])
        shop.set_clock(at)
        if (
            what == "buy"
            and Incentive.objects.filter(profile=who, state="issued", expires_at__gt=at).exists()
        ):
            orders.append(buys_with(shop, who, at, quantity=chance.randint(1, 4)))
            standing.append(orders[-1])
        elif what == "cancel" and standing:
            shop.cancel(standing.pop())
        elif what == "hear" and orders:
            hears(chance.choice(orders), at)
        elif what == "expire":
            incentive.expire(at)
        elif what == "withdraw":
            Touch.objects.filter(profile=who).update(state="suppressed")
            incentive.withdraw([who.enrolments.get().pk], at)
        elif what == "add up":
            reserve.add_up(limit=chance.randint(1, 9))
        elif what == "forget" and turn > turns * 5 // 6:
            people.remove(who)
            forget.forget(who, now=at)
        assert booked() == as_promised()
    while reserve.add_up():
        pass
    assert booked() == as_promised() and not BudgetEntry.objects.filter(counted=False).exists()
    assert BudgetMonth.objects.count() == 1


def promising(running: Any, now: datetime, size: int, **story: Any) -> list[Callable[[], int]]:
    """Jobs that promise to one person each, who has started and has nothing yet."""
    crowd(size, now, **story)
    plan.consider(running, now)
    Incentive.objects.all().delete()
    rung = Rung.objects.get(step__version__campaign=running)
    rows = Enrolment.objects.filter(campaign=running)
    held = holds.of(rung, [row.pk for row in rows], now)
    return [partial(incentive.plan, [row], rung=rung, now=now, reserves=held) for row in rows]


@pytest.mark.parametrize("whose", ["the campaign's", "the shop's"])
def test_twenty_issuers_at_once_promise_no_more_than_there_is(shop: Any, now: datetime, whose: str) -> None:
    """Five euros each, and twenty-six in the month: five get something, whoever they are."""
    running = campaign(now, **FIVE_OFF)
    jobs = promising(running, now, 20)
    if whose == "the shop's":
        policy.decide(now=now, month_budget=Decimal(26), budget_currency="EUR")
    else:
        running.versions.update(month_budget=26, budget_currency="EUR")
    assert sum(at_once(*jobs)) == 5 and Incentive.objects.count() == 5
    assert of_month(running, now) == (25, 0, 0)


@pytest.mark.parametrize("whose", ["the campaign's", "the shop's"])
def test_twenty_issuers_of_a_percentage_at_once_promise_no_more_than_there_is(
    shop: Any, now: datetime, whose: str
) -> None:
    """Ten per cent of an order of twenty that nine in ten stay below: two euros each, and eleven in the month. Five get
    something, whoever they are."""
    a_fit(now, high_orders=AS_EXPECTED)
    running = campaign(now, channels=("eur",))
    jobs = promising(running, now, 20, value="20.00")
    if whose == "the shop's":
        policy.decide(now=now, month_budget=Decimal(11), budget_currency="EUR")
    else:
        running.versions.update(month_budget=11, budget_currency="EUR")
    assert sum(at_once(*jobs)) == 5 and Incentive.objects.count() == 5
    assert of_month(running, now) == (10, 0, 0)


def test_twenty_checkouts_at_once_take_no_more_than_was_reserved(shop: Any, now: datetime) -> None:
    """A hundred euros a month, twenty promises of five: all twenty are used at one moment, each twice over, on orders
    of all sizes, and heard of at once."""
    running = campaign(now, month_budget=Decimal(100), budget_currency="EUR", **FIVE_OFF)
    people = due(running, now, *(f"P{n:02}" for n in range(20)))
    send.send_due(now=now)
    orders: list[str] = []

    def buys(place: int) -> None:
        for quantity in (1 + place % 3, 1):
            checkout = shop.checkout(email=people[place].email, quantity=quantity)
            shop.put_code(checkout, promise_of(people[place]).code)
            orders.append(shop.complete(checkout).order)

    at_once(*[partial(buys, place) for place in range(20)])
    at_once(*[partial(hears, order, now) for order in orders if order])
    assert of_month(running, now) == (0, 100, 0) and booked() == as_promised()
    [account] = accounts.of_campaign(running.pk, now)
    assert (account.left, account.excess) == (0, 0)


@pytest.mark.parametrize("seed", seeds(2))
def test_a_crash_at_any_statement_leaves_the_books_right(shop: Any, now: datetime, seed: int) -> None:
    """Planning, sending, hearing of an order and of its cancellation die somewhere, over and over: at no moment are the
    books and the promises two things, and in the end it is as if nothing had died."""
    chance = Random(seed)
    running = campaign(now, month_budget=Decimal(11), budget_currency="EUR", **FIVE_OFF)
    for name in ("Ana", "Bea", "Cid"):
        customer(name, now)
    scored(now)

    def until_done(work: Callable[[], Any]) -> None:
        for _ in range(tries(6)):
            with pytest.raises(KeyboardInterrupt), killed_at(chance.randint(1, 60)):
                while True:
                    work()
            assert booked() == as_promised()
        work()
        assert booked() == as_promised()

    until_done(lambda: plan.consider(running, now))
    assert of_month(running, now) == (10, 0, 0)
    send.send_due(now=now)
    ana = Incentive.objects.order_by("pk")[0].profile
    order = buys_with(shop, ana, now)
    until_done(lambda: hears(order, now))
    shop.cancel(order)
    until_done(lambda: hears(order, now))
    assert of_month(running, now) == (10, 0, 0)
    until_done(lambda: incentive.expire(now + 15 * DAY))
    until_done(reserve.add_up)
    assert of_month(running, now) == (0, 0, 10)


def test_the_month_is_the_shops(shop: Any, now: datetime) -> None:
    """In Auckland April begins at eleven in the morning of March 31st, in UTC: what is promised a minute before is
    March's, a minute after April's, whenever it is used."""
    shop_models.Shop.objects.update(time_zone="Pacific/Auckland")
    border = datetime(2026, 3, 31, 11, tzinfo=UTC)
    running = campaign(border - DAY, **FIVE_OFF)
    [ana] = due(running, border - timedelta(minutes=1), "Ana")
    [bea] = due(running, border + timedelta(minutes=1), "Bea")
    assert (promise_of(ana).month, promise_of(bea).month) == (date(2026, 3, 1), date(2026, 4, 1))
    assert incentive.issue(promise_of(ana), border)
    buys_with(shop, ana, border + DAY)
    assert {key[1]: three for key, three in booked().items()} == {
        date(2026, 3, 1): (0, 5, 0), date(2026, 4, 1): (5, 0, 0),
    }  # fmt: skip


def test_the_excess_of_a_month_is_charged_to_the_next(shop: Any, now: datetime) -> None:
    """Ten per cent of the twenty that is expected holds two of March's three. She buys for eighty, and it takes eight:
    the code is honoured, the five beyond the budget are April's, which has three and passes two on to May."""
    a_fit(now, high_orders=AS_EXPECTED)
    running = campaign(now, channels=("eur",), month_budget=Decimal(3), budget_currency="EUR")
    [ana] = due(running, now, "Ana", value="20.00")
    send.send_due(now=now)
    assert of_month(running, now) == (2, 0, 0)
    buys_with(shop, ana, now, quantity=8)
    told = [accounts.of_campaign(running.pk, now + days * DAY)[0] for days in (0, 30, 62)]
    assert [(one.left, one.excess, one.carried) for one in told] == [(-5, 5, 0), (-2, 2, 5), (1, 0, 2)]


def test_what_comes_back_is_promised_again(shop: Any, now: datetime) -> None:
    """Six euros, five for Ana; Bea waits for money, not for a day. Ana's mail is stopped: Bea starts."""
    running = campaign(now, month_budget=Decimal(6), budget_currency="EUR", **FIVE_OFF)
    ana, bea = crowd(2, now)
    plan.consider(running, now)
    waits = Enrolment.objects.get(profile=bea)
    assert promise_of(ana) and (waits.state, waits.reason) == ("waiting", "budget")
    with transaction.atomic():
        stop.stop([ana.pk], "opted_out", now)
    assert [one.reason for one in plan.dry_run(running, now).proposals] == [""]
    plan.consider(running, now)
    assert promise_of(bea).state == "planned" and of_month(running, now) == (5, 0, 5)


def test_a_later_message_leaves_as_a_word_where_money_is_gone(shop: Any, now: datetime) -> None:
    """Two hear a word first; a week later there is money for one of them, the more promising: both messages leave."""
    steps = (
        Step(message="win_back"),
        Step(message="win_back_again", wait_days=8, discount="fixed", value=Decimal(5)),
    )
    running = campaign(now, steps=steps, month_budget=Decimal(6), budget_currency="EUR", channels=("eur",))
    ana, bea = crowd(2, now)
    plan.consider(running, now)
    assert send.send_due(now=now).sent == 2 and not Incentive.objects.exists()
    later = now + 9 * DAY
    swept()
    plan.consider(running, later)
    assert send.send_due(now=later).sent == 2
    assert promise_of(ana).state == "issued" and not Incentive.objects.filter(profile=bea).exists()
    assert [promise_of(ana).code in sent.body for sent in mail.outbox[2:]].count(True) == 1


def test_two_campaigns_share_the_shops_money(shop: Any, now: datetime) -> None:
    """Three euros for the shop: whom the first campaign promised two leaves one, which is not enough for the second's
    people; the dry run says so before."""
    a_fit(now, high_orders=AS_EXPECTED)
    policy.decide(now=now, month_budget=Decimal(3), budget_currency="EUR")
    first = campaign(now, channels=("eur",))
    due(first, now, "Ana", value="20.00")
    second = win_back(now, control_share="0", discount="percentage", value=Decimal(10))
    first.versions.update(daily_capacity=0)
    bea = customer("Bea", now, value="20.00")
    scored(now)
    foretold = plan.dry_run(second, now)
    assert [one.reason for one in foretold.proposals if one.profile_id == bea.pk] == ["budget"]
    plan.consider(second, now)
    [waits] = Enrolment.objects.filter(campaign=second, profile=bea)
    assert (waits.state, waits.reason) == ("waiting", "budget")
    assert foretold.summary is not None and foretold.summary.shop_left == 1
