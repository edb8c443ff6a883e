"""Margin from Saleor's own cost prices, taxes, vouchers, refunds and returns, bought at a real checkout."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.saleor.e2e import behind, operations
from tests.saleor.e2e.storefront import Storefront, key, within

SECONDS = 5.0


@pytest.fixture
def taxed() -> Iterator[None]:
    """Prices include 25 % of tax for whoever lives in the United States; as it was afterwards."""
    from saleor.tax.models import TaxClass, TaxClassCountryRate, TaxConfiguration

    rates = TaxClassCountryRate.objects.filter(country="US")
    before = list(rates)
    configured = list(TaxConfiguration.objects.values_list("pk", "charge_taxes", "prices_entered_with_tax"))
    rates.delete()
    TaxClassCountryRate.objects.bulk_create(
        [
            TaxClassCountryRate(tax_class=kind, country="US", rate=25)
            for kind in (None, *TaxClass.objects.all())
        ]
    )
    TaxConfiguration.objects.update(charge_taxes=True, prices_entered_with_tax=True)
    yield
    rates.delete()
    TaxClassCountryRate.objects.bulk_create(before)
    for pk, charge, entered in configured:
        TaxConfiguration.objects.filter(pk=pk).update(charge_taxes=charge, prices_entered_with_tax=entered)


def test_what_an_order_leaves(saleor: Storefront, somebody: str, taxed: None) -> None:
    """Two cups at 40.00 with 25 % of tax, each of which cost 12.00; 10 % off by a code; 5.00 for sending, which costs
    the shop 3.00. Without tax 57.60 − 24.00 + 4.00 − 3.00. One comes back and 36.00 with it: 28.80 less, 12.00 more. A
    new cost price changes nothing of it."""
    channel = saleor.channel()
    said(saleor, channel, Decimal(12))
    given = {"shippingCosts": [{"channel": channel, "amount": 3}]}
    saleor.ask(operations.MARGIN_SETTINGS, token=saleor.staff(), input=given)
    user = _global("User", saleor.account(somebody))
    code = behind.personal_code(somebody, percent=10, channel=channel)
    order = saleor.buy(somebody, token=saleor.login(somebody), quantity=2, code=code, channel=channel)
    assert order.total == 77

    def told() -> tuple[Any, ...] | None:
        found = saleor.ask(operations.MARGIN, token=saleor.staff(), id=user)["relationship"]
        each = found["margin"]["perCurrency"] if found and found["margin"] else []
        return next(
            (
                (one["margin"] and one["margin"]["amount"], one["net"]["amount"], one["knownShare"])
                for one in each
            ),
            None,
        )

    assert within(SECONDS, told) == (34.6, 57.6, 1.0)
    saleor.fulfil(order)
    send_back(saleor, order.id, 1)
    saleor.refund(order, Decimal("36.00"))
    assert within(SECONDS, lambda: told() == (17.8, 57.6, 1.0)), told()
    said(saleor, channel, Decimal(20))
    behind.record("order", [key(order.id)])
    assert told() == (17.8, 57.6, 1.0)
    saleor.ask(operations.MARGIN_SETTINGS, token=saleor.staff(), input={"shippingCosts": []})


def said(saleor: Storefront, channel: str, cost: Decimal) -> None:
    """Staff say what a cup costs the shop."""
    known = saleor.ask(operations.CHANNEL_ID, token=saleor.staff(), slug=channel)["id"]
    given = {"variant": saleor.variant(), "channel": known, "cost": str(cost)}
    saleor.ask(operations.COST, token=saleor.staff(), **given)


def send_back(saleor: Storefront, order: str, quantity: int) -> None:
    """So many have come back; Saleor calls the order partially returned."""
    ((line,),) = [
        each["lines"]
        for each in saleor.ask(operations.FULFILLED, token=saleor.staff(), id=order)["fulfillments"]
    ]
    back = [{"fulfillmentLineId": line["id"], "quantity": quantity}]
    made = saleor.ask(operations.RETURN, token=saleor.staff(), id=order, lines=back)
    assert made["order"]["status"] == "PARTIALLY_RETURNED"


def _global(kind: str, reference: str) -> str:
    from graphql_relay import to_global_id

    return str(to_global_id(kind, reference))
