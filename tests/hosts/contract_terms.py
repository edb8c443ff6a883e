"""Vouchers on terms: for how much, from how much on, for what, where to, once or on every line. What a checkout costs
with them is the same on every host, to the cent."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.hosts.base import Discount, VoucherRecipe
from saleor_relacional.hosts.facts import FactKind, OrderFact
from saleor_relacional.hosts.listed import Listed
from tests.hosts.driver import Shelved, Shop

CODE = "407291836650"
TEA, POT, CUP = "3.33", "10.00", "4.50"


class VoucherTermsContract:
    """Subclassed by contract.HostContract."""

    @pytest.fixture
    def recipe(self, shop: Shop) -> VoucherRecipe:
        """Fifteen per cent of everything in the euro channel."""
        now = shop.host.now()
        return VoucherRecipe(
            key="offer", name="Come back", discount=Discount.PERCENTAGE, value=Decimal(15), channels={"eur": "EUR"},
            starts_at=now - timedelta(minutes=1), ends_at=now + timedelta(days=14),
        )  # fmt: skip

    @pytest.fixture
    def goods(self, shop: Shop) -> Mapping[str, Shelved]:
        """Green tea at 3.33 stands on the shelf below drinks, a pot at 10 and a cup at 4.50 on that of crockery."""
        drinks = shop.category("Hot drinks")
        leaves, crockery = shop.category("Leaves", below=drinks), shop.category("Crockery")
        return {
            "tea": shop.product("Green tea", TEA, category=leaves),
            "pot": shop.product("Pot", POT, category=crockery),
            "cup": shop.product("Cup", CUP, category=crockery),
        }

    def basket(self, shop: Shop, goods: Mapping[str, Shelved], **quantities: int) -> str:
        """Ana's open checkout."""
        return shop.fill({goods[name].variant: quantity for name, quantity in quantities.items()})

    @pytest.mark.parametrize(
        "terms",
        [
            {"minimum": {"EUR": Decimal(20)}},
            {"discount": Discount.FIXED, "amounts": {"EUR": Decimal("7.25")}},
            {"discount": Discount.SHIPPING, "value": Decimal(100), "countries": ["ES", "PT"]},
            {"value": Decimal(100), "variants": ["pot"], "once_per_order": True},
            {"products": ["tea", "cup"]},
        ],
    )
    def test_what_a_voucher_says_by_now(
        self, shop: Shop, recipe: VoucherRecipe, goods: Mapping[str, Shelved], terms: dict[str, Any]
    ) -> None:
        """As it was issued, kind by kind; and, once staff have changed it, as they did."""
        named = {
            **terms,
            **{
                kind: [getattr(goods[name], kind[:-1]) for name in terms[kind]]
                for kind in ("products", "variants")
                if kind in terms
            },
        }
        issued = replace(recipe, **named)
        shop.host.issue(issued, [CODE])
        said = Listed(
            discount=issued.discount.value, value=issued.worth("EUR"), minimum=issued.minimum.get("EUR"),
            products=frozenset(issued.products), variants=frozenset(issued.variants),
            countries=frozenset(issued.countries), once_per_order=issued.once_per_order,
        )  # fmt: skip
        assert shop.host.working([CODE], now=shop.host.now()) == {CODE: {"eur": said}}
        shop.edit_voucher(CODE, value=Decimal(50), minimum=Decimal(30))
        edited = replace(said, value=Decimal(50), minimum=Decimal(30))
        assert shop.host.working([CODE], now=shop.host.now()) == {CODE: {"eur": edited}}

    @pytest.mark.parametrize(
        ("terms", "total"),
        [
            # 3 × 3.33 + 10 + 2 × 4.50 = 28.99
            ({}, "24.64"),  # 15 % of it is 4.3485
            ({"discount": Discount.FIXED, "amounts": {"EUR": Decimal("7.25")}}, "21.74"),
            ({"discount": Discount.FIXED, "amounts": {"EUR": Decimal(100)}}, "0.00"),
            ({"once_per_order": True}, "28.49"),  # one of the cheapest: .4995
            ({"variants": ["pot"]}, "27.49"),
            ({"products": ["tea", "cup"]}, "26.14"),  # 1.4985 and 1.35
            ({"products": ["tea"], "once_per_order": True}, "28.49"),
            ({"products": ["pot", "cup"], "once_per_order": True}, "28.31"),  # .675
            ({"discount": Discount.FIXED, "amounts": {"EUR": Decimal(4)}, "products": ["tea", "cup"]}, "11.00"),
            (
                {
                    "discount": Discount.FIXED, "amounts": {"EUR": Decimal(4)}, "products": ["cup"],
                    "once_per_order": True,
                },
                "24.99",
            ),
            ({"value": Decimal(100), "variants": ["pot"], "once_per_order": True}, "18.99"),
        ],
    )  # fmt: skip
    def test_what_is_taken_off(
        self,
        shop: Shop,
        recipe: VoucherRecipe,
        goods: Mapping[str, Shelved],
        terms: dict[str, Any],
        total: str,
    ) -> None:
        """Three teas, a pot and two cups. A percentage is rounded half up, once per line or once for all; an amount for
        some of the goods counts for each unit; once per order it is one unit of the cheapest. The order costs what the
        checkout said, and tells what the code took off."""
        named = {
            **terms,
            **{
                kind: [getattr(goods[name], kind[:-1]) for name in terms[kind]]
                for kind in ("products", "variants")
                if kind in terms
            },
        }
        shop.host.issue(replace(recipe, **named), [CODE])
        checkout = self.basket(shop, goods, tea=3, pot=1, cup=2)
        assert shop.checkout_total(checkout) == Decimal("28.99")
        assert shop.put_code(checkout, CODE)
        assert shop.checkout_total(checkout) == Decimal(total)
        shop.deliver(checkout)
        order = shop.complete(checkout).order
        assert order is not None
        (fact,) = shop.host.fetch(FactKind.ORDER, [order])
        assert isinstance(fact, OrderFact)
        assert (fact.total, fact.codes) == (Decimal(total) + 5, (CODE,))
        assert fact.discount == Decimal("28.99") - Decimal(total)

    def test_a_category_counts_without_those_below_it(
        self, shop: Shop, recipe: VoucherRecipe, goods: Mapping[str, Shelved]
    ) -> None:
        """Tea stands on the shelf below drinks: a voucher for drinks is refused by a basket of tea; one for the shelf
        itself is not."""
        drinks, leaves = shop.category("Cold drinks"), shop.category("Crockery too")
        ice = shop.product("Iced tea", "2.00", category=shop.category("Ice", below=drinks))
        lemonade = shop.product("Lemonade", "2.00", category=drinks)
        shop.host.issue(replace(recipe, categories=[drinks, leaves]), [CODE])
        assert not shop.put_code(shop.fill({ice.variant: 1}), CODE)
        both = shop.fill({ice.variant: 1, lemonade.variant: 1})
        assert shop.put_code(both, CODE) and shop.checkout_total(both) == Decimal("3.70")

    def test_a_collection(self, shop: Shop, recipe: VoucherRecipe, goods: Mapping[str, Shelved]) -> None:
        """What is in it, and nothing else."""
        early = shop.collection("Early", goods["cup"].product)
        shop.host.issue(replace(recipe, collections=[early]), [CODE])
        assert not shop.put_code(self.basket(shop, goods, pot=1), CODE)
        checkout = self.basket(shop, goods, pot=1, cup=2)
        assert shop.put_code(checkout, CODE) and shop.checkout_total(checkout) == Decimal("17.65")

    def test_an_amount_per_currency(self, shop: Shop, recipe: VoucherRecipe) -> None:
        """Three euros there, four dollars here."""
        shop.channel("usd", "USD")
        recipe = replace(
            recipe, discount=Discount.FIXED, amounts={"EUR": Decimal(3), "USD": Decimal(4)},
            channels={"eur": "EUR", "usd": "USD"},
        )  # fmt: skip
        shop.host.issue(recipe, [CODE])
        for channel, total in (("eur", "7.00"), ("usd", "6.00")):
            checkout = shop.checkout(email="ana@example.com", channel=channel)
            assert shop.put_code(checkout, CODE) and shop.checkout_total(checkout) == Decimal(total)

    def test_a_minimum_spend(self, shop: Shop, recipe: VoucherRecipe, goods: Mapping[str, Shelved]) -> None:
        """A cent below it is refused, delivery counts for nothing; on it the code works, and falls off when something
        is taken out again."""
        shop.host.issue(replace(recipe, minimum={"EUR": Decimal("14.50")}), [CODE])
        checkout = self.basket(shop, goods, pot=1, tea=1)
        shop.deliver(checkout)
        assert not shop.put_code(checkout, CODE)
        shop.put_in(checkout, {goods["cup"].variant: 1, goods["tea"].variant: 0})
        assert shop.put_code(checkout, CODE) and shop.checkout_total(checkout) == Decimal("17.32")
        shop.put_in(checkout, {goods["cup"].variant: 2})
        assert shop.checkout_total(checkout) == Decimal("21.15")
        shop.put_in(checkout, {goods["cup"].variant: 0})
        assert (shop.code_of(checkout), shop.checkout_total(checkout)) == ("", Decimal("15.00"))

    def test_a_gift(self, shop: Shop, recipe: VoucherRecipe, goods: Mapping[str, Shelved]) -> None:
        """A cup for nothing from 10 euros on. The minimum is asked twice: when the code is put on the cup still counts,
        and when the basket changes only what is paid for does."""
        gift = replace(
            recipe, value=Decimal(100), variants=[goods["cup"].variant], once_per_order=True,
            minimum={"EUR": Decimal(10)},
        )  # fmt: skip
        shop.host.issue(gift, [CODE])
        assert not shop.put_code(self.basket(shop, goods, pot=2), CODE)  # it must be in the basket
        checkout = self.basket(shop, goods, pot=1, cup=2)
        assert shop.put_code(checkout, CODE) and shop.checkout_total(checkout) == Decimal("14.50")
        shop.put_in(checkout, {goods["cup"].variant: 1})
        assert (shop.code_of(checkout), shop.checkout_total(checkout)) == (CODE, Decimal("10.00"))
        little = self.basket(shop, goods, tea=2, cup=1)
        assert shop.put_code(little, CODE) and shop.checkout_total(little) == Decimal("6.66")
        shop.put_in(little, {goods["tea"].variant: 1})
        assert (shop.code_of(little), shop.checkout_total(little)) == ("", Decimal("7.83"))

    def test_free_delivery(self, shop: Shop, recipe: VoucherRecipe, goods: Mapping[str, Shelved]) -> None:
        """Only once a delivery is chosen, and only what it costs; the order says so."""
        shop.host.issue(replace(recipe, discount=Discount.SHIPPING, value=Decimal(100)), [CODE])
        checkout = self.basket(shop, goods, pot=1)
        assert not shop.put_code(checkout, CODE)
        shop.deliver(checkout)
        assert shop.checkout_total(checkout) == Decimal("15.00")
        assert shop.put_code(checkout, CODE) and shop.checkout_total(checkout) == Decimal("10.00")
        order = shop.complete(checkout).order
        assert order is not None
        (fact,) = shop.host.fetch(FactKind.ORDER, [order])
        assert isinstance(fact, OrderFact)
        assert (fact.total, fact.discount, fact.codes) == (Decimal("10.00"), Decimal("5.00"), (CODE,))

    def test_free_delivery_to_a_country(
        self, shop: Shop, recipe: VoucherRecipe, goods: Mapping[str, Shelved]
    ) -> None:
        """To France only: refused by a parcel to Spain, granted to one to France, and it falls off when the address
        becomes a Spanish one."""
        free = replace(recipe, discount=Discount.SHIPPING, value=Decimal(100), countries=["FR"])
        shop.host.issue(free, [CODE])
        checkout = self.basket(shop, goods, pot=1)
        shop.deliver(checkout, "ES")
        assert not shop.put_code(checkout, CODE)
        shop.deliver(checkout, "FR")
        assert shop.put_code(checkout, CODE) and shop.checkout_total(checkout) == Decimal("10.00")
        shop.deliver(checkout, "ES")
        assert (shop.code_of(checkout), shop.checkout_total(checkout)) == ("", Decimal("15.00"))
