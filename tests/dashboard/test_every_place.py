"""Every page of the desk in its frame, in a real browser: nothing flashes by, and one scroll bar is enough."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.urls.resolvers import RoutePattern
from graphql_relay import to_global_id

from saleor_relacional.dashboard import assets
from saleor_relacional.dashboard.desk import CONTENTS, SECTIONS
from saleor_relacional.dashboard.policy import forms
from saleor_relacional.flows import policy
from saleor_relacional.flows.campaigns import campaigns, plan
from saleor_relacional.flows.contact import exclusions
from saleor_relacional.flows.feedback import tell
from saleor_relacional.flows.ledger import remarks
from saleor_relacional.flows.segments import segments
from tests.api.asking import Asker
from tests.dashboard.asking import get, text
from tests.dashboard.walking import walk
from tests.support.campaign_stories import CHANNEL, crowd, one_step, open_shop, win_back
from tests.support.instants import DAY
from tests.support.owner import pages
from tests.support.people import buys
from tests.views.accessibility import chromium

pytestmark = pytest.mark.django_db

RULE = {"all": [{"field": "stage", "operator": "one_of", "value": ["slipping", "lapsed"]}]}

LOOK = """
const places = %(places)s, seen = {};
let turned = 0;
addEventListener("message", ({data}) => {
  if (data?.type !== "notifyReady") return;
  turned = 0;
  const root = inside().documentElement;
  new (frame.contentWindow.MutationObserver)(() => ++turned)
    .observe(root, {attributes: true, attributeFilter: ["data-theme", "class", "style"]});
});
const there = (place) => frame.contentWindow.location.pathname === `/dashboard/${place}`
  && one('#content[aria-busy="false"] h1') && !one('.htmx-request');
const scrollers = () => [...inside().querySelectorAll('body, body *:not(textarea, select)')].filter((one) =>
  ['auto', 'scroll'].includes(getComputedStyle(one).overflowY) && one.scrollHeight > one.clientHeight + 1);
const measured = () => [
  ...scrollers().map((one) => 'scrolls by itself: ' + one.outerHTML.slice(0, 80)),
  ...(inside().documentElement.scrollWidth > frame.contentWindow.innerWidth + 1 ? ['wider than the screen'] : []),
];
for (const [number, place] of places.entries()) {
  frame.width = 1440;
  if (number) frame.src = `/dashboard/${place}?theme=dark`;
  await until(() => there(place), place);
  const wide = measured();
  frame.width = 390;
  await wait(50);
  const {performance} = frame.contentWindow, root = inside().documentElement;
  const styles = performance.getEntriesByType('resource').filter((one) => one.name.includes('.css'));
  const painted = performance.getEntriesByType('paint').map((one) => one.startTime);
  seen[place] = {
    wide, narrow: measured(), theme: root.dataset.theme, turned, painted: painted.length,
    styled: styles.filter((one) => one.renderBlockingStatus === 'blocking').length,
    early: painted.some((at) => styles.some((one) => at < one.responseEnd)),
    ground: getComputedStyle(inside().body).backgroundColor,
  };
}
return seen;
"""


@pytest.fixture
def known(shop: Any, now: datetime) -> dict[str, object]:
    """What a shop has after two months of a campaign: people, a segment, another campaign in draft, a complaint, a
    remark, an exclusion. By the words of pages.INNER."""
    began = now - 60 * DAY
    open_shop(began, daily_capacity=1000)
    people = crowd(60, began, value="20.00")
    running = win_back(began, daily_capacity=1000)
    plan.consider(running, began)
    for person in people[::2]:
        buys(person, began + 9 * DAY, "40.00")
    told = tell.tell(people[0].pk, kind="complaint", source="page", text="The cup was broken.", now=now)
    assert told.case is not None
    exclusions.add(now=now, address="*@friends.example", because="Friends of the house")
    policy.decide(now=now, reporting_currency="EUR", rates=[])
    return {
        "person": people[0].public_id, "campaign": running.public_id, "case": told.case.public_id,
        "segment": segments.create(name="Late buyers", rule=RULE, now=now).public_id, "channel": CHANNEL,
        "draft": campaigns.create(name="Come back", now=now, terms=one_step()).public_id,
        "remark": remarks.say(people[1], kind="note", now=now, words="I moved to Porto.").public_id,
    }  # fmt: skip


@pytest.mark.skipif(bool(chromium.lacking()), reason=chromium.lacking() or "all is there")
def test_nothing_flashes_and_nothing_scrolls_beside_the_page(
    known: dict[str, object], owner: Asker, now: datetime
) -> None:
    """A dark dashboard opens each page by its address. It is dark before anything is painted and stays so; nothing is
    painted before all styles are there; its content is asked for once, although handshakes and a language arrive. At
    1440 and at 390 nothing but the page moves up and down, and nothing is wider than the screen."""
    places = pages.places(known)
    walked = walk(owner, f"{places[0]}?theme=dark", LOOK % {"places": json.dumps(places)}, language="es")
    linked = sum(name.endswith(".css") for name in assets.LINKED)
    calm = {"wide": [], "narrow": [], "theme": "dark", "turned": 0, "styled": linked, "early": False}
    found = walked.found
    assert {place: each for place, each in found.items() if each | calm != each} == {}
    assert any(each["painted"] for each in found.values())
    assert len({each["ground"] for each in found.values()}) == 1
    assert list(found) == places
    assert {place: walked.asked.count(f"GET {place}/") for place in places} == dict.fromkeys(places, 1)


def test_no_page_is_forgotten(known: dict[str, object], owner: Asker, now: datetime) -> None:
    """Whatever is shown whole, with the desk's navigation, is a page that is looked at, and every form of the policy
    is."""
    assert tuple(section.place for section in SECTIONS) == pages.SECTIONS
    looked_at = {resolve(f"/{place}/", urlconf=CONTENTS).func for place in pages.places(known)}
    values = {**known, "message": "win_back", "language": "en", "code": "budget", "about": CHANNEL}
    values |= {"kind": "win_back", "which": "open", "stage": "lapsed"}
    forgotten = []
    for route in _routes(get_resolver(CONTENTS)):
        place = re.sub(r"<\w+:(\w+)>", lambda found: str(values.get(found[1], "7")), route)
        answer = get(owner, place)
        whole = answer.status_code == 200 and 'class="tabs"' in answer.content.decode()
        if whole and resolve(f"/{place}", urlconf=CONTENTS).func not in looked_at:
            forgotten.append(place)
    assert forgotten == []
    opened = {*pages.places(known), *pages.OF_SALEOR}
    unseen = [
        form.code for form in forms.every(now)
        if not {f"policy/{form.code}", f"policy/{form.code}/{form.about}"} & opened
    ]  # fmt: skip
    assert unseen == [], "a form of the policy that nobody opens"


def test_each_page_and_widget_says_what_somebody_lacks(
    known: dict[str, object], shop: Any, reader: Asker, ana: str
) -> None:
    """Below the sections too. Who may only read is told what changing takes, wherever a page can change something, and
    finds no form that does; who may not read finds what that takes and nobody's data."""
    her = to_global_id("User", ana)
    widgets = [f"card/?customerId={her}", "week/", f"voucher/?voucherId={to_global_id('Voucher', 1)}"]
    changers = Asker(shop.context(account=shop.staff("MANAGE_RELATIONSHIPS")))
    for place in (*(f"{each}/" for each in pages.places(known)), f"chosen/?customerIds={her}", *widgets):
        told = get(reader, place)
        assert told.status_code == 200, place
        if place not in widgets and place.strip("/") not in pages.NOTHING_TO_CHANGE:
            assert "MANAGE_RELATIONSHIPS" in text(told), place
        told = get(changers, place)
        assert told.status_code == 403 and "MANAGE_USERS" in text(told), place
        assert "@" not in text(told) and "hx-" not in told.content.decode(), place


def _routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """The routes below content/, as they are written."""
    for each in resolver.url_patterns:
        here = f"{before}{each.pattern}"
        if isinstance(each, URLResolver):
            yield from _routes(each, here)
        elif isinstance(each, URLPattern) and isinstance(each.pattern, RoutePattern):
            yield here
