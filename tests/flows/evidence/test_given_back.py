"""Who gave something back is harm: told of orders as a host tells them, in part and whole."""

from typing import Any

import pytest

from saleor_relacional.flows.evidence import results
from saleor_relacional.flows.evidence.arm_results import ArmResult
from saleor_relacional.flows.people import forget
from saleor_relacional.hosts.facts import OrderFact, OrderState
from saleor_relacional.models import Campaign, Purchase
from tests.support.costs import line, sale, starts, tell_all
from tests.support.instants import DAY, NOON

pytestmark = pytest.mark.django_db
END = NOON + 31 * DAY


def told(campaign: Campaign) -> ArmResult:
    found = results.results(campaign, END).main
    assert found is not None
    return found.treated


def buys(order: OrderFact) -> Campaign:
    """Ana starts, and this is what she bought."""
    return starts(tell_all(order, now=END)).campaign


def test_what_is_given_back_whole_is_harm(shop: Any) -> None:
    """Ana gives all of it back: nothing was bought, and something was given back. So it stays when she is forgotten."""
    ana = tell_all(sale(line("20"), back=("24.20",)))
    assert [one.state for one in Purchase.objects.all()] == ["empty"]
    campaign = starts(ana).campaign
    assert (told(campaign).refunded, told(campaign).buyers, told(campaign).kept) == (1, 0, 0)
    assert forget.forget(ana, now=END)
    assert (told(campaign).refunded, told(campaign).buyers, told(campaign).kept) == (1, 0, 0)


def test_what_is_given_back_in_part_is_harm(shop: Any) -> None:
    """A cent of it."""
    found = told(buys(sale(line("20"), back=("0.01",))))
    assert (found.refunded, found.buyers) == (1, 1)


def test_what_cost_nothing_was_not_given_back(shop: Any) -> None:
    """An order of 0.00 is no purchase either, but no money went back."""
    assert told(buys(sale(line("0")))).refunded == 0


def test_a_cancelled_order_was_not_given_back(shop: Any) -> None:
    """It never left the house, and its money was given back with it."""
    assert told(buys(sale(line("20"), back=("24.20",), state=OrderState.WITHDRAWN))).refunded == 0


def test_what_was_bought_after_the_window_is_not_of_it(shop: Any) -> None:
    """Given back whole, but bought a month later."""
    assert told(buys(sale(line("20"), back=("24.20",), at=NOON + 30 * DAY))).refunded == 0
