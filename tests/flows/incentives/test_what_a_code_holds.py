"""What a code holds of the month's money where it works in several currencies, and what it costs of it in the end."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import plan, rung_report
from saleor_relacional.flows.campaigns.planning import holds
from saleor_relacional.flows.incentives import accounts, month_money, reserve
from saleor_relacional.flows.incentives.rungs import Amount, RungTerms
from saleor_relacional.flows.learning import fit
from saleor_relacional.flows.sending import send
from saleor_relacional.hosts.standalone import models as shop_models
from saleor_relacional.insight.value.spend import ShopSpend
from saleor_relacional.models import Enrolment, Incentive, Purchase, Rung
from tests.support.budgets import AS_EXPECTED, FIVE_OFF, as_promised, booked, buys_with, hears, of_month
from tests.support.campaign_stories import a_fit, crowd, open_shop, swept, win_back
from tests.support.concurrency import at_once
from tests.support.instants import DAY
from tests.support.mailing import campaign, due, promise_of

pytestmark = pytest.mark.django_db(transaction=True)

EITHER = (Amount(currency="EUR", amount=Decimal(5)), Amount(currency="USD", amount=Decimal(50)))


def two_moneys(now: datetime, **terms: Any) -> Any:
    """A campaign that sells in euros and dollars, of a shop where a dollar is worth ninety cents."""
    policy.decide(now=now, reporting_currency="EUR", rates=[("USD", "0.9")])
    for name in ("eur", "usd"):
        policy.name_sender(
            channel=name,
            name="Tea",
            address=f"{name}@tea.example",
            postal_address="Calle Mayor 1, Madrid",
            now=now,
        )
    return win_back(now, control_share="0", channels=("eur", "usd"), **terms)


def first_held(running: Any, now: datetime, order: float) -> month_money.Held:
    """What the dearest rung of a campaign's first message holds for somebody of whom such an order is expected."""
    dearest = Rung.objects.filter(step__version__campaign=running).latest("number")
    return holds.first(running.versions.get(), now).held(dearest, order, "EUR")


def test_twenty_checkouts_in_two_currencies_take_no_more_than_was_reserved(shop: Any, now: datetime) -> None:
    """One code takes off five euros or fifty dollars, which are forty-five: of twenty people ten start with 450 euros.
    Each of the ten pays with it in both currencies at one moment, and one of the two goes through."""
    shop.channel("usd", "USD")
    open_shop(now)
    running = two_moneys(now, rungs=(RungTerms(kind="fixed", amounts=EITHER),))
    policy.decide(now=now, month_budget=Decimal(450), budget_currency="EUR")
    crowd(20, now)
    foretold = plan.dry_run(running, now)
    plan.consider(running, now)
    promised = [one.profile for one in Incentive.objects.select_related("profile")]
    assert len(promised) == 10 and foretold.summary and foretold.summary.treated == 10
    assert set(Incentive.objects.values_list("reserve", "reserve_currency")) == {(50, "USD")}
    assert set(Enrolment.objects.values_list("reserve", "reserve_currency")) == {(50, "USD")}
    send.send_due(now=now)
    orders: list[str] = []

    def buys(person: Any, where: str) -> None:
        checkout = shop.checkout(email=person.email, quantity=9, channel=where)
        shop.put_code(checkout, promise_of(person).code)
        orders.append(shop.complete(checkout).order)

    at_once(*[partial(buys, person, where) for person in promised for where in ("usd", "eur")])
    at_once(*[partial(hears, order, now) for order in orders if order])
    [account] = accounts.of_shop(now)
    taken = {currency: sums.settled for currency, sums in account.sums.items() if sums.settled}
    assert taken.get("EUR", 0) / 5 + taken.get("USD", 0) / 50 == 10
    assert account.excess == 0 and account.used == taken.get("EUR", 0) + taken.get("USD", 0) * Decimal("0.9")


@pytest.mark.parametrize(
    ("amounts", "budget", "held"),
    [
        ({"EUR": 5, "USD": 5}, "EUR", (5, "EUR")),  # five dollars are less
        ({"EUR": 5, "USD": 50}, "EUR", (50, "USD")),
        ({"EUR": 5, "USD": 50}, "", (50, "USD")),  # without a budget, too: one may come
    ],
)
def test_a_code_holds_what_is_worth_most(
    shop: Any, now: datetime, amounts: dict[str, int], budget: str, held: tuple[int, str]
) -> None:
    """Of what it takes off in each currency, by the owner's rates, not by the number."""
    shop.channel("usd", "USD")
    open_shop(now)
    given = tuple(Amount(currency=name, amount=Decimal(amount)) for name, amount in amounts.items())
    running = two_moneys(now, rungs=(RungTerms(kind="fixed", amounts=given),))
    if budget:
        policy.decide(now=now, month_budget=Decimal(500), budget_currency=budget)
    crowd(1, now)
    plan.consider(running, now)
    assert list(Incentive.objects.values_list("reserve", "reserve_currency")) == [held]
    asked = held if budget else (0, "EUR")  # who starts is not asked what it holds where no money is limited
    assert list(Enrolment.objects.values_list("reserve", "reserve_currency")) == [asked]


def test_a_code_in_a_money_without_a_rate_fits_no_budget(shop: Any, now: datetime) -> None:
    """The shop opens in dollars after its budget in euros was set: nobody knows what fifty of them are, so nobody is
    promised any until a rate is given."""
    open_shop(now)
    policy.decide(now=now, month_budget=Decimal(500), budget_currency="EUR")
    shop.channel("usd", "USD")
    policy.name_sender(
        channel="usd", name="Tea", address="usd@tea.example", postal_address="Calle Mayor 1, Madrid", now=now
    )
    running = win_back(
        now, control_share="0", channels=("eur", "usd"), rungs=(RungTerms(kind="fixed", amounts=EITHER),)
    )
    crowd(1, now)
    plan.consider(running, now)
    assert not Incentive.objects.exists() and Enrolment.objects.get().reason == "budget"
    later = now + DAY
    policy.decide(now=later, reporting_currency="EUR", rates=[("USD", "0.9")])
    swept()
    plan.consider(running, later)
    assert list(Incentive.objects.values_list("reserve", "reserve_currency")) == [(50, "USD")]


def test_a_percentage_and_a_gift_hold_the_dearest_of_their_currencies(shop: Any, now: datetime) -> None:
    """Ten per cent from twenty euros or nine hundred dollars on: an order in dollars is the greater one. A gift that
    costs four euros or three dollars: four euros."""
    shop.channel("usd", "USD")
    open_shop(now)
    a_fit(now, high_orders=AS_EXPECTED)
    gift = shop.product("Cup", "4.50")
    cheap = tuple(Amount(currency=name, amount=Decimal(n)) for name, n in (("EUR", 4), ("USD", 3)))
    floor = tuple(Amount(currency=name, amount=Decimal(n)) for name, n in (("EUR", 20), ("USD", 900)))
    shop_models.Price.objects.create(
        variant_id=gift.variant, channel=shop_models.Channel.objects.get(slug="usd"), amount=4
    )
    running = two_moneys(now, rungs=(
        RungTerms(kind="gift", variants=(gift.variant,), minimum=floor, cost=cheap),
        RungTerms(kind="percentage", value=Decimal(10), minimum=floor),
    ))  # fmt: skip
    [ana] = crowd(1, now)
    plan.consider(running, now)
    assert list(Incentive.objects.values_list("reserve", "reserve_currency")) == [(4, "EUR")]
    Incentive.objects.all().delete()
    percentage = Rung.objects.get(kind="percentage")
    row = Enrolment.objects.get(profile=ana)
    assert holds.of(percentage, [row.pk], now) == {row.pk: (90, "USD")}


def test_an_amount_costs_itself_where_tax_comes_on_top(shop: Any, now: datetime) -> None:
    """Prices without tax, and 21 % on top: five euros off make an order 6.05 less. The shop gave five; an order that
    took three of them gave three."""
    running = campaign(now, **FIVE_OFF)
    [ana] = due(running, now, "Ana")
    send.send_due(now=now)
    order = Purchase.objects.get(reference=buys_with(shop, ana, now))
    order.net = (order.sold / Decimal("1.21")).quantize(Decimal("0.01"))
    for told, cost in (("6.05", 5), ("3.00", 3)):
        order.discount = Decimal(told)
        reserve.settle(order, now)
        assert of_month(running, now) == (0, cost, 0) and booked() == as_promised()


def test_what_staff_add_to_an_amount_is_charged(shop: Any, now: datetime) -> None:
    """Five euros are promised of a month of eight; staff make fifty of them, and Ana uses her code: the month has cost
    fifty, and the forty-two beyond it are the next one's."""
    running = campaign(now, month_budget=Decimal(8), budget_currency="EUR", **FIVE_OFF)
    [ana] = due(running, now, "Ana")
    send.send_due(now=now)
    shop.edit_voucher(promise_of(ana).code, value=Decimal(50), minimum=None)
    buys_with(shop, ana, now, quantity=9)
    assert of_month(running, now) == (0, 50, 0) and booked() == as_promised()
    march, april = (accounts.of_campaign(running.pk, now + days * DAY)[0] for days in (0, 30))
    assert (march.left, march.excess, april.carried) == (-42, 42, 42)


def test_a_gift_costs_what_it_held(shop: Any, now: datetime) -> None:
    """A cup sold at 4.50 costs the shop 1.20: that is held, and that is spent."""
    cup = shop.product("Cup", "4.50")
    shop_models.Price.objects.filter(variant=cup.variant).update(cost=Decimal("1.20"))
    euros = (Amount(currency="EUR", amount=Decimal(10)),)
    gift = RungTerms(kind="gift", variants=(cup.variant,), minimum=euros)
    running = campaign(now, discount="", value=None, rungs=(gift,), channels=("eur",))
    [ana] = due(running, now, "Ana")
    assert of_month(running, now) == (1.2, 0, 0)
    send.send_due(now=now)
    checkout = shop.fill({cup.variant: 3}, email=ana.email)
    assert shop.put_code(checkout, promise_of(ana).code)
    hears(shop.complete(checkout).order, now)
    assert Purchase.objects.latest("pk").discount == Decimal("4.50")
    assert of_month(running, now) == (0, 1.2, 0)


def test_what_nobody_can_tell_fits_no_budget(shop: Any, now: datetime) -> None:
    """A new shop of whose orders nothing is known: ten per cent of them fit into no budget, so nobody is promised any;
    without a budget everybody is. From twenty euros on they hold two."""
    open_shop(now)
    running = win_back(now, control_share="0", discount="percentage", value=Decimal(10), channels=("eur",))
    [ana] = crowd(1, now, value="0.00")
    running.versions.update(month_budget=500, budget_currency="EUR")
    plan.consider(running, now)
    waits = Enrolment.objects.get(profile=ana)
    assert (waits.state, waits.reason) == ("waiting", "budget") and not Incentive.objects.exists()
    assert [one.reason for one in plan.dry_run(running, now).proposals] == ["budget"]
    [rung] = Rung.objects.filter(step__version__campaign=running)
    assert rung_report.problem(rung).startswith("Nobody can tell yet what it takes off, so nobody gets it")
    running.versions.update(month_budget=None)
    [rung] = Rung.objects.filter(step__version__campaign=running)
    assert rung_report.problem(rung) == ""
    floor = win_back(now, channels=("eur",), rungs=(
        RungTerms(kind="percentage", value=Decimal(10), minimum=(Amount(currency="EUR", amount=Decimal(20)),)),
    ))  # fmt: skip
    assert first_held(floor, now, 0.0) == (2, "EUR")
    later = now + DAY
    swept()
    plan.consider(running, later)
    assert list(Incentive.objects.values_list("reserve", "reserve_currency")) == [(0, "")]


@pytest.mark.parametrize(("cost", "held"), [((), month_money.UNKNOWN), (("EUR", 4), (4, "EUR"))])
def test_free_delivery_before_any_was_paid_for_fits_no_budget(
    shop: Any, now: datetime, cost: tuple[Any, ...], held: month_money.Held
) -> None:
    """No order has paid for delivery yet: unless the owner says what it costs, no budget reaches it."""
    open_shop(now)
    said = (Amount(currency=cost[0], amount=Decimal(cost[1])),) if cost else ()
    running = win_back(now, channels=("eur",), rungs=(RungTerms(kind="shipping", cost=said),))
    running.versions.update(budget_currency="EUR")
    version = running.versions.get()
    first = first_held(running, now, 20.0)
    assert first == held
    money = month_money.with_left(version, Decimal(500), None, now)
    assert money.fits(*first) is bool(cost)


def test_a_new_currency_holds_what_orders_come_to_in_another(now: datetime) -> None:
    """Orders of fifty euros, a dollar at ninety cents, nobody has bought in dollars or francs: of the first something
    is known by its rate, of the others nothing."""
    euros = ShopSpend(mean=50.0, mean_variance=1.0, between_variance=25.0, within_variance=25.0, orders=200)
    shop = replace(fit.prior(now), spend={"EUR": euros}, high_orders={"EUR": 1.5})
    rates = {"EUR": Decimal(1), "USD": Decimal("0.9")}
    assert shop.high_order(0.0, "EUR", rates) == 75
    assert round(shop.high_order(0.0, "USD", rates), 2) == Decimal("83.33")
    assert shop.high_order(0.0, "CHF", rates) == 0 == shop.high_order(0.0, "USD", {})


@pytest.mark.parametrize("left", [0, -5])
def test_no_code_fits_where_nothing_is_left(shop: Any, now: datetime, left: int) -> None:
    """A gift whose owner says that it costs nothing is a code all the same; a word is none."""
    open_shop(now)
    cup = shop.product("Cup", "4.50")
    nothing, ten = (Amount(currency="EUR", amount=Decimal(n)) for n in (0, 10))
    gift = RungTerms(kind="gift", variants=(cup.variant,), minimum=(ten,), cost=(nothing,))
    running = win_back(now, channels=("eur",), rungs=(RungTerms(kind="word"), gift), default_rung=2)
    running.versions.update(budget_currency="EUR")
    version = running.versions.get()
    money = month_money.with_left(version, Decimal(left), None, now)
    assert not money.fits(*first_held(running, now, 20.0))
    assert money.fits(Decimal(0), "EUR")
