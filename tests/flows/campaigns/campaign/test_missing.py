"""What a campaign lacks before it is switched on: all of it at once, each with its cure."""

from datetime import datetime
from typing import Any

import pytest

from saleor_relacional.errors import Several
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.campaigns.campaign.missing import missing
from saleor_relacional.flows.campaigns.terms import Terms
from saleor_relacional.models import Campaign, Sender
from tests.support.campaign_stories import CHANNEL, one_step, open_shop, win_back

pytestmark = pytest.mark.django_db


def codes(campaign: Campaign, now: datetime) -> list[str]:
    return [one.code for one in missing(campaigns.current(campaign), now)]


def refusals(campaign: Campaign, now: datetime, **how: Any) -> list[tuple[str, str | None]]:
    """Code and field of all that activating names."""
    with pytest.raises(Several) as refused:
        campaigns.activate(campaign, now=now, **how)
    assert all(one.message in refused.value.message for one in refused.value.problems)
    return [(one.code, one.field) for one in refused.value.problems]


def test_everything_is_named_at_once(shop: Any, now: datetime, settings: Any) -> None:
    """A shop where nobody has decided anything, and a draft that may send nothing. Each is mended, and goes from the
    list; then it is switched on."""
    settings.PUBLIC_URL, settings.EMAIL_BACKEND, backend = "", None, settings.EMAIL_BACKEND
    campaign = campaigns.create(name="Back", now=now, terms=Terms())
    every = ["NO_SENDER", "CAPACITY_UNDECIDED", "NO_CAPACITY", "NO_MAIL_SERVER", "NO_PUBLIC_URL"]
    assert codes(campaign, now) == every == [code for code, _ in refusals(campaign, now)]
    assert Campaign.objects.get().state == "draft"
    open_shop(now)
    assert codes(campaign, now) == ["NO_CAPACITY", "NO_MAIL_SERVER", "NO_PUBLIC_URL"]
    campaigns.edit(campaign, now=now, daily_capacity=5)
    settings.EMAIL_BACKEND, settings.PUBLIC_URL = backend, "http://tea.example"
    assert codes(campaign, now) == ["INSECURE_PUBLIC_URL"]
    settings.PUBLIC_URL = "https://tea.example"
    assert codes(campaign, now) == []
    assert campaigns.activate(campaign, now=now).state == "active"


def test_a_sender_of_another_channel_and_one_without_an_address_help_nobody(shop: Any, now: datetime) -> None:
    """A commercial mail must carry a postal address; one channel that has it is enough."""
    open_shop(now)
    shop.channel("usd", "USD")
    campaign = campaigns.create(name="Back", now=now, terms=one_step(channels=("usd",)))
    assert codes(campaign, now) == ["NO_SENDER"]
    campaigns.edit(campaign, now=now, channels=())
    Sender.objects.update(postal_address=" ")
    assert codes(campaign, now) == ["NO_POSTAL_ADDRESS"]
    policy.name_sender(channel="usd", name="T", address="t@tea.example", postal_address="Madrid", now=now)
    assert codes(campaign, now) == []


def test_mails_that_lead_back_need_a_storefront(shop: Any, now: datetime) -> None:
    """Only a kind whose mails open a checkout asks for it."""
    open_shop(now)
    left = campaigns.ensure("abandoned_checkout", now)
    assert codes(left, now) == ["NO_STOREFRONT"]
    assert codes(campaigns.ensure("win_back", now), now) == []


def test_a_copy_is_among_them_until_it_is_confirmed(shop: Any, now: datetime, settings: Any) -> None:
    """With what else is missing; confirming takes away that one alone. A finished one lacks nothing else."""
    open_shop(now)
    campaign = win_back(now)
    settings.PUBLIC_URL = "https://staging.tea.example"
    Sender.objects.filter(channel=CHANNEL).delete()
    assert refusals(campaign, now) == [("NO_SENDER", None), ("ELSEWHERE", "confirm")]
    assert refusals(campaign, now, confirm=True) == [("NO_SENDER", None)]
    finished = campaigns.finish(campaign, now=now)
    assert codes(finished, now) == ["FINISHED"]
