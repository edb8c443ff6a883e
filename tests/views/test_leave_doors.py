"""What must not break behind the unsubscribe link, beside test_leave.py."""

from datetime import datetime
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.consent import consent, links
from saleor_relacional.flows.people import merge
from saleor_relacional.flows.sending import send
from saleor_relacional.models import Basis, Profile, Touch
from tests.support.campaign_stories import late
from tests.support.mailing import campaign, due

pytestmark = pytest.mark.django_db


def test_an_old_link_leaves_for_who_they_are_now(shop: Any, now: datetime) -> None:
    """Ana was a guest when her mail left. She has an account under another address now, and a mail to it is queued: the
    link of the old mail stops that one too, and nothing is sent to either address again."""
    running = campaign(now)
    [guest] = due(running, now, "Ana")
    send.send_due(now=now)
    account = late("Anna", now)
    merge.merge(guest.pk, account.pk, cause="vouched", now=now)
    plan.consider(running, now)
    Profile.objects.filter(pk=account.pk).update(email="ana@new.example", email_key="ana@new.example")
    assert (
        Client()
        .post(f"/leave/{links.leave_token(guest.public_id)}/", {"List-Unsubscribe": "One-Click"})
        .status_code
        == 200
    )
    assert consent.bases([account.pk], now=now)[account.pk] == Basis.OPT_OUT
    assert not Touch.objects.filter(state="queued").exists()
    send.send_due(now=now)
    assert len(mail.outbox) == 1
