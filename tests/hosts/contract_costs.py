"""What margin is computed from: what an order leaves without tax, what its goods cost, what came back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_relacional.hosts.base import Discount, VoucherRecipe
from saleor_relacional.hosts.facts import FactKind, LineFact, OrderFact
from tests.hosts.driver import UNIT, Shop

CODE = "407291836650"


def bought(shop: Shop, quantity: int = 1, code: str = "") -> str:
    """Ana buys so many teas; the order."""
    checkout = shop.checkout(email="ana@example.com", quantity=quantity)
    assert not code or shop.put_code(checkout, code)
    order = shop.complete(checkout).order
    assert order is not None
    return order


def told(shop: Shop, order: str) -> tuple[OrderFact, LineFact]:
    """The order, and its only line."""
    (fact,) = shop.host.fetch(FactKind.ORDER, [order])
    assert isinstance(fact, OrderFact)
    (line,) = fact.lines
    return fact, line


class CostsContract:
    """Subclassed by contract.HostContract."""

    def test_without_tax_everything_is_net(self, shop: Shop) -> None:
        """Two teas at 10: 20, of which no tax is told."""
        fact, line = told(shop, bought(shop, 2))
        assert (fact.total, fact.net, line.total, line.net, line.list_net) == (20, 20, 20, 20, 20)
        assert (line.cost, line.returned, fact.shipping_net) == (None, 0, None)

    def test_tax_is_told_apart(self, shop: Shop) -> None:
        """Prices include 25 % of tax: of 20 the shop keeps 16."""
        shop.tax(25)
        fact, line = told(shop, bought(shop, 2))
        assert (fact.total, fact.net, line.total, line.net, line.list_net) == (20, 16, 20, 16, 16)

    @pytest.mark.parametrize("discount", [Discount.PERCENTAGE, Discount.FIXED])
    def test_discounts_are_in_the_lines(self, shop: Shop, discount: Discount) -> None:
        """A code takes 5 of 20 off, as an amount and as 25 %: the line tells what is left without tax, and what it
        would have been."""
        shop.tax(25)
        recipe = VoucherRecipe(
            key="costs", name="Come back", discount=discount,
            value=Decimal(25) if discount is Discount.PERCENTAGE else Decimal(5), channels={"eur": "EUR"},
            starts_at=shop.host.now() - timedelta(minutes=1), ends_at=shop.host.now() + timedelta(days=14),
        )  # fmt: skip
        shop.host.issue(recipe, [CODE])
        fact, line = told(shop, bought(shop, 2, CODE))
        assert (fact.total, fact.net, line.total, line.net, line.list_net) == (15, 12, 15, 12, 16)

    def test_sending_is_told_apart(self, shop: Shop) -> None:
        """A pot at 10 and 5 for sending it, 25 % of tax in both: 4 for sending, then nothing by a code for it, which
        takes off what it would have been."""
        shop.tax(25)
        recipe = VoucherRecipe(
            key="sending", name="Come back", discount=Discount.SHIPPING, value=Decimal(100), channels={"eur": "EUR"},
            starts_at=shop.host.now() - timedelta(minutes=1), ends_at=shop.host.now() + timedelta(days=14),
        )  # fmt: skip
        shop.host.issue(recipe, [CODE])
        pot = shop.product("Pot", "10.00", category=shop.category("Crockery"))
        found = []
        for code in ("", CODE):
            checkout = shop.fill({pot.variant: 1})
            shop.deliver(checkout)
            assert not code or shop.put_code(checkout, code)
            order = shop.complete(checkout).order
            assert order is not None
            fact, line = told(shop, order)
            found.append((fact.total, fact.net, line.net, fact.shipping_net, fact.shipping_list_net))
        assert found == [(15, 12, 8, 4, 4), (10, 8, 8, 0, 4)]

    def test_a_cost_is_todays(self, shop: Shop) -> None:
        """Tea costs the shop 4, then 6, then nobody says any more, then 0, which is no cost. The order stays as it is:
        nobody who reads changes hears of it again."""
        order = bought(shop)
        found = []
        for cost in (Decimal(4), Decimal(6), None, Decimal(0)):
            shop.cost(cost)
            fact, line = told(shop, order)
            found.append((line.cost, fact.changed_at))
        assert [cost for cost, _ in found] == [4, 6, None, None]
        assert len({changed for _, changed in found}) == 1

    def test_what_came_back(self, shop: Shop) -> None:
        """Of three teas one comes back, later another one: two in all, the sale itself unchanged, and it is noticed."""
        order = bought(shop, 3)
        shop.send(order)
        assert told(shop, order)[1].returned == 0
        seen = []
        for _ in range(2):
            shop.touch(FactKind.ORDER, order, shop.host.now() - timedelta(days=1))
            before = told(shop, order)[0].changed_at
            shop.take_back(order, 1)
            fact, line = told(shop, order)
            seen.append((line.returned, line.quantity, line.total, fact.refunds, fact.changed_at > before))
        assert [one[:4] for one in seen] == [(1, 3, 3 * UNIT, ()), (2, 3, 3 * UNIT, ())]
        assert seen[0][4]

    def test_a_page_of_orders_asks_no_more_than_one(self, shop: Shop) -> None:
        """Costs and returns come with the lines, however many orders are read."""
        shop.cost(Decimal(4))
        orders = [bought(shop, 2) for _ in range(4)]
        shop.send(orders[0])
        shop.take_back(orders[0], 1)
        asked = []
        for some in (orders[:1], orders):
            with CaptureQueriesContext(connection) as made:
                shop.host.fetch(FactKind.ORDER, some)
            asked.append(len(made))
        assert asked[0] == asked[1]
