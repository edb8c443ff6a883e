"""What only Saleor's tables can hold, and what it means."""

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from saleor.account.models import Address, User
from saleor.order import OrderStatus
from saleor.order.models import Order
from saleor.payment import TransactionEventType, TransactionKind
from saleor.payment.models import Payment
from saleor.plugins.models import PluginConfiguration

from saleor_relacional.hosts.facts import CustomerFact, FactKind, OrderFact, OrderState
from tests.hosts.driver import UNIT
from tests.saleor.contract.shop import SaleorShop

pytestmark = pytest.mark.django_db


def told(shop: SaleorShop, order: str) -> OrderFact:
    (fact,) = shop.host.fetch(FactKind.ORDER, [order])
    assert isinstance(fact, OrderFact)
    return fact


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("draft", OrderState.PENDING),
        ("unconfirmed", OrderState.PENDING),
        ("expired", OrderState.PENDING),
        ("unfulfilled", OrderState.COUNTS),
        ("partially fulfilled", OrderState.COUNTS),
        ("fulfilled", OrderState.COUNTS),
        ("partially_returned", OrderState.COUNTS),
        ("returned", OrderState.COUNTS),
        ("canceled", OrderState.WITHDRAWN),
        ("invented by a later Saleor", OrderState.PENDING),
    ],
)
def test_every_status_has_a_meaning(shop: SaleorShop, status: str, state: OrderState) -> None:
    """A status that nobody has thought about yet is no purchase."""
    order = shop.order(email="ana@example.com")
    Order.objects.filter(pk=order).update(status=status)
    assert told(shop, order).state is state


@pytest.mark.parametrize(
    ("undiscounted", "discounts", "taken_off"),
    [
        (
            "25.00",
            {"voucher": "5.00"},
            "5.000",
        ),  # a voucher for shipping is an order's discount like any other
        ("26.00", {"voucher": "4.50", "order_promotion": "1.50"}, "4.500"),
        ("20.00", {"voucher": "5.00"}, "5.000"),  # no total before discounts was kept
        ("26.00", {"order_promotion": "6.00"}, "0"),
    ],
)
def test_what_a_code_took_off(
    shop: SaleorShop, undiscounted: str, discounts: dict[str, str], taken_off: str
) -> None:
    """Of an order of 20: its code's part of what the total was reduced by; promotions have theirs."""
    order = shop.order(email="ana@example.com", total=Decimal("20.00"))
    row = Order.objects.get(pk=order)
    Order.objects.filter(pk=order).update(
        voucher_code="CODE", undiscounted_total_gross_amount=Decimal(undiscounted)
    )
    for kind, amount in discounts.items():
        row.discounts.create(type=kind, amount_value=Decimal(amount), currency=row.currency)
    assert told(shop, order).discount == Decimal(taken_off)


def test_saleor_invents_no_status_without_our_noticing() -> None:
    """The table of translation is whole for this Saleor."""
    from saleor_relacional.hosts.saleor import facts

    assert {status for status, _ in OrderStatus.CHOICES} == set(facts.STATES)


def test_a_strangers_unconfirmed_account_gets_no_guest_order(shop: SaleorShop) -> None:
    """Mallory registered with Ana's address. Ana buys as a guest, and Saleor joins the order to Mallory's account; we
    do not vouch for that until the address is confirmed."""
    mallory = shop.customer("ana@example.com", confirmed=False)
    order = shop.complete(shop.checkout(email="ana@example.com")).order
    assert order is not None
    assert str(Order.objects.get(pk=order).user_id) == mallory
    assert (told(shop, order).customer, told(shop, order).vouched) == (mallory, False)
    User.objects.filter(pk=mallory).update(is_confirmed=True)
    assert (told(shop, order).customer, told(shop, order).vouched) == (mallory, True)


@pytest.mark.parametrize(
    ("by_mail", "without", "then"),
    [(True, False, True), (True, True, None), (False, False, None), (False, True, None)],
)
def test_whether_a_buyer_was_confirmed_when_they_bought(
    shop: SaleorShop, site_settings: Any, by_mail: bool, without: bool, then: bool | None
) -> None:
    """Saleor keeps no date of a confirmation. Of somebody who is confirmed now it can be told where nobody logs in
    unconfirmed; elsewhere it is left to us. Of somebody who is not, and of a guest, there is no doubt."""
    site_settings.enable_account_confirmation_by_email = by_mail
    site_settings.allow_login_without_confirmation = without
    site_settings.save(
        update_fields=["enable_account_confirmation_by_email", "allow_login_without_confirmation"]
    )
    sam = shop.customer("sam@example.com", confirmed=False)
    order = shop.order(customer=sam, email="mother@example.com")
    assert told(shop, order).vouched_then is False
    User.objects.filter(pk=sam).update(is_confirmed=True)
    assert told(shop, order).vouched_then is then
    assert told(shop, shop.order(email="guest@example.com")).vouched_then is True


def test_unpaid_orders_count_by_setting_and_a_refund_makes_none_unpaid(shop: SaleorShop) -> None:
    """A shop that counts paid orders only: Ana's is pending, counts when she pays, and still counts when all of it
    went back, though Saleor then says that nothing is charged."""
    PluginConfiguration.objects.create(
        identifier="saleor_relacional",
        active=True,
        configuration=[{"name": "count-unpaid-orders", "value": False}],
    )
    order = shop.order(email="ana@example.com", total=UNIT)
    assert told(shop, order).state is OrderState.PENDING
    shop.refund(order, Decimal("1.00"))  # pays first
    assert told(shop, order).state is OrderState.COUNTS
    shop.refund(order, Decimal("9.00"))
    assert Order.objects.get(pk=order).total_charged_amount == 0
    assert told(shop, order).state is OrderState.COUNTS


def test_a_refund_of_the_legacy_payments(shop: SaleorShop) -> None:
    """Successful ones, dated by their transaction; a failed try and a void are no refund; a reversal takes it back."""
    order = shop.order(email="ana@example.com", total=UNIT)
    payment = Payment.objects.create(
        order_id=order, gateway="mirumee.payments.dummy", total=UNIT, captured_amount=UNIT, currency="EUR"
    )

    def txn(kind: str, amount: str, *, success: bool = True) -> Any:
        return payment.transactions.create(
            kind=kind,
            amount=Decimal(amount),
            currency="EUR",
            is_success=success,
            token=uuid.uuid4().hex,
            gateway_response={},
        )

    txn(TransactionKind.CAPTURE, "10.00")
    given = txn(TransactionKind.REFUND, "4.00")
    txn(TransactionKind.REFUND, "6.00", success=False)
    txn(TransactionKind.VOID, "6.00")
    (refund,) = told(shop, order).refunds
    assert (refund.reference, refund.amount) == (f"payment:{given.pk}", Decimal("4.00"))
    assert refund.happened_at == given.created_at
    txn(TransactionKind.REFUND_REVERSED, "4.00")
    assert told(shop, order).refunds == ()


def test_refunds_add_up_to_what_saleor_holds_for_refunded(shop: SaleorShop) -> None:
    """A total that no event explains is dated by the transaction; a reversal takes back the latest first."""
    order = shop.order(email="ana@example.com", total=UNIT)
    shop.refund(order, Decimal("3.00"))
    shop.refund(order, Decimal("2.00"))
    paid = Order.objects.get(pk=order).payment_transactions.get()
    type(paid).objects.filter(pk=paid.pk).update(refunded_value=Decimal("6.00"))
    assert sum(refund.amount for refund in told(shop, order).refunds) == Decimal("6.00")
    type(paid).objects.filter(pk=paid.pk).update(refunded_value=Decimal("4.00"))
    amounts = [refund.amount for refund in told(shop, order).refunds]
    assert amounts == [Decimal("3.00"), Decimal("1.00")]
    paid.events.filter(type=TransactionEventType.REFUND_SUCCESS).update(include_in_calculations=False)
    type(paid).objects.filter(pk=paid.pk).update(refunded_value=Decimal(0))
    assert told(shop, order).refunds == ()


def test_an_order_is_billed_where_nothing_is_shipped(shop: SaleorShop) -> None:
    """The parcel's address wins; the bill's stands in where there is none."""
    order = shop.order(email="ana@example.com", country="ES", postal_code="28001")
    bill = Address.objects.create(country="PT", postal_code="1000-205", country_area="Lisboa")
    Order.objects.filter(pk=order).update(billing_address=bill)
    assert (told(shop, order).country, told(shop, order).postal_code) == ("ES", "28001")
    Order.objects.filter(pk=order).update(shipping_address=None)
    assert (told(shop, order).country, told(shop, order).postal_code) == ("PT", "1000-205")
    assert told(shop, order).region == "Lisboa"


def test_a_batch_costs_as_many_queries_as_one(shop: SaleorShop, django_assert_max_num_queries: Any) -> None:
    """A page of a sweep: prefetched, never row by row."""
    ana = shop.customer("ana@example.com")
    orders = [shop.order(customer=ana) for _ in range(12)]
    for order in orders[:3]:
        shop.refund(order, Decimal("1.00"))
    with django_assert_max_num_queries(8):
        assert len(shop.host.fetch(FactKind.ORDER, orders)) == 12
    later = timezone.now() + timedelta(hours=1)
    with django_assert_max_num_queries(1):
        assert len(shop.host.changed(FactKind.ORDER, after=None, until=later, limit=50).references) == 12


def test_staff_are_customers_once_they_have_bought(shop: SaleorShop) -> None:
    """Nobody writes to the shop's own people for being there."""
    clerk = shop.staff()
    (idle,) = shop.host.fetch(FactKind.CUSTOMER, [clerk])
    shop.order(customer=clerk)
    (bought,) = shop.host.fetch(FactKind.CUSTOMER, [clerk])
    assert isinstance(idle, CustomerFact) and isinstance(bought, CustomerFact)
    assert (idle.reference, idle.customer, bought.customer) == (clerk, False, True)
