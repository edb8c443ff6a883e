"""What redeemed codes cost: what would have been paid without them, less what was."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.evidence import results
from saleor_relacional.flows.incentives import incentive
from saleor_relacional.flows.ingest.record import record
from saleor_relacional.hosts.facts import FactKind
from saleor_relacional.models import Incentive, Purchase
from tests.support.campaign_stories import late, open_shop, win_back
from tests.support.instants import MINUTE

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("discount", "value", "cost"),
    [("percentage", 100, "20.00"), ("percentage", 10, "2.00"), ("fixed", 50, "20.00"), ("fixed", 5, "5.00")],
)
def test_a_redeemed_code_costs_what_it_gave(
    shop: Any, now: datetime, discount: str, value: int, cost: str
) -> None:
    """Ana's basket of 20: free by a code of 100 %, it cost 20; 50 off it cost 20, not 50."""
    open_shop(now)
    late("Ana", now)
    campaign = win_back(now, control_share="0", discount=discount, value=Decimal(value))
    plan.consider(campaign, now)
    promised = Incentive.objects.get()
    assert incentive.issue(promised, now)
    shop.set_clock(now + MINUTE)
    checkout = shop.checkout(email="ana@shop.example", quantity=2)
    assert shop.put_code(checkout, promised.code)
    order = shop.complete(checkout).order
    record(shop.host.fetch(FactKind.ORDER, [order]), now=now + MINUTE)
    assert Purchase.objects.get(reference=order).discount == Decimal(cost)
    found = results.results(campaign, now + MINUTE)
    assert (found.redeemed, found.discounts) == (1, {"EUR": Decimal(cost)})
