"""What stands beside the shop's own pages, as everybody has to be able to read it: the card unfolded, the week, a
voucher's campaign, the chosen."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from graphql_relay import to_global_id

from saleor_relacional.flows.campaigns import plan
from saleor_relacional.flows.feedback import tell
from saleor_relacional.flows.sending import send
from saleor_relacional.hosts.standalone.models import VoucherCode
from saleor_relacional.models import Incentive, Profile
from tests.api.asking import Asker
from tests.dashboard.looking import content, faults
from tests.support.campaign_stories import late, open_shop, win_back
from tests.views.accessibility import chromium

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there"),
]


@pytest.mark.parametrize("language", ["en", "es"])
def test_everybody_can_read_what_stands_beside_the_shops_pages(
    shop: Any, owner: Asker, learn: Any, now: datetime, language: str
) -> None:
    open_shop(now)
    win_back(now, control_share="0", discount="percentage", value=Decimal(10))
    late("Bea", now)
    plan.consider_all(now)
    send.send_due(now=now)
    ana = shop.customer("ana@example.com", first_name="Ana")
    for days in (110, 80, 50, 20):
        shop.order(customer=ana, email="ana@example.com", placed_at=now - timedelta(days=days))
    learn()
    profile = Profile.objects.get(identities__key=ana)
    tell.tell(profile.pk, kind="complaint", text="It broke.", source="page", now=now)
    her, code = to_global_id("User", ana), VoucherCode.objects.get(code=Incentive.objects.get().code)
    voucher = to_global_id("Voucher", code.voucher_id)
    card = content(owner, f"card/?customerId={her}", language=language)
    widgets = {
        f"card-{language}": card,
        f"card-unfolded-{language}": card.replace("<details", "<details open"),
        f"week-{language}": content(owner, "week/", language=language),
        f"voucher-{language}": content(owner, f"voucher/?voucherId={voucher}", language=language)
        + content(owner, f"voucher/counts/?voucherId={voucher}", language=language),
    }
    chosen = {f"chosen-{language}": content(owner, f"chosen/?customerIds={her}", language=language)}
    assert "rest" in card and "It broke" not in card and code.code in widgets[f"voucher-{language}"]
    assert faults(widgets, language=language, kind="widget") | faults(chosen, language=language) == {}
