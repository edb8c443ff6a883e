"""The owner walks through the desk inside the real Saleor Dashboard: by links, back, forward and by an address that was
kept."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.saleor import dashboard
from tests.saleor.dashboard import PICTURES, Desk
from tests.saleor.e2e.desk.test_dashboard import Shop, desk, shop
from tests.saleor.e2e.storefront import ADMIN

__all__ = ["desk", "shop"]

pytestmark = pytest.mark.skipif(bool(dashboard.lacking()), reason=dashboard.lacking() or "all is there")


def test_back_goes_to_the_page_before_and_filters_stay(desk: Desk, shop: Shop) -> None:
    """An address with a filter opens that list; a link leads on in the same frame; back leads to the list as it was,
    forward to where one had been."""
    desk.sign_in(*ADMIN)
    desk.go(f"extensions/app/{_app()}/customers?stage=slipping")
    desk.ours("/dashboard/customers", "nav.tabs")
    assert _title(desk) == "Customers"
    assert "stage=slipping" in _address(desk)
    desk.picture(PICTURES / "desk-customers.png")
    for section in ("Segments", "Home"):
        desk.click("xpath", f"//nav[@class='tabs']/a[normalize-space()='{section}']", section)
        desk.until(lambda section=section: _title(desk) == section, section)
    desk.chromium.back()
    desk.until(lambda: _title(desk) == "Segments", "back at the segments")
    desk.chromium.back()
    desk.until(lambda: _title(desk) == "Customers", "back at the customers")
    assert "stage=slipping" in _address(desk)
    desk.chromium.forward()
    desk.until(lambda: _title(desk) == "Segments", "forward again")


def test_back_from_the_shops_own_page_is_the_page_that_led_there(desk: Desk, shop: Shop) -> None:
    """From the list to somebody slipping, from there to her page in Saleor: the dashboard's address has learnt where
    one stood, so "back" shows her again, and so does loading it anew."""
    desk.sign_in(*ADMIN)
    desk.go(f"extensions/app/{_app()}/customers?stage=slipping")
    desk.ours("/dashboard/customers", "#found tbody a")
    desk.click("css selector", "#found tbody a", "somebody slipping")
    desk.until(lambda: desk.one("a.button[data-redirect]"), "the way to her page in Saleor")
    name = _title(desk)
    desk.click("css selector", "a.button[data-redirect]", "the way to her page in Saleor")
    desk.chromium.switch_to.default_content()
    desk.until(lambda: "/dashboard/customers/" in desk.chromium.current_url, "her page in Saleor")
    desk.ours("/dashboard/card", ".card")
    desk.chromium.back()
    desk.until(lambda: _title(desk) == name, "back at her page of ours")
    desk.chromium.switch_to.default_content()
    assert f"/extensions/app/{_app()}/customers/" in desk.chromium.current_url
    desk.chromium.refresh()
    desk.until(lambda: _title(desk) == name, "her page of ours, loaded anew")


def test_a_name_opens_in_a_tab_of_its_own(desk: Desk, shop: Shop) -> None:
    """With Ctrl or the wheel: a dashboard with that page of ours in it, whose address can be kept; where one stood
    nothing changes."""
    from selenium.webdriver import ActionChains, Keys

    desk.sign_in(*ADMIN)
    desk.go(f"extensions/app/{_app()}/home")
    desk.ours("/dashboard/home", "nav.tabs")
    section = desk.until(lambda: desk.one("nav.tabs a[href$=segments]"), "another section")
    before = set(desk.chromium.window_handles)
    ActionChains(desk.chromium).key_down(Keys.CONTROL).click(section).key_up(Keys.CONTROL).perform()
    _tab_shows(desk, before, "Segments", "segments", stood="Home")


def test_a_list_as_chosen_opens_in_a_tab_of_its_own(desk: Desk, shop: Shop) -> None:
    """Choosing leaves the dashboard's address as it is; the new tab's is the list, to keep or to send."""
    desk.sign_in(*ADMIN)
    desk.go(f"extensions/app/{_app()}/customers")
    desk.ours("/dashboard/customers", "select[name=stage]")
    desk.click("css selector", "select[name=stage] option[value=slipping]", "a stage")
    desk.until(lambda: desk.one("a[data-tab]").is_displayed(), "the way to a tab of its own")
    before = set(desk.chromium.window_handles)
    desk.click("css selector", "a[data-tab]", "the way to a tab of its own")
    _tab_shows(desk, before, "Customers", "customers?stage=slipping", stood="Customers")
    desk.chromium.refresh()
    desk.until(lambda: _title(desk) == "Customers" and "stage=slipping" in _address(desk), "the list anew")


def _tab_shows(desk: Desk, before: set[str], title: str, place: str, *, stood: str) -> None:
    """A new tab is the dashboard at that place of ours, with this title, and the one before shows what it showed."""
    [new] = desk.until(lambda: set(desk.chromium.window_handles) - before, "the new tab")
    assert _title(desk) == stood
    desk.chromium.switch_to.window(new)
    desk.until(lambda: _title(desk) == title, f"{title} in its own tab")
    desk.chromium.switch_to.default_content()
    assert desk.chromium.current_url.endswith(f"/extensions/app/{_app()}/{place}")


def test_the_app_itself_opens_home(desk: Desk, shop: Shop) -> None:
    """Whoever opens our app from the list of installed extensions stands at Home, without a scroll bar of the frame
    beside the dashboard's."""
    desk.sign_in(*ADMIN)
    desk.go(f"extensions/app/{_app()}")
    desk.ours("/saleor_relacional/dashboard", "nav.tabs")
    assert _title(desk) == "Home"
    desk.picture(PICTURES / "desk-home.png")


def _title(desk: Desk) -> str:
    _inside(desk)
    return str(desk.one("#content h1").text)


def _inside(desk: Desk) -> None:
    """Step into our frame: going back leaves it."""
    desk.chromium.switch_to.default_content()
    desk.chromium.switch_to.frame(desk.one("iframe[src*='saleor_relacional']"))


def _address(desk: Desk) -> str:
    _inside(desk)
    return str(desk.chromium.execute_script("return location.href"))


def _app() -> Any:
    from graphene import Node
    from saleor.app.models import App

    return quote(Node.to_global_id("App", App.objects.get(identifier="saleor_relacional").pk), safe="")
