"""The days, languages and month's money of a campaign over the API, its purpose, and the shop's budget."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from graphql_relay import to_global_id

from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.incentives import reserve
from saleor_relacional.models import CampaignVersion, ShopBudget
from tests.api.asking import Asker, operation
from tests.support.campaign_stories import open_shop, win_back
from tests.support.mailing import campaign as ten_per_cent
from tests.support.mailing import due

pytestmark = pytest.mark.django_db

LIMITS = {
    "startsOn": "2026-03-05", "endsOn": "2026-04-01", "languages": ["es", "EN"], "monthBudget": 250.5,
    "budgetCurrency": "eur", "channels": ["eur"],
}  # fmt: skip


def changed(owner: Asker, campaign: str, given: dict[str, Any]) -> Any:
    return owner.data(operation("update"), id=campaign, input=given)["relationshipCampaignUpdate"]["errors"]


def told(owner: Asker) -> Any:
    node = owner.data(operation("campaigns"))["relationshipCampaigns"]["edges"][0]["node"]
    return {name: node["terms"][name] for name in ("startsOn", "endsOn", "languages", "monthBudget")}


def test_limits_are_set_read_and_taken_away(shop: Any, owner: Asker, now: datetime) -> None:
    """What is left out stays; an empty text takes a limit away; each edit is a version."""
    open_shop(now)
    campaign = to_global_id("RelationshipCampaign", win_back(now).public_id)
    assert changed(owner, campaign, LIMITS) == []
    every = {
        "startsOn": "2026-03-05", "endsOn": "2026-04-01", "languages": ["en", "es"],
        "monthBudget": {"amount": 250.5, "currency": "EUR"},
    }  # fmt: skip
    assert told(owner) == every
    assert changed(owner, campaign, {"endsOn": "", "dailyCapacity": 3}) == []
    assert told(owner) == {**every, "endsOn": None}
    assert changed(owner, campaign, {"startsOn": "", "languages": [], "budgetCurrency": ""}) == []
    assert told(owner) == {"startsOn": None, "endsOn": None, "languages": [], "monthBudget": None}
    assert CampaignVersion.objects.count() == 4


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"startsOn": "5 March"}, "startsOn"), ({"endsOn": "2026-02-30"}, "endsOn"),
        ({"startsOn": "2026-03-05", "endsOn": "2026-03-04"}, "endsOn"), ({"languages": ["xx"]}, "languages"),
        ({"monthBudget": 5.0}, "budgetCurrency"), ({"monthBudget": 1e30, "budgetCurrency": "EUR"}, "monthBudget"),
    ],
)  # fmt: skip
def test_a_limit_that_cannot_be_names_its_field(
    shop: Any, owner: Asker, now: datetime, given: dict[str, Any], field: str
) -> None:
    """And changes nothing."""
    open_shop(now)
    campaign = to_global_id("RelationshipCampaign", win_back(now, channels=("eur",)).public_id)
    assert [one["field"] for one in changed(owner, campaign, given)] == [field]
    assert CampaignVersion.objects.count() == 1


def test_it_is_stricter_than_the_shop(shop: Any, owner: Asker, now: datetime) -> None:
    """What is given is all in which it is stricter; an empty one takes it away, null leaves it, looser is refused."""
    open_shop(now)
    campaign = to_global_id("RelationshipCampaign", win_back(now).public_id)

    def told() -> Any:
        node = owner.data(operation("campaigns"))["relationshipCampaigns"]["edges"][0]["node"]
        return node["terms"]["contactPolicy"]

    nothing = {"perWeek": None, "perMonth": None, "gapDays": None, "weekends": None}
    assert told() == nothing
    assert changed(owner, campaign, {"contactPolicy": {"perMonth": 1, "gapDays": 7}}) == []
    assert told() == {**nothing, "perMonth": 1, "gapDays": 7}
    assert changed(owner, campaign, {"contactPolicy": None, "dailyCapacity": 3}) == []
    assert changed(owner, campaign, {"contactPolicy": {"weekends": False}}) == []
    assert told() == {**nothing, "weekends": False}
    [wrong] = changed(owner, campaign, {"contactPolicy": {"perWeek": 2}})
    assert (wrong["field"], wrong["code"]) == ("contactPolicy.perWeek", "INVALID")
    assert "fewer" in wrong["message"] and told() == {**nothing, "weekends": False}
    assert changed(owner, campaign, {"contactPolicy": {}}) == []
    assert told() == nothing and CampaignVersion.objects.count() == 5


def test_it_says_its_purpose(shop: Any, owner: Asker, now: datetime) -> None:
    """Thanks are service, a win-back is marketing."""
    campaigns.ensure("win_back", now)
    campaigns.ensure("thanks_first_order", now)
    edges = owner.data(operation("campaigns"))["relationshipCampaigns"]["edges"]
    assert [one["node"]["purpose"] for one in edges] == ["MARKETING", "SERVICE"]


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
    due(ten_per_cent(now, discount="fixed", value=Decimal(5), **money), now, "Ana", "Bea")
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
