"""A new owner's first quarter of an hour in the real Saleor Dashboard, with the keyboard alone: from an installed app
that nobody has told anything to a win-back that runs, and the page that says what it brings.

The script, a press each (Enter, Space, or a field that is typed into):

1. sign in · 2. Customers · 3. Relationships · 4-6. a sender: address, postal address, Save · 7-8. mails per day, Save ·
9-11. buyers were told, the text, Save · 12. Campaigns · 13. Set up a win-back · 14. Save and go on ·
15. Yes, activate it · 16. What it brought
"""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.saleor import dashboard
from tests.saleor.dashboard import PICTURES, Desk
from tests.saleor.e2e import operations
from tests.saleor.e2e.campaigning import late
from tests.saleor.e2e.desk.test_dashboard import SPENT
from tests.saleor.e2e.storefront import ADMIN, Storefront
from tests.saleor.stack import Stack

pytestmark = pytest.mark.skipif(bool(dashboard.lacking()), reason=dashboard.lacking() or "all is there")

MOST = 25
FARTHEST = 400
"""Presses of Tab on the way to what is wanted."""
NAME = """const e = document.activeElement, label = e.labels && e.labels[0];
return [e.tagName, e.name || "", (e.form && e.form.elements.about || {}).value || "",
        (e.textContent || "").trim().replace(/\\s+/g, " "), e.getAttribute("href") || "",
        e.getAttribute("hx-post") || "", e.getAttribute("hx-vals") || ""];"""

ANSWERED = """if (window.answered === undefined) {
  window.answered = 0;
  document.addEventListener("htmx:afterSettle", () => ++window.answered);
}
return window.answered;"""
"""How many answers came since it was asked first."""


class Owner:
    """Somebody without a mouse. Counts what they press, the Tabs on the way aside."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.presses: list[str] = []

    def press(self, what: str, *, key: str = "ENTER", **wanted: str) -> None:
        """Tab to it and press a key."""
        self._reach(what, wanted)
        self._keys(key)
        self.presses.append(what)

    def type(self, text: str, **wanted: str) -> None:
        """Tab to a field and type over what stands in it."""
        from selenium.webdriver.common.action_chains import ActionChains
        from selenium.webdriver.common.keys import Keys

        self._reach(f"the field {wanted}", wanted)
        chain = ActionChains(self.desk.chromium)
        chain.key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).send_keys(text).perform()
        self.presses.append(f"typed {text}")

    def _reach(self, what: str, wanted: dict[str, str]) -> None:
        seen = []
        for _ in range(FARTHEST):
            focused = self._focused()
            seen.append(focused)
            if all(focused.get(name, "") == value for name, value in wanted.items()):
                return
            self._keys("TAB")
        raise AssertionError(f"Tab does not lead to {what}: {seen[-60:]}")

    def _keys(self, key: str) -> None:
        from selenium.webdriver.common.action_chains import ActionChains
        from selenium.webdriver.common.keys import Keys

        ActionChains(self.desk.chromium).send_keys(getattr(Keys, key)).perform()

    def _focused(self) -> dict[str, str]:
        """What has the focus, in the dashboard or in our frame."""
        chromium = self.desk.chromium
        chromium.switch_to.default_content()
        told = chromium.execute_script(NAME)
        if told[0] == "IFRAME":
            chromium.switch_to.frame(chromium.switch_to.active_element)
            told = chromium.execute_script(NAME)
        return dict(zip(("tag", "name", "about", "text", "href", "post", "vals"), told, strict=True))


@pytest.fixture
def undecided(stack: Stack, saleor: Storefront, tmp_path: Path) -> Iterator[Desk]:
    """A shop with late customers where nobody has decided anything; what had been is put back afterwards."""

    from django.db import connection, transaction

    from saleor_relacional import conf
    from saleor_relacional.flows.campaigns import campaigns
    from saleor_relacional.models import Campaign, Consent, Policy, Sender

    server = dashboard.Server(f"{stack.url}/graphql/")
    server.start()
    conf.host().move_in()
    given = {"configuration": [{"name": "dashboard-url", "value": server.url}]}
    saleor.ask(operations.PLUGIN_UPDATE, token=saleor.staff(), input=given)
    late(saleor, f"ana.{uuid.uuid4().hex[:6]}@example.com", SPENT)
    PICTURES.mkdir(exist_ok=True)
    # Where somebody agreed to mails already, on what ground one writes to buyers is no longer asked first.
    decided = (Policy.objects.all(), Sender.objects.all(), Consent.objects.exclude(basis="opt_out"))
    kept, before = (
        [row for rows in decided for row in rows],
        set(Campaign.objects.values_list("pk", flat=True)),
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"ALTER TABLE {Consent._meta.db_table} DISABLE TRIGGER USER"
        )  # its rows are only ever added
        for rows in decided:
            rows.delete()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {Consent._meta.db_table} ENABLE TRIGGER USER")
    chromium = dashboard.open_chromium(tmp_path)
    yield Desk(chromium, server.url)
    chromium.quit()
    server.stop()
    for made in Campaign.objects.exclude(pk__in=before):
        campaigns.finish(made, now=conf.host().now())
    Sender.objects.all().delete()
    Policy.objects.all().delete()
    for row in kept:
        row.save(force_insert=True)


def test_from_install_to_an_active_win_back_without_a_mouse(undecided: Desk, saleor: Storefront) -> None:
    """Sixteen presses, twenty-five at most; then the campaign runs, by the API too."""
    from saleor_relacional.models import Campaign, CampaignState

    desk, before = undecided, set(Campaign.objects.values_list("pk", flat=True))
    owner = Owner(desk)
    desk.sign_in(*ADMIN)
    owner.presses.append("sign in")
    desk.hush()
    owner.press("Customers", tag="A", text="Customers")
    owner.press("Relationships", tag="A", text="Relationships")
    desk.ours("/dashboard/home", "nav.tabs")
    desk.picture(PICTURES / "quarter-1-home.png")
    place = {"about": "default-channel"}
    owner.type("hello@tea.example", name="address", **place)
    owner.type("Calle Mayor 1, Madrid", name="postalAddress", **place)
    save(owner, desk, **place)
    owner.type("40", name="dailyCapacity")
    save(owner, desk)
    owner.press("buyers were told", key="SPACE", name="softOptIn")
    owner.type("We may write to you about tea.", name="softOptInText")
    save(owner, desk)
    owner.press("Campaigns", tag="A", text="Campaigns", href="/plugins/saleor_relacional/dashboard/campaigns")
    shown(desk, "Campaigns")
    desk.seen("#kind-win_back", "There for it now")
    desk.picture(PICTURES / "quarter-3-campaigns.png")
    owner.press(
        "Set up", tag="BUTTON", post="/plugins/saleor_relacional/dashboard/content/campaigns/make/win_back/"
    )
    shown(desk, "Win back")
    desk.seen(".beside", "On the first day")
    desk.picture(PICTURES / "quarter-4-win-back.png")
    owner.press("Save and go on", tag="BUTTON", text="Save and go on to activate")
    shown(desk, "Switch on “Win back”?")
    desk.picture(PICTURES / "quarter-5-summary.png")
    owner.press("Yes", tag="BUTTON", text="Yes, activate it")
    desk.until(lambda: desk.one("#content .head .state-active"), "a campaign that runs")
    desk.picture(PICTURES / "quarter-6-runs.png")
    owner.press("What it brought", tag="A", text="What it brought")
    desk.until(lambda: "evidence/" in desk.chromium.execute_script("return location.href"), "its evidence")
    desk.until(lambda: "What it would do" not in desk.one("#content").text, "the page of what it brought")
    desk.picture(PICTURES / "quarter-7-evidence.png")
    [made] = Campaign.objects.exclude(pk__in=before)
    assert (made.kind, made.state) == ("win_back", CampaignState.ACTIVE)
    assert len(owner.presses) <= MOST, owner.presses


def shown(desk: Desk, title: str) -> None:
    """Wait for a page of ours, as the reader's eyes do."""
    desk.until(lambda: inside(desk) and desk.one("#content h1").text == title, title)


def inside(desk: Desk) -> bool:
    """Step into our frame."""
    desk.chromium.switch_to.default_content()
    desk.chromium.switch_to.frame(desk.one("iframe[src*='saleor_relacional']"))
    return True


def save(owner: Owner, desk: Desk, **wanted: Any) -> None:
    """Press Save of the form that one stands in, and wait for what is said then."""
    answered = desk.chromium.execute_script(ANSWERED)
    owner.press("Save", tag="BUTTON", text="Save", **wanted)
    desk.until(lambda: inside(desk) and desk.chromium.execute_script(ANSWERED) > answered, "an answer")
    assert desk.one("#content [role='status']").text == "Saved."
