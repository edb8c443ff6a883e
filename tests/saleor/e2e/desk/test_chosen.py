"""Staff choose several customers in the real Saleor Dashboard, in its own list and in ours, and do something to all of
them: a label, a note, no campaign."""

import uuid
from collections.abc import Sequence
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

ROW = 40
"""Height of a row of the dashboard's list, and of its head, in pixels."""
MARK = 24
"""Middle of the column of check boxes, from the left."""
ROWS = """return [...document.querySelectorAll("[data-testid='data-grid-canvas'] tbody tr")].map(row => row.innerText ||
  row.textContent)"""
"""What the list, which is drawn, says to those who cannot see it."""
KNOWN = """query($id: ID!) { user(id: $id) { relationship { id labels { name } staffNotes { text } } } }"""
EXCLUDED = "{ relationshipExclusions { relationship because } }"


@pytest.fixture
def two(saleor: Storefront) -> list[str]:
    """Addresses of two customers whom no other story knows, who stand first in a list by address."""
    name = uuid.uuid4().hex[:8]
    emails = [f"00-{name}-{who}@example.com" for who in ("ana", "bea")]
    for email in emails:
        bought(saleor, email, 90, 60, 30)
    return emails


def test_from_the_dashboards_own_list(desk: Desk, shop: Shop, saleor: Storefront, two: list[str]) -> None:
    """Two rows are ticked in Saleor's list; our entry of its menu opens our page in a popup with both: labelled, noted
    and excluded, and nobody else."""
    desk.sign_in(*ADMIN)
    desk.go("customers/?asc=true&sort=email")
    _tick(desk, two)
    desk.click("css selector", "[data-test-id='show-more-button']", "the list's menu")
    desk.click("xpath", "//*[normalize-space(text())='Label, note or exclude']", "our entry of it")
    told = desk.ours("/dashboard/chosen", "form")
    assert (
        "Chosen customers" in told
        and all(email in told for email in two)
        and "more" not in told.split("\n")[1]
    )
    desk.picture(PICTURES / "chosen.png")
    _send(desk, "labels", "Wholesale, Press", "Save the labels")
    _send(desk, "text", "Met at the fair.", "Write the note")
    _send(desk, "because", "Sells our goods", "Exclude from all campaigns")
    desk.picture(PICTURES / "chosen-done.png")
    for email in two:
        known = _known(saleor, email)
        assert {one["name"] for one in known["labels"]} == {"Press", "Wholesale"}
        assert [one["text"] for one in known["staffNotes"]] == ["Met at the fair."]
        assert _excluded(saleor, known["id"]) == ["Sells our goods"]


def test_from_our_own_list(desk: Desk, shop: Shop, saleor: Storefront, two: list[str]) -> None:
    """By keyboard alone: a search, two check boxes, what to do beside the list; nobody's id is in an address; both
    have the label, and their pages say so."""
    from selenium.webdriver.common.keys import Keys

    desk.sign_in(*ADMIN)
    desk.go(f"extensions/app/{_app()}/customers")
    desk.ours("/dashboard/customers", "nav.tabs")
    search = desk.one("#content input[name=search]")
    search.send_keys(two[0].rsplit("-", 1)[0], Keys.ENTER)
    desk.until(lambda: len(desk.all("#found tbody th")) == 2, "the two of the search")
    for box in desk.all("#found [name=people]"):
        box.send_keys(Keys.SPACE)
    desk.until(lambda: "Chosen: 2" in desk.one("#choose").text, "how many are chosen")
    assert desk.one("[data-choose-all]").is_selected()
    desk.picture(PICTURES / "customers-choosing.png")
    desk.one("#choose-act").send_keys(Keys.ENTER)
    desk.until(lambda: desk.one("#chosen form"), "what can be done")
    desk.until(lambda: _focused(desk) == "Chosen customers", "the keyboard where it goes on")
    desk.picture(PICTURES / "customers-chosen.png")
    desk.one("#chosen [name=labels]").send_keys("Regulars' table", Keys.ENTER)
    desk.until(lambda: "Done, for 2 customers." in desk.one("#chosen").text, "the answer")
    assert all(one["name"] == "Regulars' table" for email in two for one in _known(saleor, email)["labels"])
    asked = desk.chromium.execute_script(
        "return performance.getEntriesByType('resource').map(one => one.name)"
    )
    ids = [str(behind.profile(email).public_id) for email in two]
    assert not [one for one in asked for each in ids if each in one]
    desk.one("#chosen .above button").send_keys(Keys.ENTER)
    desk.until(lambda: not desk.all("#chosen form"), "the list alone")
    desk.until(lambda: _focused(desk) == "Label, note or exclude", "the keyboard where it was")


def _tick(desk: Desk, emails: Sequence[str]) -> None:
    """Tick their rows: the list is one canvas, on which a person points."""
    from selenium.webdriver import ActionChains

    for email in emails:

        def ticked(email: str = email) -> bool:
            said = desk.chromium.execute_script(ROWS)
            [row] = [number for number, text in enumerate(said) if email in text] or [-1]
            if row < 0:
                return False
            canvas = desk.one("[data-testid='data-grid-canvas']")
            across, down = MARK - canvas.size["width"] / 2, (row + 1.5) * ROW - canvas.size["height"] / 2
            ActionChains(desk.chromium).move_to_element_with_offset(canvas, across, down).click().perform()
            return True

        desk.until(ticked, f"the row of {email}")
    desk.until(lambda: desk.all("[data-test-id='show-more-button']"), "a menu of the list")


def _send(desk: Desk, name: str, text: str, button: str) -> None:
    """Type into one of the forms, send it, and wait for the answer."""

    def typed() -> bool:
        field = desk.one(f"#content [name='{name}']")
        field.clear()
        field.send_keys(text)
        return bool(field.get_attribute("value") == text)

    desk.until(typed, f"the field {name}")
    desk.click("xpath", f"//*[@id='content']//button[normalize-space()='{button}']", button)
    desk.until(lambda: "Done, for 2 customers." in desk.one("#content").text, "the answer")
    desk.until(
        lambda: desk.one(f"#content [name='{name}']").get_attribute("value") == "",
        "a form that is empty again",
    )


def _focused(desk: Desk) -> str:
    return str(desk.chromium.switch_to.active_element.text)


def _known(saleor: Storefront, email: str) -> Any:
    from graphene import Node
    from saleor.account.models import User

    user = Node.to_global_id("User", User.objects.get(email=email).pk)
    return saleor.ask(KNOWN, token=saleor.staff(), id=user)["relationship"]


def _excluded(saleor: Storefront, relationship: str) -> list[str]:
    rows = saleor.ask(EXCLUDED, token=saleor.staff())
    return [str(one["because"]) for one in rows if one["relationship"] == relationship]
