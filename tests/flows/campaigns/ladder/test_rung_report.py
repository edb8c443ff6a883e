"""What a rung costs each time, as margin, and how it is said to staff."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.flows.campaigns import campaigns, costs, plan, rung_report
from saleor_relacional.flows.campaigns.campaign import missing
from saleor_relacional.flows.incentives.rungs import Amount, RungTerms
from saleor_relacional.hosts.standalone import models as shop_models
from saleor_relacional.models import Purchase
from tests.support.campaign_stories import late, open_shop, win_back
from tests.support.instants import DAY
from tests.support.people import buys, person


def euros(amount: str) -> tuple[Amount, ...]:
    """So many euros."""
    return (Amount(currency="EUR", amount=Decimal(amount)),)


def cost(rung: RungTerms, now: datetime) -> tuple[Amount, ...]:
    """Each time that it is used in the euro channel."""
    return rung_report.margin_cost(rung, ("eur",), now)


@pytest.fixture
def sold(shop: Any, now: datetime) -> None:
    """Two orders of 20 and 40, whose delivery cost 4 and 5 without tax, and one that was not sent."""
    ana = person("Ana")
    for days, value, delivery in ((3, "20.00", "4"), (2, "40.00", "5"), (1, "30.00", None)):
        made = buys(ana, now - days * DAY, value)
        Purchase.objects.filter(pk=made.pk).update(shipping_list_net=delivery)


@pytest.mark.parametrize(
    ("rung", "found"),
    [
        (RungTerms(kind="word"), ()),
        (RungTerms(kind="percentage", value=Decimal(10)), euros("3.00")),
        (RungTerms(kind="percentage", value=Decimal(10), minimum=euros("50")), euros("5.00")),
        (RungTerms(kind="fixed", amounts=euros("5")), euros("5")),
        (RungTerms(kind="shipping"), euros("4.50")),
        (RungTerms(kind="shipping", cost=euros("2")), euros("2")),
        (RungTerms(kind="call", person="Eva", cost=euros("7")), euros("7")),
        (RungTerms(kind="service"), ()),
    ],
)
def test_what_a_rung_costs(sold: None, now: datetime, rung: RungTerms, found: tuple[Amount, ...]) -> None:
    """As its owner says; else its part of the usual order of 30, what it takes off, what delivery usually costs."""
    assert cost(rung, now) == found


def test_a_gift_costs_what_it_costs_the_shop(shop: Any, now: datetime) -> None:
    """Its price, until the shop says what it pays for it."""
    cup = shop.product("Cup", "4.50")
    gift = RungTerms(kind="gift", variants=(cup.variant,), minimum=euros("10"))
    assert cost(gift, now) == euros("4.50")
    shop_models.Price.objects.filter(variant=cup.variant).update(cost=Decimal("1.20"))
    assert cost(gift, now) == euros("1.20")


def test_the_dearest_rung_that_anybody_may_get_is_what_the_month_is_kept_for(
    shop: Any, now: datetime
) -> None:
    """A percentage that no rule gives costs nobody anything; the gift that is the usual one does, in dry run and
    budget alike."""
    open_shop(now)
    cup = shop.product("Cup", "4.50")
    gift = RungTerms(kind="gift", variants=(cup.variant,), minimum=euros("10"))
    half = RungTerms(kind="percentage", value=Decimal(50))
    late("Ana", now)
    campaign = win_back(
        now, control_share="0", rungs=(gift, half), month_budget=Decimal(4), budget_currency="EUR"
    )
    assert plan.dry_run(campaign, now).summary.over_budget == 1
    [offers] = [costs.offers(campaigns.current(campaign), now)]
    assert [rung.kind for rung in offers.rungs] == ["gift"]
    assert offers.cost("treated", 100.0, "EUR") == ("EUR", Decimal("4.50"))


def test_a_rung_in_a_sentence(shop: Any, now: datetime) -> None:
    """With the names that the shop has for its goods."""
    cup = shop.product("Cup", "4.50")
    some = RungTerms(
        kind="percentage", value=Decimal("12.50"), products=(cup.product,), once_per_order=True, minimum=euros("30"),
        channels=("eur",),
    )  # fmt: skip
    assert rung_report.words(some) == "12.5 % off, for Cup, one unit of the cheapest, from 30 EUR on, in eur"
    gift = RungTerms(kind="gift", variants=(cup.variant,), minimum=euros("10"))
    assert rung_report.words(gift) == "Cup as a gift, from 10 EUR on"
    assert rung_report.words(RungTerms(kind="shipping", countries=("ES", "FR"))) == "Free delivery, to ES, FR"
    assert rung_report.words(RungTerms(kind="call", person="Eva Ruiz")) == "A call by Eva Ruiz"


def test_what_cannot_be_given_is_said(shop: Any, now: datetime) -> None:
    """A gift while it is there, and once it is gone."""
    open_shop(now)
    cup = shop.product("Cup", "4.50", stock=1)
    gift = RungTerms(kind="gift", variants=(cup.variant,), minimum=euros("10"))
    [rung] = campaigns.current(win_back(now, rungs=(gift,))).steps.get().rungs.all()
    assert rung_report.problem(rung) == ""
    shop_models.Variant.objects.filter(pk=cup.variant).update(stock=0)
    assert "next cheaper rung" in rung_report.problem(rung)
    [lacks] = [one for one in missing.missing(rung.step.version, now) if one.code == "RUNG_UNAVAILABLE"]
    assert lacks.field == "steps[0].rungs[0]"
