"""An order is in the buyer's relationship within seconds, however it was paid; what it leaves is there as soon."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.saleor.e2e import behind, operations
from tests.saleor.e2e.storefront import Storefront, key, within

SECONDS = 5.0
"""What issue and admin are promised: from the order to the new belief."""


@pytest.mark.parametrize("legacy", [False, True], ids=["transaction", "legacy"])
def test_a_purchase_is_in_my_relationship_within_five_seconds(
    saleor: Storefront, somebody: str, legacy: bool
) -> None:
    """Ana, logged in, buys once and asks who she is to the shop: new, with one purchase and a window for the next."""
    saleor.account(somebody)
    ana = saleor.login(somebody)
    saleor.buy(somebody, token=ana, legacy=legacy)
    assert within(SECONDS, lambda: (saleor.relationship(ana) or {}).get("stage") == "NEW")
    found = saleor.relationship(ana)
    assert found["purchases"] == 1
    assert found["rhythm"]["expectedNextOrder"]["until"] > found["rhythm"]["expectedNextOrder"]["from"]
    assert found["offers"] == []


def test_a_refund_lowers_what_was_kept(saleor: Storefront, somebody: str) -> None:
    """Staff sees sold less refunded, to the cent, once the payment app has reported the refund."""
    account = saleor.account(somebody)
    ana = saleor.login(somebody)
    order = saleor.buy(somebody, token=ana)
    user = _global("User", account)

    def kept() -> Decimal | None:
        told = saleor.ask(operations.PROFILE, token=saleor.staff(), id=user)["relationship"]
        return Decimal(str(told["kept"]["amount"])) if told and told["kept"] else None

    assert within(SECONDS, kept) == order.total
    saleor.refund(order, Decimal("3.00"))
    assert within(SECONDS, lambda: kept() == order.total - Decimal("3.00"))


def test_a_cancelled_order_is_no_purchase(saleor: Storefront, somebody: str) -> None:
    """Ana's only order is cancelled: a prospect, with nothing kept."""
    saleor.account(somebody)
    ana = saleor.login(somebody)
    order = saleor.buy(somebody, token=ana)
    assert within(SECONDS, lambda: (saleor.relationship(ana) or {}).get("purchases") == 1)
    saleor.cancel(order)
    assert within(SECONDS, lambda: (saleor.relationship(ana) or {}).get("purchases") == 0)


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
