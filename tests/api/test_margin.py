"""What purchases leave and what the owner says of costs, over the API, in the standalone shop."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.flows import policy
from saleor_relacional.models import DefaultMargin, SendingCost, ShippingCost
from tests.api.asking import Asker, operation
from tests.support.costs import line, sale, tell_all
from tests.support.instants import DAY, NOON

pytestmark = pytest.mark.django_db

TODAY = {"since": "2026-03-02", "until": "2026-03-02"}


def margins(asker: Asker, **period: str) -> tuple[dict[str, Any], Any]:
    """Currency → what is told of it, and what is told in the reporting currency; money as numbers."""
    told = asker.data(operation("margin"), run="Margin", **(period or TODAY))["relationshipMargin"]
    return {one["currency"]: plain(one) for one in told["perCurrency"]}, told["reporting"] and plain(
        told["reporting"]
    )


def plain(one: dict[str, Any]) -> dict[str, Any]:
    return {name: value["amount"] if isinstance(value, dict) else value for name, value in one.items()}


def say(owner: Asker, **given: Any) -> Any:
    return owner.data(operation("margin"), run="SetMargin", input=given)["relationshipMarginSettingsUpdate"]


def test_a_real_order_and_its_margin(shop: Any, owner: Asker, ana: str, learn: Any) -> None:
    """Tea at 10.00 with 25 % of tax, which costs the shop 3.00: Ana buys three and all leave; one comes back, and its
    money. Of 24.00 without tax 8.00 went back and 6.00 were spent."""
    shop.tax(25)
    shop.cost(Decimal(3))
    order = shop.complete(shop.checkout(customer=ana, quantity=3)).order
    shop.send(order)
    shop.take_back(order, 1)
    shop.refund(order, Decimal("10.00"))
    learn()
    per_currency, reporting = margins(owner)
    assert per_currency == {
        "EUR": {
            "currency": "EUR", "margin": 10.0, "net": 24.0, "knownShare": 1.0, "estimatedShare": 0.0,
            "defaultShare": 0.0, "unknownShare": 0.0, "purchases": 1, "leftOut": 0, "messages": 0, "sending": 0.0,
        }
    }  # fmt: skip
    assert reporting is None


def test_staff_read_the_margin_of_somebody(shop: Any, reader: Asker, ana: str) -> None:
    """Ana bought four times before anybody said what tea costs. She herself does not learn what the shop earns."""
    query = "{ relationship { margin { perCurrency { margin { amount } net { amount } unknownShare } } } }"
    asked = f'{{ user(id: "%s") {query} }}'
    from graphql_relay import to_global_id

    told = reader.data(asked % to_global_id("User", ana))["user"]["relationship"]["margin"]
    assert told == {"perCurrency": [{"margin": None, "net": {"amount": 40.0}, "unknownShare": 1.0}]}
    DefaultMargin.objects.create(share=Decimal("0.4"))
    told = reader.data(asked % to_global_id("User", ana))["user"]["relationship"]["margin"]
    assert told["perCurrency"][0]["margin"] == {"amount": 16.0}
    answer = Asker(shop.context(account=ana)).ask(f"{{ me {query} }}")
    assert answer["errors"] and answer["data"]["me"]["relationship"]["margin"] is None


def test_a_period_is_told_in_every_currency(shop: Any, owner: Asker) -> None:
    """Today 20 EUR at a known cost and 100 USD at an estimated one, and an order that tells no tax; another of
    tomorrow. With a rate they are told together; without one the dollars are left out of it."""
    dollars = sale(line("100", cost="50"), currency="USD", at=NOON - 2 * DAY, back=("60.50",))
    tell_all(sale(line("20", cost="12")), sale(line("30"), net=None), dollars)
    tell_all(sale(line("500", cost="1"), at=NOON + DAY), now=NOON + DAY)
    period = {"since": "2026-02-28", "until": "2026-03-02"}
    policy.decide(now=NOON, reporting_currency="EUR")
    told, together = margins(owner, **period)
    assert (told["EUR"]["margin"], told["EUR"]["purchases"], told["EUR"]["leftOut"]) == (8.0, 1, 1)
    assert (told["USD"]["margin"], told["USD"]["net"], told["USD"]["estimatedShare"]) == (0.0, 100.0, 1.0)
    assert (together["margin"], together["purchases"], together["leftOut"]) == (8.0, 1, 2)
    policy.decide(now=NOON, rates=[("USD", "0.8")])
    told, together = margins(owner, **period)
    assert (together["margin"], together["net"], together["knownShare"], together["leftOut"]) == (
        8.0,
        100.0,
        0.2,
        1,
    )


@pytest.mark.parametrize(
    ("since", "until"),
    [("2026-03-02", "2026-03-01"), ("2025-03-01", "2026-03-02"), ("0001-01-01", "0001-01-02"),
     ("9999-12-31", "9999-12-31")],
)  # fmt: skip
def test_a_period_that_is_none(shop: Any, owner: Asker, since: str, until: str) -> None:
    """Backwards, longer than a year, or out of this world."""
    answer = owner.ask(operation("margin"), run="Margin", since=since, until=until)
    assert answer["errors"] and answer["data"]["relationshipMargin"] is None


def test_the_owner_says_what_things_cost(shop: Any, owner: Asker) -> None:
    """Each list is all there is; what is not given stays; a mail that costs nothing."""
    tell_all(sale(line("20", category="drinks", category_name="Drinks"), shipping="4"))
    told = say(
        owner, defaultMargins=[{"share": 0.4}, {"channel": "eur", "category": "drinks", "share": 0.625}],
        shippingCosts=[{"channel": "eur", "amount": 5.5}], mailCost={"amount": 0.0008, "currency": "eur"},
    )  # fmt: skip
    assert told["errors"] == []
    settings = {
        "defaultMargins": [
            {"channel": None, "category": None, "share": 0.4}, {"channel": "eur", "category": "drinks", "share": 0.625}
        ],
        "shippingCosts": [{"channel": "eur", "amount": 5.5}], "mailCost": {"amount": 0.0008, "currency": "EUR"},
    }  # fmt: skip
    assert told["settings"] == settings
    assert margins(owner)[0]["EUR"]["margin"] == 12.5 - 1.5
    told = say(owner, defaultMargins=[{"share": 0.5}], mailCost={"amount": 0, "currency": "EUR"})["settings"]
    assert told["defaultMargins"] == [{"channel": None, "category": None, "share": 0.5}]
    assert (told["shippingCosts"], told["mailCost"]["amount"]) == (settings["shippingCosts"], 0)
    read = owner.data(operation("margin"), run="MarginSettings")["relationshipMarginSettings"]
    assert read == told


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"defaultMargins": [{"share": 1.5}]}, "defaultMargins[0].share", "INVALID"),
        ({"defaultMargins": [{"share": 0.4}, {"channel": "eur", "share": -0.1}]}, "defaultMargins[1].share", "INVALID"),
        ({"defaultMargins": [{"share": 0.4}, {"share": 0.4}]}, "defaultMargins[1]", "INVALID"),
        ({"defaultMargins": [{"channel": "moon", "share": 0.4}]}, "defaultMargins[0].channel", "NOT_FOUND"),
        ({"defaultMargins": [{"category": "moons", "share": 0.4}]}, "defaultMargins[0].category", "NOT_FOUND"),
        ({"defaultMargins": [{"share": 0.4}] * 1_001}, "defaultMargins", "INVALID"),
        ({"shippingCosts": [{"channel": "moon", "amount": 1}]}, "shippingCosts[0].channel", "NOT_FOUND"),
        ({"shippingCosts": [{"channel": "eur", "amount": -1}]}, "shippingCosts[0].amount", "INVALID"),
        ({"shippingCosts": [{"channel": "eur", "amount": 1}] * 2}, "shippingCosts[1]", "INVALID"),
        ({"mailCost": {"amount": 1, "currency": "euro"}}, "mailCost.currency", "INVALID"),
        ({"mailCost": {"amount": 1e30, "currency": "EUR"}}, "mailCost.amount", "INVALID"),
        ({"mailCost": {"amount": 1, "currency": "USD"}}, "mailCost.currency", "NOT_FOUND"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_changes_nothing(
    shop: Any, owner: Asker, now: datetime, given: dict[str, Any], field: str, code: str
) -> None:
    """And says where: also what is right beside it stays as it was."""
    policy.decide(now=now, reporting_currency="EUR")
    right = {"shippingCosts": [{"channel": "eur", "amount": 3}]} if "shippingCosts" not in given else {}
    told = say(owner, **right, **given)
    assert told["settings"] is None
    assert [(one["field"], one["code"]) for one in told["errors"]] == [(field, code)]
    assert not any(model.objects.exists() for model in (DefaultMargin, ShippingCost, SendingCost))
