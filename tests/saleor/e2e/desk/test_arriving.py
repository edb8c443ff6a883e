"""How a page of ours arrives in the real Saleor Dashboard, and how it says what came of a form: as the dashboard's own
pages do."""

import pytest

from tests.saleor import dashboard
from tests.saleor.dashboard import PICTURES, Desk
from tests.saleor.e2e.desk.test_dashboard import Shop, desk, shop
from tests.saleor.e2e.desk.test_desk_walk import _app
from tests.saleor.e2e.storefront import ADMIN

__all__ = ["desk", "shop"]

pytestmark = pytest.mark.skipif(bool(dashboard.lacking()), reason=dashboard.lacking() or "all is there")

WATCH = """if (location.pathname.includes("/saleor_relacional/")) {
  window.themes = [];
  new MutationObserver(() => document.body && themes.push(document.documentElement.dataset.theme || "none"))
    .observe(document, {childList: true, subtree: true, attributes: true, attributeFilter: ["data-theme"]});
}"""
"""Before anything of a frame of ours is there: which theme it has at each change."""
CAME = """const of = kind => performance.getEntriesByType(kind);
const styles = of("resource").filter(one => one.name.includes(".css"));
const asked = of("resource").map(one => new URL(one.name).pathname).filter(one => one.includes("/dashboard/content/"));
return {
  themes: [...new Set(themes)], asked: asked.filter(one => one.endsWith(`/content/${arguments[0]}/`)).length,
  first: asked[0], painted: of("paint").length, styles: styles.length,
  early: of("paint").some(one => styles.some(style => one.startTime < style.responseEnd)),
};"""
AROUND = """const bars = [], scrolls = one => one.scrollHeight > one.clientHeight + 1;
for (let one = arguments[0].parentElement; one; one = one.parentElement) {
  const way = getComputedStyle(one).overflowY;
  if (scrolls(one) && (one === document.documentElement ? way !== "hidden" : ["auto", "scroll"].includes(way)))
    bars.push(one.tagName + "." + one.className);
}
return bars;"""
"""What scrolls around the frame."""
FORM = "form[hx-post*='checklist/capacity']"


@pytest.mark.parametrize("width", [1440, 390])
def test_no_flash_and_one_scroll_bar(desk: Desk, shop: Shop, width: int) -> None:
    """Two pages, opened by their address in a dark dashboard: each is dark from the first moment, is painted once its
    styles are there, asks for its content once, and scrolls in its frame alone."""
    desk.sign_in(*ADMIN)
    desk.chromium.execute_script("localStorage.setItem('activeMacawUITheme', 'defaultDark')")
    desk.chromium.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    desk.chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    for place in ("customers", f"campaigns/{shop.campaign.public_id}"):
        desk.go(f"extensions/app/{_app()}/{place}")
        desk.ours(f"/dashboard/{place}", "nav.tabs")
        desk.until(lambda: not desk.all("#content .htmx-request"), "all of the page")
        came = desk.chromium.execute_script(CAME, place)
        assert came["themes"] == ["dark"], (place, came)
        assert came["painted"] and came["styles"] and not came["early"], (place, came)
        assert came["asked"] == 1 and came["first"].endswith(f"/content/{place}/"), (place, came)
        desk.chromium.switch_to.default_content()
        frame = desk.one(f"iframe[src*='/dashboard/{place}']")
        assert desk.chromium.execute_script(AROUND, frame) == [], place


def test_what_came_of_a_form_is_told_by_the_dashboards_own_toast(desk: Desk, shop: Shop) -> None:
    """Refused, then saved: the dashboard says both in its corner, in the words of our page."""
    desk.sign_in(*ADMIN)
    desk.go(f"extensions/app/{_app()}/checklist")
    for number, said in (("-5", "[role=alert]"), ("1000", "[role=status]")):
        desk.ours("/dashboard/checklist", FORM)
        _send(desk, number)
        words = str(desk.until(lambda said=said: desk.one(f"#content {said}").text, "an answer"))
        desk.until(lambda words=words: words in _corner(desk), f"a toast that says {words}")
        desk.picture(PICTURES / f"toast-{'refused' if number == '-5' else 'saved'}.png")
    assert words == "Saved."


def _send(desk: Desk, number: str) -> None:
    """Say how many mails may leave per day."""

    def sent() -> bool:
        desk.chromium.execute_script(
            "const [form, number] = arguments; form.noValidate = true; form.elements.dailyCapacity.value = number;"
            " form.querySelector('button[type=submit]').click();",
            desk.one(f"#content {FORM}"), number,
        )  # fmt: skip
        return True

    desk.until(sent, "the form of the day's mails")


def _corner(desk: Desk) -> str:
    """What the dashboard says where it says such things, outside our frame."""
    desk.chromium.switch_to.default_content()
    return str(desk.one("#toast-portal").text)
