"""Campaigns are made, edited into versions, switched on where they were meant to run, and off."""

from decimal import Decimal

import pytest

from saleor_relacional.errors import BadInput, Refused
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.hindrance import Hindrance, hindrance
from saleor_relacional.flows.campaigns.kinds.kind import Step
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.models import Campaign, CampaignVersion
from tests.support.campaign_stories import CHANNEL, one_step, open_shop, win_back
from tests.support.instants import DAY

pytestmark = pytest.mark.django_db


def test_the_win_back_that_ships_is_one_draft(shop, now):
    """Asked for twice it is the same one, promises nothing and sends nothing."""
    first, second = campaigns.ensure("win_back", now), campaigns.ensure("win_back", now + DAY)
    assert first.pk == second.pk
    assert (Campaign.objects.count(), CampaignVersion.objects.count(), first.state) == (1, 1, "draft")
    assert [step.offers for step in campaigns.current(first).steps.all()] == [False, False]
    assert hindrance(first, now) == Hindrance.PAUSED


def test_each_campaign_draws_arms_of_its_own(shop, now):
    """Two campaigns have different salts: who is in the control group of one is not in that of all."""
    salts = {bytes(campaigns.create(name=f"C{i}", now=now, terms=Terms()).salt) for i in range(5)}
    assert len(salts) == 5
    assert {len(salt) for salt in salts} == {16}


def test_editing_makes_a_version_and_keeps_the_old_one(shop, now):
    """Ten per cent is new; saying the same again is not."""
    ten_off = (Step(message="win_back", discount="percentage", value=Decimal(10)),)
    campaign = campaigns.create(name="Win back", now=now, terms=Terms())
    second = campaigns.edit(campaign, now=now, steps=ten_off)
    assert campaigns.edit(campaign, now=now, steps=ten_off).pk == second.pk
    assert [version.number for version in campaign.versions.order_by("number")] == [1, 2]
    assert campaigns.current(campaign).steps.get().rungs.get().value == 10
    assert {
        rung.value for step in campaign.versions.get(number=1).steps.all() for rung in step.rungs.all()
    } == {None}


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"message": "../../etc/passwd"}, "steps[0].message"),
        ({"stages": ()}, "stages"), ({"stages": ("drunk",)}, "stages"),
        ({"channels": ("nowhere",)}, "channels"), ({"discount": "gift"}, "steps[0].discount"),
        ({"value": Decimal(5)}, "steps[0].value"),
        ({"discount": "percentage", "value": Decimal(101)}, "steps[0].value"),
        ({"discount": "fixed"}, "steps[0].value"),
        ({"discount": "fixed", "value": Decimal(0)}, "steps[0].value"), ({"offer_days": 0}, "steps[0].offerDays"),
        ({"wait_days": -1}, "steps[0].waitDays"), ({"steps": ()}, "steps"),
        ({"daily_capacity": -1}, "dailyCapacity"), ({"control_share": Decimal(1)}, "controlShare"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_by_field(shop, now, terms, field):
    """The error names the field, and no campaign is left behind."""
    with pytest.raises(BadInput) as refused:
        campaigns.create(name="Win back", now=now, terms=one_step(**terms))
    assert refused.value.field == field
    assert not Campaign.objects.exists()


@pytest.mark.parametrize(("missing", "code"), [("sender", "NO_SENDER"), ("capacity", "CAPACITY_UNDECIDED")])
def test_activating_needs_a_sender_and_a_capacity(shop, now, missing, code):
    """Without either the campaign stays a draft."""
    if missing == "sender":
        policy.decide(now=now, daily_capacity=10)
    else:
        policy.name_sender(
            channel=CHANNEL, name="Tea", address="t@tea.example", postal_address="Madrid", now=now
        )
    campaign = campaigns.create(name="Win back", now=now, terms=Terms())
    with pytest.raises(Refused) as refused:
        campaigns.activate(campaign, now=now)
    assert refused.value.code == code
    assert Campaign.objects.get().state == "draft"


def test_activating_needs_an_address_for_links(shop, now, settings):
    """A mail without a way out must not leave."""
    open_shop(now)
    settings.PUBLIC_URL = ""
    with pytest.raises(Refused) as refused:
        win_back(now)
    assert refused.value.code == "NO_PUBLIC_URL"


def test_a_copy_of_the_shop_refuses_to_send_until_confirmed(shop, now, settings):
    """The database is restored on a staging machine: nothing leaves there, and activating again needs a yes."""
    open_shop(now)
    campaign = win_back(now)
    assert hindrance(campaign, now) is None
    settings.PUBLIC_URL = "https://staging.tea.example"
    assert hindrance(campaign, now) == Hindrance.ELSEWHERE
    with pytest.raises(Refused) as refused:
        campaigns.activate(campaign, now=now)
    assert refused.value.code == "ELSEWHERE"
    assert hindrance(Campaign.objects.get(), now) is not None
    assert hindrance(campaigns.activate(campaign, now=now, confirm=True), now) is None


def test_a_paused_campaign_or_a_deactivated_plugin_sends_nothing(shop, now, monkeypatch):
    """Either switch is enough; a draft cannot be paused."""
    open_shop(now)
    campaign = win_back(now)
    monkeypatch.setattr(type(campaigns.conf.host()), "active", lambda self: False)
    assert hindrance(campaign, now) == Hindrance.PLUGIN_OFF
    monkeypatch.undo()
    assert hindrance(campaigns.pause(campaign, now=now), now) == Hindrance.PAUSED
    with pytest.raises(Refused):
        campaigns.pause(campaigns.create(name="Draft", now=now, terms=Terms()), now=now)
