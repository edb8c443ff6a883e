"""Margin as an outcome: told where every cost is known, beside how much of it is; capped as money is."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.flows.evidence import results
from saleor_relacional.flows.evidence.comparison import CurrencyResult
from saleor_relacional.flows.evidence.outcome import Outcome
from saleor_relacional.flows.people import forget
from saleor_relacional.models import Campaign, DefaultMargin, Enrolment, PurchaseLine
from tests.support.costs import line, sale, starts, tell_all
from tests.support.instants import DAY, NOON
from tests.support.people import person

pytestmark = pytest.mark.django_db


def told(campaign: Campaign, now: datetime = NOON + 31 * DAY) -> CurrencyResult:
    found = results.results(Campaign.objects.get(pk=campaign.pk), now).main
    assert found is not None
    return found


def with_a_control(enrolment: Enrolment) -> Campaign:
    """Somebody in the control group beside them, who buys nothing."""
    other = person("Carla")
    row = Enrolment.objects.get(pk=enrolment.pk)
    row.pk, row.public_id, row.profile, row.arm = None, other.arm_key, other, "control"
    row.save(force_insert=True)
    return enrolment.campaign


def test_margin_is_beside_what_was_kept(shop: Any) -> None:
    """Tea for 24.20 with tax, of which 8 are left. A cup for 12.10, of whose 10 nobody knows the cost, so there is no
    margin, until there is a default: of its price 40 in 100. Of 30 without tax two thirds have a cost of their day."""
    campaign = with_a_control(starts(tell_all(sale(line("20", cost="12")))))
    main = told(campaign)
    assert main.margin is not None and main.pays is main.margin
    assert (main.margin.treated, main.margin.control, main.margin.lift.estimate) == (8.0, 0.0, 8.0)
    assert (main.kept.treated, main.priced) == (24.2, (1, 0))
    tell_all(sale(line("10", key="cup")))
    main = told(campaign)
    assert (main.margin, main.pays, main.treated.unpriced) == (None, main.kept, 1)
    DefaultMargin.objects.create(share=Decimal("0.4"))
    main = told(campaign)
    assert main.margin is not None and main.margin.treated == 12.0
    assert main.priced is not None and [round(float(share), 3) for share in main.priced] == [0.667, 0.0]


def test_an_order_that_tells_no_tax_leaves_no_margin_to_compare(shop: Any) -> None:
    """Tea for 20 of which 8 are left, and an imported order of which nobody knows the tax: one person is not priced, so
    what decides is what was kept."""
    ana = tell_all(sale(line("20", cost="12")))
    campaign = with_a_control(starts(ana))
    assert told(campaign).margin is not None
    tell_all(replace(sale(line("30", cost="12")), net=None))
    main = told(campaign)
    assert (main.margin, main.pays, main.treated.unpriced, main.priced) == (None, main.kept, 1, (1, 0))
    assert forget.forget(ana, now=NOON + 31 * DAY)
    main = told(campaign)
    assert (main.margin, main.treated.unpriced, main.treated.never_priced) == (None, 0, 1)


def test_what_is_earned_of_a_great_order_counts_in_proportion(shop: Any) -> None:
    """An order of 800 where the cap is 200: a quarter counts, of what was kept and of what is left of it. The code that
    took 80 off counts as it would for others, though 720 are above the cap, too."""
    fact = replace(sale(line("720", full="800", tax="0", cost="500")), discount=Decimal(80))
    campaign = with_a_control(starts(tell_all(fact)))
    assert told(campaign).kept.treated == 720.0
    Campaign.objects.filter(pk=campaign.pk).update(cap=Decimal(200), cap_currency="EUR")
    main = told(campaign)
    assert main.margin is not None
    assert (main.kept.treated, main.margin.treated) == (pytest.approx(180.0), pytest.approx(55.0))
    assert (main.measured[Outcome.UNCAPPED].treated, main.treated.kept) == (720.0, 720)


def test_the_margin_of_the_forgotten_stays(shop: Any) -> None:
    """Ana bought tea for 20 that cost 12, and is erased: 8 stay, and what her products cost is nowhere any more."""
    ana = tell_all(sale(line("20", cost="12")))
    campaign = with_a_control(starts(ana))
    assert forget.forget(ana, now=NOON + 31 * DAY)
    assert not PurchaseLine.objects.exists()
    assert Enrolment.objects.get(arm="treated").settled_margin == 8
    main = told(campaign)
    assert (main.treated.of(Outcome.MARGIN).total, main.treated.unpriced, main.priced) == (8.0, 0, None)
