"""The card and our page, seen in Chromium inside the real Saleor Dashboard."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.saleor import dashboard
from tests.saleor.dashboard import PICTURES, Desk
from tests.saleor.e2e import behind, operations
from tests.saleor.e2e.campaigning import late
from tests.saleor.e2e.storefront import ADMIN, PASSWORD, Storefront
from tests.saleor.stack import Stack

pytestmark = pytest.mark.skipif(bool(dashboard.lacking()), reason=dashboard.lacking() or "all is there")

SPENT = {200: "38.50", 170: "54.00", 139: "41.20", 110: "47.90", 81: "36.00", 50: "59.40", 0: "62.30"}
"""Days before her last order → what Ana paid: about once a month, and then no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """The dashboard's address, and who and what is looked at in it."""

    url: str
    ana: str
    """Global id of somebody who is slipping."""
    campaign: Any


@pytest.fixture(scope="module")
def shop(stack: Stack, saleor: Storefront) -> Iterator[Shop]:
    """A dashboard that is allowed to frame us, a customer who is late and holds an offer, a campaign in draft."""
    from graphene import Node

    from saleor_relacional import conf

    server = dashboard.Server(f"{stack.url}/graphql/")
    server.start()
    conf.host().move_in()
    given = {"configuration": [{"name": "dashboard-url", "value": server.url}]}
    saleor.ask(operations.PLUGIN_UPDATE, token=saleor.staff(), input=given)
    account = late(saleor, f"ana.{uuid.uuid4().hex[:6]}@example.com", SPENT)
    PICTURES.mkdir(exist_ok=True)
    campaign = behind.win_back(active=False)
    yield Shop(url=server.url, ana=Node.to_global_id("User", account), campaign=campaign)
    server.stop()


@pytest.fixture
def desk(shop: Shop, tmp_path: Path) -> Iterator[Desk]:
    """A browser that has never been anywhere."""
    chromium = dashboard.open_chromium(tmp_path)
    yield Desk(chromium, shop.url)
    chromium.quit()


def test_the_card_on_a_customers_page(desk: Desk, shop: Shop) -> None:
    """The owner opens Ana: where she stands, her rhythm and when to expect her, as tall as it needs to be."""
    desk.sign_in(*ADMIN)
    desk.go(f"customers/{shop.ana}")
    told = desk.ours("/dashboard/card", ".card")
    assert desk.until(lambda: desk.one("#content .pill").text in {"Slipping", "Lapsed"}, "her stage")
    assert "What to do" in told
    told = _unfolded(desk)
    assert "Next order, if one comes" in told
    assert "in 8 of 10 cases" in told
    assert re.search(r"about every [45] weeks", told)
    assert f"${sum(map(Decimal, SPENT.values()))}" in told
    assert not desk.one("#lonely").is_displayed()
    _as_tall_as_needed(desk)
    desk.picture(PICTURES / "card.png")


def test_the_card_in_the_dark(desk: Desk, shop: Shop) -> None:
    """The owner turns the dashboard's lights off: the card follows, and still shows all of itself."""
    desk.sign_in(*ADMIN)
    desk.go(f"customers/{shop.ana}")
    desk.ours("/dashboard/card", ".card")
    light = _ground(desk)
    desk.switch_theme()
    assert "usual for them" in desk.ours("/dashboard/card", ".card")
    assert desk.until(lambda: _ground(desk) != light, "our card in the dark")
    assert desk.one("html").get_attribute("data-theme") == "dark"
    _as_tall_as_needed(desk)
    desk.picture(PICTURES / "card-dark.png")


def _unfolded(desk: Desk) -> str:
    """What stands on the card once its numbers are unfolded."""
    desk.click("css selector", "#content details.rest > summary", "the numbers")
    desk.until(lambda: "Next order" in desk.one("#content").text, "the numbers, unfolded")
    return str(desk.one("#content").text)


def _as_tall_as_needed(desk: Desk) -> None:
    def fits() -> bool:
        desk.ours("/dashboard/card", ".card")
        return bool(desk.chromium.execute_script("return document.body.scrollHeight <= innerHeight"))

    assert desk.until(fits, "a frame that is as tall as the card")


def _ground(desk: Desk) -> str:
    return str(desk.one("body").value_of_css_property("background-color"))


def test_activating_and_pausing_from_our_page(desk: Desk, shop: Shop, saleor: Storefront) -> None:
    """Customers → Slipping customers: the dry run with Ana in it. Activate asks once more, in place; then the API says
    that it runs; pausing likewise."""
    desk.sign_in(*ADMIN)
    desk.go("")
    desk.click_menu("Customers", "Slipping customers")
    told = desk.ours("/dashboard/slipping", ".campaign table")
    assert "Who is slipping, and what we would do" in told
    desk.seen("#content table", "ana.")
    desk.seen("#content table", "off, today")
    desk.picture(PICTURES / "slipping.png")
    desk.confirm("Activate", "Yes, activate it", shop.campaign.public_id)
    assert _state(saleor, shop) == "ACTIVE"
    desk.ours("/dashboard/slipping", ".state-active")
    desk.picture(PICTURES / "slipping-active.png")
    desk.confirm("Pause", "Yes, pause it", shop.campaign.public_id)
    assert _state(saleor, shop) == "PAUSED"
    desk.ours("/dashboard/slipping", ".state-paused")


def _state(saleor: Storefront, shop: Shop) -> str:
    from graphene import Node

    known = Node.to_global_id("RelationshipCampaign", shop.campaign.public_id)
    return str(saleor.ask(operations.CAMPAIGN, token=saleor.staff(), id=known)["state"])


def test_who_may_not_look_is_told_what_is_missing(desk: Desk, shop: Shop) -> None:
    """Somebody who packs orders may open a customer in the dashboard; our card says what it needs, and nothing else."""
    desk.sign_in(_staff("MANAGE_ORDERS"), PASSWORD)
    desk.go(f"customers/{shop.ana}")
    told = desk.ours("/dashboard/card", ".panel")
    assert "you need the permission MANAGE_USERS" in told or "with the permission MANAGE_USERS" in told
    assert desk.all("#content .card") == []
    assert "$" not in told
    desk.picture(PICTURES / "card-needs.png")


def test_who_may_only_look_cannot_switch(desk: Desk, shop: Shop) -> None:
    """Somebody who may manage customers sees the page, and in the place of the switch what they would need."""
    desk.sign_in(_staff("MANAGE_USERS"), PASSWORD)
    desk.go("")
    desk.click_menu("Customers", "Slipping customers")
    told = desk.ours("/dashboard/slipping", ".campaign")
    assert "MANAGE_RELATIONSHIPS" in told
    assert desk.all("#content .confirm") == []


def test_how_good_the_predictions_were(desk: Desk, shop: Shop) -> None:
    """Discounts → Relationship campaigns → Evidence → how good our predictions were: plots, or a sentence that says
    what it takes; a reader may look, and finds no button that changes something on the way."""
    desk.sign_in(_staff("MANAGE_USERS", "MANAGE_DISCOUNTS"), PASSWORD)
    desk.go("")
    desk.click_menu("Discounts", "Relationship campaigns")
    desk.ours("/dashboard/campaigns", ".kinds")
    assert desk.all("#content [hx-post]") == []
    desk.picture(PICTURES / "campaigns.png")
    _walk(desk, "Evidence")
    desk.seen("#content h1", "Evidence")
    desk.click("css selector", "#content a[href$='/calibration']", "how good our predictions were")
    desk.until(lambda: desk.one("#content .calibration"), "the page of predictions")
    told = str(desk.one("#content").text)
    assert "Of 100 customers we expected" in told or "There is nothing to compare yet" in told
    desk.picture(PICTURES / "calibration.png")


def _walk(desk: Desk, section: str) -> None:
    desk.click("xpath", f"//nav[contains(@class, 'tabs')]/a[normalize-space()='{section}']", section)


def test_a_win_back_made_edited_and_switched_on(desk: Desk, shop: Shop, saleor: Storefront) -> None:
    """Discounts → Relationship campaigns: another win-back from its card, an error at its field, a colleague's edit
    that is shown instead of lost, the summary, on; paused again."""
    from saleor_relacional.flows.campaigns import campaigns
    from saleor_relacional.models import Campaign, CampaignState

    before = set(Campaign.objects.values_list("pk", flat=True))
    desk.sign_in(*ADMIN)
    desk.go("")
    desk.click_menu("Discounts", "Relationship campaigns")
    desk.ours("/dashboard/campaigns", ".kinds")
    desk.seen("#kind-win_back", "There for it now")
    desk.click("css selector", "#kind-win_back button", "one more win-back")
    desk.until(lambda: desk.one("#campaign-form"), "the form of a campaign")
    [made] = Campaign.objects.exclude(pk__in=before)
    _type(desk, "name", "Come back soon")
    _type(desk, "controlShare", "many")
    desk.click("xpath", "//button[normalize-space()='Save']", "Save")
    desk.seen(".wrong", "Give a number")
    desk.picture(PICTURES / "campaign-refused.png")
    _type(desk, "controlShare", "10")
    campaigns.edit(made, now=made.created_at, by="system", daily_capacity=7)
    desk.click("xpath", "//button[normalize-space()='Save and go on to activate']", "Save and go on")
    desk.seen("#content .warn", "mails per day at most")
    desk.picture(PICTURES / "campaign-conflict.png")
    desk.click("xpath", "//button[normalize-space()='Save and go on to activate']", "Save and go on")
    desk.seen("#content h1", "Switch on “Come back soon”?")
    desk.picture(PICTURES / "campaign-summary.png")
    desk.click("xpath", "//button[normalize-space()='Yes, activate it']", "Yes, activate it")
    desk.until(lambda: desk.one("#content .head .state-active"), "a campaign that runs")
    made.refresh_from_db()
    assert (made.state, made.name) == (CampaignState.ACTIVE, "Come back soon")
    desk.picture(PICTURES / "campaign.png")
    desk.confirm("Pause", "Yes, pause it", made.public_id)
    desk.until(lambda: desk.one("#content .head .state-paused"), "a campaign that is paused")


def _type(desk: Desk, name: str, text: str) -> None:
    def typed() -> bool:
        field = desk.one(f"#campaign-form [name='{name}']")
        field.clear()
        field.send_keys(text)
        return bool(field.get_attribute("value") == text)

    desk.until(typed, f"the field {name}")


def _staff(*permissions: str) -> str:
    from saleor.account.models import User
    from saleor.permission.enums import get_permissions_from_names

    email = f"{uuid.uuid4().hex}@staff.example"
    user = User(email=email, is_staff=True, is_active=True)
    user.set_password(PASSWORD)
    user.save()
    user.user_permissions.set(get_permissions_from_names(list(permissions)))
    return email
