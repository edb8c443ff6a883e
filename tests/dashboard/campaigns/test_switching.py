"""On, off, over: a summary first, and only what was read in it is switched on."""

import re
from datetime import datetime
from html import unescape
from typing import Any

import pytest

from saleor_relacional.flows.campaigns import campaigns, plan
from saleor_relacional.flows.campaigns.owner import outlook, saving
from saleor_relacional.flows.campaigns.terms import terms_of
from saleor_relacional.models import Campaign, CampaignState, CampaignVersion
from tests.api.asking import Asker
from tests.dashboard.looking import content
from tests.dashboard.sections.test_campaigns import basis, draft, fields, path, post
from tests.support.campaign_stories import crowd, late, open_shop, win_back

pytestmark = pytest.mark.django_db


def test_from_the_card_to_a_running_win_back(shop: Any, owner: Asker, now: datetime) -> None:
    """Set up, save and go on, yes: three clicks. The form keeps the kind's own words and steps."""
    open_shop(now)
    crowd(4, now)
    page = post(owner, "campaigns/make/win_back/")
    campaign = Campaign.objects.get()
    assert page["Desk-Place"] == f"/dashboard/campaigns/{campaign.public_id}"
    before = terms_of(campaigns.current(campaign))
    asked = post(owner, f"{path(campaign)}save/", then="activate", **fields(page.content.decode()))
    assert asked["Desk-Place"] == f"/dashboard/campaigns/{campaign.public_id}/activate"
    text = unescape(asked.content.decode())
    assert asked.status_code == 200 and "Yes, activate it" in text and "mails on the first day" in text
    assert "At once the mail “Win back, message 1”." in text
    assert terms_of(campaigns.current(campaign)) == before and CampaignVersion.objects.count() == 1
    runs = post(owner, f"{path(campaign)}activate/now/", basis=basis(text))
    assert runs.status_code == 200 and 'data-notify="success"' in runs.content.decode()
    assert Campaign.objects.get().state == CampaignState.ACTIVE
    assert plan.consider(Campaign.objects.get(), now)


def test_only_what_was_read_is_switched_on(shop: Any, owner: Asker, now: datetime) -> None:
    """A colleague gives away half meanwhile: it stays a draft, what they changed is said beside what would happen now,
    and the next yes is for that."""
    open_shop(now)
    campaign = draft(now)
    read = content(owner, f"{path(campaign)}activate/")
    other = campaigns.edit(campaign, now=now, daily_capacity=7, by="app:1")
    refused = post(owner, f"{path(campaign)}activate/now/", basis=basis(read))
    text = unescape(refused.content.decode())
    assert refused.status_code == 409 and Campaign.objects.get().state == CampaignState.DRAFT
    assert "was not switched on" in text and "<ins>7</ins>" in text and "Up to 7 people per day" in text
    assert post(owner, f"{path(campaign)}activate/now/").status_code == 409, (
        "nothing read, nothing switched on"
    )
    assert post(owner, f"{path(campaign)}activate/now/", basis=basis(text)).status_code == 200
    assert Campaign.objects.get().state == CampaignState.ACTIVE and campaigns.current(campaign) == other
    spanish = post(owner, f"{path(campaign)}activate/now/", "es", basis=basis(read))
    assert "no se ha activado" in unescape(spanish.content.decode())


def test_the_figures_of_the_summary_come_after_it(
    shop: Any, owner: Asker, now: datetime, monkeypatch: Any
) -> None:
    """The page asks nobody what would happen to them, whoever is asked for it: what will be sent, the button, and the
    tiles still empty. Then to how many, at what cost, and when one will know; in a shop without anybody too."""
    open_shop(now)
    campaign = draft(now)
    nobody = unescape(content(owner, f"{path(campaign)}activate/figures/"))
    assert nobody.count("<b>0</b>") == 5 and "Nobody is there for it at the moment" in nobody
    crowd(8, now, value="20.00")
    late("Nobody", now, agreed=False)
    with monkeypatch.context() as patched:
        patched.setattr(outlook, "of_campaign", lambda *args: pytest.fail("the page waits for its figures"))
        text = unescape(content(owner, f"{path(campaign)}activate/"))
    assert text.count("<b>…</b>") == 6 and "One moment…" in text and "Yes, activate it" in text
    part = re.search(r'hx-get="/dashboard/content/([^"]*)" hx-trigger="load" hx-target="this"', text)
    assert part and part[1] == f"{path(campaign)}activate/figures/"
    told = unescape(content(owner, part[1]))
    shown = [int(number) for number in re.findall(r"<b>(\d+)</b>", told)]
    assert sum(shown[:3]) == 8 and shown[3] == 1 and "…" not in told and "of 100 in the control group" in told
    assert "Why not:" in told and "(1)" in told
    spanish = unescape(content(owner, part[1], language="es"))
    assert "correos el primer día" in spanish and "mails" not in spanish


def test_what_is_missing_is_said_instead_of_the_button(shop: Any, owner: Asker, now: datetime) -> None:
    """A shop that decided nothing: the summary names it and leads to the form that cures it; posting all the same is
    refused."""
    campaign = draft(now)
    text = unescape(content(owner, f"{path(campaign)}activate/"))
    assert "Decide first how many mails" in text and "checklist" in text and "Yes, activate it" not in text
    refused = post(owner, f"{path(campaign)}activate/now/", basis=saving.seen(campaign))
    assert refused.status_code == 409 and Campaign.objects.get().state == CampaignState.DRAFT


def test_a_copy_of_the_shop_and_one_that_harms_ask_twice(
    shop: Any, owner: Asker, now: datetime, settings: Any
) -> None:
    """The summary asks, and does it when that is said."""
    open_shop(now)
    campaign = win_back(now)
    settings.PUBLIC_URL = "https://staging.example"
    Campaign.objects.update(state=CampaignState.PAUSED, paused_for="objections")
    text = unescape(content(owner, f"{path(campaign)}activate/"))
    assert "The shop has moved: activate it" in text and "It makes people object" in text
    assert post(owner, f"{path(campaign)}activate/now/", basis=basis(text)).status_code == 409
    assert Campaign.objects.get().state == CampaignState.PAUSED
    confirmed = post(owner, f"{path(campaign)}activate/now/", basis=basis(text), confirm="yes")
    assert confirmed.status_code == 200
    assert Campaign.objects.get().state == CampaignState.ACTIVE


def test_pause_and_finish(shop: Any, owner: Asker, now: datetime) -> None:
    """Each says what it did; a finished one can be read, and has no button any more."""
    open_shop(now)
    campaign = win_back(now)
    assert "It is paused" in post(owner, f"{path(campaign)}pause/").content.decode()
    assert "Because" not in content(owner, "campaigns/")
    assert post(owner, f"{path(campaign)}finish/").status_code == 200
    assert Campaign.objects.get().state == CampaignState.FINISHED
    text = content(owner, path(campaign))
    assert '<fieldset class="whole" disabled>' in text and "Yes, finish it" not in text
    assert post(owner, f"{path(campaign)}save/", **fields(text)).status_code == 409
    assert post(owner, f"{path(campaign)}pause/").status_code == 409
    assert "Finished ones" in content(owner, "campaigns/")
