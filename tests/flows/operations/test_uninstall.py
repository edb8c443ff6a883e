"""Leaving a shop as if we had never been there."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command

from saleor_relacional.flows.incentives import wallet
from saleor_relacional.flows.sending import send
from saleor_relacional.hosts.standalone import models as shop_models
from saleor_relacional.models import Campaign, Touch
from tests.support.mailing import campaign, due, promise_of

pytestmark = pytest.mark.django_db


def test_leaving_ends_everything(shop: Any, now: datetime) -> None:
    """Ana has her mail, Bea's is on its way, a checkout carries Ana's code. After leaving no code works, no mail leaves
    (not even if somebody switches the campaign on in the table), and the shop's own voucher is as it was. Doing it
    twice is the same."""
    running = campaign(now)
    [ana] = due(running, now, "Ana")
    send.send_due(now=now)
    [bea] = due(running, now, "Bea")
    code = promise_of(ana).code
    own = shop_models.Voucher.objects.create(
        key="own", name="Summer", discount="percentage", starts_at=now, ends_at=now + timedelta(days=99)
    )
    for _ in range(2):
        call_command("relacional_uninstall", "--yes")
        assert not shop.put_code(shop.checkout(email=ana.email), code)
        Campaign.objects.update(state="active")
        assert send.send_due(now=now).sent == 0
    assert len(mail.outbox) == 1
    assert Touch.objects.get(profile=bea).reason == "uninstalled"
    assert {promise_of(person).state for person in (ana, bea)} == {"withdrawn"}
    assert wallet.wallet(ana, now) == ()
    own.refresh_from_db()
    assert own.ends_at == now + timedelta(days=99)
