"""Vouchers: what a code is worth, where and when, and what becomes of it."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from saleor_relacional.hosts.base import Discount, Holder, VoucherRecipe
from saleor_relacional.hosts.facts import FactKind, OrderFact
from saleor_relacional.hosts.listed import Listed
from tests.hosts.driver import UNIT, Shop

CODE, OTHER = "407291836650", "518302947761"


class VouchersContract:
    """Subclassed by contract.HostContract."""

    @pytest.fixture
    def ten_per_cent(self, shop: Shop) -> VoucherRecipe:
        """Ten per cent in the euro channel, for a fortnight."""
        now = shop.host.now()
        return VoucherRecipe(
            key="version:1:rung:1:day:2026-03-16",
            name="Come back",
            discount=Discount.PERCENTAGE,
            value=Decimal(10),
            channels={"eur": "EUR"},
            starts_at=now - timedelta(minutes=1),
            ends_at=now + timedelta(days=14),
        )

    def test_per_cent(self, shop: Shop, ten_per_cent: VoucherRecipe) -> None:
        """Ana pays 18 instead of 20, and the order says which code it used."""
        shop.host.issue(ten_per_cent, [CODE])
        checkout = shop.checkout(email="ana@example.com", quantity=2)
        assert shop.put_code(checkout, CODE) is True
        assert shop.checkout_total(checkout) == Decimal("18.00")
        order = shop.complete(checkout).order
        assert order is not None
        fact = shop.host.fetch(FactKind.ORDER, [order])[0]
        assert isinstance(fact, OrderFact)
        assert (fact.total, fact.codes, fact.discount) == (Decimal("18.00"), (CODE,), Decimal("2.00"))
        assert sum(line.total for line in fact.lines) == Decimal("18.00")

    def test_what_a_voucher_was_issued_as(self, shop: Shop, ten_per_cent: VoucherRecipe) -> None:
        """Its key, from the shop's own reference; of another, or of none, nothing."""
        shop.host.issue(ten_per_cent, [CODE])
        assert shop.host.issued_as(shop.voucher_of(CODE)) == ten_per_cent.key
        assert shop.host.issued_as("0") == shop.host.issued_as("nonsense") == shop.host.issued_as("") == ""

    def test_fixed_amount(self, shop: Shop, ten_per_cent: VoucherRecipe) -> None:
        """Three euros off, in the channel's own currency."""
        recipe = replace(ten_per_cent, key="fixed", discount=Discount.FIXED, value=Decimal(3))
        shop.host.issue(recipe, [CODE])
        checkout = shop.checkout(email="ana@example.com")
        assert shop.put_code(checkout, CODE)
        assert shop.checkout_total(checkout) == Decimal("7.00")

    def test_an_amount_larger_than_the_basket_makes_it_free_not_negative(
        self, shop: Shop, ten_per_cent: VoucherRecipe
    ) -> None:
        """Fifty euros off a basket of ten."""
        recipe = replace(ten_per_cent, key="large", discount=Discount.FIXED, value=Decimal(50))
        shop.host.issue(recipe, [CODE])
        checkout = shop.checkout(email="ana@example.com")
        assert shop.put_code(checkout, CODE)
        assert shop.checkout_total(checkout) == Decimal("0.00")

    @pytest.mark.parametrize(
        ("discount", "value", "total", "off"),
        [
            (Discount.PERCENTAGE, 100, "0.00", "20.00"), (Discount.FIXED, 50, "0.00", "20.00"),
            (Discount.FIXED, 3, "17.00", "3.00"), (Discount.PERCENTAGE, 33, "13.40", "6.60"),
        ],
    )  # fmt: skip
    def test_an_order_says_what_its_code_took_off(
        self, shop: Shop, ten_per_cent: VoucherRecipe, discount: Discount, value: int, total: str, off: str
    ) -> None:
        """What would have been paid less what was paid: also where nothing was paid, and never more than the basket."""
        shop.host.issue(replace(ten_per_cent, key="any", discount=discount, value=Decimal(value)), [CODE])
        checkout = shop.checkout(email="ana@example.com", quantity=2)
        assert shop.put_code(checkout, CODE)
        order = shop.complete(checkout).order
        assert order is not None
        (fact,) = shop.host.fetch(FactKind.ORDER, [order])
        assert isinstance(fact, OrderFact)
        assert (fact.total, fact.discount) == (Decimal(total), Decimal(off))

    def test_an_order_without_a_code_has_no_discount(self, shop: Shop) -> None:
        """Full price."""
        order = shop.complete(shop.checkout(email="ana@example.com")).order
        assert order is not None
        (fact,) = shop.host.fetch(FactKind.ORDER, [order])
        assert isinstance(fact, OrderFact) and fact.discount == 0

    def test_issuing_twice_makes_one_voucher_and_keeps_spent_codes_spent(
        self, shop: Shop, ten_per_cent: VoucherRecipe
    ) -> None:
        """A retry after a crash repeats itself: Ana's spent code does not come to life, Bea's is added."""
        shop.host.issue(ten_per_cent, [CODE])
        checkout = shop.checkout(email="ana@example.com")
        shop.put_code(checkout, CODE)
        assert shop.complete(checkout).order
        shop.host.issue(ten_per_cent, [CODE, OTHER])
        shop.host.issue(ten_per_cent, [CODE, OTHER])
        assert shop.put_code(shop.checkout(email="ana@example.com"), CODE) is False
        assert shop.put_code(shop.checkout(email="bea@example.com"), OTHER) is True
        assert shop.host.end_vouchers() == 1

    def test_a_code_is_worth_something_once(self, shop: Shop, ten_per_cent: VoucherRecipe) -> None:
        """Ana's second basket pays in full."""
        shop.host.issue(ten_per_cent, [CODE])
        first = shop.checkout(email="ana@example.com")
        shop.put_code(first, CODE)
        assert shop.complete(first).order
        second = shop.checkout(email="ana@example.com")
        assert shop.put_code(second, CODE) is False
        assert shop.checkout_total(second) == UNIT

    def test_only_the_listed_channels(self, shop: Shop, ten_per_cent: VoucherRecipe) -> None:
        """Promised in euros; the dollar channel knows nothing of it."""
        shop.channel("usd", "USD")
        shop.host.issue(ten_per_cent, [CODE])
        dollars = shop.checkout(email="ana@example.com", channel="usd")
        assert shop.put_code(dollars, CODE) is False
        assert shop.checkout_total(dollars) == UNIT
        assert shop.put_code(shop.checkout(email="ana@example.com"), CODE) is True

    def test_a_code_that_nobody_issued_gives_nothing(self, shop: Shop) -> None:
        """Guessing does not help."""
        checkout = shop.checkout(email="ana@example.com")
        assert shop.put_code(checkout, "GUESSED") is False
        assert shop.checkout_total(checkout) == UNIT

    def test_before_its_time_and_after_it(self, shop: Shop, ten_per_cent: VoucherRecipe) -> None:
        """The host itself refuses what has not begun or is over, without us."""
        now = shop.host.now()
        over = replace(
            ten_per_cent, key="over", starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=1)
        )
        early = replace(ten_per_cent, key="early", starts_at=now + timedelta(days=1))
        shop.host.issue(over, [CODE])
        shop.host.issue(early, [OTHER])
        checkout = shop.checkout(email="ana@example.com")
        assert shop.put_code(checkout, CODE) is False
        assert shop.put_code(checkout, OTHER) is False

    def test_expiry_during_an_open_checkout(
        self, shop: Shop, ten_per_cent: VoucherRecipe, now: datetime
    ) -> None:
        """Ana put the code on in time and completes too late: no discount, and no order for less."""
        if not shop.clock_moves:
            pytest.skip("this host's clock cannot be moved; its own tests expire the voucher row instead")
        shop.host.issue(ten_per_cent, [CODE])
        checkout = shop.checkout(email="ana@example.com")
        assert shop.put_code(checkout, CODE) is True
        shop.set_clock(ten_per_cent.ends_at)
        ended = shop.complete(checkout)
        assert ended.order is None
        assert ended.refused

    def test_withdrawn_codes_work_no_longer(self, shop: Shop, ten_per_cent: VoucherRecipe) -> None:
        """Ana's is withdrawn, Bea's of the same voucher still works; unknown codes are no error."""
        shop.host.issue(ten_per_cent, [CODE, OTHER])
        shop.host.withdraw([CODE, "NEVER ISSUED"])
        assert shop.put_code(shop.checkout(email="ana@example.com"), CODE) is False
        assert shop.put_code(shop.checkout(email="bea@example.com"), OTHER) is True
        assert shop.host.give_back(CODE) is False
        assert shop.put_code(shop.checkout(email="ana@example.com"), CODE) is False

    def test_a_spent_code_is_given_back_when_its_order_is_cancelled(
        self, shop: Shop, ten_per_cent: VoucherRecipe
    ) -> None:
        """The host keeps it spent after a cancellation; given back it works once more, and once only."""
        shop.host.issue(ten_per_cent, [CODE])
        checkout = shop.checkout(email="ana@example.com")
        shop.put_code(checkout, CODE)
        order = shop.complete(checkout).order
        assert order is not None
        shop.cancel(order)
        assert shop.put_code(shop.checkout(email="ana@example.com"), CODE) is False
        assert [shop.host.give_back(CODE), shop.host.give_back(CODE)] == [True, True]
        again = shop.checkout(email="ana@example.com")
        assert shop.put_code(again, CODE) is True
        assert shop.checkout_total(again) == Decimal("9.00")
        assert shop.complete(again).order
        assert shop.put_code(shop.checkout(email="ana@example.com"), CODE) is False

    def test_what_cannot_be_given_back(self, shop: Shop, ten_per_cent: VoucherRecipe) -> None:
        """An unknown code cannot, and neither can one whose voucher has ended since it was spent."""
        assert shop.host.give_back("NEVER ISSUED") is False
        shop.host.issue(ten_per_cent, [CODE])
        checkout = shop.checkout(email="ana@example.com")
        shop.put_code(checkout, CODE)
        assert shop.complete(checkout).order
        shop.host.end_vouchers()
        assert shop.host.give_back(CODE) is False

    def test_taking_a_code_off(self, shop: Shop, ten_per_cent: VoucherRecipe) -> None:
        """A stranger's basket pays in full again; taking off twice, or another code, changes nothing."""
        shop.host.issue(ten_per_cent, [CODE, OTHER])
        checkout = shop.checkout(email="mallory@example.com")
        shop.put_code(checkout, CODE)
        assert shop.host.take_off(checkout, OTHER) is False
        assert shop.checkout_total(checkout) == Decimal("9.00")
        assert shop.host.take_off(checkout, CODE) is True
        assert shop.checkout_total(checkout) == UNIT
        assert shop.host.take_off(checkout, CODE) is False
        assert shop.put_code(shop.checkout(email="ana@example.com"), CODE) is True

    def test_taking_off_a_checkout_that_is_gone(self, shop: Shop, ten_per_cent: VoucherRecipe) -> None:
        """No error: it is not on it any more."""
        shop.host.issue(ten_per_cent, [CODE])
        checkout = shop.checkout(email="mallory@example.com")
        shop.put_code(checkout, CODE)
        shop.abandon(checkout)
        assert shop.host.take_off(checkout, CODE) is False

    def test_what_became_of_the_holder(self, shop: Shop, ten_per_cent: VoucherRecipe) -> None:
        """Carried, dropped, carried again, ordered: an entitlement passes on only where it should."""
        shop.host.issue(ten_per_cent, [CODE])
        checkout = shop.checkout(email="ana@example.com")
        assert shop.host.holder(checkout, CODE) is Holder.DROPPED
        shop.put_code(checkout, CODE)
        assert shop.host.holder(checkout, CODE) is Holder.CARRIES
        assert shop.host.holder(checkout, OTHER) is Holder.DROPPED
        shop.remove_code(checkout)
        assert shop.host.holder(checkout, CODE) is Holder.DROPPED
        shop.put_code(checkout, CODE)
        order = shop.complete(checkout).order
        assert order is not None
        assert shop.host.holder(checkout, CODE) is Holder.ORDERED

    def test_an_order_without_the_code_does_not_hold_it(
        self, shop: Shop, ten_per_cent: VoucherRecipe
    ) -> None:
        """Ana put her code on, took it off, and bought at full price: it is hers to use another time."""
        shop.host.issue(ten_per_cent, [CODE])
        checkout = shop.checkout(email="ana@example.com")
        shop.put_code(checkout, CODE)
        shop.remove_code(checkout)
        assert shop.complete(checkout).order
        assert shop.host.holder(checkout, CODE) is Holder.GONE
        assert shop.put_code(shop.checkout(email="ana@example.com"), CODE) is True

    def test_a_holder_whose_order_was_cancelled_or_never_came_is_gone(
        self, shop: Shop, ten_per_cent: VoucherRecipe
    ) -> None:
        """Neither a cancelled order nor a cleared checkout holds a code."""
        shop.host.issue(ten_per_cent, [CODE, OTHER])
        ana, bea = shop.checkout(email="ana@example.com"), shop.checkout(email="bea@example.com")
        shop.put_code(ana, CODE)
        shop.put_code(bea, OTHER)
        order = shop.complete(ana).order
        assert order is not None
        shop.cancel(order)
        shop.abandon(bea)
        assert shop.host.holder(ana, CODE) is Holder.GONE
        assert shop.host.holder(bea, OTHER) is Holder.GONE
        assert shop.host.holder("00000000-0000-4000-8000-000000000000", CODE) is Holder.GONE

    def test_ending_all_vouchers(self, shop: Shop, ten_per_cent: VoucherRecipe) -> None:
        """Uninstalling ends ours, each once."""
        shop.host.issue(ten_per_cent, [CODE])
        shop.host.issue(replace(ten_per_cent, key="another"), [OTHER])
        assert shop.host.end_vouchers() == 2
        assert shop.put_code(shop.checkout(email="ana@example.com"), CODE) is False
        assert shop.put_code(shop.checkout(email="bea@example.com"), OTHER) is False
        assert shop.host.end_vouchers() == 0

    def test_what_works_now_and_where(self, shop: Shop, ten_per_cent: VoucherRecipe) -> None:
        """Before it is issued, while it works, once it is spent, and when it is withdrawn; in one query."""
        assert shop.host.working([CODE, OTHER], now=shop.host.now()) == {}
        shop.host.issue(ten_per_cent, [CODE, OTHER])
        assert shop.host.working([CODE, OTHER, "nobody's"], now=shop.host.now()) == {
            code: {"eur": Listed(discount="percentage", value=Decimal(10))} for code in (CODE, OTHER)
        }
        checkout = shop.checkout(email="ana@example.com")
        assert shop.put_code(checkout, CODE) and shop.complete(checkout).order
        assert set(shop.host.working([CODE, OTHER], now=shop.host.now())) == {OTHER}
        shop.host.withdraw([OTHER])
        assert shop.host.working([CODE, OTHER], now=shop.host.now()) == {}

    def test_a_voucher_that_ended_or_has_not_begun_works_nowhere(
        self, shop: Shop, ten_per_cent: VoucherRecipe
    ) -> None:
        """Yesterday's, and tomorrow's."""
        now = shop.host.now()
        past = replace(
            ten_per_cent, key="past", starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=1)
        )
        coming = replace(ten_per_cent, key="coming", starts_at=now + timedelta(days=1))
        shop.host.issue(past, [CODE])
        shop.host.issue(coming, [OTHER])
        assert shop.host.working([CODE, OTHER], now=shop.host.now()) == {}

    def test_a_voucher_that_staff_deleted_is_not_there(self, shop: Shop, ten_per_cent: VoucherRecipe) -> None:
        """Whoever issues asks first, so that it does not come back."""
        assert not shop.host.has_voucher(ten_per_cent.key)
        shop.host.issue(ten_per_cent, [CODE])
        assert shop.host.has_voucher(ten_per_cent.key)
        shop.delete_voucher(CODE)
        assert not shop.host.has_voucher(ten_per_cent.key)
        assert shop.host.working([CODE], now=shop.host.now()) == {}
