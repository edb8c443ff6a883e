"""Every page of the desk in the real Saleor Dashboard: light and dark, at desk and phone, in English and Spanish, as
axe sees it, and as somebody who lacks a permission does."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.running.tries import THOROUGH
from tests.saleor import dashboard
from tests.saleor.dashboard import PICTURES, Desk
from tests.saleor.e2e.desk.test_dashboard import Shop, _staff, desk, shop
from tests.saleor.e2e.desk.test_desk_walk import _app
from tests.saleor.e2e.storefront import ADMIN, PASSWORD
from tests.views.accessibility.chromium import AXE, Rules

__all__ = ["desk", "shop"]

pytestmark = pytest.mark.skipif(bool(dashboard.lacking()), reason=dashboard.lacking() or "all is there")

SECTIONS = (
    "home", "customers", "segments", "campaigns", "messages", "incentives", "evidence", "policy", "inbox", "health",
)  # fmt: skip
INNER = {
    "customers": "#content th a[href*='/customers/']",
    "campaigns": "#content a[href*='/campaigns/']",
    "evidence": "#content a[href$='/calibration']",
    "messages": "#content a[href*='/messages/']",
}
"""Section → a link on it that leads to a page of its own, which is looked at as well."""
SIZES = {"desk": (1440, 1400), "phone": (390, 844)}
READY = """const content = document.getElementById("content");
return content.getAttribute("aria-busy") === "false" && !content.querySelector(".htmx-request")
  && location.pathname.includes(arguments[0]) && content.querySelector("h1") !== null"""
LOOKED = """const done = arguments[arguments.length - 1];
axe.run(document, {...arguments[0], resultTypes: ["violations"]}).then(told => done(
  told.violations.map(one => one.id + ": " + one.nodes.map(node => node.target.join(" ")).join(", "))));"""
WIDER = "return document.documentElement.scrollWidth > innerWidth + 1"
UNSEEN = """const here = document.querySelector(".tabs [aria-current]")?.getBoundingClientRect();
return Boolean(here) && (here.left < 0 || here.right > innerWidth)"""


@pytest.mark.parametrize(
    "language, dark",
    [("en", False), ("es", True), *([("en", True), ("es", False)] if THOROUGH else [])],
)
def test_everybody_can_read_every_page(desk: Desk, shop: Shop, language: str, dark: bool) -> None:
    """Nothing for axe to find, nothing wider than the screen, in the reader's language and the dashboard's theme. (Each
    language in each theme with THOROUGH=1.)"""
    desk.sign_in(*ADMIN)
    desk.chromium.execute_script(
        "localStorage.setItem('locale', arguments[0]); localStorage.setItem('activeMacawUITheme', arguments[1]);",
        language, "defaultDark" if dark else "defaultLight",
    )  # fmt: skip
    wrong: dict[str, list[str]] = {}
    for size, (width, height) in SIZES.items():
        _wide(desk, width, height)
        desk.go(f"extensions/app/{_app()}/home")
        desk.ours("/dashboard/home", "nav.tabs")
        desk.until(lambda: _dressed(desk) == (language, dark), "the reader's language and theme")
        desk.chromium.execute_script(AXE.read_text("utf-8"))
        for place in _walk(desk):
            name = f"{place}-{size}{'-dark' if dark else ''}-{language}"
            if found := _faults(desk, dark, size):
                wrong[name] = found
            desk.picture(PICTURES / f"every-{name}.png")
    assert wrong == {}


@pytest.mark.parametrize(
    "permission, lacks", [("MANAGE_USERS", "MANAGE_RELATIONSHIPS"), ("MANAGE_RELATIONSHIPS", "MANAGE_USERS")]
)
def test_each_page_says_what_somebody_lacks(desk: Desk, shop: Shop, permission: str, lacks: str) -> None:
    """Who may read finds no form that changes something; who may not reads what it takes and nobody's data."""
    desk.sign_in(_staff(permission, "MANAGE_APPS"), PASSWORD)
    desk.go(f"extensions/app/{_app()}/home")
    desk.ours("/dashboard/home", "h1" if permission == "MANAGE_USERS" else ".panel")
    for section in SECTIONS if permission == "MANAGE_USERS" else ():
        _open(desk, f"nav.tabs a[href$='/dashboard/{section}']", section)
        assert lacks in desk.one("#content").text, section
    for section in SECTIONS if permission != "MANAGE_USERS" else ():
        desk.go(f"extensions/app/{_app()}/{section}")
        told = desk.ours(f"/dashboard/{section}", ".panel")
        assert lacks in told and "@" not in told, section


def _walk(desk: Desk) -> Iterator[str]:
    """Stand on each page in turn; its name."""
    for section in SECTIONS:
        _open(desk, f"nav.tabs a[href$='/dashboard/{section}']", section)
        yield section
        if section in INNER:
            there = desk.chromium.execute_script("return location.href")
            _open(desk, INNER[section], "/")
            desk.until(
                lambda there=there: desk.chromium.execute_script("return location.href") != there, "a page"
            )
            yield f"{section}-one"


def _open(desk: Desk, link: str, place: str) -> None:
    """Follow a link of ours, and wait until all of its page is there. (On a phone the link may lie outside what is
    seen.)"""

    def followed() -> bool:
        desk.chromium.execute_script("arguments[0].click()", desk.one(link))
        return True

    desk.until(followed, link)
    desk.until(lambda: desk.chromium.execute_script(READY, place), f"all of the page behind {link}")


def _faults(desk: Desk, dark: bool, size: str) -> list[str]:
    found = list(desk.chromium.execute_async_script(LOOKED, _rules(dark, size).value))
    seen = {"wider than the screen": WIDER, "the section where we stand is out of sight": UNSEEN}
    return found + [wrong for wrong, script in seen.items() if desk.chromium.execute_script(script)]


def _rules(dark: bool, size: str) -> Rules:
    """Colours take most of the time: light ones are looked at on a desk, dark ones on a phone."""
    if THOROUGH:
        return Rules.COLOURS if dark else Rules.ALL
    return Rules.ALL if dark == (size == "phone") else Rules.ALL_BUT_COLOURS


def _wide(desk: Desk, width: int, height: int) -> None:
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    desk.chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def _dressed(desk: Desk) -> tuple[Any, bool]:
    """Language and theme of our frame."""
    html = desk.one("html")
    return html.get_attribute("lang"), html.get_attribute("data-theme") == "dark"
