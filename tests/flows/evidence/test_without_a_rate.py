"""Money in a currency without a rate: nobody is a buyer of nothing, and nothing is left untold."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import attribution, plan
from saleor_relacional.flows.evidence import results
from saleor_relacional.models import Enrolment, Refund, Touch
from tests.support.campaign_stories import crowd, open_shop, win_back
from tests.support.instants import DAY
from tests.support.people import buys

pytestmark = pytest.mark.django_db


def test_it_is_told_per_currency(shop: Any, now: datetime) -> None:
    """Of four treated people one pays 50 EUR and two pay in dollars, 5,000 and 70, of which 20 come back: one buyer
    with 50 EUR, and beside it two buyers with 5,050 USD. With a rate they are three buyers, and nothing is left
    out."""
    open_shop(now)
    ana, bea, cleo, _ = crowd(4, now)
    campaign = win_back(now, control_share="0")
    plan.consider(campaign, now)
    Touch.objects.update(state="sent", ended_at=now)
    buys(ana, now + DAY, "50.00")
    buys(bea, now + DAY, "5000.00", currency="USD")
    order = buys(cleo, now + DAY, "70.00", currency="USD")
    Refund.objects.create(
        profile=cleo, source="test", reference="r", purchase=order, amount=Decimal("20.00"), currency="USD",
        happened_at=now + 2 * DAY, learned_at=now + 2 * DAY,
    )  # fmt: skip
    for who in (ana, bea, cleo):
        attribution.credit(who.pk)
    end = now + 31 * DAY
    found = results.results(campaign, end)
    assert found.main is not None
    assert (found.main.treated.people, found.main.treated.buyers, found.main.treated.kept) == (4, 1, 50)
    [dollars] = found.left_out
    assert (dollars.currency, dollars.buyers, dollars.treated, dollars.control) == ("USD", 2, 5050, 0)
    assert found.credited == {"EUR": Decimal(50), "USD": Decimal(5070)}
    assert not results.results(campaign, now + 3 * DAY).left_out
    policy.decide(now=now, reporting_currency="EUR", rates=[("USD", "0.9")])
    found = results.results(campaign, end)
    assert found.main is not None
    assert (found.main.treated.buyers, found.main.treated.kept, found.left_out) == (3, Decimal("4595.00"), ())
    assert Enrolment.objects.filter(profile=cleo).get().currency == "EUR"
