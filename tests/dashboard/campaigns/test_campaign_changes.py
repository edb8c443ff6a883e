"""Who changed what of a campaign is said in words: no key, no field of ours, no truth value of a program."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from saleor_relacional.dashboard.campaigns import changes
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.campaign import history
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.flows.incentives.rungs import Amount, RungRule, RungTerms
from saleor_relacional.flows.preferences import topics
from saleor_relacional.flows.segments import segments
from saleor_relacional.rules.contact.policy import CampaignContactPolicy
from tests.api.asking import Asker
from tests.dashboard.asking import get, text
from tests.support.campaign_stories import open_shop

pytestmark = pytest.mark.django_db
RULE = {"all": [{"field": "stage", "operator": "one_of", "value": ["slipping"]}]}


def euros(amount: str) -> tuple[Amount, ...]:
    return (Amount(currency="EUR", amount=Decimal(amount)),)


def test_every_field_has_words(shop: Any, owner: Asker, now: datetime) -> None:
    """All that a version may say, changed at once."""
    open_shop(now)
    topics.declare("tea", {"en": "Green tea", "es": "Té verde"}, now=now)
    late = segments.create(name="Late buyers", rule=RULE, now=now)
    product = shop.product("Green", "5.00")
    campaign = campaigns.create(kind="segment", name="Before", now=now, terms=Terms(segment=late.public_id))
    ladder = (
        RungTerms(kind="word"),
        RungTerms(kind="call", person="Ana", note="Ask.", days=5),
        RungTerms(kind="percentage", value=Decimal("7.5"), products=(product.product,), once_per_order=True,
                  minimum=euros("30"), cost=euros("2.5"), channels=("eur",)),
        RungTerms(kind="fixed", amounts=euros("12.5")),
    )  # fmt: skip
    step = Step(message="segment", wait_rhythms=Decimal("1.5"), offer_days=10, rungs=ladder, default_rung=2,
                rules=(RungRule(segment=late.public_id, rung=3),))  # fmt: skip
    campaigns.edit(
        campaign, now=now, by="system", stages=("slipping", "lapsed"), steps=(step,), channels=("eur",),
        daily_capacity=40, objective="recover", control_share=Decimal("0.125"), starts_on=date(2031, 1, 2),
        ends_on=date(2031, 3, 2), languages=("en",), month_budget=Decimal(250), budget_currency="EUR",
        contact_policy=CampaignContactPolicy(per_week=1, per_month=2, gap_days=5, weekends=False), topic="tea",
    )  # fmt: skip
    campaigns.describe(campaign, now=now, name="After", goal="More", hypothesis="They come", window_days=21)
    lines = changes.told(history.of([campaign.pk])[campaign.pk])
    fields = [field for line in lines for field, _before, _after in line.differences]
    assert len(fields) > 25 and not [one for one in fields if re.search(r"[a-z][A-Z]|\[|\.", one)], fields
    said = {field: after for line in lines for field, _before, after in line.differences}
    told = " · ".join(said.values())
    assert not re.search(r"[0-9a-f]{8}-|True|False|_|2031-|percentage|recover\b", told), told
    for each in (
        "Late buyers", "12.5 %", "7.5 %", "2 Jan 2031", "Green tea", "that they come back", "English", "No", "Yes",
        "Green",
    ):  # fmt: skip
        assert each in told, (each, told)
    gone = changes.Values().said("segment", "11111111-1111-1111-1111-111111111111")
    assert gone == "a segment that is gone"
    page = text(get(owner, f"campaigns/{campaign.public_id}/", language="es"))
    assert "7,5 %" in page and "2 ene 2031" in page and "Té verde" in page
