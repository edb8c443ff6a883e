"""The coming days beside a campaign: of one that does not run yet, as if it were switched on."""

from datetime import datetime
from typing import Any

import pytest

from saleor_relacional.db import counts
from saleor_relacional.flows.calendar import calendars
from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.models import Calendar, Campaign, Enrolment
from tests.api.asking import Asker
from tests.dashboard.looking import content
from tests.dashboard.sections.test_campaigns import draft, path
from tests.support.campaign_stories import crowd, open_shop

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_draft_has_its_coming_days(shop: Any, owner: Asker, now: datetime) -> None:
    """The same numbers that the calendar has once it was switched on; asking has switched on and kept nothing."""
    open_shop(now)
    crowd(12, now, value="42.00")
    campaign = draft(now)
    page = content(owner, path(campaign))
    assert f'hx-get="/dashboard/content/{path(campaign)}coming/"' in page
    told = calendars.foreseen(campaign, now, days=5)
    beside = content(owner, f"{path(campaign)}coming/")
    assert "As if it were switched on now" in beside and 'class="coming"' in beside
    assert Campaign.objects.get(pk=campaign.pk).state == "draft"
    assert not Calendar.objects.exists() and not Enrolment.objects.exists()
    campaigns.activate(campaign, now=now)
    kept = calendars.make(now, days=5)
    assert kept is not None and told is not None
    real = {
        day: [(one.campaign_id, one.treated, one.control, one.waiting) for one in some]
        for day, some in calendars.days(kept).items()
    }
    assert real == {
        day: [(one.campaign_id, one.treated, one.control, one.waiting) for one in some]
        for day, some in told.items()
    }
    assert sum(one.treated + one.control for some in told.values() for one in some) == 12
    assert "As if it were" not in content(owner, path(campaign))


def test_nobody_waits_for_the_days_of_a_large_shop(
    shop: Any, owner: Asker, now: datetime, monkeypatch: Any
) -> None:
    """It says when they come."""
    open_shop(now)
    crowd(3, now)
    monkeypatch.setattr(calendars, "_MANY", calendars._MANY.replace(str(counts.EXACT), "2"))
    assert "too many customers" in content(owner, f"{path(draft(now))}coming/")
