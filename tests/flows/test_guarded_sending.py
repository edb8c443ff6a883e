"""What must not break while mails leave, beside test_send.py."""

from datetime import datetime
from typing import Any

import pytest
from django.core import mail

from saleor_relacional.flows import compose, send
from saleor_relacional.hosts.standalone import models as shop_models
from saleor_relacional.models import Touch
from tests.flows.mailing import campaign, due

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
