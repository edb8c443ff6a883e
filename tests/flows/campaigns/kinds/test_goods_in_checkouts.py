"""A mail about a checkout shows what of it can be bought at this moment."""

from datetime import datetime

import pytest
from django.core import mail

from saleor_relacional.hosts.standalone import models
from saleor_relacional.models import Touch
from tests.flows.campaigns.kinds.test_abandoned_checkout import HOUR, Story, left, profile, story
from tests.support.instants import DAY

__all__ = ["left", "story"]

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_can_be_bought_at_its_price_of_now(story: Story, now: datetime) -> None:
    """The price rose meanwhile; then nothing is left of it, and no mail says that it is still there."""
    ana, bea = story.customer("Ana", now - DAY), story.customer("Bea", now - DAY)
    story.leaves(now, customer=ana, quantity=2)
    models.Price.objects.update(amount="9.99")
    assert story.beat(now + 4 * HOUR) == 1
    assert "2 × Tea: €9.99 each" in str(mail.outbox[0].body)
    story.leaves(now + 5 * HOUR, customer=bea)
    models.Variant.objects.update(stock=0)
    assert story.beat(now + DAY) == 0
    assert Touch.objects.get(profile=profile("Bea")).reason == "sold_out" and len(mail.outbox) == 1
