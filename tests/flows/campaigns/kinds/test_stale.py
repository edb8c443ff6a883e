"""A message that could not leave for as long as its kind says ends by name, instead of leaving late."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from saleor_relacional.models import Touch
from tests.flows.campaigns.kinds.test_abandoned_checkout import HOUR, Story
from tests.flows.campaigns.kinds.test_abandoned_checkout import left as left
from tests.flows.campaigns.kinds.test_abandoned_checkout import story as story
from tests.support.instants import DAY

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_could_not_leave_for_two_days_does_not(story: Story, now: datetime, settings: Any) -> None:  # noqa: F811
    """No mail server listens: two days later the reminder is stale, and ends by name instead of leaving late."""
    ana = story.customer("Ana", now - DAY)
    story.leaves(now, customer=ana)
    settings.EMAIL_BACKEND = ""
    assert story.beat(now + 4 * HOUR) == 0
    assert Touch.objects.get().expires_at - Touch.objects.get().due_at == timedelta(days=2)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert [story.beat(now + wait) for wait in (4 * HOUR + 2 * DAY, 3 * DAY)] == [0, 0]
    assert (Touch.objects.get().state, Touch.objects.get().reason) == ("expired", "too_late")
