"""A finished campaign on the page of who is slipping."""

from datetime import datetime
from typing import Any

import pytest

from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.models import Campaign
from tests.api.asking import Asker
from tests.dashboard.test_slipping import get
from tests.support.campaign_stories import crowd, open_shop, win_back

pytestmark = pytest.mark.django_db


def test_a_finished_campaign_offers_no_switch_and_a_new_draft_is_invited(
    shop: Any, owner: Asker, now: datetime
) -> None:
    """It stands there with its state; nothing of what it would do, and no button that could not work."""
    open_shop(now)
    crowd(3, now)
    campaign = win_back(now)
    campaigns.finish(campaign, now=now)
    page = get(owner).content.decode()
    assert "Finished" in page and "Make the draft" in page
    assert "would be written to" not in page and "Activate" not in page and "Pause" not in page
    campaigns.ensure("win_back", now)
    both = get(owner).content.decode()
    assert Campaign.objects.count() == 2 and "Make the draft" not in both and "Activate" in both
