"""What a code holds of the month's money where it works in several currencies, and what it costs of it in the end."""

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.campaigns.planning import holds
from saleor_relacional.flows.incentives import accounts, reserve
from saleor_relacional.flows.incentives.rungs import Amount, RungTerms
from saleor_relacional.flows.sending import send
from saleor_relacional.hosts.standalone import models as shop_models
from saleor_relacional.models import Enrolment, Incentive, Purchase, Rung
from tests.flows.incentives.test_reserve import AS_EXPECTED, FIVE_OFF, hears
from tests.support.budgets import as_promised, booked, buys_with, of_month
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
    assert list(Enrolment.objects.values_list("reserve", "reserve_currency")) == [held]


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
    for told, cost in (("6.05", 5), ("3.00", 3)):
        order.discount = Decimal(told)
        reserve.settle(order, now)
        assert of_month(running, now) == (0, cost, 0) and booked() == as_promised()


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
