"""Offers on an open checkout: what a code takes off it, computed by the host, and putting it on."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from saleor_relacional.hosts.base import Discount, VoucherRecipe
from saleor_relacional.hosts.facts import CheckoutFact, FactKind
from saleor_relacional.hosts.takes_off import TakesOff, WhyNot
from tests.hosts.driver import UNIT, Shop

CODE, OTHER = "407291836650", "518302947761"
NOWHERE = "00000000-0000-4000-8000-000000000000"


def effect(shop: Shop, checkout: str, code: str = CODE) -> TakesOff:
    """What one code takes off."""
    return shop.host.takes_off(checkout, [code], now=shop.host.now())[code]


def fact(shop: Shop, checkout: str) -> CheckoutFact:
    """The open checkout as the host tells it."""
    [found] = shop.host.fetch(FactKind.CHECKOUT, [checkout])
    assert isinstance(found, CheckoutFact)
    return found


class OffersContract:
    """Subclassed by contract.HostContract."""

    @pytest.fixture
    def third(self, shop: Shop) -> VoucherRecipe:
        """33 per cent in the euro channel: an amount that has to be rounded."""
        now = shop.host.now()
        return VoucherRecipe(
            key="version:1:rung:33:day:2026-03-16", name="Come back", discount=Discount.PERCENTAGE,
            value=Decimal(33), channels={"eur": "EUR"}, starts_at=now - timedelta(minutes=1),
            ends_at=now + timedelta(days=14),
        )  # fmt: skip

    def test_what_it_takes_off_is_what_the_order_is_less(self, shop: Shop, third: VoucherRecipe) -> None:
        """Said of an open checkout, put on, and granted: the same amount three times."""
        shop.host.issue(third, [CODE])
        checkout = shop.checkout(email="ana@example.com", quantity=3)
        assert effect(shop, checkout) == TakesOff(amount=Decimal("9.90"), currency="EUR")
        assert shop.host.put_on(checkout, CODE) is True
        assert effect(shop, checkout) == TakesOff(amount=Decimal("9.90"), currency="EUR", carried=True)
        order = shop.complete(checkout).order
        assert order is not None
        [sold] = shop.host.fetch(FactKind.ORDER, [order])
        assert (sold.total, sold.codes) == (Decimal("20.10"), (CODE,))  # type: ignore[union-attr]

    def test_asking_changes_nothing(self, shop: Shop, third: VoucherRecipe) -> None:
        """The checkout stays as it was, to the microsecond; so does one that carries another code."""
        shop.host.issue(third, [CODE, OTHER])
        plain, carrying = shop.checkout(email="ana@example.com"), shop.checkout(email="ana@example.com")
        assert shop.put_code(carrying, OTHER)
        shop.checkout_total(carrying)
        before = fact(shop, plain), fact(shop, carrying)
        for checkout in (plain, carrying):
            assert effect(shop, checkout).amount == Decimal("3.30")
        assert (fact(shop, plain), fact(shop, carrying)) == before
        assert shop.checkout_total(plain) == UNIT and shop.checkout_total(carrying) == Decimal("6.70")

    def test_in_place_of_another_code(self, shop: Shop, third: VoucherRecipe) -> None:
        """A second code takes the first one's place; both are measured against no code at all."""
        shop.host.issue(third, [CODE])
        shop.host.issue(replace(third, key="fixed", discount=Discount.FIXED, value=Decimal(4)), [OTHER])
        checkout = shop.checkout(email="ana@example.com")
        assert shop.put_code(checkout, CODE)
        found = shop.host.takes_off(checkout, [OTHER, CODE], now=shop.host.now())
        assert {code: (one.amount, one.carried) for code, one in found.items()} == {
            CODE: (Decimal("3.30"), True), OTHER: (Decimal(4), False),
        }  # fmt: skip
        assert shop.host.put_on(checkout, OTHER) is True
        assert shop.checkout_total(checkout) == Decimal("6.00") and fact(shop, checkout).code == OTHER

    def test_never_more_than_there_is_to_pay(self, shop: Shop, third: VoucherRecipe) -> None:
        """Fifty euros off a basket of ten take ten off."""
        shop.host.issue(replace(third, discount=Discount.FIXED, value=Decimal(50)), [CODE])
        assert effect(shop, shop.checkout(email="ana@example.com")).amount == UNIT

    def test_why_it_takes_nothing_off(self, shop: Shop, third: VoucherRecipe) -> None:
        """Nobody issued it; another channel's; nothing in the basket: a reason each, no amount, not put on."""
        shop.channel("usd", "USD")
        shop.host.issue(third, [CODE])
        here, empty = shop.checkout(email="ana@example.com"), shop.checkout(email="ana@example.com")
        dollars = shop.checkout(email="ana@example.com", channel="usd")
        shop.empty(empty)
        for checkout, code, reason in (
            (here, "GUESSED", WhyNot.NOT_WORKING), (dollars, CODE, WhyNot.CHANNEL), (empty, CODE, WhyNot.EMPTY),
        ):  # fmt: skip
            found = effect(shop, checkout, code)
            assert (found.amount, found.why_not, found.carried) == (0, reason, False)
            assert reason is WhyNot.EMPTY or shop.host.put_on(checkout, code) is False
        assert fact(shop, here).code == "" == fact(shop, dollars).code

    def test_a_code_that_staff_deleted_under_an_open_checkout(self, shop: Shop, third: VoucherRecipe) -> None:
        """The checkout still carries it; it takes nothing off, and completing does not grant it."""
        shop.host.issue(third, [CODE])
        checkout = shop.checkout(email="ana@example.com")
        assert shop.put_code(checkout, CODE)
        shop.delete_voucher(CODE)
        found = effect(shop, checkout)
        assert (found.amount, found.why_not, found.carried) == (0, WhyNot.NOT_WORKING, True)
        assert shop.complete(checkout).order is None

    def test_a_checkout_that_is_not_there(self, shop: Shop, third: VoucherRecipe) -> None:
        """Gone, never there, or no key at all: no answer and no error."""
        shop.host.issue(third, [CODE])
        gone = shop.checkout(email="ana@example.com")
        shop.abandon(gone)
        for checkout in (gone, NOWHERE, "no key"):
            assert shop.host.takes_off(checkout, [CODE], now=shop.host.now()) == {}
            assert shop.host.put_on(checkout, CODE) is False

    def test_putting_on_twice_is_once(self, shop: Shop, third: VoucherRecipe) -> None:
        """The second time nothing changes, so that nobody is told again."""
        shop.host.issue(third, [CODE])
        checkout = shop.checkout(email="ana@example.com")
        assert shop.host.put_on(checkout, CODE) is True
        once = fact(shop, checkout)
        assert shop.host.put_on(checkout, CODE) is True
        assert fact(shop, checkout) == once
