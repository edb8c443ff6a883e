"""What must not break while mails leave, beside test_send.py."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from saleor_relacional.flows.consent import consent
from saleor_relacional.flows.sending import compose, send
from saleor_relacional.hosts.standalone import models as shop_models
from saleor_relacional.models import Enrolment, Touch
from tests.flows.campaigns.test_attribution import told
from tests.support.mailing import campaign, due, touch_of
from tests.support.people import buys

pytestmark = pytest.mark.django_db


def test_switched_off_in_the_middle_of_a_batch(
    shop: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The owner deactivates us while the first of three mails is being written: what has not begun goes back as it was,
    and leaves when they switch us on again."""
    due(campaign(now), now, "Ana", "Bea", "Cid")
    whole = compose.compose

    def and_off(*given: Any) -> Any:
        shop_models.Shop.objects.update(relational_active=False)
        return whole(*given)

    monkeypatch.setattr(compose, "compose", and_off)
    assert send.send_due(now=now).ends == {"sent": 1, "queued": 2}
    assert len(mail.outbox) == 1
    assert sorted(Touch.objects.values_list("state", "reason", "attempts")) == [
        ("queued", "", 0), ("queued", "", 0), ("sent", "", 0),
    ]  # fmt: skip
    monkeypatch.undo()
    shop_models.Shop.objects.update(relational_active=True)
    assert send.send_due(now=now).sent == 2


@pytest.mark.parametrize("end", ["failed", "unknown", "suppressed", "expired"])
def test_a_mail_that_may_not_have_arrived_is_credited_with_nothing(
    shop: Any, now: datetime, end: str
) -> None:
    """Only a mail that the server accepted gets credit for the order that follows."""
    [ana] = due(campaign(now), now, "Ana")
    Touch.objects.update(state=end, reason="for a reason", ended_at=now)
    told(buys(ana, now + timedelta(days=1)), now + timedelta(days=1))
    assert Touch.objects.get().credited_purchase_id is None
    assert Enrolment.objects.get().credited_sold is None


def test_one_persons_no_is_theirs_alone(shop: Any, now: datetime) -> None:
    """Ana wants no more mails. Bea's leaves."""
    ana, bea = due(campaign(now), now, "Ana", "Bea")
    consent.record_objection(ana, source="one_click", now=now)
    assert (touch_of(ana).state, touch_of(bea).state) == ("suppressed", "queued")
    assert send.send_due(now=now).sent == 1
    assert [sent.to for sent in mail.outbox] == [["bea@shop.example"]]
