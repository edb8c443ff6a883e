"""A new owner's first quarter of an hour in the real Saleor Dashboard, with the keyboard alone: from an installed
plugin that nobody has told anything to a win-back that runs, as docs/owner.md says it click by click; and, three months
later, the page that says what it brought."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.saleor import dashboard
from tests.saleor.dashboard import PICTURES, Desk
from tests.saleor.e2e import operations
from tests.saleor.e2e.months import crowd, everybody_hears, forgotten, some_come_back
from tests.saleor.e2e.months import goes_back as days_pass
from tests.saleor.e2e.storefront import ADMIN, Storefront
from tests.saleor.stack import Stack
from tests.support.owner import script

pytestmark = pytest.mark.skipif(bool(dashboard.lacking()), reason=dashboard.lacking() or "all is there")

LATE = 150
"""People who are late. Half of them is held out, and a verdict wants fifty in each half: fewer are drawn in one of
ten thousand runs."""
PLUGIN = "saleor_relacional"
PLACE = f"/plugins/{PLUGIN}/dashboard/"
CONTENT = f"{PLACE}content/"
FARTHEST = 400
"""Presses of Tab on the way to what is wanted."""
NAME = """const e = document.activeElement, label = e.labels && e.labels[0];
return [e.tagName, e.name || "", (e.form && e.form.elements.about || {}).value || "",
        (e.textContent || "").trim().replace(/\\s+/g, " "), e.getAttribute("href") || "",
        e.getAttribute("hx-post") || "", e.getAttribute("hx-vals") || ""];"""

ANSWERED = """if (window.answered === undefined) {
  window.answered = 0;
  document.addEventListener("htmx:afterSettle", told => {
    if (told.detail.requestConfig?.verb === "post") ++window.answered;
  });
}
return window.answered;"""
"""How many answers to what was saved came since it was asked first; what a page asks for after it was drawn is none."""


class Owner:
    """Somebody without a mouse. Counts what they press and type into, the Tabs on the way aside: each is a click of
    somebody with one."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.presses: dict[int, list[str]] = {}
        self.step = 0

    def begins(self, step: int) -> None:
        """What follows is this step of the script."""
        self.step = step
        self.presses[step] = []

    def press(self, what: str, *, key: str = "ENTER", **wanted: str) -> None:
        """Tab to it and press a key."""
        self._reach(what, wanted)
        self._keys(key)
        self.presses[self.step].append(what)

    def type(self, text: str, **wanted: str) -> None:
        """Tab to a field and type over what stands in it."""
        from selenium.webdriver.common.action_chains import ActionChains
        from selenium.webdriver.common.keys import Keys

        self._reach(f"the field {wanted}", wanted)
        chain = ActionChains(self.desk.chromium)
        chain.key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).send_keys(text).perform()
        self.presses[self.step].append(f"typed into {wanted}")

    def _reach(self, what: str, wanted: dict[str, str]) -> None:
        seen = []
        for _ in range(FARTHEST):
            focused = self._focused()
            seen.append(focused)
            if all(focused[name] == value for name, value in wanted.items()):
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
def undecided(stack: Stack, tmp_path: Path) -> Iterator[tuple[Desk, list[str]]]:
    """A shop with many late customers where nobody has decided anything, and their addresses; what had been decided is
    put back afterwards."""
    from django.db import connection, transaction
    from saleor.plugins.models import PluginConfiguration

    from saleor_relacional import conf
    from saleor_relacional.flows.campaigns import campaigns
    from saleor_relacional.flows.contact import contact_policy
    from saleor_relacional.models import Campaign, CampaignState, Consent, Policy, Sender

    server = dashboard.Server(f"{stack.url}/graphql/")
    server.start()
    conf.host().move_in()
    emails = crowd(LATE)
    PICTURES.mkdir(exist_ok=True)
    told = PluginConfiguration.objects.filter(identifier=PLUGIN)
    # Where somebody agreed to mails already, on what ground one writes to buyers is no longer asked first.
    decided = (told, Policy.objects.all(), Sender.objects.all(), Consent.objects.exclude(basis="opt_out"))
    kept = [row for rows in decided for row in rows]
    states = dict(Campaign.objects.values_list("pk", "state"))
    # Other stories have started campaigns; this owner has not.
    Campaign.objects.update(state=CampaignState.DRAFT)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"ALTER TABLE {Consent._meta.db_table} DISABLE TRIGGER USER"
        )  # its rows are only ever added
        for rows in decided:
            rows.delete()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {Consent._meta.db_table} ENABLE TRIGGER USER")
    # Stories are told at any hour.
    contact_policy.decide(now=conf.host().now(), quiet_from="00:00", quiet_to="00:00")
    chromium = dashboard.open_chromium(tmp_path)
    yield Desk(chromium, server.url), emails
    chromium.quit()
    server.stop()
    for made in Campaign.objects.exclude(pk__in=states):
        campaigns.finish(made, now=conf.host().now())
    for pk, state in states.items():
        Campaign.objects.filter(pk=pk).update(state=state)
    forgotten(emails)
    for rows in (told, Sender.objects.all(), Policy.objects.all()):
        rows.delete()
    for row in kept:
        row.save(force_insert=True)


def test_from_install_to_a_result_without_a_mouse(
    undecided: tuple[Desk, list[str]], saleor: Storefront
) -> None:
    """Step by step as the guide says in both languages, with as many clicks as it says; then the campaign runs. Three
    months later it says that it brings people back, in the page that one walks to."""
    from saleor_relacional.models import Campaign, CampaignState

    (desk, emails), before = undecided, set(Campaign.objects.values_list("pk", flat=True))
    owner = Owner(desk)
    assert saleor.ask(operations.PLUGIN, token=saleor.staff())["globalConfiguration"]["active"] is True
    switched_on(owner, desk)
    decided(owner, desk)
    activated(owner, desk)
    [made] = Campaign.objects.exclude(pk__in=before)
    assert (made.kind, made.state) == ("win_back", CampaignState.ACTIVE)
    counted = {step: len(presses) for step, presses in owner.presses.items()}
    assert counted == script.clicks("en") == script.clicks("es"), owner.presses
    assert sum(counted.values()) == script.total("en") <= script.MOST
    everybody_hears(made)
    days_pass(made, made.window_days + 1)
    some_come_back(made, emails)
    told = result(owner, desk, made)
    back = re.search(r"Brings people back: (\d+) of 100 instead of (\d+)", told)
    assert back and int(back[1]) > 2 * int(back[2]) and "it pays in money kept" in told, told


def switched_on(owner: Owner, desk: Desk) -> None:
    """Signed in; the plugin, which is on since it was installed, has been told which shop it is in."""
    from saleor_relacional import conf

    desk.chromium.get(desk.url)
    desk.until(lambda: desk.one("input[name=email]"), "the form to sign in")
    owner.begins(1)
    owner.type(ADMIN[0], name="email")
    owner.type(ADMIN[1], name="password")
    owner.press("Sign in", tag="BUTTON", text="Sign in")
    desk.until(lambda: desk.one("[data-test-id^='menu-']"), "the dashboard's menu")
    desk.hush()
    owner.begins(2)
    owner.press("Extensions", tag="A", text="Extensions")
    plugin = f"{dashboard.MOUNT}extensions/plugin/{PLUGIN}"
    desk.until(lambda: desk.one(f"a[href='{plugin}']"), "the plugin among the installed extensions")
    owner.press("Relationships", tag="A", href=plugin)
    desk.until(lambda: desk.one("[name='dashboard-url']"), "the settings of the plugin")
    owner.begins(3)
    owner.type("https://tea.example/{channel}/", name="storefront-url")
    owner.type(desk.url, name="dashboard-url")
    owner.press("Save", tag="BUTTON", text="Save")
    desk.until(lambda: "Plugin settings updated" in desk.one("#toast-portal").text, "that it is saved")
    desk.picture(PICTURES / "quarter-1-plugin.png")
    assert conf.host().dashboard_origins() == (desk.url.removesuffix(dashboard.MOUNT),)


def decided(owner: Owner, desk: Desk) -> None:
    """At Home all that a mail lacks is decided in its place."""
    owner.begins(4)
    owner.press("Customers", tag="A", text="Customers")
    owner.press("Relationships", tag="A", text="Relationships")
    desk.ours("/dashboard/home", "nav.tabs")
    desk.picture(PICTURES / "quarter-2-home.png")
    place = {"about": "default-channel"}
    owner.begins(5)
    owner.type("hello@tea.example", name="address", **place)
    owner.type("Calle Mayor 1, Madrid", name="postalAddress", **place)
    save(owner, desk, **place)
    owner.begins(6)
    owner.type("100", name="dailyCapacity")
    save(owner, desk)
    owner.begins(7)
    owner.press("buyers were told", key="SPACE", name="softOptIn")
    owner.type("We may write to you about tea.", name="softOptInText")
    save(owner, desk)
    assert desk.all("#content .item.must form") == []
    desk.seen("#content", "What we found in your past")
    desk.picture(PICTURES / "quarter-3-decided.png")


def activated(owner: Owner, desk: Desk) -> None:
    """The win-back, as it is, runs."""
    owner.begins(8)
    owner.press("Campaigns", tag="A", text="Campaigns", href=f"{PLACE}campaigns")
    shown(desk, "Campaigns")
    desk.seen("#kind-win_back", "There for it now")
    desk.picture(PICTURES / "quarter-4-campaigns.png")
    owner.begins(9)
    owner.press("Set up", tag="BUTTON", post=f"{CONTENT}campaigns/make/win_back/")
    shown(desk, "Win back")
    desk.seen(".beside", "On the first day")
    owner.type("50", name="controlShare")
    desk.picture(PICTURES / "quarter-5-win-back.png")
    owner.begins(10)
    owner.press("Save and go on", tag="BUTTON", text="Save and go on to activate")
    shown(desk, "Switch on “Win back”?")
    desk.picture(PICTURES / "quarter-6-summary.png")
    owner.begins(11)
    owner.press("Yes", tag="BUTTON", text="Yes, activate it")
    desk.until(lambda: desk.one("#content .head .state-active"), "a campaign that runs")
    desk.picture(PICTURES / "quarter-7-runs.png")


def result(owner: Owner, desk: Desk, campaign: Any) -> str:
    """Three months later: Customers, Relationships, Evidence, the campaign; its sentence."""
    desk.go("")
    owner.begins(12)
    owner.press("Customers", tag="A", text="Customers")
    owner.press("Relationships", tag="A", text="Relationships")
    desk.ours("/dashboard/home", "nav.tabs")
    owner.press("Evidence", tag="A", text="Evidence", href=f"{PLACE}evidence")
    shown(desk, "Evidence")
    owner.press("the campaign", tag="A", href=f"{PLACE}evidence/{campaign.public_id}")
    shown(desk, campaign.name)
    desk.seen("#content .plots", "Came back")
    desk.chromium.execute_script("scrollTo(0, 0)")
    desk.picture(PICTURES / "quarter-8-result.png")
    return str(desk.one("#content .sentence").text)


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
