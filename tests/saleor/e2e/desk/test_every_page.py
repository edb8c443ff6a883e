"""Every page of the desk in the real Saleor Dashboard: light and dark, at desk and phone, in English and Spanish, as
axe sees it, and as somebody who lacks a permission does."""

import uuid
from collections.abc import Mapping
from typing import Any

import pytest

from tests.running.tries import THOROUGH
from tests.saleor import dashboard
from tests.saleor.dashboard import PICTURES, Desk
from tests.saleor.e2e import behind
from tests.saleor.e2e.campaigning import now
from tests.saleor.e2e.desk.test_dashboard import Shop, _staff, desk, shop
from tests.saleor.e2e.desk.test_desk_walk import _app
from tests.saleor.e2e.storefront import ADMIN, PASSWORD
from tests.support.owner import pages
from tests.views.accessibility.chromium import AXE, Rules

__all__ = ["desk", "shop"]

pytestmark = pytest.mark.skipif(bool(dashboard.lacking()), reason=dashboard.lacking() or "all is there")

SIZES = {"desk": (1440, 1400), "phone": (390, 844)}
ORDINARY = (("en", False, "desk"), ("es", True, "phone"))
"""Each page is seen in these at least; with THOROUGH=1 each language in each theme at each size."""
ALL = [(language, dark, size) for language in ("en", "es") for dark in (False, True) for size in SIZES]
READY = """const content = document.getElementById("content");
return content.getAttribute("aria-busy") === "false" && !content.querySelector(".htmx-request")
  && location.pathname === document.body.dataset.root + arguments[0]
  && content.querySelector("h1:not([data-left])") !== null"""
FOLLOWED = """const href = document.body.dataset.root + arguments[0], content = document.getElementById("content");
let link = content.querySelector(`a[data-go][href="${href}"]`);
if (!link) {
  link = Object.assign(document.createElement("a"), {href});
  link.dataset.go = "";
  content.append(link);
}
content.querySelector("h1")?.setAttribute("data-left", "");
link.click();"""
"""By the link of the page where one stands, where it has one."""
LOOKED = """const done = arguments[arguments.length - 1];
axe.run(document, {...arguments[0], resultTypes: ["violations"]}).then(told => done(
  told.violations.map(one => one.id + ": " + one.nodes.map(node => node.target.join(" ")).join(", "))));"""
WIDER = "return document.documentElement.scrollWidth > innerWidth + 1"
UNSEEN = """const here = document.querySelector(".tabs [aria-current]")?.getBoundingClientRect();
return Boolean(here) && (here.left < 0 || here.right > innerWidth)"""
SCROLLS = """return [...document.querySelectorAll("body, body *:not(textarea, select)")].some(one =>
  ["auto", "scroll"].includes(getComputedStyle(one).overflowY) && one.scrollHeight > one.clientHeight + 1)"""


@pytest.fixture(scope="module")
def known(shop: Shop) -> dict[str, object]:
    """What the pages below the sections are about, by the words of pages.INNER."""
    from saleor_relacional.flows.contact import exclusions
    from saleor_relacional.flows.feedback import tell
    from saleor_relacional.flows.ledger import remarks
    from saleor_relacional.flows.segments import segments

    mark = uuid.uuid4().hex[:6]
    running = behind.win_back(active=False)
    emails = [f"{name}.{mark}@example.com" for name in ("eva", "leo", "mia")]
    behind.codes_of_a_campaign(running, emails)
    eva, leo, _ = people = [behind.profile(email) for email in emails]
    told = tell.tell(eva.pk, kind="complaint", source="page", text="The cup was broken.", now=now())
    assert told.case is not None and all(people)
    exclusions.add(now=now(), address=f"*@friends-{mark}.example", because="Friends of the house")
    rule = {"all": [{"field": "stage", "operator": "one_of", "value": ["slipping", "lapsed"]}]}
    return {
        "person": eva.public_id, "campaign": running.public_id, "draft": shop.campaign.public_id,
        "segment": segments.create(name=f"Late {mark}", rule=rule, now=now()).public_id,
        "case": told.case.public_id, "channel": behind.CHANNEL,
        "remark": remarks.say(leo, kind="note", now=now(), words="I moved to Porto.").public_id,
    }  # fmt: skip


@pytest.mark.parametrize(("language", "dark", "size"), ALL if THOROUGH else ORDINARY)
def test_everybody_can_read_every_page(
    desk: Desk, shop: Shop, known: Mapping[str, object], language: str, dark: bool, size: str
) -> None:
    """Nothing for axe to find, nothing wider than the screen and no scroll bar beside that of the page, in the reader's
    language and the dashboard's theme."""
    from saleor_relacional.flows.attributes import choice

    wrong: dict[str, list[str]] = {}
    _dress(desk, language, dark, size)
    desk.go(f"extensions/app/{_app()}/home")
    desk.ours("/dashboard/home", "nav.tabs")
    desk.until(lambda: _dressed(desk) == (language, dark), "the reader's language and theme")
    desk.chromium.execute_script(AXE.read_text("utf-8"))
    places = pages.places(known, more=pages.OF_SALEOR if choice.possible() else ())
    for place in places:
        _open(desk, place)
        name = f"{pages.name(place, known)}-{size}{'-dark' if dark else ''}-{language}"
        if found := _faults(desk):
            wrong[name] = found
        desk.picture(PICTURES / f"every-{name}.png")
    assert wrong == {}


@pytest.mark.parametrize(("language", "dark", "size"), ALL if THOROUGH else ORDINARY)
def test_everybody_can_read_what_stands_in_saleors_own_pages(
    desk: Desk, shop: Shop, known: Mapping[str, object], language: str, dark: bool, size: str
) -> None:
    """The week on the homepage, the card with all of it unfolded, and whose codes a voucher's are: as the pages are
    seen, each in a frame beside what is Saleor's."""
    _dress(desk, language, dark, size)
    wrong: dict[str, list[str]] = {}
    frames = {"week": "", "card": f"customers/{shop.ana}", "voucher": f"discounts/vouchers/{_voucher(known)}"}
    for name, place in frames.items():
        desk.go(place)
        desk.ours(f"/dashboard/{name}", ".card")
        desk.until(lambda: _dressed(desk) == (language, dark), "the reader's language and theme")
        desk.chromium.execute_script(
            "for (const fold of document.querySelectorAll('details')) fold.open = true"
        )
        desk.until(lambda: not desk.chromium.execute_script(SCROLLS), f"all of {name}")
        desk.chromium.execute_script(AXE.read_text("utf-8"))
        if found := _faults(desk):
            wrong[name] = found
        desk.picture(PICTURES / f"every-{name}-{size}{'-dark' if dark else ''}-{language}.png")
    assert wrong == {}


def _voucher(known: Mapping[str, object]) -> Any:
    """Global id of the voucher of somebody's code."""
    from graphene import Node
    from saleor.discount.models import VoucherCode

    from saleor_relacional.models import Incentive

    code = Incentive.objects.filter(profile__public_id=known["person"]).latest("pk").code
    return Node.to_global_id("Voucher", VoucherCode.objects.get(code=code).voucher_id)


@pytest.mark.parametrize(
    "permission, lacks", [("MANAGE_USERS", "MANAGE_RELATIONSHIPS"), ("MANAGE_RELATIONSHIPS", "MANAGE_USERS")]
)
def test_each_page_says_what_somebody_lacks(
    desk: Desk, shop: Shop, known: Mapping[str, object], permission: str, lacks: str
) -> None:
    """Who may read finds no form that changes something; who may not reads what it takes and nobody's data. Below the
    sections too; the widgets are tests/dashboard/test_every_place.py's."""
    desk.sign_in(_staff(permission, "MANAGE_APPS"), PASSWORD)
    desk.go(f"extensions/app/{_app()}/home")
    desk.ours("/dashboard/home", "h1" if permission == "MANAGE_USERS" else ".panel")
    places = pages.places(known)
    for place in places if permission == "MANAGE_USERS" else ():
        _open(desk, place)
        assert place in pages.NOTHING_TO_CHANGE or lacks in desk.one("#content").text, place
    for place in places if permission != "MANAGE_USERS" else ():
        desk.go(f"extensions/app/{_app()}/{place}")
        told = desk.ours(f"/dashboard/{place}", ".panel")
        assert lacks in told and "@" not in told, place


def _open(desk: Desk, place: str) -> None:
    """Go to a page from where one stands, and wait until all of it is there."""
    desk.chromium.execute_script(FOLLOWED, place)
    desk.until(lambda: desk.chromium.execute_script(READY, place), f"all of the page {place}")


def _faults(desk: Desk) -> list[str]:
    found = list(desk.chromium.execute_async_script(LOOKED, Rules.ALL.value))
    seen = {
        "wider than the screen": WIDER, "the section where we stand is out of sight": UNSEEN,
        "a part scrolls by itself": SCROLLS,
    }  # fmt: skip
    return found + [wrong for wrong, script in seen.items() if desk.chromium.execute_script(script)]


def _wide(desk: Desk, width: int, height: int) -> None:
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    desk.chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def _dress(desk: Desk, language: str, dark: bool, size: str) -> None:
    """Sign in as somebody who reads this language in this theme on a screen of this size."""
    desk.sign_in(*ADMIN)
    desk.chromium.execute_script(
        "localStorage.setItem('locale', arguments[0]); localStorage.setItem('activeMacawUITheme', arguments[1]);",
        language, "defaultDark" if dark else "defaultLight",
    )  # fmt: skip
    _wide(desk, *SIZES[size])


def _dressed(desk: Desk) -> tuple[Any, bool]:
    """Language and theme of our frame."""
    html = desk.one("html")
    return html.get_attribute("lang"), html.get_attribute("data-theme") == "dark"
