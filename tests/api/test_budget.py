"""Budgets over the API: set for the shop, refused without rates, read month by month."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.flows.incentives import reserve
from saleor_relacional.models import ShopBudget
from tests.api.asking import Asker, operation
from tests.support.mailing import campaign, due

pytestmark = pytest.mark.django_db


def decided(owner: Asker, given: dict[str, Any]) -> tuple[Any, list[str]]:
    """The shop's budget as it is then told, and the fields at fault."""
    told = owner.data(operation("policy"), run="SetPolicy", input=given)["relationshipPolicyUpdate"]
    return (told["policy"] or {}).get("monthBudget"), [one["field"] for one in told["errors"]]


def test_the_shops_budget_is_set_and_ended(shop: Any, owner: Asker, now: datetime) -> None:
    """An amount needs a currency; where the shop sells in two, a rate between them; what was decided stays written."""
    assert decided(owner, {"monthBudget": 90.0}) == (None, ["budgetCurrency"])
    assert decided(owner, {"budgetCurrency": "EUR"}) == (None, ["monthBudget"])
    assert decided(owner, {"monthBudget": -1.0, "budgetCurrency": "EUR"}) == (None, ["monthBudget"])
    eur = {"amount": 90.0, "currency": "EUR"}
    assert decided(owner, {"monthBudget": 90.0, "budgetCurrency": "eur"}) == (eur, [])
    shop.channel("usd", "USD")
    assert decided(owner, {"monthBudget": 80.0}) == (None, ["budgetCurrency"])
    rates = {"reportingCurrency": "EUR", "rates": [{"currency": "USD", "rate": "0.9"}]}
    assert decided(owner, {"monthBudget": 80.0, **rates}) == ({**eur, "amount": 80.0}, [])
    assert decided(owner, {"rates": []}) == (None, ["rates"])
    assert decided(owner, {"dailyCapacity": 5}) == ({**eur, "amount": 80.0}, [])
    assert decided(owner, {"budgetCurrency": ""}) == (None, [])
    assert [row.amount for row in ShopBudget.objects.all()] == [None]


def test_staff_read_what_offers_hold(shop: Any, owner: Asker, reader: Asker, now: datetime) -> None:
    """Ana and Bea hold ten of the campaign's fifty and of the shop's thirty, before and after it is added up; no reader
    without permission sees it."""
    owner.data(operation("policy"), run="SetPolicy", input={"monthBudget": 30.0, "budgetCurrency": "EUR"})
    money = {"month_budget": Decimal(50), "budget_currency": "EUR", "channels": ("eur",)}
    due(campaign(now, discount="fixed", value=Decimal(5), **money), now, "Ana", "Bea")
    for _ in range(2):
        told = reader.data(operation("budget"), months=2)
        [own], [shops] = (
            told["relationshipCampaigns"]["edges"][0]["node"]["budget"],
            told["relationshipBudget"],
        )
        assert (own["month"], own["budget"]["amount"], own["left"]["amount"]) == ("2026-03", 50.0, 40.0)
        assert (shops["budget"]["amount"], shops["left"]["amount"], shops["excess"]["amount"]) == (
            30.0,
            20.0,
            0.0,
        )
        [sums] = shops["byCurrency"]
        kinds = [sums[kind]["amount"] for kind in ("reserved", "settled", "returned")]
        assert (sums["currency"], kinds, shops["carried"]["amount"]) == ("EUR", [10.0, 0.0, 0.0], 0.0)
        reserve.add_up()
    assert "errors" in reader.ask("{ relationshipBudget(months: 0) { month } }")
