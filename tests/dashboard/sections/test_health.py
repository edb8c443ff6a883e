"""The desk's health: what runs, what is late, what to do, in a shopkeeper's words."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from saleor_relacional.flows.campaigns import campaigns
from saleor_relacional.flows.feedback import tell
from saleor_relacional.flows.sending.mail_server import providers
from saleor_relacional.models import Campaign, CampaignState, ErrorCount, MailProvider
from tests.api.asking import Asker
from tests.dashboard.asking import CANARY, get, harmless, text
from tests.dashboard.looking import content, faults
from tests.support.campaign_stories import open_shop
from tests.support.people import person
from tests.views.accessibility import chromium

pytestmark = pytest.mark.django_db


def test_what_is_late_is_said_with_what_to_do(shop: Any, owner: Asker, now: datetime) -> None:
    """Nothing has been read; an answer is overdue; mails have stopped: each leads to where it is mended."""
    tell.tell(person("Ana").pk, kind="wish", source="page", text="Blue ones.", now=now - timedelta(days=6))
    providers.ensure(now)
    MailProvider.objects.update(stopped_at=now, stop_reason=providers.TEN_REFUSALS)
    page = get(owner, "health/")
    said = text(page)
    for part in ("Something is to be done.", "Customers wait for answers that are overdue.", "never yet", "Stopped",
                 "ten mails in a row were refused"):  # fmt: skip
        assert part in said, part
    for place in ("inbox", "policy/mail_server", "checklist"):
        assert f'href="/dashboard/{place}" data-go' in page.content.decode(), place
    assert 'hx-get="/dashboard/content/health/overdue/"' in page.content.decode()  # counted after the page
    assert text(get(owner, "health/overdue/")) == "1 customer"
    assert "Hay clientes que esperan" in text(get(owner, "health/", language="es"))


def test_a_campaign_that_harms_leads_to_what_it_brought(shop: Any, owner: Asker, now: datetime) -> None:
    """A kind that is no win-back: its own evidence, from here and from Home."""
    open_shop(now)
    person("Ana")
    campaign = campaigns.ensure("welcome", now)
    Campaign.objects.update(state=CampaignState.PAUSED, paused_for="objections")
    for page in ("health/", "home/"):
        said = get(owner, page).content.decode()
        assert f'href="/dashboard/evidence/{campaign.public_id}" data-go>Go there</a>' in said, page
    assert get(owner, f"evidence/{campaign.public_id}/").status_code == 200


def test_what_was_read_is_in_order(shop: Any, owner: Asker, now: datetime) -> None:
    open_shop(now)
    rows = text(get(owner, "health/")).split("Reading orders")[1]
    assert "In order" in rows.split("</tr>")[0] and "Late" not in rows.split("</tr>")[0]


def test_who_may(shop: Any, reader: Asker) -> None:
    """Whoever reads customers; nobody else."""
    assert get(reader, "health/").status_code == 200 and get(None, "health/").status_code == 401
    mallory = Asker(shop.context(account=shop.staff("MANAGE_ORDERS")))
    assert get(mallory, "health/").status_code == 403


def test_nothing_in_an_error_is_markup(shop: Any, owner: Asker, now: datetime) -> None:
    ErrorCount.objects.create(day=now.date(), place=CANARY[:60], kind="ValueError", count=2, last_at=now)
    assert harmless(get(owner, "health/"))


@pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there")
@pytest.mark.parametrize("language", ["en", "es"])
def test_everybody_can_read_it(shop: Any, owner: Asker, now: datetime, language: str) -> None:
    ErrorCount.objects.create(day=now.date(), place="send", kind="ValueError", count=2, last_at=now)
    found = {f"health-{language}": content(owner, "health/", language=language)}
    assert faults(found, language=language) == {}
