"""Margin, to the cent: what an order leaves is without tax, after discounts, costs and refunds."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from saleor_relacional.flows import policy
from saleor_relacional.flows.evidence import margin_report
from saleor_relacional.flows.people import forget
from saleor_relacional.hosts.facts import OrderFact, OrderState
from saleor_relacional.models import DefaultMargin, Enrolment, Rung, SendingCost, ShippingCost, Touch
from tests.support.costs import given, line, margin_of, sale, sent, starts, tell_all
from tests.support.instants import DAY, MINUTE, NOON
from tests.support.people import person

pytestmark = pytest.mark.django_db


def of(*facts: OrderFact, now: datetime = NOON) -> Decimal | None:
    """The margin of somebody who bought these, told when they were placed."""
    return margin_of(starts(tell_all(*facts, now=now)))["margin"]


def test_tax_is_never_margin(shop: Any) -> None:
    """Tea for 24.20, of which 4.20 is tax, that cost 12: 8 are left. At another rate of tax as much is left."""
    assert of(sale(line("20", cost="12"))) == 8
    assert of(sale(line("20", cost="12", tax="0.04"))) == 8 + 8


def test_a_discount_is_the_shops(shop: Any) -> None:
    """Ten per cent off 20: 18 less the 12 that it cost."""
    assert of(sale(line("18", full="20", cost="12"))) == 6


def test_units_cost_one_by_one(shop: Any) -> None:
    """Three at 10 that cost 4 each, and one of something else."""
    assert of(sale(line("30", cost="4", quantity=3), line("5", key="cup", cost="1"))) == 30 - 12 + 4


def test_a_refund_without_a_return_leaves_the_cost_spent(shop: Any) -> None:
    """12.10 of 24.20 go back: 10 without tax. The tea stays with Ana, and its 12 are spent."""
    assert of(sale(line("20", cost="12"), back=("12.10",))) == -2


def test_what_came_back_costs_nothing(shop: Any) -> None:
    """One of two comes back, and its money: what is left is that of the other one."""
    assert of(sale(line("40", cost="12", quantity=2, returned=1), back=("24.20",))) == 8


def test_what_was_given_back_whole_is_no_purchase_and_may_be_a_loss(shop: Any) -> None:
    """The money of two orders goes back. One tea came back, too: nothing is left of it. The other is a loss of 12."""
    assert of(sale(line("20", cost="12", returned=1), back=("24.20",))) == 0
    assert of(sale(line("20", cost="12"), back=("24.20",))) == -12


def test_a_cancelled_order_leaves_nothing(shop: Any) -> None:
    """It never left the house."""
    assert of(sale(line("20", cost="12"), state=OrderState.WITHDRAWN)) == 0


def test_shipping_counts_against_its_cost(shop: Any) -> None:
    """4 are charged for sending. While nobody has said what it costs, that; said to be 5.50, each order loses 1.50. Of
    another channel nothing was said, and a download is not sent."""
    ana = tell_all(sale(line("20", cost="12"), shipping="4"))
    enrolment = starts(ana)
    assert margin_of(enrolment)["margin"] == 8
    ShippingCost.objects.create(channel="eur", amount=Decimal("5.50"))
    assert margin_of(enrolment)["margin"] == Decimal("6.50")
    tell_all(sale(line("20", cost="12"), shipping="4", channel="usa"), sale(line("20", cost="12")))
    assert margin_of(enrolment)["margin"] == Decimal("6.50") + 8 + 8


def test_free_shipping_is_a_discount(shop: Any) -> None:
    """Sending would have been 4 and a code took it off: the parcel was paid all the same."""
    assert of(sale(line("20", cost="12"), shipping="0", shipping_full="4")) == 4


def test_a_default_margin_is_of_the_price_before_discounts(shop: Any) -> None:
    """Nobody has said what tea costs, but that 40 % of its price is left: at 20 it costs 12, and at a discount, too."""
    DefaultMargin.objects.create(share=Decimal("0.4"))
    assert of(sale(line("20"))) == 8
    assert of(sale(line("18", full="20"))) == 8 + 6


def test_the_most_specific_default_counts(shop: Any) -> None:
    """Tea in the euro channel, then tea anywhere, then anything in the euro channel, then anything: each of the four
    is what counts once those before it are gone."""
    said = [("eur", "drinks", "0.1"), ("", "drinks", "0.2"), ("eur", "", "0.3"), ("", "", "0.4")]
    rows = [DefaultMargin.objects.create(channel=c, category=k, share=Decimal(s)) for c, k, s in said]
    enrolment = starts(tell_all(sale(line("100", category="drinks", category_name="Drinks"))))
    found = []
    for row in rows:
        found.append(margin_of(enrolment)["margin"])
        row.delete()
    assert found == [10, 20, 30, 40]
    assert margin_of(enrolment)["margin"] is None


def test_without_a_cost_and_without_a_default_nothing_is_claimed(shop: Any) -> None:
    """Of 50 one knows what 20 cost. The margin is not known, and it is said how much stands in the way. What came back
    stands in nobody's way."""
    known, unknown = line("20", cost="12"), line("30", key="cup")
    order = sale(known, unknown)
    enrolment = starts(tell_all(order))
    told = {"net": 50, "known": 20, "estimated": 0, "unknown": 30}
    assert margin_of(enrolment) == {"margin": None, **told}
    back = sale(known, replace(unknown, returned=1), back=("36.30",), reference=order.reference)
    tell_all(back)
    assert margin_of(enrolment) == {"margin": 8, **told}


def test_how_much_of_the_money_has_a_known_cost(shop: Any) -> None:
    """20 with the cost of their day; 25 of an order of last week that is read today; 30 at a default margin."""
    DefaultMargin.objects.create(share=Decimal("0.5"))
    today = sale(line("20", cost="12"), line("30", key="cup"))
    ana = tell_all(today, sale(line("25", cost="12"), at=NOON - 7 * DAY))
    told = margin_of(starts(ana, at=NOON - 8 * DAY))
    assert told == {"margin": 8 + 15 + 13, "net": 75, "known": 20, "estimated": 25, "unknown": 0}


def test_only_what_falls_into_the_window_counts(shop: Any) -> None:
    """From the start on, before the end, and not what has not happened yet; refunds until now of these purchases."""
    tea = line("20", cost="12")
    edges = [NOON - MINUTE, NOON, NOON + 30 * DAY - MINUTE, NOON + 30 * DAY]
    ana = tell_all(*(sale(tea, at=at) for at in edges), now=NOON + 30 * DAY)
    enrolment = starts(ana)
    assert margin_of(enrolment)["margin"] == 16
    assert margin_of(enrolment, NOON + DAY)["margin"] == 8


def test_other_currencies_are_told_at_their_rate(shop: Any) -> None:
    """Dollars are left out while they have no rate, as they are of what was kept."""
    ana = tell_all(sale(line("20", cost="12")), sale(line("100", cost="50"), currency="USD"))
    enrolment = starts(ana)
    assert margin_of(enrolment) == {"margin": 8, "net": 20, "known": 20, "estimated": 0, "unknown": 0}
    policy.decide(now=NOON, reporting_currency="EUR", rates=[("USD", "0.9")])
    assert margin_of(enrolment)["margin"] == 8 + 45


def test_every_message_in_the_window_has_its_cost(shop: Any) -> None:
    """Two mails of two campaigns were sent in Ana's window, one before it, and one was stopped: .50 is spent on her,
    whichever arm she is in. In dollars without a rate nobody can say what it comes to; of whoever was sent nothing,
    everybody can."""
    SendingCost.objects.create(medium="mail", amount=Decimal("0.25"), currency="EUR")
    ana = tell_all(sale(line("20", cost="12")))
    first, second = starts(ana, arm="control"), starts(ana)
    for enrolment, state, at in (
        (first, "sent", NOON), (second, "sent", NOON + DAY), (starts(ana), "sent", NOON - MINUTE),
        (starts(ana), "suppressed", NOON + DAY),
    ):  # fmt: skip
        sent(enrolment, at, state)
    assert [margin_of(one)["margin"] for one in (first, second)] == [Decimal("7.50")] * 2
    assert margin_of(first, NOON + MINUTE)["margin"] == Decimal("7.75")
    SendingCost.objects.update(currency="USD")
    assert margin_of(first)["margin"] is None
    assert margin_of(starts(person("Bea")))["margin"] == 0
    policy.decide(now=NOON, reporting_currency="EUR", rates=[("USD", "0.9")])
    assert margin_of(first)["margin"] == Decimal("7.55")


def test_what_was_given_without_a_code_costs_what_its_owner_says(shop: Any) -> None:
    """Two tasks of staff appeared in Ana's window, and early access left: 3, 4 and 1 by what is said of them, one
    nothing. What was stopped, is only promised, or came before her window, costs nothing."""
    ana = tell_all(sale(line("20", cost="12")))
    enrolment, other = starts(ana), starts(ana)
    given(enrolment, "call", NOON, {"EUR": "3"})
    given(other, "service", NOON + DAY, {"EUR": "4", "USD": "9"}, "done")
    given(other, "early_access", NOON + DAY, {"EUR": "1"})
    given(other, "call", NOON + DAY)
    for state, at in (("stopped", NOON + DAY), ("promised", NOON + DAY), ("open", NOON - DAY)):
        given(other, "call", at, {"EUR": "100"}, state)
    given(starts(ana), "early_access", NOON + DAY, {"EUR": "100"}, "suppressed")
    assert margin_of(enrolment)["margin"] == 8 - 3 - 4 - 1
    assert margin_of(enrolment, NOON + MINUTE)["margin"] == 8 - 3
    [told] = margin_report.of_people([ana.pk], now=NOON + 31 * DAY)[ana.pk]
    assert (told.margin, told.given, told.sending) == (8 - 3 - 4 - 1 - 100, 108, 0)
    [told] = margin_report.per_currency(NOON.date(), NOON.date(), zone=ZoneInfo("UTC"), now=NOON + 31 * DAY)
    assert (told.margin, told.given) == (8 - 3, 3)
    assert forget.forget(ana, now=NOON + 31 * DAY)
    assert Enrolment.objects.get(pk=enrolment.pk).settled_margin == 8 - 3 - 4 - 1


def test_the_stated_cost_of_a_code_is_not_taken_off_again(shop: Any) -> None:
    """A gift whose owner says that it costs 5 was sent: what it took off is in the order's lines."""
    ana = tell_all(sale(line("20", cost="12")))
    enrolment = starts(ana)
    sent(enrolment, NOON)
    rung = Rung.objects.create(
        step=enrolment.version.steps.earliest("pk"), number=9, kind="gift", terms={"cost": {"EUR": "5"}}
    )
    Touch.objects.update(rung=rung)
    assert margin_of(enrolment)["margin"] == 8


def test_what_was_given_is_told_at_its_rate(shop: Any) -> None:
    """Said in dollars alone: without a rate nobody knows what it comes to."""
    enrolment = starts(tell_all(sale(line("20", cost="12"))))
    given(enrolment, "call", NOON, {"USD": "5"})
    assert margin_of(enrolment)["margin"] is None
    policy.decide(now=NOON, reporting_currency="EUR", rates=[("USD", "0.8")])
    assert margin_of(enrolment)["margin"] == 8 - 4


def test_the_example_of_the_documentation(shop: Any) -> None:
    """docs/maths.md, *Margin*: 4.49."""
    ShippingCost.objects.create(channel="eur", amount=Decimal("5.50"))
    SendingCost.objects.create(medium="mail", amount=Decimal("0.01"), currency="EUR")
    teas = line("36", full="40", cost="12", quantity=2, returned=1)
    ana = tell_all(sale(teas, shipping="4", back=("21.78",)))
    enrolment = starts(ana)
    sent(enrolment, NOON)
    assert margin_of(enrolment)["margin"] == Decimal("4.49")


def test_an_order_that_tells_no_tax_has_no_margin(shop: Any) -> None:
    """As of an import: which part of it is margin nobody can say, so of whoever bought it nothing is claimed. Nor of
    what was given back whole: it may have cost something. Bought after the window it stands in nobody's way."""
    tea = sale(line("20", cost="12"))
    told = {"net": 20, "known": 20, "estimated": 0, "unknown": 0}
    enrolment = starts(tell_all(tea))
    tell_all(replace(sale(line("30", cost="12"), at=NOON + 30 * DAY), net=None), now=NOON + 30 * DAY)
    assert margin_of(enrolment) == {"margin": 8, **told}
    tell_all(replace(sale(line("30", cost="12"), back=("36.30",)), net=None))
    assert margin_of(enrolment) == {"margin": None, **told}
    tell_all(replace(sale(line("30", cost="12")), net=None))
    assert margin_of(enrolment) == {"margin": None, **told}
