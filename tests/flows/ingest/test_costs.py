"""What a line cost: said once, on the day on which it is recorded, and never told anew."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.flows.ingest import order_parts, record
from saleor_relacional.hosts.facts import OrderFact
from saleor_relacional.models import Purchase, PurchaseLine
from tests.support.costs import line, sale
from tests.support.instants import MINUTE, NOON

pytestmark = pytest.mark.django_db


def tell(fact: OrderFact, days: float = 0) -> record.Recorded:
    return record.record([fact], now=NOON + timedelta(days=days))


def costs() -> list[tuple[str, Decimal | None, bool]]:
    """(product, cost, estimated) of each line, in the order in which they stand."""
    return list(PurchaseLine.objects.order_by("pk").values_list("product_key", "cost", "cost_estimated"))


def test_an_order_is_recorded_with_tax_shipping_and_returns(shop: Any) -> None:
    """What margin is computed from; nothing of it where the host does not tell it."""
    tell(sale(line("18", full="20", cost="4.5", quantity=2, returned=1), shipping="3", shipping_full="4"))
    row = Purchase.objects.values_list("sold", "net", "shipping_net", "shipping_list_net").get()
    assert row == (Decimal("25.41"), 21, 3, 4)
    told = PurchaseLine.objects.values_list("net", "list_net", "cost", "cost_estimated", "returned").get()
    assert told == (18, 20, Decimal("4.5"), False, 1)
    tell(sale(replace(line("18"), net=None, list_net=None), net=None, reference="untold"))
    told = PurchaseLine.objects.values_list("net", "list_net", "cost", "cost_estimated", "returned").last()
    assert told == (None, None, None, False, 0)


def test_a_new_cost_price_changes_no_order(shop: Any) -> None:
    """Tea is bought in dearer: nothing is written."""
    order = sale(line("20", cost="12"))
    tell(order)
    dearer = replace(order, lines=(replace(order.lines[0], cost=Decimal(15)),))
    assert tell(dearer, 1) == record.Recorded(unchanged=1)
    assert costs() == [("tea", 12, False)]


def test_a_line_keeps_the_cost_of_its_day(shop: Any) -> None:
    """A week later one of three teas comes back and staff add a cup: the tea's cost is that of its day, whatever tea
    costs by now; the cup's is today's, and says that it is an estimate."""
    tea, order = line("60", quantity=3, cost="12"), sale()
    tell(replace(order, lines=(tea,)))
    tea, cup = replace(tea, cost=Decimal(15), returned=1), line("5", key="cup", cost="2")
    assert tell(replace(order, lines=(cup, tea)), 7).written == 1
    assert costs() == [("cup", 2, True), ("tea", 12, False)]
    tell(replace(order, lines=(replace(tea, cost=None, returned=2),)), 8)
    assert costs() == [("tea", 12, False)]


def test_a_cost_that_is_said_later_is_an_estimate(shop: Any) -> None:
    """Nobody had said what tea costs. A month later somebody has, and the order is read again for another reason."""
    order = sale(line("20"))
    tell(order)
    assert costs() == [("tea", None, False)]
    tell(replace(order, number="N2", lines=(replace(order.lines[0], cost=Decimal(12)),)), 30)
    assert costs() == [("tea", 12, True)]


@pytest.mark.parametrize(
    ("late", "estimated"), [(order_parts.SOON, False), (order_parts.SOON + MINUTE, True)]
)
def test_history_is_read_at_todays_cost(shop: Any, late: timedelta, estimated: bool) -> None:
    """What was placed a day ago or less may be told late and has the cost of its day."""
    record.record([sale(line("20", cost="12"), at=NOON - late)], now=NOON)
    assert costs() == [("tea", 12, estimated)]


def test_lines_of_which_nobody_knows_the_product_share_no_cost(shop: Any) -> None:
    """An order has two lines whose products are unknown: neither takes the cost of the other."""
    order = sale(line("20", key="", cost="12"), line("30", key=""))
    tell(order)
    tell(replace(order, number="N2"), 7)
    assert costs() == [("", 12, True), ("", None, False)]


def test_a_new_tax_changes_the_order(shop: Any) -> None:
    """Staff correct the tax of a line: the same price leaves another amount."""
    order = sale(line("20"))
    tell(order)
    assert tell(replace(order, lines=(replace(order.lines[0], net=Decimal(22)),))).written == 1
    assert tell(replace(order, net=Decimal(22)), 0).written == 1
