"""A campaign that cannot be considered stops none of the others."""

from datetime import datetime
from typing import Any

import pytest

from saleor_relacional.flows.campaigns import plan
from saleor_relacional.models import Campaign, ErrorCount, Touch
from tests.support.campaign_stories import crowd, open_shop, win_back

pytestmark = pytest.mark.django_db


def test_the_others_are_considered(shop: Any, now: datetime) -> None:
    """The oldest one is of a kind that only a later version knows, which was taken back: it is counted, nothing of it
    starts; the younger one writes to its people. With the version back, the next run finds it."""
    open_shop(now)
    broken = win_back(now, control_share="0")
    Campaign.objects.filter(pk=broken.pk).update(kind="next_year")
    whole = win_back(now, control_share="0", salt=b"another salt, 16")
    crowd(3, now)
    planned = plan.consider_all(now)
    assert set(planned) == {whole.pk} and planned[whole.pk].treated == 3
    assert Touch.objects.filter(enrolment__campaign=broken).count() == 0
    assert ErrorCount.objects.values_list("place", "count").get() == ("plan", 1)
    Campaign.objects.filter(pk=broken.pk).update(kind=broken.kind)
    assert set(plan.consider_all(now)) == {broken.pk, whole.pk}
