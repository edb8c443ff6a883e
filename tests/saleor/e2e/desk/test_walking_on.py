"""Parts of our pages that go on by themselves in the real Saleor Dashboard: a long past, goods found by name."""

from typing import Any

import pytest

from tests.saleor import dashboard
from tests.saleor.dashboard import PICTURES, Desk
from tests.saleor.e2e import behind
from tests.saleor.e2e.campaigning import bought
from tests.saleor.e2e.desk.test_dashboard import Shop, desk, shop
from tests.saleor.e2e.desk.test_desk_walk import _app
from tests.saleor.e2e.storefront import ADMIN, Storefront

__all__ = ["desk", "shop"]

pytestmark = pytest.mark.skipif(bool(dashboard.lacking()), reason=dashboard.lacking() or "all is there")

HEAD = "#happened h2"


def test_a_long_past_and_back(desk: Desk, shop: Shop, saleor: Storefront, somebody: str) -> None:
    """Somebody who bought seventy times: "Earlier" leads on in the same page, the keyboard stands at what came, the
    address keeps the place and says nothing of her; back leads to the latest, forward to what was before."""
    bought(saleor, somebody, *range(1, 71))
    person = behind.profile(somebody)
    desk.sign_in(*ADMIN)
    desk.go(f"extensions/app/{_app()}/customers/{person.public_id}")
    desk.ours("/dashboard/customers", "#happened")
    latest = _happened(desk)
    desk.click("xpath", "//*[@id='happened']//a[normalize-space()='Earlier']", "what was before")
    desk.until(lambda: _head(desk) == "What happened before", "what was before")
    assert desk.until(
        lambda: desk.chromium.switch_to.active_element.text == "What happened before", "the keyboard there"
    )
    before = _happened(desk)
    assert len(latest) == 60 and len(latest) + len(before) >= 70 and before[0] <= latest[-1]
    address = str(desk.chromium.execute_script("return location.search"))
    assert "before=" in address and "%40" not in address and "@" not in address and "T0" not in address
    desk.picture(PICTURES / "customer-before.png")
    desk.chromium.back()
    desk.until(lambda: _again(desk) == "What happened" and _happened(desk) == latest, "back at the latest")
    desk.chromium.forward()
    desk.until(lambda: _again(desk) == "What happened before" and _happened(desk) == before, "forward again")


def test_goods_are_chosen_by_name(desk: Desk, shop: Shop, saleor: Storefront) -> None:
    """Some letters of a product's name, what was found, a chip, saved: the campaign is about that product. What is not
    sold is said at its field."""
    from graphene import Node
    from saleor.product.models import ProductVariant
    from selenium.webdriver.common.keys import Keys

    from saleor_relacional.flows.campaigns import campaigns
    from saleor_relacional.flows.campaigns.terms import terms_of

    product = ProductVariant.objects.get(pk=Node.from_global_id(saleor.variant())[1]).product
    made = behind.win_back(active=False)
    desk.sign_in(*ADMIN)
    desk.go(f"extensions/app/{_app()}/campaigns/{made.public_id}")
    desk.ours("/dashboard/campaigns", "#campaign-form")
    _press(desk, "css selector", "#campaign-form .rung details > summary", "more about the offer")
    field = "[name='steps[0].rungs[0].products.search']"
    desk.until(lambda: desk.one(field).is_displayed(), "the search")
    desk.one(field).send_keys("no such thing at all", Keys.ENTER)
    desk.until(lambda: "sells nothing of this name" in desk.one(".picker .found").text, "that there is none")
    desk.one(field).clear()
    desk.one(field).send_keys(product.name.lower())
    choice = f"//*[@id='campaign-form']//*[contains(@class, 'found')]//button[contains(., '{product.name}')]"
    desk.until(lambda: desk.chromium.find_element("xpath", choice).is_displayed(), "what was found")
    desk.picture(PICTURES / "goods-found.png")
    _press(desk, "xpath", choice, "the product")
    desk.until(lambda: product.name in desk.one(".picker .chips").text, "its chip")
    assert desk.until(
        lambda: desk.chromium.switch_to.active_element.get_attribute("type") == "search", "the search"
    )
    desk.picture(PICTURES / "goods-chosen.png")
    desk.click("xpath", "//button[normalize-space()='Save']", "Save")
    desk.until(lambda: desk.one("#content [role=status]"), "that it was saved")
    [rung] = terms_of(campaigns.current(made)).steps[0].rungs
    assert rung.products == (Node.to_global_id("Product", product.pk),)


def _press(desk: Desk, by: str, selector: str, what: str) -> None:
    """Click what may lie below the buttons at the foot of the screen."""

    def pressed() -> bool:
        found = desk.chromium.find_element(by, selector)
        desk.chromium.execute_script("arguments[0].scrollIntoView({block: 'center'})", found)
        found.click()
        return True

    desk.until(pressed, what)


def _head(desk: Desk) -> str:
    return str(desk.one(HEAD).text)


def _again(desk: Desk) -> str:
    """The head of the section, in our frame: going back leaves it."""
    desk.chromium.switch_to.default_content()
    desk.chromium.switch_to.frame(desk.one("iframe[src*='saleor_relacional']"))
    return _head(desk)


def _happened(desk: Desk) -> list[Any]:
    """Moments of what stands there, in order."""
    moments = "return [...document.querySelectorAll('#happened time')].map(one => one.dateTime)"
    return list(desk.chromium.execute_script(moments))
