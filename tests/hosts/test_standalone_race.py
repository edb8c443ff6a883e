"""Two checkouts, one code, at the same moment: real threads, real transactions."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import OperationalError, connection, transaction

from saleor_relacional.flows import failures
from saleor_relacional.flows.incentives import entitlement
from saleor_relacional.hosts.base import Discount, VoucherRecipe
from saleor_relacional.hosts.standalone import models
from saleor_relacional.models import Entitlement
from tests.hosts.standalone import StandaloneShop
from tests.support.concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)
CODE = "407291836650"
OWNER = "ana@example.com"


def issue(shop: StandaloneShop, *, ours: bool) -> None:
    """Ten per cent for whoever has the code; when it is ours, bound to Ana."""
    now = shop.host.now()
    recipe = VoucherRecipe(
        key="race",
        name="Come back",
        discount=Discount.PERCENTAGE,
        value=Decimal(10),
        channels={"eur": "EUR"},
        starts_at=now,
        ends_at=now + timedelta(days=1),
    )
    if ours:
        owned = entitlement.OwnedCode(code=CODE, account=None, email=OWNER, expires_at=recipe.ends_at)
        entitlement.entitle([owned])
    shop.host.issue(recipe, [CODE])


def carrying(shop: StandaloneShop, email: str = OWNER) -> str:
    """An open checkout with the code on it."""
    checkout = shop.checkout(email=email)
    assert shop.put_code(checkout, CODE)
    return checkout


@pytest.mark.parametrize("attempt", range(5))
def test_one_of_two_gets_the_discount(shop: StandaloneShop, attempt: int) -> None:
    """Ana completes two baskets at once with her one code: one order has the discount, the other is refused whole."""
    issue(shop, ours=True)
    first, second = carrying(shop), carrying(shop)
    ends = at_once(lambda: shop.complete(first), lambda: shop.complete(second))
    won = [end for end in ends if end.order]
    assert len(won) == 1
    assert [end.refused for end in ends if not end.order] == ["VOUCHER_NOT_APPLICABLE"]
    assert [order.total for order in models.Order.objects.all()] == [Decimal("9.00")]
    assert models.Checkout.objects.count() == 1
    assert Entitlement.objects.get().holder == (first if ends[0].order else second)


def test_the_loser_can_buy_without_the_code(shop: StandaloneShop) -> None:
    """Nothing of the refused attempt sticks: taken off, the basket is bought at its price."""
    issue(shop, ours=True)
    first, second = carrying(shop), carrying(shop)
    assert shop.complete(first).order
    assert shop.complete(second).order is None
    shop.remove_code(second)
    assert shop.complete(second).order
    assert sorted(order.total for order in models.Order.objects.all()) == [Decimal("9.00"), Decimal("10.00")]


def test_one_checkout_completed_twice_at_once_is_one_order(shop: StandaloneShop) -> None:
    """A double click sells once."""
    checkout = shop.checkout(email=OWNER)
    ends = at_once(lambda: shop.complete(checkout), lambda: shop.complete(checkout))
    assert sorted(end.refused for end in ends) == ["", "NOT_FOUND"]
    assert models.Order.objects.count() == 1


def test_a_strangers_code_is_refused_and_not_burned(shop: StandaloneShop) -> None:
    """Mallory has Ana's code. It is refused at completion, nothing is sold, and Ana still gets her discount."""
    issue(shop, ours=True)
    refused = shop.complete(carrying(shop, "mallory@example.com"))
    assert (refused.order, refused.refused) == (None, "VOUCHER_NOT_APPLICABLE")
    assert models.Order.objects.count() == 0
    assert shop.complete(carrying(shop)).order
    assert models.Order.objects.get().total == Decimal("9.00")


def test_a_code_that_is_not_ours_is_none_of_our_business(shop: StandaloneShop) -> None:
    """The shop's own code is nobody's in particular: whoever has it uses it, and no entitlement is written."""
    issue(shop, ours=False)
    assert shop.complete(carrying(shop, "bea@example.com")).order
    assert Entitlement.objects.count() == 0


def test_the_sale_goes_through_while_our_entitlements_are_locked(shop: StandaloneShop) -> None:
    """Somebody holds the whole table of entitlements. The sale waits a moment and passes; the session's timeouts are as
    before."""
    issue(shop, ours=True)
    checkout = carrying(shop)
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Entitlement._meta.db_table} IN ACCESS EXCLUSIVE MODE")
            locked.set()
            done.wait(timeout=30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert locked.wait(timeout=10)
        assert shop.complete(checkout).order is not None
    finally:
        done.set()
        holder.join()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
        assert cursor.fetchone() == ("0", "0")


def test_the_sale_goes_through_without_our_entitlements_table(shop: StandaloneShop) -> None:
    """Half uninstalled: the table is gone, the sale is not."""
    issue(shop, ours=True)
    checkout = carrying(shop)
    table = Entitlement._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO away")
    try:
        assert shop.complete(checkout).order is not None
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE away RENAME TO {table}")
    assert models.Order.objects.get().total == Decimal("9.00")


def test_the_sale_goes_through_when_even_counting_the_error_fails(
    shop: StandaloneShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table of entitlements is gone and our counter cannot be reached: the buyer notices neither."""
    issue(shop, ours=True)
    checkout = carrying(shop)

    def unreachable(*_: object, **__: object) -> None:
        raise OperationalError("no connection")

    monkeypatch.setattr(entitlement, "check", unreachable)
    monkeypatch.setattr(failures, "count", unreachable)
    assert shop.complete(checkout).order is not None
    assert models.Order.objects.count() == 1
